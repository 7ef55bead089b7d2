#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""troupe-crawl says of pages where they are to be found, and which one before had the same bytes: in all outputs.

    crawl_marks_test.py BINARIES
"""
import csv
import gzip
import pathlib
import sqlite3
import sys
import tempfile

sys.dont_write_bytecode = True
from checks import check, tell  # noqa: E402
import table_site  # noqa: E402

BINARIES = pathlib.Path(sys.argv[1]).resolve()
ENGINES = ("actors", "serial", "threads", "queue", "pool", "coroutines", "semaphore")
HTML = "text/html; charset=utf-8"
SAME = "<!doctype html><p>the same</p>"


def make_site():
    site = table_site.TableSite()
    at = site.origin

    def page(head="", body="", more=()):
        return 200, HTML, f"<!doctype html><head>{head}</head><body>{body}</body>", list(more)

    pages = ["relative", "itself", "absolute", "header", "header-itself", "both", "based", "two", "mail", "same/1", "same/2", "same/3",
             "packed-same", "other", "error", "empty/1", "empty/2", "file/1", "file/2", "moved"]
    site.table.update({
        "/": page(body="".join(f"<a href=/{p}>x</a>" for p in pages)),
        "/relative": page("<link rel=canonical href=canonical/relative>"),
        "/itself": page("<link rel=canonical href=/itself#x>"),
        "/absolute": page("<LINK HREF='http://127.0.0.9/c?a=1&amp;b=2' REL='Canonical'>"),
        "/header": page("", "1", [("Link", "</canonical/header>; rel=\"canonical\"")]),
        "/header-itself": page("", "2", [("Link", "<header-itself>; rel=canonical")]),
        "/both": page("<link rel=canonical href=/from-page>", "", [("Link", "</from-header>; rel=canonical")]),
        "/based": page(f"<base href={at}/base/><link rel=canonical href=c>"),
        "/two": page("<link rel=canonical href=/first><link rel=canonical href=/second>"),
        "/mail": page("<link rel=canonical href=mailto:me@example.org>"),
        "/same/1": (200, HTML, SAME), "/same/2": (200, HTML, SAME), "/same/3": (200, "text/html", SAME),
        "/packed-same": (200, HTML, gzip.compress(SAME.encode()), [("Content-Encoding", "gzip")]),
        "/other": (200, HTML, SAME + " "),
        "/error": (404, HTML, SAME),
        "/empty/1": (200, HTML, ""), "/empty/2": (200, HTML, ""),
        "/file/1": (200, "application/pdf", b"%PDF-1.4", [("Link", "</file/1.html>; rel=canonical")]),
        "/file/2": (200, "application/pdf", b"%PDF-1.4"),
        "/moved": (301, HTML, SAME, [("Location", "/same/1")]),
    })
    canonical = {"/relative": "/canonical/relative", "/absolute": "http://127.0.0.9/c?a=1&b=2", "/header": "/canonical/header",
                 "/both": "/from-page", "/based": "/base/c", "/two": "/first", "/file/1": "/file/1.html"}
    return site, canonical


def check_marks(words, site, canonical, rows, in_order, marked):
    """rows: (url, canonical, duplicate_of), in their order where in_order is true."""
    have = {site.path(url): site.path(where) for url, where, _ in rows if where}
    check(f"{words}: canonical", have == canonical, set(have.items()) ^ set(canonical.items()))
    for family in (["/same/1", "/same/2", "/same/3", "/packed-same"], ["/file/1", "/file/2"]):
        of = [(site.path(url), site.path(first)) for url, _, first in rows if site.path(url) in family]
        check(f"{words}: all are there", len(of) == len(family), of)
        first = [url for url, duplicate in of if not duplicate]
        if not marked:
            check(f"{words}: nothing is marked", len(first) == len(family), of)
            continue
        check(f"{words}: one of a family is no duplicate", len(first) == 1, of)
        check(f"{words}: the others are of that one", {d for _, d in of if d} == set(first), of)
        if in_order:
            check(f"{words}: it is the first", of[0][0] in first, of)
    others = [row for row in rows if site.path(row[0]) in ("/other", "/error", "/empty/1", "/empty/2", "/moved", "/header") and row[2]]
    check(f"{words}: others are no duplicates", not others, others)


def main():
    site, canonical = make_site()
    with tempfile.TemporaryDirectory() as name:
        temp = pathlib.Path(name)
        for engine in ENGINES:
            options = ["--duplicates", "mark", "--engine", engine, "--pages", "pages.csv", "--out", "all.sqlite"]
            end = table_site.crawl(BINARIES, site, temp / engine, *options)
            check(f"{engine}: exit code 0", end.code == 0, end.err)
            # Threads write rows beside each other: which is first is decided before.
            in_order = engine in ("actors", "serial", "pool", "coroutines", "semaphore")
            rows = [(row["url"], row["canonical"], row["duplicate_of"]) for row in end.rows]
            check_marks(f"{engine}, json", site, canonical, rows, in_order, True)
            with open(temp / engine / "pages.csv", newline="") as file:
                table = [(row["url"], row["canonical"], row["duplicate_of"]) for row in csv.DictReader(file)]
            check(f"{engine}: CSV says the same", table == [(u, c or "", d or "") for u, c, d in rows])
            with sqlite3.connect(temp / engine / "all.sqlite") as database:
                for source in ("pages", "page_list"):
                    asked = list(database.execute(f"SELECT url, canonical, duplicate_of FROM {source} ORDER BY pages.id"
                                                  if source == "pages" else
                                                  "SELECT url, canonical, duplicate_of FROM page_list"))
                    check(f"{engine}: so does {source} of the database", sorted(asked, key=str) == sorted(rows, key=str))
        end = table_site.crawl(BINARIES, site, temp / "off")
        check_marks("off", site, canonical, [(r["url"], r["canonical"], r["duplicate_of"]) for r in end.rows], True, False)

        # In two lives: what the first one knew the second one knows.
        options = ["--duplicates", "mark", "--state", "state", "--out", "all.sqlite", "--concurrency", "1"]
        for most in ("12", "17", "0"):
            end = table_site.crawl(BINARIES, site, temp / "lives", *options, "--max-pages", most)
        rows = [(r["url"], r["canonical"], r["duplicate_of"]) for r in end.rows]
        check_marks("in three lives", site, canonical, rows, True, True)

        # A crawl's outputs of an earlier build have fewer columns: they are written anew, which is said.
        options = ["--state", "state", "--pages", "old.csv", "--max-pages"]
        table_site.crawl(BINARIES, site, temp / "old", *options, "9")
        old = temp / "old" / "old.csv"
        lines = old.read_text().splitlines()
        old.write_text("\r\n".join(line.rsplit(",", 2)[0] for line in lines) + "\r\n" + "x" * 4096)
        end = table_site.crawl(BINARIES, site, temp / "old", *options, "0")
        check("columns of before: all rows are written anew", "other columns than this version writes; all rows are written anew"
              in end.err, end.err)
        with open(old, newline="") as file:
            have = {row["url"] for row in csv.DictReader(file) if row["canonical"] is not None}
        check("and all are there", have == {row["url"] for row in end.rows} and len(have) == len(rows), len(have))
    return tell()


sys.exit(main())
