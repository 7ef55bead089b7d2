#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Measures crawlers against the bench site, each in turn, round by round: A B C, A B C, ...

Every command runs in an empty folder of its own, once to warm up and then once a round. A row holds
what the run cost (bench_run_one), what the server's log says it fetched, and how busy the rest of the
machine was. A row is only good if the crawler fetched all pages that there are, and, where it must be
right (--exact), found the very titles. Rows are appended to --out; a table goes to standard output.
"""
import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import access_log
import report
import titles

LOG_FLUSH_S = 1.3  # nginx.conf.in writes its buffer every second


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--site", required=True, help="the site's folder, with nginx.pid and access.log")
    p.add_argument("--runner", required=True, help="path of bench_run_one")
    p.add_argument("--scenario", required=True, help="a name for these rows")
    p.add_argument("--expect", required=True, type=int, help="pages that a right crawl fetches")
    p.add_argument("--titles-base", help="check items.jsonl, whose pages stand below this URL")
    p.add_argument("--exact", default="troupe", help="labels that begin so must have all titles right")
    p.add_argument("--baseline", help="label that ratios are to")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--once", action="append", default=[], metavar="LABEL",
                   help="a slow one: no warm-up, first round only")
    p.add_argument("--timeout", type=float, default=300, help="seconds that one run may take")
    p.add_argument("--out", help="JSON lines file that rows are appended to")
    p.add_argument("--run", nargs=2, action="append", required=True, metavar=("LABEL", "COMMAND"))
    return p.parse_args()


def cpu_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_cpu():
    """Returns: seconds that all processors together were not idle."""
    with open("/proc/stat", encoding="ascii") as f:
        user, nice, system, _idle, _wait, irq, soft, steal = map(int, f.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")


class Server:
    """The nginx that serves the site: its log, and its one worker's CPU time."""

    def __init__(self, site):
        self.log = os.path.join(site, "access.log")
        self.targets = access_log.redirect_targets(os.path.join(site, "redirects.conf"))
        with open(os.path.join(site, "nginx.pid"), encoding="ascii") as f:
            master = int(f.read())
        with open(f"/proc/{master}/task/{master}/children", encoding="ascii") as f:
            self.worker = int(f.read().split()[0])

    def counts_since(self, position):
        time.sleep(LOG_FLUSH_S)
        with open(self.log, encoding="utf-8", errors="replace") as f:
            f.seek(position)
            return access_log.count(f, self.targets)

    def position(self):
        return os.path.getsize(self.log)


def run_command(runner, command, folder, timeout):
    """Returns: (what bench_run_one says, the command's last line as JSON or None)."""
    cost_file = os.path.join(folder, ".cost")
    with open(os.path.join(folder, ".errors"), "wb") as errors:
        process = subprocess.Popen([runner, cost_file, *shlex.split(command)], cwd=folder, stderr=errors,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        try:
            said, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return {"exit": -1}, None
    try:
        with open(cost_file, encoding="ascii") as f:
            cost = json.load(f)
    except (OSError, ValueError):
        return {"exit": -2}, None
    try:
        return cost, json.loads(said.decode().strip().splitlines()[-1])
    except (ValueError, IndexError):
        return cost, None


def why_wrong(o, label, row):
    if row["exit"] != 0:
        return {-1: "took too long", -2: "could not be started"}.get(row["exit"], f"ended with {row['exit']}")
    if row["pages"] != o.expect:
        return f"{row['pages']} of {o.expect} pages"
    if label.startswith(o.exact) and row.get("titles_wrong", 0):
        return f"titles wrong on {row['titles_wrong']} pages"
    if label.startswith(o.exact) and row["private"]:
        return "robots.txt broken"
    return ""


def measure(o, server, truth, label, command):
    folder = tempfile.mkdtemp(prefix="bench-")
    try:
        position, served, busy = server.position(), cpu_of(server.worker), machine_cpu()
        load = os.getloadavg()[0]
        cost, said = run_command(o.runner, command, folder, o.timeout)
        busy, served = machine_cpu() - busy, cpu_of(server.worker) - served
        row = {"scenario": o.scenario, "label": label, **cost, **server.counts_since(position)}
        items = os.path.join(folder, "items.jsonl")
        if truth and os.path.exists(items):
            row["titles_wrong"] = titles.wrong_pages(items, truth)
        row["why"] = why_wrong(o, label, row)
        row["ok"] = not row["why"]
        if "wall_s" in cost:
            cpu = cost["user_s"] + cost["sys_s"]
            row.update(cpu_s=round(cpu, 4), cpu_per_wall=round(cpu / cost["wall_s"], 2),
                       pages_s=round(row["pages"] / cost["wall_s"], 1),
                       cpu_per_1000=round(1000 * cpu / max(row["pages"], 1), 4),
                       server_cpu_s=round(served, 2), load=round(load, 2),
                       others=round(max(busy - cpu - served, 0) / cost["wall_s"] / os.cpu_count(), 3))
        if not row["ok"]:
            with open(os.path.join(folder, ".errors"), encoding="utf-8", errors="replace") as f:
                row["stderr"] = f.read()[-500:]
        row["said"] = said
        return row
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    o = options()
    o.site, o.runner = os.path.abspath(o.site), os.path.abspath(o.runner)
    server = Server(o.site)
    truth = titles.expected(os.path.join(o.site, "titles.jsonl"), o.titles_base, o.expect) if o.titles_base else None
    rows = []
    for turn in range(o.rounds + 1):  # 0 warms up
        for label, command in o.run:
            if turn != 1 and label in o.once:
                continue
            row = measure(o, server, truth, label, command)
            print(f"{o.scenario} {turn} {label}: {row.get('wall_s')} s, {row.get('cpu_per_1000')} CPU s/1,000,"
                  f" others {row.get('others', 0):.0%} {row['why']}", file=sys.stderr, flush=True)
            if turn == 0:
                continue
            rows.append({**row, "round": turn})
            if o.out:
                with open(o.out, "a", encoding="utf-8") as f:
                    f.write(json.dumps({**row, "round": turn, "baseline": o.baseline}, ensure_ascii=False) + "\n")
    print(report.table(rows, o.baseline))
    return 0 if all(row["ok"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
