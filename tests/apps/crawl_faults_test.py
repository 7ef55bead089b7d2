#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every fault of the network, and troupe-crawl: it names the fault, goes on with the other pages, and stays small.

    crawl_faults_test.py BINARIES [--tables NAME,...] [--rss-mib-max N]

The tables are in crawl_faults/: what a server does, and what the crawl has to say of it. A table is one site with a
port a row (server.py) and one crawl of them all at once, beside ordinary pages that must all arrive: by actors, and a
third of the rows by two other engines, which share the client.

What the kernel says of a child's memory begins with what its parent had, so that this process makes no bodies itself.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.dont_write_bytecode = True
from checks import check, tell  # noqa: E402
sys.path.insert(0, str(HERE / "crawl_faults"))
import certificates  # noqa: E402
import tables  # noqa: E402
from row import Row  # noqa: E402

RSS_MIB_MAX = 120
RETRIES = 1
PATIENT_MS = 30_000  # nothing there may depend on it
LATE_MS_MOST = 15_000  # for a fault of HASTY_MS, on a machine that does something else as well
CRAWL_S_MOST = 150
ENGINES = ("actors", "threads", "coroutines")
OPTIONS = {"answers": ["--body-max", str(2 << 20)], "pages": ["--max-depth", "0"]}
ACTORS_ONLY = {"proxy", "no_proxy"}
NOT_OF_THE_NETWORK = {"none", "worker_lost", "canceled", "address_refused", "bad_sitemap"}

ALL_TABLES = ",".join(tables.TABLES)


class Site:
    """The nasty server, in a process of its own."""

    def __init__(self, table, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(HERE / "crawl_faults/server.py"), table, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.ports, self.rows = told["ports"], [Row(**fields) for fields in told["rows"]]

    def asked(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Crawl:
    """One run of troupe-crawl."""

    def __init__(self, binary, folder, urls, options, engine="actors", environment=None):
        self.folder = folder
        (folder / "seeds").write_text("".join(f"{u}\n" for u in urls))
        clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.begun = time.monotonic()
        with open(folder / "out", "wb") as out, open(folder / "err", "wb") as err:
            self.process = subprocess.Popen(
                [binary, "--seeds", "seeds", "--scope", "any", "--concurrency", "64", "--progress", "never", "--stats",
                 "json", "--select", "h1", "--out", "items.jsonl", "--pages", "pages.jsonl", "--ca-file",
                 "../ca.pem", "--engine", engine, *options],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**clean, **(environment or {})})

    def end(self):
        """Waits for it. Sets code (None: it had to be killed), rss_mib, err, stats, rows, items."""
        deadline = self.begun + CRAWL_S_MOST
        while True:
            pid, status, used = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                self.process.kill()
                _, status, used = os.wait4(self.process.pid, 0)
                status = None
                break
            time.sleep(0.02)
        self.process.returncode = self.code = None if status is None else os.waitstatus_to_exitcode(status)
        self.rss_mib = used.ru_maxrss / 1024
        self.err = (self.folder / "err").read_text(errors="replace")
        out = (self.folder / "out").read_text(errors="replace").splitlines()
        self.stats = json.loads(out[-1]) if out else {}
        self.rows = [json.loads(line) for line in self.lines("pages.jsonl")]
        self.items = collections.defaultdict(list)
        for line in self.lines("items.jsonl"):
            item = json.loads(line)
            self.items[item["page"]].append(item["text"])
        return self

    def lines(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


def is_of(value, wanted):
    return value in wanted if isinstance(wanted, list) else value == wanted


def judge_row(row, base, name, found, crawl, asked):
    """One row of a table against what the crawl left."""
    url = row.address(base.rsplit(":", 1)[1])
    got = found.pop(url, None)
    times = asked.get(f"/{row.name}", [])
    if row.listens == "yes" and row.seen is not None:
        check(f"{name}: how often the server was asked", len(times) == row.times(RETRIES), len(times))
    if row.least_gap_ms:
        check(f"{name}: when it was asked again", len(times) > 1 and times[1] - times[0] >= row.least_gap_ms, times)
    if not row.seen:
        return check(f"{name}: there is no row", got is None, got)
    if got is None:
        return check(f"{name}: there is a row", False)
    check(f"{name}: {row.error}, {row.status}", got["error"] == row.error and is_of(got["status"], row.status), got)
    check(f"{name}: in time", row.least_ms * 0.95 <= got["ms"] <= row.least_ms + LATE_MS_MOST, got["ms"])
    for field in ("links", "bytes"):
        wanted = getattr(row, field)
        if wanted is not None:
            check(f"{name}: {wanted} {field}", got[field] == wanted, got[field])
    if row.items is not None:
        check(f"{name}: what was read", crawl.items[url] == row.items, str(crawl.items[url])[:200])
    if row.error:
        check(f"{name}: nothing was read", not crawl.items[url] and got["bytes"] == 0 and got["links"] == 0, got)
    if row.moved_to:
        check(f"{name}: redirect_to", got["redirect_to"] == base + row.moved_to, got["redirect_to"])
    for path, wanted in (row.more or {}).items():
        other = found.pop(base + path, None)
        check(f"{name}: {path}", (other and [other["status"], other["error"]]) == wanted, other)
        if other and path == "/next":
            check(f"{name}: {path} is what it was", crawl.items[base + path] == [f"/next of {row.name}"])
    if row.ok:
        other = found.pop(base + "/ok", None)
        check(f"{name}: the server's other page", other and (other["status"], other["error"]) == (200, None), other)
        check(f"{name}: is what it was", crawl.items[base + "/ok"] == [f"/ok of {row.name}"], crawl.items[base + "/ok"])


class Bench:
    def __init__(self, binary, folder, rss_mib_max):
        self.binary, self.folder, self.rss_mib_max = binary, folder, rss_mib_max
        self.seen_errors = set()

    def begin(self, table, engine, site, options=()):
        rows = [r for r in site.rows if engine == "actors" or r.every]
        urls = []
        for row in rows:
            port = site.ports[row.name]
            if row.seen is not None:
                urls.append(row.address(port))
            if row.ok:
                urls.append(f"{'https' if row.tls else 'http'}://127.0.0.1:{port}/ok")
        late = table.startswith("late")
        options = [*options, "--retries", str(RETRIES), "--timeout", str(tables.HASTY_MS if late else PATIENT_MS), *OPTIONS.get(table, [])]
        if "robots" not in table:
            options.append("--no-robots")
        environment = {}
        if table in ("proxy", "no_proxy"):
            through = f"http://127.0.0.1:{site.ports['proxy' if table == 'proxy' else 'nobody']}"
            environment = {"http_proxy": through, "https_proxy": through, "no_proxy": "127.0.0.1"}
        folder = self.folder / f"{table}-{engine}"
        folder.mkdir()
        return rows, Crawl(self.binary, folder, urls, options, engine, environment)

    def bounded(self, name, crawl):
        check(f"{name}: at most {self.rss_mib_max} MiB", crawl.rss_mib <= self.rss_mib_max, f"{crawl.rss_mib:.0f} MiB")

    def run(self, table, engines):
        """By each engine, at once: they wait for the server most of the time, each for its own."""
        sites = {engine: Site(table, self.folder) for engine in engines}
        begun = {engine: self.begin(table, engine, site) for engine, site in sites.items()}
        for engine, (rows, crawl) in begun.items():
            self.judge(table, engine, sites[engine], rows, crawl)

    def judge(self, table, engine, site, rows, crawl, code=0):
        """Waits for the crawl, and compares all that it left with the table."""
        name = f"{table}, {engine}"
        crawl.end()
        print(f"{name}: {len(rows)} rows, {crawl.rss_mib:.0f} MiB", flush=True)
        check(f"{name}: exit code {code}", crawl.code == code, crawl.code)
        check(f"{name}: no complaint", crawl.err == "", crawl.err)
        self.bounded(name, crawl)
        found = {got["url"]: got for got in crawl.rows}
        check(f"{name}: each page has one row", len(found) == len(crawl.rows))
        asked = site.asked()
        for row in rows:
            if row.seen is None:
                continue
            base = f"{'https' if row.tls else 'http'}://127.0.0.1:{site.ports[row.name]}"
            judge_row(row, base, f"{row.name} ({engine})", found, crawl, asked[row.name])
        check(f"{name}: no other rows", not found, list(found.values())[:5])
        shut = sum(row.shut for row in rows)
        check(f"{name}: {shut} hosts shut", crawl.stats.get("robots_unreachable") == shut, crawl.stats)
        self.seen_errors |= {row.error for row in rows if row.error}
        self.seen_errors |= {e for row in rows for _, e in filter(None, (row.more or {}).values()) if e}
        site.end()


def run_until_stopped(bench, table="much_later"):
    """Hosts that ask for more patience than anybody has hold nothing up, and Ctrl-C ends the wait."""
    site = Site(table, bench.folder)
    rows, crawl = bench.begin(table, "actors", site)
    last = f"/ordinary-{tables.ORDINARY - 1}"
    deadline = time.monotonic() + CRAWL_S_MOST
    while last not in site.asked()["ordinary"] and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)  # the last one's answer
    os.kill(crawl.process.pid, signal.SIGINT)
    told = time.monotonic()
    bench.judge(table, "actors", site, rows, crawl, code=130)
    check(f"{table}: ended soon", time.monotonic() - told < 10, time.monotonic() - told)


def run_alone(bench, tables_wanted):
    """Each fault as the only thing that happens: exit code 1 and one line, unless there was a status to show."""
    told = set()
    for table in tables_wanted:
        site = Site(table, bench.folder)
        for row in site.rows:
            if row.error is None or row.error in told or "{port}" not in row.url:
                continue
            told.add(row.error)
            url = row.address(site.ports[row.name])
            folder = bench.folder / f"alone-{row.name}"
            folder.mkdir()
            options = ["--no-robots", "--retries", "0", "--timeout", str(tables.HASTY_MS), *OPTIONS.get(table, [])]
            crawl = Crawl(bench.binary, folder, [url], options).end()
            answered = bool(crawl.rows) and crawl.rows[0]["status"] != 0
            check(f"{row.error} alone: exit code", crawl.code == (0 if answered else 1), crawl.code)
            words = "" if answered else f"troupe-crawl: {url}: {row.error}\n"
            check(f"{row.error} alone: {words.strip()}", crawl.err == words, crawl.err)
            bench.bounded(f"{row.error} alone", crawl)
        site.end()
    return told


def fault_names():
    text = (ROOT / "domain/crawl/fault.hpp").read_text()
    return re.findall(r"^  (\w+)(?: = 0)?,", text[text.index("enum class fault"):], re.MULTILINE)


def check_words(seen):
    """The tables have every fault that a network can cause, and docs/faults.md has all of them."""
    names = fault_names()
    check("faults were found in the header", len(names) > 15, names)
    described = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/faults.md").read_text(), re.MULTILINE))
    for name in names:
        if name != "none":
            check(f"docs/faults.md has {name}", name in described)
        if name not in NOT_OF_THE_NETWORK:
            check(f"a table has {name}", name in seen)
    check("nothing else is called a fault", described <= set(names) and seen <= set(names), described | seen)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binaries")
    arguments.add_argument("--tables", default=ALL_TABLES)
    arguments.add_argument("--rss-mib-max", type=int, default=RSS_MIB_MAX)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="troupe.") as temp:
        folder = pathlib.Path(temp)
        certificates.make(folder)
        bench = Bench(os.path.join(os.path.abspath(given.binaries), "troupe-crawl"), folder, given.rss_mib_max)
        for table in given.tables.split(","):
            if table == "much_later":
                run_until_stopped(bench)
                continue
            bench.run(table, ("actors",) if table in ACTORS_ONLY else ENGINES)
        if given.tables == ALL_TABLES:
            run_alone(bench, ("connections", "late", "answers"))
            check_words(bench.seen_errors)
    return tell()


if __name__ == "__main__":
    sys.exit(main())
