#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Walks a site with nothing but Python's standard library, to check a crawler by: slow, simple, and
no line shared with what it checks.

  walk.py START_URL [START_URL ...]

Prints "STATUS TARGET" for each URL of the host that is reachable, robots.txt and nofollow obeyed; on standard
error how many links robots.txt forbade. Follows a, area, frame, iframe, link rel=next|canonical, meta refresh and
redirects, with <base href>; HTML of status 200 only.
"""
import concurrent.futures
import html.parser
import http.client
import os
import re
import sys
import urllib.parse
import urllib.robotparser

AGENT = "walk"
PATH_SAFE = "/%:;,@&=+$!*'()~[]|^\\-._"
QUERY_SAFE = PATH_SAFE + "?`{}"


def resolve(base, reference):
    """The absolute http URL that a browser makes of a reference, without fragment; None if it is none."""
    text = re.sub(r"[\t\n\r]", "", reference.strip("".join(map(chr, range(33)))))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return None
    head, mark, query = text.partition("#")[0].partition("?")
    try:
        url = urllib.parse.urlsplit(urllib.parse.urljoin(base, head.replace("\\", "/") + mark + query))
    except ValueError:
        return None
    path = urllib.parse.quote(url.path or "/", safe=PATH_SAFE)
    query = urllib.parse.quote(url.query, safe=QUERY_SAFE).replace("'", "%27")
    return urllib.parse.urlunsplit((url.scheme, url.netloc.lower(), path, query, ""))


class Page(html.parser.HTMLParser):
    def __init__(self, url):
        super().__init__(convert_charrefs=True)
        self.base = url
        self.based = False
        self.nofollow = False
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = {}
        for name, value in attrs:
            names.setdefault(name, value or "")
        rel = names.get("rel", "").lower().split()
        if tag == "base" and "href" in names and not self.based:
            self.base, self.based = resolve(self.base, names["href"]) or self.base, True
        elif tag in ("a", "area") and "href" in names and "nofollow" not in rel:
            self.found.append(names["href"])
        elif tag in ("frame", "iframe") and "src" in names:
            self.found.append(names["src"])
        elif tag == "link" and "href" in names and {"next", "canonical"} & set(rel):
            self.found.append(names["href"])
        elif tag == "meta":
            content = names.get("content", "")
            if names.get("name", "").lower() == "robots":
                words = re.split(r"[\s,]+", content.lower())
                self.nofollow |= "nofollow" in words or "none" in words
            elif names.get("http-equiv", "").lower() == "refresh":
                refresh = re.match(r"\s*[\d.]+\s*[;,\s]\s*(?:url\s*=\s*)?(['\"]?)(.*)\1\s*$", content, re.I | re.S)
                if refresh and refresh[2]:
                    self.found.append(refresh[2])

    def links(self):
        if self.nofollow:
            return set()
        return {u for u in (resolve(self.base, r) for r in self.found) if u}


connection = None  # one a process


def ask(url):
    global connection
    parts = urllib.parse.urlsplit(url)
    target = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
    for last in (False, True):
        if connection is None:
            connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        try:
            connection.request("GET", target, headers={"User-Agent": AGENT})
            answer = connection.getresponse()
            return answer, answer.read()
        except (http.client.HTTPException, OSError):  # the server closed an idle connection
            connection.close()
            connection = None
            if last:
                raise


def visit(url):
    """(status, links) of one URL."""
    answer, body = ask(url)
    if answer.status in (301, 302, 303, 307, 308):
        target = resolve(url, answer.getheader("Location", ""))
        return answer.status, {target} if target else set()
    kind = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if answer.status != 200 or kind not in ("text/html", "application/xhtml+xml"):
        return answer.status, set()
    page = Page(url)
    page.feed(body.decode("utf-8", "replace"))
    page.close()
    return answer.status, page.links()


def ask_alone(url):
    """As ask(), and leaves no connection behind that the workers would inherit."""
    global connection
    answer, body = ask(url)
    connection.close()
    connection = None
    return answer, body


def main():
    starts = [resolve("", s) for s in sys.argv[1:]]
    origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(starts[0]))
    answer, body = ask_alone(origin + "/robots.txt")
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(body.decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
    seen, forbidden, level = set(starts), set(), list(starts)
    with concurrent.futures.ProcessPoolExecutor(min(4, os.cpu_count() or 1)) as workers:
        while level:
            further = set()
            for url, (status, links) in zip(level, workers.map(visit, level, chunksize=8)):
                print(status, url.removeprefix(origin))
                further |= links
            fresh = {u for u in further if u.startswith(origin + "/")} - seen - forbidden
            forbidden |= {u for u in fresh if not robots.can_fetch(AGENT, u)}
            level = sorted(fresh - forbidden)
            seen.update(level)
    print(f"{len(forbidden)} links forbidden by robots.txt", file=sys.stderr)


if __name__ == "__main__":
    main()
