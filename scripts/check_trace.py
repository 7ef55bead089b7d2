#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks that files are timelines in the Trace Event Format, as our programs' --trace writes them and Perfetto opens them.

    check_trace.py FILE...

Each event has what its kind needs; rows are named once; slices of one row are inside each other or apart; an arrow has
one beginning and one end, each inside a slice, and the beginning is earlier; a span has one beginning and one end,
likewise; curves have numbers. One line a file. Exit codes: 0 all are sound, 1 one is not, 2 usage.
Source: Trace Event Format (Google, 2016).
"""
import bisect
import json
import sys

NUMBER = (int, float)
NEEDS = {  # beside ph, name, pid, tid and ts
    "X": {"dur": NUMBER}, "M": {"args": dict}, "C": {"args": dict}, "i": {"s": str},
    "s": {"id": int, "cat": str}, "f": {"id": int, "cat": str, "bp": str},
    "b": {"id": int, "cat": str}, "e": {"id": int, "cat": str},
}
META = {"process_name": ("name", str), "thread_name": ("name", str), "thread_sort_index": ("sort_index", int)}


class unsound(Exception):
    pass


def must(holds, words):
    if not holds:
        raise unsound(words)


def is_a(value, kind):
    return isinstance(value, kind) and not isinstance(value, bool)


def check_fields(number, event):
    where = f"event {number}"
    must(is_a(event, dict), f"{where} is no object")
    kind = event.get("ph")
    must(kind in NEEDS, f"{where}: there is no kind {kind!r}")
    for field, kinds in {"name": str, "pid": int, "tid": int, "ts": NUMBER, **NEEDS[kind]}.items():
        must(is_a(event.get(field), kinds), f"{where} ({kind}): {field} is {event.get(field)!r}")
    must(event["name"] != "", f"{where}: it has no name")
    must(event["ts"] >= 0, f"{where}: it is before the beginning")
    if kind == "X":
        must(event["dur"] > 0, f"{where}: it takes no time")
    if kind == "M":
        must(event["name"] in META, f"{where}: metadata {event['name']!r} is not known")
        field, what = META[event["name"]]
        must(is_a(event["args"].get(field), what), f"{where}: {event['name']} without {field}")
    if kind == "C":
        must(event["args"] and all(is_a(v, (int, float)) for v in event["args"].values()), f"{where}: a curve without a number")
    if kind == "i":
        must(event["s"] in ("g", "p", "t"), f"{where}: a mark's scope is {event['s']!r}")
    if kind == "f":
        must(event["bp"] == "e", f"{where}: an arrow's end that is bound to the next slice")


def row_of(event):
    return event["pid"], event["tid"]


def check_rows(events):
    names = {}
    for e in events:
        if e["ph"] == "M" and e["name"] == "thread_name":
            must(row_of(e) not in names, f"row {e['tid']} is named twice")
            names[row_of(e)] = e["args"]["name"]
    slices = {}
    for e in events:
        if e["ph"] == "X":
            must(row_of(e) in names, f"the slice {e['name']!r} is in a row without a name")
            # In nanoseconds, which are whole: microseconds with decimals do not add up.
            begin = round(e["ts"] * 1000)
            slices.setdefault(row_of(e), []).append((begin, begin + round(e["dur"] * 1000), e["name"]))
    return {row: find_outermost(names[row], of_row) for row, of_row in slices.items()}, sum(len(x) for x in slices.values())


def find_outermost(row, slices):
    slices.sort(key=lambda x: (x[0], -x[1]))
    outermost, around = [], []
    for begin, end, name in slices:
        while around and around[-1][0] <= begin:
            around.pop()
        if not around:
            outermost.append((begin, end))
        else:
            must(end <= around[-1][0], f"row {row!r}: {around[-1][1]!r} and {name!r} overlap")
        around.append((end, name))
    return outermost


def in_a_slice(outermost, event):
    at = round(event["ts"] * 1000)
    after = bisect.bisect_right(outermost, (at, float("inf")))
    return after > 0 and at < outermost[after - 1][1]


def pair_up(events, begin, end, words):
    found = {}
    for e in events:
        if e["ph"] in (begin, end):
            sides = found.setdefault((e["cat"], e["id"]), {})
            must(e["ph"] not in sides, f"{words} {e['id']} has two of {e['ph']!r}")
            sides[e["ph"]] = e
    for (_, number), sides in found.items():
        must(begin in sides, f"{words} {number} has no beginning")
        must(end in sides, f"{words} {number} has no end")
        must(sides[begin]["ts"] < sides[end]["ts"], f"{words} {number} ends before it begins")
        must(sides[begin]["name"] == sides[end]["name"], f"{words} {number} has two names")
    return found


def check(path):
    with open(path, encoding="utf-8") as file:
        trace = json.load(file)
    must(is_a(trace, dict) and is_a(trace.get("traceEvents"), list), "no object with a list traceEvents")
    events = trace["traceEvents"]
    for number, event in enumerate(events):
        check_fields(number, event)
    slices, count = check_rows(events)
    arrows = pair_up(events, "s", "f", "arrow")
    for sides in arrows.values():
        for e in sides.values():
            must(in_a_slice(slices.get(row_of(e), []), e), f"arrow {e['id']}: {e['ph']!r} is in no slice")
    spans = pair_up(events, "b", "e", "span")
    must(slices or spans, "nothing is in it")
    return len(events), count, len(arrows), len(spans)


def main(paths):
    if not paths or any(p.startswith("-") for p in paths):
        print("usage: check_trace.py FILE...", file=sys.stderr)
        return 2
    code = 0
    for path in paths:
        try:
            print("%s: sound; %d events: %d slices, %d arrows, %d spans" % (path, *check(path)))
        except (unsound, OSError, ValueError) as e:
            print(f"{path}: {e}", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
