#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Scrapy at its fastest fair settings: no delay, no throttle, no log, no cookies, no retries.

usage: scrapy_spider.py list|graph BASE PAGES CONCURRENCY [plain]
list fetches BASE/sitehome/p/1 .. PAGES and writes their titles to items.jsonl; graph follows all
links from BASE/g/00/00000.html under robots.txt; plain asks for no compression.
"""
import json
import sys

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

MODE, BASE, PAGES, WIDTH = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
PLAIN = "plain" in sys.argv[5:]
COUNT = {"pages": 0, "items": 0}


class Lists(scrapy.Spider):
    name = "lists"
    start_urls = [f"{BASE}/sitehome/p/{n}" for n in range(1, PAGES + 1)]

    def parse(self, response):
        COUNT["pages"] += 1
        for a in response.css("a.post-item-title"):
            COUNT["items"] += 1
            yield {"page": response.url, "href": response.urljoin(a.attrib["href"].strip()),
                   "text": " ".join("".join(a.css("*::text").getall()).split())}


class Graph(scrapy.Spider):
    name = "graph"
    start_urls = [BASE + "/g/00/00000.html"]
    links = LinkExtractor()

    def parse(self, response):
        COUNT["pages"] += 1
        for link in self.links.extract_links(response):
            COUNT["items"] += 1
            yield scrapy.Request(link.url)


settings = {
    "LOG_ENABLED": False,
    "CONCURRENT_REQUESTS": WIDTH,
    "CONCURRENT_REQUESTS_PER_DOMAIN": WIDTH,
    "ROBOTSTXT_OBEY": MODE == "graph",
    "USER_AGENT": "bench-scrapy",
    "COOKIES_ENABLED": False,
    "RETRY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
}
if MODE == "list":
    settings["FEEDS"] = {"items.jsonl": {"format": "jsonlines", "encoding": "utf-8"}}
if PLAIN:
    settings["DEFAULT_REQUEST_HEADERS"] = {"Accept-Encoding": "identity"}
    settings["COMPRESSION_ENABLED"] = False
process = CrawlerProcess(settings)
process.crawl(Lists if MODE == "list" else Graph)
process.start()
print(json.dumps(COUNT))
