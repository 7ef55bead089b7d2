#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""A crawler that a careful Python programmer writes: one aiohttp session, N tasks, lxml.

usage: aiohttp_lxml.py list|graph BASE PAGES CONCURRENCY [plain]
list fetches BASE/sitehome/p/1 .. PAGES and writes their titles to items.jsonl; graph follows all
links from BASE/g/00/00000.html under robots.txt; plain asks for no compression.
"""
import asyncio
import json
import sys
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import aiohttp
from lxml import etree, html

TITLES = etree.XPath("//a[contains(concat(' ', normalize-space(@class), ' '), ' post-item-title ')]")
LINKS = etree.XPath("//a/@href")
AGENT = "bench-aiohttp"


def parse(body):
    return html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))


class Lists:
    """The list pages: a shared iterator of URLs is all the queue that is needed."""

    def __init__(self, session, base, pages):
        self.session = session
        self.urls = (f"{base}/sitehome/p/{n}" for n in range(1, pages + 1))
        self.pages = self.items = 0
        self.out = open("items.jsonl", "w", encoding="utf-8")

    async def work(self):
        for url in self.urls:
            async with self.session.get(url) as answer:
                body = await answer.read()
            self.pages += 1
            for a in TITLES(parse(body)):
                self.items += 1
                row = {"page": url, "href": urljoin(url, a.get("href").strip()),
                       "text": " ".join(a.text_content().split())}
                self.out.write(json.dumps(row, ensure_ascii=False) + "\n")

    async def run(self, width):
        await asyncio.gather(*(self.work() for _ in range(width)))
        self.out.close()


class Graph:
    """The graph: redirects go back into the queue, so that no target is fetched twice."""

    def __init__(self, session, base):
        self.session = session
        self.start = base + "/g/00/00000.html"
        self.seen = {self.start}
        self.todo = asyncio.Queue()
        self.robots = {}
        self.pages = self.items = 0

    async def rules(self, url):
        parts = urlsplit(url)
        if parts.netloc not in self.robots:
            # The task stands in for the answer, so that each host is asked once.
            self.robots[parts.netloc] = asyncio.ensure_future(
                self.fetch_rules(f"{parts.scheme}://{parts.netloc}/robots.txt"))
        return await self.robots[parts.netloc]

    async def fetch_rules(self, url):
        rules = RobotFileParser()
        async with self.session.get(url) as answer:
            rules.parse((await answer.text()).splitlines() if answer.status == 200 else [])
        return rules

    def add(self, page, links):
        for link in links:
            url = urldefrag(urljoin(page, link)).url
            if url not in self.seen and url.startswith("http://127.0.1."):
                self.seen.add(url)
                self.todo.put_nowait(url)

    async def one(self, url):
        if not (await self.rules(url)).can_fetch(AGENT, url):
            return
        async with self.session.get(url, allow_redirects=False) as answer:
            body = await answer.read()
        if answer.status == 200:
            self.pages += 1
            links = LINKS(parse(body))
            self.items += len(links)
            self.add(url, links)
        elif answer.status in (301, 302, 307, 308):
            self.add(url, [answer.headers["Location"]])

    async def work(self):
        while True:
            url = await self.todo.get()
            try:
                await self.one(url)
            finally:
                self.todo.task_done()

    async def run(self, width):
        self.todo.put_nowait(self.start)
        tasks = [asyncio.create_task(self.work()) for _ in range(width)]
        await self.todo.join()
        for task in tasks:
            task.cancel()


async def main(mode, base, pages, width, plain):
    headers = {"User-Agent": AGENT}
    if plain:
        headers["Accept-Encoding"] = "identity"
    connector = aiohttp.TCPConnector(limit=width, limit_per_host=width)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        job = Lists(session, base, pages) if mode == "list" else Graph(session, base)
        await job.run(width)
    print(json.dumps({"pages": job.pages, "items": job.items}))


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), "plain" in sys.argv[5:]))
