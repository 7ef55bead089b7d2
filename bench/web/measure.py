#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Measures servers with wrk, each in turn, round by round: A B C, A B C, ...

The server has the first processor to itself, wrk the last. Each row is a server of its own, started for it; what it answers is
compared before it is measured. A row with a wrong answer, a socket error or another status than 200 is no row. Rows are
appended to --out; round 0 warms up and is not kept.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import urllib.request

from servers import Server

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--scenario", required=True)
    p.add_argument("--path", required=True, help="what is asked for")
    p.add_argument("--expect", required=True, help="the JSON that has to come")
    p.add_argument("--baseline", required=True, help="label that ratios are to")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=int, default=5)
    p.add_argument("--connections", type=int, default=64)
    p.add_argument("--out")
    p.add_argument("--server", nargs=2, action="append", required=True, metavar=("LABEL", "COMMAND"))
    return p.parse_args()


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * UNITS[unit]


def measure(o, label, command):
    row = {"scenario": o.scenario, "label": label, "connections": o.connections, "why": ""}
    try:
        with Server(label, command, 0) as server:
            url = f"http://127.0.0.1:{server.port}{o.path}"
            with urllib.request.urlopen(url, timeout=10) as answer:
                got = json.load(answer)
            if got != json.loads(o.expect):
                return {**row, "why": f"answered {json.dumps(got)[:100]}"}
            cpu, mine = server.cpu_s(), os.times()
            said = subprocess.run(["taskset", "--cpu-list", str(os.cpu_count() - 1), "wrk", "--threads", "1", "--connections",
                                   str(o.connections), "--duration", f"{o.seconds}s", "--latency", url],
                                  capture_output=True, text=True, check=True).stdout
            cpu, wall = server.cpu_s() - cpu, os.times().elapsed - mine.elapsed
            row["resident_mb"] = round(server.resident_mb(), 1)
    except (RuntimeError, OSError, ValueError, subprocess.CalledProcessError) as e:
        return {**row, "why": str(e)}
    requests = int(re.search(r"(\d+) requests in", said).group(1))
    wrong = re.search(r"(Non-2xx.*|Socket errors.*)", said)
    row.update(requests_s=float(re.search(r"Requests/sec: +([\d.]+)", said).group(1)), requests=requests,
               p50_ms=milliseconds(re.search(r"50% +(\S+)", said).group(1)), p99_ms=milliseconds(re.search(r"99% +(\S+)", said).group(1)),
               cpu_s=round(cpu, 2), cpu_of_wall=round(cpu / wall, 2), us_a_request=round(cpu / max(requests, 1) * 1e6, 2),
               load=round(os.getloadavg()[0], 2))
    return {**row, "why": wrong.group(1) if wrong else ""}


def spread(values, digits):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def table(rows, baseline):
    lines = ["| | requests/s (range) | of baseline (range) | CPU us a request | CPU/wall | p50 ms | p99 ms (worst) | MB | rounds |",
             "|---|---|---|---|---|---|---|---|---|"]
    base = {row["round"]: row["requests_s"] for row in rows if row["label"] == baseline and not row["why"]}
    for label in dict.fromkeys(row["label"] for row in rows):
        some = [row for row in rows if row["label"] == label and not row["why"]]
        failed = [row["why"] for row in rows if row["label"] == label and row["why"]]
        if not some:
            lines.append(f"| {label} | no good row: {failed[0]} |" + " |" * 7)
            continue
        ratios = [row["requests_s"] / base[row["round"]] for row in some if row["round"] in base]
        of = spread(ratios, 3) if ratios else "-"
        lines.append(f"| {label} | {spread([r['requests_s'] for r in some], 0)} | {of} | {spread([r['us_a_request'] for r in some], 1)} "
                     f"| {statistics.median(r['cpu_of_wall'] for r in some):.2f} | {statistics.median(r['p50_ms'] for r in some):.2f} "
                     f"| {statistics.median(r['p99_ms'] for r in some):.2f} ({max(r['p99_ms'] for r in some):.2f}) "
                     f"| {max(r['resident_mb'] for r in some):.0f} | {len(some)}{f' ({len(failed)} failed: {failed[0]})' if failed else ''} |")
    return "\n".join(lines)


def main():
    o = options()
    rows = []
    for turn in range(o.rounds + 1):
        for label, command in o.server:
            row = measure(o, label, command)
            print(f"{o.scenario} {turn} {label}: {row.get('requests_s', 0):,.0f}/s, p99 {row.get('p99_ms', 0)} ms, "
                  f"CPU/wall {row.get('cpu_of_wall', 0)} {row['why']}", file=sys.stderr, flush=True)
            if turn > 0:
                rows.append({**row, "round": turn, "baseline": o.baseline})
                if o.out:
                    with open(o.out, "a", encoding="utf-8") as f:
                        f.write(json.dumps(rows[-1]) + "\n")
    print(table(rows, o.baseline))
    return 0 if all(not row["why"] for row in rows) else 1


def report(path):
    with open(path, encoding="utf-8") as f:
        rows = [json.loads(text) for text in f]
    for row in rows:
        if "machine" in row:
            print("\n".join(f"- {key}: {value}" for key, value in row["machine"].items()))
    for name in dict.fromkeys(row["scenario"] for row in rows if "scenario" in row):
        some = [row for row in rows if row.get("scenario") == name]
        print(f"\n## {name}\n\nBaseline: {some[0]['baseline']}.\n\n{table(some, some[0]['baseline'])}")
    for name in dict.fromkeys(row["shape"] for row in rows if "shape" in row):
        print(f"\n## {name}\n")
        for row in rows:
            if row.get("shape") == name:
                print(f"- {row['label']}: {row['words']}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--report"]:
        report(sys.argv[2])
        sys.exit(0)
    sys.exit(main())
