#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a readable table of measured rows.   usage: report.py ROWS.jsonl > ROWS.md"""
import json
import statistics
import sys

BUSY = 0.10  # share of all processors that others may have used before a row is called noisy

HEAD = ("| crawler | pages/s | CPU s/1,000 (range) | of baseline | CPU/wall | peak MB | coding "
        "| pages | again | targets again | 404 again | private | connections | server CPU s | others | rounds |")


def spread(values, digits):
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def ratio(rows, baseline_rows):
    """Returns: the median of same-round ratios of CPU time a page, with range, or "-"."""
    base = {row["round"]: row["cpu_per_1000"] for row in baseline_rows}
    found = [row["cpu_per_1000"] / base[row["round"]] for row in rows if base.get(row["round"])]
    return spread(found, 2) if found else "-"


def worst(rows, key):
    return max(row[key] for row in rows)


def line(label, rows, baseline_rows):
    good = [row for row in rows if row["ok"]]
    if not good:
        return f"| {label} | no good row: {rows[0]['why']} |" + " |" * 14
    middle = {key: statistics.median(row[key] for row in good)
              for key in ("pages_s", "cpu_per_wall", "server_cpu_s", "others")}
    noisy = " noisy" if middle["others"] > BUSY else ""
    failed = f" ({len(rows) - len(good)} failed: {next(r['why'] for r in rows if not r['ok'])})" if len(good) < len(rows) else ""
    return (f"| {label} | {middle['pages_s']:,.0f} | {spread([r['cpu_per_1000'] for r in good], 3)} "
            f"| {ratio(good, baseline_rows)} | {middle['cpu_per_wall']:.2f} | {worst(good, 'rss_mb'):.0f} "
            f"| {good[0]['coding']} | {worst(good, 'pages'):,} | {worst(good, 'again')} "
            f"| {worst(good, 'targets_again')} | {worst(good, 'missing_again')} | {worst(good, 'private')} "
            f"| {worst(good, 'connections')} | {middle['server_cpu_s']:.2f} | {middle['others']:.0%}{noisy} "
            f"| {len(good)}{failed} |")


def table(rows, baseline):
    labels = list(dict.fromkeys(row["label"] for row in rows))
    of = {label: [row for row in rows if row["label"] == label] for label in labels}
    base = [row for row in of.get(baseline, []) if row["ok"]]
    lines = [HEAD, "|---" * (HEAD.count("|") - 1) + "|"]
    lines += [line(label, of[label], base) for label in labels]
    wrong = [f"{label}: titles wrong on {max(r['titles_wrong'] for r in of[label])} pages" for label in labels
             if any(r.get("titles_wrong") for r in of[label])]
    if wrong:
        lines += ["", "Titles: " + "; ".join(wrong) + "."]
    return "\n".join(lines)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = [json.loads(text) for text in f]
    for row in rows:
        if "machine" in row:
            print("\n".join(f"- {key}: {value}" for key, value in row["machine"].items()))
    rows = [row for row in rows if "scenario" in row]
    for name in dict.fromkeys(row["scenario"] for row in rows):
        some = [row for row in rows if row["scenario"] == name]
        baseline = some[0].get("baseline")
        print(f"\n## {name}\n\nBaseline: {baseline}.\n\n{table(some, baseline)}")


if __name__ == "__main__":
    main()
