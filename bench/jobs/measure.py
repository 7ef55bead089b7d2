#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Measures ways of running many short programs, each in turn, round by round: A B C, A B C, ...

Every row is a process of its own with its children; its CPU seconds are theirs as well. Each way is given the same
list on standard input; a row is good if it ended with 0 and, where programs write, all lines came. Rows are appended
to --out; a table goes to standard output. Round 0 warms up and is not kept.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--scenario", required=True, help="a name for these rows")
    p.add_argument("--jobs", type=int, default=2000, help="lines in the list")
    p.add_argument("--lines", type=int, default=0, help="lines that all jobs together write")
    p.add_argument("--baseline", required=True, help="label that ratios are to")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--out", help="JSON lines file that rows are appended to")
    p.add_argument("--run", nargs=2, action="append", required=True, metavar=("LABEL", "COMMAND"))
    return p.parse_args()


def measure(o, label, command):
    given = "".join(f"{i}\n" for i in range(1, o.jobs + 1)).encode()
    before = os.times()
    done = subprocess.run(shlex.split(command), input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    after = os.times()
    wall = after.elapsed - before.elapsed
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    lines = done.stdout.count(b"\n")
    why = "" if done.returncode == 0 and lines == o.lines else f"exit code {done.returncode}, {lines} lines"
    return {"scenario": o.scenario, "label": label, "command": command.split("/")[-1], "jobs": o.jobs, "wall_s": round(wall, 3),
            "cpu_s": round(cpu, 3), "jobs_s": round(o.jobs / wall), "load": round(os.getloadavg()[0], 2), "why": why,
            "ok": not why}


def spread(values, digits):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def table(rows, baseline):
    lines = ["| | wall s (range) | CPU s (range) | jobs/s | wall, of baseline (range) | CPU, of baseline (range) | rounds |",
             "|---|---|---|---|---|---|---|"]
    base = {row["round"]: row for row in rows if row["label"] == baseline and row["ok"]}
    for label in dict.fromkeys(row["label"] for row in rows):
        some = [row for row in rows if row["label"] == label and row["ok"]]
        failed = [row for row in rows if row["label"] == label and not row["ok"]]
        if not some:
            lines.append(f"| {label} | no good row: {failed[0]['why']} |" + " |" * 5)
            continue
        both = [(row, base[row["round"]]) for row in some if row["round"] in base]
        of = [spread([row[what] / b[what] for row, b in both], 2) if both else "-" for what in ("wall_s", "cpu_s")]
        note = f" ({len(failed)} failed: {failed[0]['why']})" if failed else ""
        lines.append(f"| {label} | {spread([r['wall_s'] for r in some], 2)} | {spread([r['cpu_s'] for r in some], 2)} "
                     f"| {statistics.median(r['jobs_s'] for r in some):,.0f} | {of[0]} | {of[1]} | {len(some)}{note} |")
    return "\n".join(lines)


def main():
    o = options()
    rows = []
    for turn in range(o.rounds + 1):
        for label, command in o.run:
            row = measure(o, label, command)
            print(f"{o.scenario} {turn} {label}: {row['wall_s']} s, CPU {row['cpu_s']} s {row['why']}", file=sys.stderr, flush=True)
            if turn == 0:
                continue
            rows.append({**row, "round": turn, "baseline": o.baseline})
            if o.out:
                with open(o.out, "a", encoding="utf-8") as f:
                    f.write(json.dumps(rows[-1]) + "\n")
    print(table(rows, o.baseline))
    return 0 if all(row["ok"] for row in rows) else 1


def report(path):
    with open(path, encoding="utf-8") as f:
        rows = [json.loads(text) for text in f]
    for row in rows:
        if "machine" in row:
            print("\n".join(f"- {key}: {value}" for key, value in row["machine"].items()))
    rows = [row for row in rows if "scenario" in row]
    for name in dict.fromkeys(row["scenario"] for row in rows):
        some = [row for row in rows if row["scenario"] == name]
        print(f"\n## {name}\n\nBaseline: {some[0]['baseline']}.\n\n{table(some, some[0]['baseline'])}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--report"]:
        report(sys.argv[2])
        sys.exit(0)
    sys.exit(main())
