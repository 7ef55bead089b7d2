#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Measures troupe-primes from standard input to standard output, every engine in turn, round by round, and the
tutorial's table.

Numbers are odd and of 64 bits at random (--kind odd), or primes among such (--kind primes: the slowest that 64 bits
have), made from a seed. They go through a pipe from cat, and the answers through a pipe into a process that counts
their lines. CPU seconds are of troupe-primes and its children alone. Rows are appended to --out; a table of medians
goes to standard output. Round 0 warms up and is not kept. A row whose answers are too few is not ok.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

ENGINES = ("serial", "threads", "processes", "actors")
BASELINE = "threads"


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--primes", required=True, help="path of troupe-primes")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--numbers", type=int, default=10_000_000)
    p.add_argument("--kind", choices=("odd", "primes"), default="odd")
    p.add_argument("--workers", type=int, default=os.cpu_count())
    p.add_argument("--only", choices=("stream", "tutorial"))
    p.add_argument("--out", help="JSON lines file that rows are appended to")
    return p.parse_args()


def write_numbers(o, path):
    draw = random.Random(1)
    with open(path, "w", encoding="ascii") as f:
        for _ in range(0, o.numbers, 10_000):
            f.write("".join(f"{draw.getrandbits(64) | 1 | 1 << 63}\n" for _ in range(10_000)))
    if o.kind == "odd":
        return o.numbers
    # The primes among them, over and over.
    answers = subprocess.run([o.primes, "--file", path], stdout=subprocess.PIPE, check=True, text=True).stdout
    found = [line.split()[0] + "\n" for line in answers.splitlines() if line.endswith(" prime")]
    with open(path, "w", encoding="ascii") as f:
        for i in range(0, o.numbers, len(found)):
            f.write("".join(found[:o.numbers - i]))
    return o.numbers


def measure(o, engine, path, count):
    with open(path, "rb") as numbers:
        source = subprocess.Popen(["cat"], stdin=numbers, stdout=subprocess.PIPE)
        begun = time.monotonic()
        checker = subprocess.Popen([o.primes, "--engine", engine, "--workers", str(o.workers), "--progress", "never"],
                                   stdin=source.stdout, stdout=subprocess.PIPE)
        source.stdout.close()
        counter = subprocess.Popen(["wc", "--lines"], stdin=checker.stdout, stdout=subprocess.PIPE)
        checker.stdout.close()
        _, status, used = os.wait4(checker.pid, 0)
        took = time.monotonic() - begun
        lines = int(counter.communicate()[0])
        source.wait()
    cpu = used.ru_utime + used.ru_stime
    return {"scenario": f"stream of {o.kind}", "engine": engine, "numbers_s": round(count / took), "wall_s": round(took, 4),
            "cpu_s": round(cpu, 4), "cpu_per_wall": round(cpu / took, 3), "peak_rss_mb": round(used.ru_maxrss / 1024, 1),
            "ok": os.waitstatus_to_exitcode(status) == 0 and lines == count}


def spread(values, digits):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def stream_table(rows):
    base = {r["round"]: r["numbers_s"] for r in rows if r["engine"] == BASELINE}
    print("| engine | million numbers/s (range) | of threads (range) | CPU/wall | peak MB | ok |\n|---|---|---|---|---|---|")
    for engine in ENGINES:
        mine = [r for r in rows if r["engine"] == engine]
        print(f"| {engine} | {spread([r['numbers_s'] / 1e6 for r in mine], 2)}"
              f" | {spread([r['numbers_s'] / base[r['round']] for r in mine], 2)}"
              f" | {spread([r['cpu_per_wall'] for r in mine], 2)} | {max(r['peak_rss_mb'] for r in mine)}"
              f" | {sum(r['ok'] for r in mine)} of {len(mine)} |")


def tutorial(o):
    said = subprocess.run([o.primes, "tutorial", "--json", "--runs", str(o.rounds), "--workers", str(o.workers)],
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    rows = [{"scenario": "tutorial", "round": r.pop("run"), **r} for r in map(json.loads, said.splitlines())]
    threads = {r["round"]: r["seconds"] for r in rows if r["engine"] == BASELINE}
    print("| engine | seconds (range) | CPU/wall | speed-up over serial (range) | of threads (range) |\n|---|---|---|---|---|")
    for engine in ENGINES:
        mine = [r for r in rows if r["engine"] == engine]
        print(f"| {engine} | {spread([r['seconds'] for r in mine], 3)} | {spread([r['cpu_per_wall'] for r in mine], 2)}"
              f" | {spread([r['speed_up'] for r in mine], 2)}"
              f" | {spread([threads[r['round']] / r['seconds'] for r in mine], 3)} |")
    return rows


def main():
    o = options()
    rows = []
    if o.only != "tutorial":
        with tempfile.NamedTemporaryFile() as f:
            count = write_numbers(o, f.name)
            for turn in range(o.rounds + 1):
                for engine in ENGINES:
                    row = {**measure(o, engine, f.name, count), "round": turn}
                    print(f"{turn} {engine}: {row['numbers_s'] / 1e6:.2f} M/s, CPU/wall {row['cpu_per_wall']}, "
                          f"{row['peak_rss_mb']} MB", file=sys.stderr, flush=True)
                    if turn:
                        rows.append(row)
        stream_table(rows)
    if o.only != "stream":
        rows += tutorial(o)
    if o.out:
        with open(o.out, "a", encoding="utf-8") as f:
            f.writelines(json.dumps(row) + "\n" for row in rows)
    return 0 if all(row.get("ok", True) for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
