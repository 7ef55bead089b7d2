#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""troupe-crawl --recrawl: pages that have not changed are not sent again, and the outputs are those of a crawl that
fetched everything; killed at any moment, in the switch too.

    crawl_recrawl_test.py BINARIES
KILLS (6): how often it is killed. SEED (7).
"""

import csv
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checks import check, tell  # noqa: E402
from recording_site import HTML, Crawler, Site, page  # noqa: E402

PAGES = 120
MODIFIED = "Wed, 21 Oct 2015 07:28:00 GMT"


class Pages:
    """A site by paths: "/" links to all; p0 ... have an ETag, d0 a date, n0 neither; two levels, so that a page that
    was not sent leads on. What they say is by `version`."""

    def __init__(self):
        self.version = {}
        self.gone, self.fresh = set(), set()
        self.slow = 0
        self.lies = False

    def body(self, path):
        v = self.version.get(path, 1)
        if path == "/":
            names = [f"/p{i}" for i in range(PAGES)] + ["/d0", "/n0", "/moved", "/missing"] + sorted(self.fresh)
            return page(*[n for n in names if n not in self.gone])
        if path.startswith("/p"):
            return page(f"/deep/{path[2:]}?v={v}", "/") + b"<h2><a href='/x'>item of %s</a></h2>" % path.encode()
        return page("/") + b"text %d" % v

    def answer(self, asked):
        if self.slow:
            time.sleep(self.slow)
        path = asked.path
        if path == "/robots.txt" or path == "/missing" or path in self.gone:
            return 404, [HTML, ("ETag", '"none"')], b""
        if path == "/moved":
            return 301, [("Location", "/p1"), ("ETag", '"moved"')], b""
        if self.lies:
            return 304, [], b""
        body = self.body(path)
        if path == "/d0":
            if asked.headers.get("If-Modified-Since") == MODIFIED:
                return 304, [], b""
            return 200, [HTML, ("Last-Modified", MODIFIED)], body
        if path == "/n0":
            return 200, [HTML], body
        tag = 'W/"%s"' % hashlib.sha1(body).hexdigest()
        if asked.headers.get("If-None-Match") == tag:
            return 304, [("ETag", tag)], b""
        return 200, [HTML, ("ETag", tag)], body


pages = Pages()
site = Site(pages.answer)
OUTPUTS = ("--select", "h2 a", "--pages", "pages.jsonl", "--out", "items.jsonl", "--graph", "links.csv")


def rows(folder):
    """What of the outputs is the site's, and not the moment's; a 304 is told apart elsewhere."""
    out = []
    for line in (folder / "pages.jsonl").read_text().splitlines():
        row = json.loads(line)
        status = 200 if row["status"] == 304 else row["status"]
        out.append([row["url"], status] + [row[k] for k in ("depth", "bytes", "content_type", "links", "redirect_to",
                                                            "error")])
    out += [line for line in (folder / "items.jsonl").read_text().splitlines()]
    with open(folder / "links.csv", newline="", encoding="utf-8") as file:
        out += list(map(tuple, csv.reader(file)))
    return sorted(map(str, out))


def statuses(done):
    return json.loads(done.stdout)["by_status"]


def undisturbed(temp):
    """The site as it is now, fetched whole."""
    folder = temp / f"plain-{random.random()}"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    run(site.url, *OUTPUTS)
    site.take()
    return rows(folder)


def again(temp):
    folder = temp / "again"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    options = (site.url, *OUTPUTS, "--state", "state", "--stats", "json")
    done = run(*options)
    first = json.loads(done.stdout)["pages"]
    check("it crawls", done.returncode == 0 and first == 2 * PAGES + 6, done.stdout + done.stderr)
    check("without conditions", not any("If-None-Match" in r.headers or "If-Modified-Since" in r.headers
                                        for r in site.take()))
    done = run(*options)
    check("it has ended, and names --recrawl", "come to its end" in done.stderr and "--recrawl" in done.stderr,
          done.stderr)
    check("nothing was asked", site.take() == [])

    done = run(*options, "--recrawl")
    requests = {r.path: r.headers for r in site.take()}
    check("anew: said", "is crawled anew" in done.stderr, done.stderr)
    check("all pages are asked for, and no robots.txt, which is kept for a day", len(requests) == first
          and "/robots.txt" not in requests, len(requests))
    check("nothing changed", statuses(done) == {"200": 1, "301": 1, "304": first - 3, "404": 1}
          and json.loads(done.stdout)["unchanged"] == first - 3, done.stdout)
    check("by ETag", requests["/p3"]["If-None-Match"].startswith('W/"') and "If-Modified-Since" not in requests["/p3"])
    check("by date", requests["/d0"]["If-Modified-Since"] == MODIFIED)
    check("what was no 200 has no condition", all("If-None-Match" not in requests[p] for p in ("/moved", "/missing")))
    check("the outputs are those of a whole crawl", rows(folder) == undisturbed(temp))

    pages.version["/p5"] = 2  # another link in it too
    pages.version["/d0"] = 2  # and its date says that it has not
    pages.gone |= {"/p7"}
    pages.fresh |= {"/new"}
    pages.version["/"] = 2
    done = run(*options, "--recrawl")
    site.take()
    changed = {"/", "/p5", "/deep/5?v=2", "/new", "/n0"}
    check("a page changed, one went, one came", statuses(done)["200"] == len(changed)
          and statuses(done)["304"] == first + 1 - 2 - 2 - len(changed), done.stdout)
    check("outputs again", rows(folder) == undisturbed(temp))
    seen = json.loads(run("status", "--state", "state", "--json").stdout)["against_previous"]
    # Gone: /p7, /deep/7 and /deep/5?v=1. Changed: /, p5, n0, and the two that are asked for whole.
    # The redirect has nothing to be told, and what is missing was so before.
    check("status counts them", seen == {"new": 2, "changed": 3, "unchanged": first - 8, "failed": 1, "gone": 3}, seen)
    check("in words", "2 new, 3 changed" in run("status", "--state", "state").stdout)
    db = sqlite3.connect(folder / "state/crawl.db")
    gone = {u for u, in db.execute("SELECT url FROM previous WHERE url NOT IN (SELECT url FROM pages)")}
    check("SQL says which", gone == {site.url + p for p in ("/p7", "/deep/7?v=1", "/deep/5?v=1")}, gone)
    db.close()
    done = run(*options, "--recrawl")
    check("validators outlive a 304", statuses(done)["304"] == json.loads(done.stdout)["pages"] - 3, done.stdout)
    site.take()
    pages.version.clear()
    pages.gone.clear()
    pages.fresh.clear()


def bounded(temp):
    folder = temp / "bounded"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    options = (site.url, *OUTPUTS, "--state", "state", "--stats", "json", "--max-pages", "20", "--recrawl")
    run(*options)
    done = run(*options)
    check("--max-pages ends a crawl too", statuses(done).get("304", 0) >= 10, done.stdout + done.stderr)
    done = run(*options, "--scope", "domain")
    check("another crawl is refused", done.returncode == 1 and "has another crawl in it: scope" in done.stderr)
    folder = temp / "archive"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    options = (site.url, "--state", "state", "--max-depth", "0", "--recrawl", "--warc")
    done = run(*options, "one.warc")
    check("--recrawl on a new folder is a crawl", done.returncode == 0, done.stderr)
    size = (folder / "one.warc").stat().st_size
    done = run(*options, "one.warc")
    check("an archive is not written over", done.returncode == 1 and "would write over one.warc" in done.stderr
          and (folder / "one.warc").stat().st_size == size, done.stderr)
    done = run(*options, "no/such/folder/two.warc")
    check("an archive that cannot be made", done.returncode == 1 and "no/such/folder/two.warc" in done.stderr, done.stderr)
    check("leaves the crawl as it was, ended", json.loads(run("status", "--state", "state", "--json").stdout)["state"] == "ended")
    done = run(*options, "one.warc")
    check("and the old archive is still not written over", done.returncode == 1 and "would write over one.warc" in done.stderr
          and (folder / "one.warc").stat().st_size == size, done.stderr)
    done = run(*options, "two.warc")
    data = (folder / "two.warc").read_bytes()
    check("another one has the 304", done.returncode == 0 and b"HTTP/1.1 304" in data and b"If-None-Match" in data)


def written_later(temp):
    """An ended crawl has all of its rows still."""
    folder = temp / "later"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    options = (site.url, "--select", "h2 a", "--state", "state")
    run(*options, "--pages", "pages.jsonl", "--out", "items.jsonl")
    site.take()
    first = sorted((folder / "pages.jsonl").read_text().splitlines())
    (folder / "pages.jsonl").unlink()
    for what, name in (("one that is gone", "pages.jsonl"), ("another one", "other.jsonl")):
        done = run(*options, "--pages", name, "--out", "items.jsonl")
        check(f"{what}: written", done.returncode == 0 and sorted((folder / name).read_text().splitlines()) == first, done.stderr)
        check(f"{what}: said", f"come to its end; its {len(first)} pages are written" in done.stderr, done.stderr)
        check(f"{what}: nothing is asked", site.take() == [])
        done = run(*options, "--pages", name, "--out", "items.jsonl")
        check(f"{what}: then it has nothing to do", "--recrawl does it anew" in done.stderr, done.stderr)
    done = run(*options, "--pages", "no/such/folder/p.jsonl", "--out", "items.jsonl")
    check("one that cannot be made", done.returncode == 1 and "no/such/folder/p.jsonl" in done.stderr, done.stderr)
    shutil.rmtree(folder / "state")
    crawl = subprocess.Popen(run.command(*options, "--delay", "50"), cwd=folder, env=run.environment, stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, text=True)
    while not (folder / "state/crawl.db").exists():
        time.sleep(0.01)
    time.sleep(0.3)
    shutil.rmtree(folder / "state")
    crawl.send_signal(signal.SIGINT)
    said = crawl.communicate()[1]
    check("a folder that went away is missed", "state: is gone" in said, said)
    site.take()


def lying(temp):
    folder = temp / "lying"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    pages.lies = True
    done = run(site.url, "--pages", "pages.jsonl", "--stats", "json")
    pages.lies = False
    row = json.loads((folder / "pages.jsonl").read_text())
    check("a 304 that nobody asked for", row["error"] == "not_modified_unasked" and row["status"] == 304, row)
    check("is no unchanged page", json.loads(done.stdout)["unchanged"] == 0, done.stdout)


def killed(temp):
    folder = temp / "killed"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    options = (site.url, *OUTPUTS, "--state", "state")
    run(*options)
    pages.version["/p5"] = 2
    expected = undisturbed(temp)
    pages.slow = 0.005
    shutil.copytree(folder / "state", temp / "ended")
    kills = int(os.environ.get("KILLS", "6"))
    times = 0
    crawl = run.start(*options, "--recrawl")
    for _ in range(kills):
        time.sleep(random.uniform(0.05, 0.4))
        if crawl.poll() is not None:
            break
        crawl.kill()
        crawl.wait()
        times += 1
        status = json.loads(run("status", "--state", "state", "--json").stdout)
        check("whole after a kill", status["state"] in ("stopped", "ended"), status)
        # Without --recrawl it goes on all the same where it is a re-crawl, and not where the kill came before it was.
        crawl = run.start(*options, *(["--recrawl"] if status["state"] == "ended" or times % 2 else []))
    crawl.wait()
    print(f"killed {times} times")
    check("killed at least once", times > 0)
    pages.slow = 0
    asked = site.take()
    check("exit code 0", crawl.returncode == 0)
    check("the outputs are those of a whole crawl", rows(folder) == expected)
    check("conditions were sent after kills", sum("If-None-Match" in r.headers for r in asked) >= 2 * PAGES)
    pages.version.clear()

    print("-- in the switch")
    before, after = 0, 0
    for number in range(3 * kills):
        folder = temp / f"switch-{number}"
        shutil.copytree(temp / "ended", folder / "state")
        run = Crawler(bin_dir, folder)
        crawl = run.start(*options, "--recrawl")
        time.sleep(random.uniform(0.0, 0.04))
        crawl.kill()
        crawl.wait()
        db = sqlite3.connect(folder / "state/crawl.db")
        tables = {n for n, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        count = db.execute("SELECT count(*) FROM pages").fetchone()[0]
        ended = db.execute("SELECT count(*) FROM facts WHERE name = 'ended'").fetchone()[0]
        if "previous" not in tables:
            before += 1
            check("before: all of it, and ended", count == 2 * PAGES + 6 and ended == 1, (count, ended))
        else:
            after += 1
            old = db.execute("SELECT count(*) FROM previous").fetchone()[0]
            check("after: all of it is the previous one", old == 2 * PAGES + 6, old)
        db.close()
    print(f"{before} before it, {after} after")
    done = run(*options, "--recrawl", "--stats", "json")
    check("the last of them comes to its end", done.returncode == 0 and rows(folder) == undisturbed(temp), done.stderr)


def older(temp):
    """A folder whose pages have no validators, as builds before wrote them: made from one of ours."""
    folder = temp / "older"
    folder.mkdir()
    run = Crawler(bin_dir, folder)
    options = (site.url, *OUTPUTS, "--state", "state", "--stats", "json")
    run(*options)
    db = sqlite3.connect(folder / "state/crawl.db")

    def number(data, at):
        n = shift = 0
        while True:
            n |= (data[at] & 127) << shift
            shift += 7
            at += 1
            if data[at - 1] < 128:
                return n, at

    for key, record in db.execute("SELECT number, record FROM pages").fetchall():
        if record[0] == 3:
            at = 1
            for _ in range(2):
                size, at = number(record, at)
                at += size
            db.execute("UPDATE pages SET record = ? WHERE number = ?", (b"\x01" + record[at:], key))
    left = db.execute("SELECT count(*) FROM pages WHERE substr(record, 1, 1) <> x'01'").fetchone()[0]
    db.commit()
    db.close()
    check("it is of the older format", left == 0, left)
    site.take()
    done = run(*options, "--recrawl")
    check("read, and fetched whole", done.returncode == 0 and "304" not in statuses(done), done.stdout + done.stderr)
    check("with the same outputs", rows(folder) == undisturbed(temp))
    done = run(*options, "--recrawl")
    check("from then on with conditions", statuses(done)["304"] == 2 * PAGES + 3, done.stdout)


bin_dir = sys.argv[1]
random.seed(int(os.environ.get("SEED", "7")))
with tempfile.TemporaryDirectory() as name:
    for part in (again, bounded, written_later, lying, killed, older):
        print(f"-- {part.__name__}", flush=True)
        part(pathlib.Path(name))
sys.exit(tell())
