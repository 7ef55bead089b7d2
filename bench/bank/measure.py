#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Measures ways of keeping a bank, each in turn, round by round: A B C, A B C, ...

Every row is a process of its own (bench_bank), which checks that no money was made or lost. To each is
added how busy the rest of the machine was, and whether the row means anything: its threads must have
been pinned, and have had the processors to themselves, or what was measured is the scheduler. Rows are
appended to --out; a table goes to standard output. Round 0 warms up: a fifth of the time, not kept.
"""
import argparse
import json
import os
import shlex
import signal
import subprocess
import sys

import report

# Two threads ran side by side if CPU/wall says so; or else if nobody took the processors from them, and it
# was each other that they waited for.
PARALLEL = 1.8
OTHERS = 0.05
TIMEOUT_S = 300


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--bench", required=True, help="path of bench_bank")
    p.add_argument("--scenario", required=True, help="a name for these rows")
    p.add_argument("--kind", required=True, choices=("memory", "durable"))
    p.add_argument("--baseline", required=True, help="label that ratios are to")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--ms", type=int, default=2000, help="how long each row makes transfers")
    p.add_argument("--common", default="", help="options for all rows")
    p.add_argument("--out", help="JSON lines file that rows are appended to")
    p.add_argument("--run", nargs=2, action="append", required=True, metavar=("LABEL", "OPTIONS"))
    return p.parse_args()


def machine_cpu():
    """Returns: seconds that all processors together were not idle."""
    with open("/proc/stat", encoding="ascii") as f:
        user, nice, system, _idle, _wait, irq, soft, steal = map(int, f.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


def run_bench(command):
    """Returns: (exit code, what it printed, its complaints)."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)
    try:
        said, complaints = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return -1, "", f"took longer than {TIMEOUT_S} s"
    return process.returncode, said.decode(), complaints.decode(errors="replace").strip()


def measure(o, label, what, ms):
    busy, before = machine_cpu(), os.times()
    code, said, complaints = run_bench([o.bench, *shlex.split(o.common), *shlex.split(what), "--ms", str(ms)])
    busy, after = machine_cpu() - busy, os.times()
    took = after.elapsed - before.elapsed
    mine = after.children_user + after.children_system - before.children_user - before.children_system
    try:
        row = json.loads(said)
    except ValueError:
        row = {"why": complaints or f"ended with {code}"}
    row = {"scenario": o.scenario, "kind": o.kind, "label": label, **row, "ok": code == 0 and not row["why"]}
    if row["ok"]:
        # Of the whole process, opening and checking included. PostgreSQL's own work counts as others'.
        row["others"] = round(max(busy - mine, 0) / took / os.cpu_count(), 3)
        if o.kind == "memory":
            row["parallel"] = row["pinned"] and (row["cpu_per_wall"] >= PARALLEL or row["others"] <= OTHERS)
    return row


def main():
    o = options()
    rows = []
    for turn in range(o.rounds + 1):
        for label, what in o.run:
            row = measure(o, label, what, o.ms if turn else max(100, o.ms // 5))
            print(f"{o.scenario} {turn} {label}: {row.get('transfers_s')} transfers/s,"
                  f" CPU/wall {row.get('cpu_per_wall')} {row['why']}", file=sys.stderr, flush=True)
            if turn == 0:
                continue
            rows.append({**row, "round": turn, "baseline": o.baseline})
            if o.out:
                with open(o.out, "a", encoding="utf-8") as f:
                    f.write(json.dumps(rows[-1]) + "\n")
    print(report.table(rows, o.kind, o.baseline))
    return 0 if all(row["ok"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
