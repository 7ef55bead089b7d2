#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compares what a crawl left behind with what is true. One check a call; exit code 0 if it holds.

  crawl_checks.py site-pages EXPECTED.json BASE PAGES.jsonl   the rows are the reachable pages, each once
  crawl_checks.py site-log EXPECTED.json ACCESS.log           each of them was requested once, nothing else
  crawl_checks.py site-stats EXPECTED.json STATS.json         the closing object counts the same
  crawl_checks.py once ACCESS.log                             no target twice, GET only; robots.txt once
  crawl_checks.py log-is-walk ACCESS.log WALK.txt             the same targets with the same statuses
  crawl_checks.py log-is-pages ACCESS.log PAGES.jsonl BASE    the same, from the crawler's own rows
  crawl_checks.py same-pages ONE.jsonl OTHER.jsonl            two crawls saw the same
  crawl_checks.py no-binary-read PAGES.jsonl                  only HTML gave links; some rows are not HTML
  crawl_checks.py never ACCESS.log PREFIX                     nothing below PREFIX was requested
"""
import collections
import json
import sys


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def log(path):
    """(status, method, target) of each line, robots.txt aside."""
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        found = [tuple(line.split()[:3]) for line in lines]
    return [row for row in found if row[2] != "/robots.txt"]


def robots_requests(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        return sum(line.split()[2] == "/robots.txt" for line in lines)


def expected(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def differ(what, got, want, shown=10):
    """Says how two collections differ, counting repeats. Returns: whether they are the same."""
    got, want = collections.Counter(got), collections.Counter(want)
    for words, rest in (("too many", got - want), ("missing", want - got)):
        if rest:
            print(f"  {what}: {sum(rest.values())} {words}", file=sys.stderr)
            for one in sorted(rest, key=str)[:shown]:
                print(f"    {one}", file=sys.stderr)
    return got == want


def repeats(targets):
    return [t for t, n in collections.Counter(targets).items() if n > 1]


def site_pages(truth, base, pages):
    truth = expected(truth)
    want = [(r["path"], r["status"], base + r["location"] if "location" in r else "")
            for r in truth["reachable"]]
    got = [(r["url"].removeprefix(base), r["status"], r["redirect_to"] or "") for r in rows(pages)]
    return differ("rows", got, want)


def site_log(truth, access):
    truth = expected(truth)
    want = [(str(r["status"]), "GET", r["path"]) for r in truth["reachable"]]
    got = log(access)
    bad = [t for _, _, t in got if t.startswith(tuple(truth["never"]))]
    if bad:
        print(f"  requested, and must not be: {bad[:10]}", file=sys.stderr)
    return differ("requests", got, want) and not bad and robots_requests(access) == 1


def site_stats(truth, stats):
    truth, stats = expected(truth), rows(stats)[-1]
    titles = sum(len(p["titles"]) for p in truth["list_pages"])
    got = (stats["pages"], stats["items"], stats["by_status"])
    want = (len(truth["reachable"]), titles, truth["by_status"])
    if got != want:
        print(f"  stats {got}, should be {want}", file=sys.stderr)
    return got == want


def once(access):
    twice = repeats(t for _, _, t in log(access))
    others = [row for row in log(access) if row[1] != "GET"]
    if twice or others:
        print(f"  {len(twice)} targets more than once, {len(others)} not by GET: {(twice + others)[:10]}",
              file=sys.stderr)
    return not twice and not others and robots_requests(access) == 1 and len(log(access)) > 0


def log_is_walk(access, walk):
    with open(walk, encoding="utf-8") as lines:
        want = [tuple(line.split()) for line in lines]
    return differ("pages", [(s, t) for s, _, t in log(access)], want) and len(want) > 0


def log_is_pages(access, pages, base):
    got = [(str(r["status"]), r["url"].removeprefix(base)) for r in rows(pages)]
    return differ("rows", got, [(s, t) for s, _, t in log(access)])


def same_pages(one, other):
    def of(path):
        return [(r["url"], r["status"], r["bytes"], r["links"], r["redirect_to"]) for r in rows(path)]
    return differ("rows", of(other), of(one))


def no_binary_read(pages):
    others = [r for r in rows(pages) if r["status"] == 200 and "html" not in r["content_type"]]
    bad = [r["url"] for r in others if r["links"]]
    if bad:
        print(f"  read as HTML: {bad[:10]}", file=sys.stderr)
    return not bad and len(others) > 0


def never(access, prefix):
    bad = [t for _, _, t in log(access) if t.startswith(prefix)]
    if bad:
        print(f"  {len(bad)} requests below {prefix}: {bad[:10]}", file=sys.stderr)
    return not bad


def main():
    checks = {f.__name__.replace("_", "-"): f for f in (
        site_pages, site_log, site_stats, once, log_is_walk, log_is_pages, same_pages, no_binary_read, never)}
    if len(sys.argv) < 2 or sys.argv[1] not in checks:
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if checks[sys.argv[1]](*sys.argv[2:]) else 1


sys.exit(main())
