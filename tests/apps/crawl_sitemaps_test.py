#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""troupe-crawl --sitemaps against a site with all kinds of sitemaps: what is fetched, once, and what never.

    crawl_sitemaps_test.py BINARIES

A server of ours on loopback has an index with a packed sitemap, a text, one that breaks off, a bomb, a page in place of
a sitemap, and links beside them. Each engine crawls it; a crawl that is kept is killed again and again.
"""
import collections
import gzip
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from checks import check, tell  # noqa: E402
import table_site  # noqa: E402

BINARIES = pathlib.Path(sys.argv[1]).resolve()
ENGINES = ("actors", "serial", "threads", "queue", "pool", "coroutines", "semaphore")
BOMB_MIB = 200
RSS_MIB_MOST = 400 if "asan" in str(BINARIES) else 150
KILLS = 5


def urlset(origin, paths):
    entries = "".join(f"<url><loc>{origin}{p.replace('&', '&amp;')}</loc></url>\n" for p in paths)
    return f'<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'


def index(origin, paths):
    entries = "".join(f"<sitemap><loc>{p if '://' in p else origin + p}</loc></sitemap>" for p in paths)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'


def bomb():
    head = '<urlset><url><loc>/from-a-bomb</loc></url>'
    member = gzip.compress(b" " * (1 << 20), 9)
    return gzip.compress(head.encode()) + member * BOMB_MIB


class Site(table_site.TableSite):
    """With sitemaps of all kinds."""

    def __init__(self, robots, delay_s=0.0):
        super().__init__(delay_s)
        self.table = self.make_table(robots)

    def make_table(self, robots):
        at, html, xml = self.origin, "text/html; charset=utf-8", "application/xml"
        pages = {"/": "<a href=/linked/1>1</a><a href=/linked/2>2</a><a href=/both>both</a>"
                      "<a rel=nofollow href=/nofollow>n</a>"}
        for i in (1, 2):
            pages[f"/linked/{i}"] = f"<a href=/deeper/{i}>d</a><a href=/>home</a>"
            pages[f"/deeper/{i}"] = "<p>x</p>"
        listed = [f"/p/{i}?a=1&b=2" for i in range(40)] + ["/both", "/from-text/1", "/from-text/2", "/before", "/from-a-bomb",
                                                          "/from-feed", "/behind-index"]
        for p in listed:
            pages[p] = f"<title>{p}</title><a href=/found-on-listed>f</a>" if p == "/p/0?a=1&b=2" else "<p>x</p>"
        pages["/found-on-listed"] = "<p>x</p>"
        table = {p: (200, html, "<!doctype html>" + body) for p, body in pages.items()}
        packed = gzip.compress(urlset(at, [p for p in listed if p.startswith("/p/")] + ["/both", "/secret/1", "/p/1?a=1&b=2"]
                                      ).replace("</urlset>", "<url><loc>http://127.0.0.3/elsewhere</loc></url></urlset>").encode())
        table.update({
            "/index.xml": (200, xml, index(at, ["/packed.xml.gz", "/more-index.xml", "/missing.xml", "/bomb.xml.gz",
                                                "/page.xml", "/feed", "http://127.0.0.3/other.xml"])),
            "/packed.xml.gz": (200, "application/x-gzip", packed),
            "/more-index.xml": (200, xml, "\ufeff\n" + index(at, ["/behind.xml", "/index.xml"])),
            "/behind.xml": (200, "text/plain", urlset(at, ["/behind-index"])),
            "/list.txt": (200, "text/plain", f"{at}/from-text/1\r\nnonsense\r\n{at}/from-text/2"),
            "/broken.xml": (200, xml, urlset(at, ["/before", "/after"]).replace("/after</loc>", "/after&</loc>")),
            "/bomb.xml.gz": (200, "application/gzip", bomb()),
            "/page.xml": (200, html, "<!DOCTYPE html><html><a href=/in-no-sitemap>x</a></html>"),
            "/feed": (200, "application/rss+xml", f"<rss version='2.0'><channel><link>{at}/no</link><item><link>{at}/from-feed"
                                                  "</link></item></channel></rss>"),
            "/sitemap.xml": (200, xml, urlset(at, ["/p/1?a=1&b=2", "/p/2?a=1&b=2"])),
        })
        if robots:
            table["/robots.txt"] = (200, "text/plain",
                                    f"Sitemap: {at}/index.xml\nUser-agent: *\nDisallow: /secret/\n\n"
                                    f"User-agent: somebody\nsitemap:{at}/list.txt\nSITEMAP : {at}/broken.xml # x\n")
        self.linked = {"/", "/linked/1", "/linked/2", "/deeper/1", "/deeper/2", "/both"}
        self.listed = set(listed)
        self.sitemaps = {"/index.xml", "/packed.xml.gz", "/more-index.xml", "/missing.xml", "/bomb.xml.gz", "/page.xml", "/feed",
                         "/behind.xml", "/list.txt", "/broken.xml"}
        return table


def crawl(site, folder, *options, killed_after=None):
    return table_site.crawl(BINARIES, site, folder, *options, killed_after=killed_after)


def paths_of(site, rows):
    return collections.Counter(row["url"].removeprefix(site.origin) for row in rows)


def check_paths(words, site, rows, expected):
    have = paths_of(site, rows)
    want = collections.Counter(expected)
    check(f"{words}: the right pages, each once", have == want, f"too many {have - want}, missing {want - have}")


def comparable(site, rows):
    return sorted(tuple(row[k] for k in ("url", "status", "bytes", "links", "redirect_to", "error")) for row in rows)


def uses(site, temp):
    site.take_asked()
    end = crawl(site, temp / "never")
    check("never: exit code 0", end.code == 0)
    check_paths("never", site, end.rows, site.linked)
    check("never: no sitemap is asked for", not set(site.take_asked()) & (site.sitemaps | {"/sitemap.xml"}))

    everything = site.linked | site.listed | site.sitemaps | {"/found-on-listed"}
    first = None
    for engine in ENGINES:
        end = crawl(site, temp / engine, "--sitemaps", "also", "--engine", engine)
        check(f"also, {engine}: exit code 0", end.code == 0)
        check_paths(f"also, {engine}", site, end.rows, everything)
        asked = site.take_asked()
        check(f"also, {engine}: each is asked for once", max(asked.values()) == 1, asked.most_common(3))
        check(f"also, {engine}: what robots.txt forbids is not", "/secret/1" not in asked and end.stats.get("robots_denied") == 1)
        # The page elsewhere, and the sitemap elsewhere.
        check(f"also, {engine}: out of scope", end.stats.get("out_of_scope") == 2, end.stats.get("out_of_scope"))
        check(f"also, {engine}: a bomb costs little memory", end.rss_mib < RSS_MIB_MOST, f"{end.rss_mib} MiB")
        first = first or comparable(site, end.rows)
        check(f"also, {engine}: the rows of the others", comparable(site, end.rows) == first)
    by_path = {row["url"].removeprefix(site.origin): row for row in end.rows}
    for path, error, links in (("/index.xml", None, 7), ("/packed.xml.gz", None, 43), ("/broken.xml", "bad_sitemap", 1),
                               ("/page.xml", "bad_sitemap", 0), ("/bomb.xml.gz", None, 1), ("/list.txt", None, 2),
                               ("/missing.xml", None, 0), ("/feed", None, 1)):
        row = by_path[path]
        check(f"{path} lists {links}", row["links"] == links and row["error"] == error, row)
    check("the bomb is cut, which is counted", end.stats.get("cut") == 1, end.stats)
    check("what an index leads to is deeper", by_path["/index.xml"]["depth"] == 0 and by_path["/behind.xml"]["depth"] == 2)
    check("what a sitemap lists is at depth 0", by_path["/p/3?a=1&b=2"]["depth"] == 0)

    end = crawl(site, temp / "only", "--sitemaps", "only", "--graph", "links.csv")
    check_paths("only", site, end.rows, {"/"} | site.listed | site.sitemaps)
    graph = (temp / "only/links.csv").read_text()
    check("only: links are written all the same", f"{site.origin}/,{site.origin}/linked/1," in graph
          and "/found-on-listed" in graph)
    by_path = {row["url"].removeprefix(site.origin): row for row in end.rows}
    check("only: links are counted all the same", by_path["/"]["links"] == 4)

    end = crawl(site, temp / "flat", "--sitemaps", "also", "--max-depth", "0")
    check_paths("depth 0", site, end.rows, {"/"} | site.listed | site.sitemaps)
    end = crawl(site, temp / "few", "--sitemaps", "only", "--sitemaps-max", "3")
    check("no more sitemaps of a host than its bound", len(site.sitemaps & set(paths_of(site, end.rows))) == 3 and end.stats["dropped"] > 0)
    site.take_asked()
    end = crawl(site, temp / "named", "--sitemaps", "only", "--sitemap", site.origin + "/list.txt")
    check_paths("a named one", site, end.rows, {"/", "/list.txt", "/from-text/1", "/from-text/2"})
    end = crawl(site, temp / "no-robots", "--sitemaps", "only", "--no-robots")
    check_paths("without robots.txt", site, end.rows, {"/", "/sitemap.xml", "/p/1?a=1&b=2", "/p/2?a=1&b=2"})
    end = crawl(site, temp / "warc", "--sitemaps", "also", "--warc", "all.warc.gz")
    check("an archive holds the sitemaps too",
          gzip.open(temp / "warc/all.warc.gz").read().count(b"\r\nWARC-Type: response\r\n") == len(everything))


def usual_place(temp):
    bare = Site(robots=False)
    end = crawl(bare, temp / "bare", "--sitemaps", "only")
    check_paths("no robots.txt", bare, end.rows, {"/", "/sitemap.xml", "/p/1?a=1&b=2", "/p/2?a=1&b=2"})
    del bare.table["/sitemap.xml"]
    end = crawl(bare, temp / "none", "--sitemaps", "also")
    check("no sitemap at all: exit code 0", end.code == 0)
    check_paths("no sitemap at all", bare, end.rows, bare.linked | {"/sitemap.xml"})


def large(temp):
    """What the protocol allows a file is more than a page may have."""
    site = Site(robots=False)
    away = [f"http://127.0.0.9:1/{i}/{'x' * 600}" for i in range(20_000)]
    site.table["/sitemap.xml"] = (200, "application/xml", urlset("", away + [site.origin + "/both"]).encode())
    for engine in ENGINES:
        end = crawl(site, temp / f"large-{engine}", "--sitemaps", "only", "--engine", engine)
        check_paths(f"13 MB of sitemap, {engine}", site, end.rows, {"/", "/sitemap.xml", "/both"})
        row = next(row for row in end.rows if row["url"].endswith("/sitemap.xml"))
        check(f"13 MB of sitemap, {engine}: all of it", row["links"] == 20_001 and row["error"] is None, row)
    site.table["/sitemap.xml"] = (200, "text/plain", f"{site.origin}/both\n".encode() + b"\n" * (50 << 20))
    end = crawl(site, temp / "too-large", "--sitemaps", "only")
    row = next(row for row in end.rows if row["url"].endswith("/sitemap.xml"))
    check("more than the protocol allows is a fault", row["error"] == "body_too_large" and row["links"] == 0, row)
    site.table["/sitemap.xml"] = (404, "text/plain", b"")
    site.table["/"] = (200, "text/html", b"<p>" + b"x" * (11 << 20))
    end = crawl(site, temp / "page", "--sitemaps", "only")
    check("a page may have what it might before", [r["error"] for r in end.rows if r["url"].endswith("/")] == ["body_too_large"],
          end.rows)


def killed(temp):
    slow = Site(robots=True, delay_s=0.02)
    options = ("--sitemaps", "also", "--out", "all.sqlite", "--concurrency", "4", "--per-host", "4")
    end = crawl(slow, temp / "whole", *options)
    want = comparable(slow, end.rows)
    draw, kills = random.Random(7), 0
    slow.take_asked()
    for _ in range(60):
        after = draw.uniform(0.05, 0.35) if kills < KILLS else None
        end = crawl(slow, temp / "killed", *options, "--state", "state", killed_after=after)
        if end.code != -signal.SIGKILL:
            break
        kills += 1
    check("it was killed, more than once", kills >= 2, kills)
    check("and came to its end", end.code == 0)
    check("with the rows of a crawl that nobody killed", comparable(slow, end.rows) == want,
          set(comparable(slow, end.rows)) ^ set(want))
    asked = slow.take_asked()
    again = sum(n - 1 for path, n in asked.items() if path != "/robots.txt")
    check("few were asked for twice", again <= 3 * 4 * (kills + 1), again)
    end = crawl(slow, temp / "killed", "--out", "all.sqlite", "--state", "state")
    check("without --sitemaps it is another crawl", end.code == 1 and "has another crawl in it" in end.err, end.err)
    print(f"killed {kills} times, {again} fetched again", flush=True)


def by_a_cluster(temp):
    node = BINARIES / "troupe-node"
    site = Site(robots=True)
    alone = crawl(site, temp / "alone", "--sitemaps", "also", "--duplicates", "mark")
    started = []

    def start(*options):
        started.append(subprocess.Popen([str(node), *options], cwd=temp, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
        return started[-1]

    try:
        line = start("--coordinate", "--listen", "127.0.0.1:0").stdout.readline()
        check("a coordinator listens", line.startswith("listening on "), line)
        at = line.split()[2]
        for name in ("anna", "bert"):
            start("--join", at, "--roles", "crawl", "--name", name)
        end = crawl(site, temp / "far", "--sitemaps", "also", "--duplicates", "mark", "--at", at)
        check("by a cluster: exit code 0", end.code == 0, end.err)
        check("by a cluster: the rows of one process", comparable(site, end.rows) == comparable(site, alone.rows),
              set(comparable(site, end.rows)) ^ set(comparable(site, alone.rows)))
        check("by a cluster: as many duplicates", sum(r["duplicate_of"] is not None for r in end.rows)
              == sum(r["duplicate_of"] is not None for r in alone.rows) > 0)
        named = crawl(site, temp / "far-named", "--sitemaps", "only", "--sitemap", site.origin + "/list.txt", "--at", at)
        check_paths("by a cluster, a named one", site, named.rows, {"/", "/list.txt", "/from-text/1", "/from-text/2"})
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def mistakes(temp):
    for options, words in ((["--sitemap", "http://h/"], "--sitemap needs --sitemaps also, or only"),
                           (["--sitemaps", "always"], "--sitemaps"),
                           (["--sitemaps", "also", "--sitemap", "mailto:x"], "--sitemap: 'mailto:x' is no URL to crawl"),
                           (["--sitemaps", "also", "--sitemaps-max", "0"], "--sitemaps-max")):
        done = subprocess.run([str(BINARIES / "troupe-crawl"), "http://127.0.0.1:1/", *options], cwd=temp, text=True,
                              capture_output=True)
        check(f"{' '.join(options)}: exit code 2", done.returncode == 2, done.returncode)
        check(f"{' '.join(options)}: one line that says so", words in done.stderr and done.stderr.count("\n") == 1, done.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        temp = pathlib.Path(name)
        mistakes(temp)
        uses(Site(robots=True), temp)
        usual_place(temp)
        large(temp)
        killed(temp)
        by_a_cluster(temp)
    return tell()


sys.exit(main())
