#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a readable table of measured rows.   usage: report.py ROWS.jsonl > ROWS.md

Times and ratios are of CPU time: on a busy machine the wall says who had to wait.
"""
import json
import statistics
import sys


def spread(values, digits):
    low, high = min(values), max(values)
    return f"{statistics.median(values):,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f})"


def line(label, rows, base):
    """Takes: base, the baseline's ns of each round."""
    good = [row for row in rows if row["ok"]]
    if len(good) < len(rows):
        return f"| {label} | **{len(rows) - len(good)} of {len(rows)} rows are wrong** | | | |"
    of_base = [row["cpu_ns"] / base[row["round"]] for row in good if row["round"] in base]
    digits = 1 if statistics.median(row["cpu_ns"] for row in good) < 10_000 else 0
    cpu = statistics.median(row["cpu_per_wall"] for row in good)
    return (f"| {label} | {spread([row['ns'] for row in good], digits)} | {spread(of_base, 3) if of_base else '-'} "
            f"| {cpu:.2f} | {len(good)} |")


def table(rows):
    baseline = rows[0]["baseline"]
    base = {row["round"]: row["cpu_ns"] for row in rows if row["label"] == baseline and row["ok"]}
    labels = list(dict.fromkeys(row["label"] for row in rows))
    return "\n".join(["| who | CPU ns a number (range) | of baseline (range) | CPU/wall | rounds |", "|---|---|---|---|---|"]
                     + [line(label, [row for row in rows if row["label"] == label], base) for label in labels])


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(text) for text in f]
    for row in rows:
        if "machine" in row:
            print("\n".join(f"- {key}: {value}" for key, value in row["machine"].items()))
    rows = [row for row in rows if "cpu_ns" in row]
    for name in dict.fromkeys(row["scenario"] for row in rows):
        some = [row for row in rows if row["scenario"] == name]
        print(f"\n## {name}\n\nBaseline: {some[0]['baseline']}.\n\n{table(some)}")


if __name__ == "__main__":
    main()
