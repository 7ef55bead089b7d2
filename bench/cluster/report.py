#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a table of bench_cluster's rows. usage: report.py ROWS.jsonl

Ratios are of one round: the median over the rounds, and the range.
"""
import json
import statistics
import sys

NAMES = {"request": "one question at a time", "small": "256 small questions under way",
         "parcel": "one block of 64 KiB at a time", "parcels": "32 blocks of 64 KiB under way"}


def spread(values, form="{:.3g}"):
    values = sorted(values)
    return f"{form.format(statistics.median(values))} ({form.format(values[0])}-{form.format(values[-1])})"


def ratio(rows, name, way, other):
    of = {r["round"]: r["per_s"] for r in rows if r["row"] == name and r["way"] == other}
    both = [r["per_s"] / of[r["round"]] for r in rows if r["row"] == name and r["way"] == way and r["round"] in of]
    return spread(both) if both else "-"


with open(sys.argv[1], encoding="utf-8") as f:
    rows = [json.loads(line) for line in f]
machine = next((r["machine"] for r in rows if "machine" in r), {})
rows = [r for r in rows if "row" in r]
print("# Messages to another process\n")
print("\n".join(f"- {key}: {value}" for key, value in machine.items() if value) + "\n")
for name, words in NAMES.items():
    mine = [r for r in rows if r["row"] == name]
    if not mine:
        continue
    print(f"## {words}\n")
    print("| way | mean us | p50 us | p99 us | answers/s | MB/s | of tcp | of one process | CPU/wall |")
    print("|---|---|---|---|---|---|---|---|---|")
    for way in dict.fromkeys(r["way"] for r in mine):
        of = [r for r in mine if r["way"] == way]
        cells = [spread([r[k] for r in of]) for k in ("mean_us", "p50_us", "p99_us")]
        cells.append(spread([r["per_s"] for r in of], "{:,.0f}"))
        cells.append(spread([r["mb_per_s"] for r in of]) if of[0]["bytes"] > 1 else "-")
        cells += [ratio(rows, name, way, "tcp"), ratio(rows, name, way, "actor"), spread([r["cpu_wall"] for r in of])]
        print(f"| {way} | " + " | ".join(cells) + " |")
    print()
for r in rows:
    if r["row"] == "slow receiver":
        print("## A receiver that is slow\n")
        print(f"It takes {r['takes_per_s']} blocks of 64 KiB a second; the sender has {r['window']} under way "
              f"({r['window'] * r['bytes'] / 1e6:.0f} MB). The sender's memory, MB: {r['rss_mb_before']} before; then "
              + ", ".join(str(x) for x in r["rss_mb"]) + ".\n")
found = [r for r in rows if r["row"] == "detection"]
if found:
    print("## Until a loss is known\n")
    for way in dict.fromkeys(r["way"] for r in found):
        print(f"- {way}: {spread([r['ms'] for r in found if r['way'] == way], '{:,.1f}')} ms")
