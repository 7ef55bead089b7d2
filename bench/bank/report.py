#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a readable table of measured rows.   usage: report.py ROWS.jsonl > ROWS.md"""
import json
import statistics
import sys

HEADS = {
    "memory": "| engine | million transfers/s (range) | of baseline (range) | CPU/wall | others | means something | rounds |",
    "durable": "| engine | transfers/s (range) | of baseline (range) | disk sync us (range) | CPU/wall | others | rounds |",
}


def spread(values, digits):
    low, high = min(values), max(values)
    return f"{statistics.median(values):,.{digits}f} ({low:,.{digits}f}-{high:,.{digits}f})"


def ratio(rows, baseline_rows):
    """Returns: the median of same-round ratios of speed, with range, or "-"."""
    base = {row["round"]: row["transfers_s"] for row in baseline_rows}
    found = [row["transfers_s"] / base[row["round"]] for row in rows if base.get(row["round"])]
    return spread(found, 2) if found else "-"


def line(label, rows, kind, baseline_rows):
    good = [row for row in rows if row["ok"]]
    if not good:
        return f"| {label} | no good row: {rows[0]['why']} |" + " |" * 5
    # A row that did not run in parallel is shown, but no median is made of it where there are others.
    valid = [row for row in good if row.get("parallel", True)] or good
    failed = f" ({len(rows) - len(good)} failed: {next(r['why'] for r in rows if not r['ok'])})" if len(good) < len(rows) else ""
    cpu = statistics.median(row["cpu_per_wall"] for row in valid)
    against = ratio(valid, [row for row in baseline_rows if row.get("parallel", True)])
    others = statistics.median(row["others"] for row in valid)
    if kind == "memory":
        means = f"{sum(row['parallel'] for row in good)} of {len(good)}" if any(row["parallel"] for row in good) else "**no**"
        return (f"| {label} | {spread([row['transfers_s'] / 1e6 for row in valid], 1)} | {against} | {cpu:.2f} "
                f"| {others:.0%} | {means} | {len(good)}{failed} |")
    return (f"| {label} | {spread([row['transfers_s'] for row in good], 0)} | {against} "
            f"| {spread([row['sync_us'] for row in good], 0)} | {cpu:.2f} | {others:.0%} | {len(good)}{failed} |")


def table(rows, kind, baseline):
    labels = list(dict.fromkeys(row["label"] for row in rows))
    of = {label: [row for row in rows if row["label"] == label] for label in labels}
    base = [row for row in of.get(baseline, []) if row["ok"]]
    head = HEADS[kind]
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|"]
                     + [line(label, of[label], kind, base) for label in labels])


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(text) for text in f]
    for row in rows:
        if "machine" in row:
            print("\n".join(f"- {key}: {value}" for key, value in row["machine"].items()))
    rows = [row for row in rows if "scenario" in row]
    for name in dict.fromkeys(row["scenario"] for row in rows):
        some = [row for row in rows if row["scenario"] == name]
        print(f"\n## {name}\n\nBaseline: {some[0]['baseline']}.\n\n{table(some, some[0]['kind'], some[0]['baseline'])}")


if __name__ == "__main__":
    main()
