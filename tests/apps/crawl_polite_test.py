#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A crawl that may be left running: it says why nothing moves, and is polite to hosts and to addresses.

    crawl_polite_test.py BINARIES

Each story has a server of its own on 127.0.0.1, and looks at a crawl by `troupe-crawl status` while it runs. Times are
told apart by what the server holds back for good, not by how fast this machine is.
"""
import contextlib
import http.server
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from checks import check, tell  # noqa: E402

PATIENCE_S = 60


def wait_for(what):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    return None


def links(paths):
    return "".join(f'<a href="{path}">x</a>' for path in paths)


class Site:
    """Answers by `answer(site, path)`: (status, body, headers). Counts requests, and those for pages at one time."""

    def __init__(self, answer, port=0):
        self.answer, self.asked, self.open = answer, [], threading.Event()
        self.gate, self.now, self.most, self.held, self.since = threading.Lock(), 0, 0, 0.0, time.monotonic()
        self.starts, self.samples = [], []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                page = self.path != "/robots.txt"
                with outer.gate:
                    outer.asked.append(self.path)
                    if page:
                        outer.now += 1
                        outer.most = max(outer.most, outer.now)
                        outer.starts.append(time.monotonic())
                        outer.samples.append(outer.now)
                status, body, headers = outer.answer(outer, self.path)
                data = body.encode()
                if page:
                    with outer.gate:
                        outer.now -= 1
                self.send_response(status)
                for name, value in {"Content-Type": "text/html" if page else "text/plain", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(data)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 128

            def handle_error(self, *_):
                pass  # a crawler that is killed leaves its connections

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def count(self, path):
        with self.gate:
            return self.asked.count(path)

    def end(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()


class Crawl:
    """One run of troupe-crawl, in a folder of its own, with --state state."""

    def __init__(self, folder, urls, *options, state=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.errors = open(self.folder / "err", "w")
        kept = ["--state", "state"] if state else []
        self.process = subprocess.Popen([str(BINARY), *urls, *kept, "--pages", "pages.jsonl", *options],
                                        cwd=self.folder, stdout=subprocess.DEVNULL, stderr=self.errors)

    def status(self, *options):
        run = subprocess.run([str(BINARY), "status", "--state", str(self.folder / "state"), *options],
                             capture_output=True, text=True)
        return run.stdout if run.returncode == 0 else ""

    def told(self):
        text = self.status("--json")
        return json.loads(text)["told"] if text else {}

    def reason(self, name):
        """What is told of a reason, or None."""
        return next((r for r in self.told().get("reasons", []) if r["reason"] == name), None)

    def host(self, name):
        return next((h for h in self.told().get("hosts_now", []) if h["host"] == name), {})

    def said(self):
        return (self.folder / "err").read_text()

    def rows(self):
        return [json.loads(line) for line in (self.folder / "pages.jsonl").read_text().splitlines()]

    def end(self, how=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.wait()

    def wait(self):
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = f"not over after {PATIENCE_S} s"
            self.process.wait()
        self.errors.close()
        return code


def pages_of(n, robots="", page=lambda site, path: (200, "", {})):
    """A front page with n links, a robots.txt, and what the pages answer."""

    def answer(site, path):
        if path == "/robots.txt":
            return (200, robots, {})
        if path == "/":
            return (200, links(f"/{i}" for i in range(n)), {})
        return page(site, path)

    return answer


def a_crawl_delay(folder):
    site = Site(pages_of(5, "User-agent: *\nCrawl-delay: 25\n"))
    crawl = Crawl(folder, [site.url])
    found = wait_for(lambda: crawl.reason("crawl-delay"))
    now = time.time()
    check("crawl-delay: it is told while it runs", found)
    if found:
        check("crawl-delay: of one host", found["count"] == 1, found)
        check("crawl-delay: until a time that is near", now - 1 <= found["until_unix_s"] <= now + 27, found)
        host = crawl.host(site.host)
        check("crawl-delay: the host waits for it", host.get("why") == "crawl-delay" and host["delay_ms"] == 25_000, host)
        check("crawl-delay: with what is queued", host.get("queued") == 1 and host["in_flight"] == 0, host)
        check("crawl-delay: at that time", host.get("next_unix_s") == found["until_unix_s"], host)
        text = crawl.status()
        check("crawl-delay: status says so", "1  crawl-delay, the first until 20" in text, text)
        check("crawl-delay: the host's row has it", any(
            site.host in line and "crawl-delay" in line and "UTC" in line for line in text.splitlines()), text)
    words = f"waiting: the crawl-delay of {site.host} until "
    check("crawl-delay: the line of progress says so", wait_for(lambda: words in crawl.said()), crawl.said())
    check("crawl-delay: Ctrl-C", crawl.end() == 130)
    check("crawl-delay: a crawl that does not run tells nothing", "crawl-delay" not in crawl.status(), crawl.status())
    site.end()


def hosts_beyond_the_list(folder):
    """What waits is told of all; how much they have done is then told of them too."""
    sites = [Site(pages_of(20)) for _ in range(4)]
    crawl = Crawl(folder, [site.url for site in sites], "--delay", "1500")
    found = wait_for(lambda: sum(h["pages"] > 1 for h in json.loads(crawl.status("--json") or '{"hosts": []}')["hosts"]) == 4)
    check("few are listed: all have pages", found)
    text = crawl.status("--hosts", "1")
    rows = [line.split() for line in text.splitlines() if any(line.endswith(site.host) for site in sites)]
    check("few are listed: those that wait have their pages", len(rows) == 4 and all(int(row[0]) > 1 for row in rows), text)
    check("few are listed: no more are said to be left out", "hosts more" not in text, text)
    crawl.end()
    text = crawl.status("--hosts", "1")
    check("few are listed: of a crawl that does not run only those", "3 hosts more (--hosts)" in text, text)
    for site in sites:
        site.end()


def a_back_off(folder):
    site = Site(pages_of(1, page=lambda site, path: (503, "", {})))
    crawl = Crawl(folder, [site.url], "--retries", "8")
    # Each back-off is twice the one before: at last it lasts long enough to be looked at.
    found = wait_for(lambda: site.count("/0") >= 4 and crawl.reason("back-off"))
    check("back-off: it is told", found)
    if found:
        check("back-off: of one page, with a time", found["count"] == 1 and found["until_unix_s"], found)
        check("back-off: the host has it", crawl.host(site.host).get("why") in ("back-off", ""), crawl.told())
    check("back-off: Ctrl-C", crawl.end() == 130)
    site.end()


def retry_after(folder):
    site = Site(pages_of(3, page=lambda site, path: (503, "", {"Retry-After": "50"})))
    crawl = Crawl(folder, [site.url], "--per-host", "1")
    found = wait_for(lambda: crawl.reason("retry-after"))
    now = time.time()
    check("Retry-After: it is told", found)
    if found:
        check("Retry-After: until that time", now + 20 < found["until_unix_s"] <= now + 52, found)
        host = crawl.host(site.host)
        check("Retry-After: the host is held", host.get("why") == "retry-after" and host["queued"] == 3, host)
    crawl.end()
    site.end()


def robots_that_fail(folder):
    good, bad = Site(pages_of(2, "User-agent: *\nCrawl-delay: 25\n")), Site(lambda site, path: (503, "", {}))
    crawl = Crawl(folder, [good.url, bad.url])
    found = wait_for(lambda: crawl.reason("robots-unreachable"))
    check("robots.txt 503: it is told", found and found["count"] == 1, found)
    check("robots.txt 503: nothing else is asked for there", set(bad.asked) == {"/robots.txt"}, bad.asked)
    before = bad.count("/robots.txt")
    crawl.end(signal.SIGKILL)
    again = Crawl(folder, [good.url, bad.url])
    check("robots.txt 503: it is asked for again", wait_for(lambda: bad.count("/robots.txt") > before))
    check("robots.txt 503: the other's is not", good.count("/robots.txt") == 1, good.asked)
    again.end()
    good.end()
    bad.end()


def a_slow_robots(folder):
    def answer(site, path):
        if path == "/robots.txt":
            site.open.wait(PATIENCE_S)
        return (200, "", {})

    site = Site(answer)
    crawl = Crawl(folder, [site.url])
    check("robots.txt is slow: it is told", wait_for(lambda: crawl.reason("robots-asked")), crawl.told())
    check("robots.txt is slow: the host waits for it", crawl.host(site.host).get("why") == "robots-asked", crawl.told())
    site.open.set()
    check("robots.txt is slow: it goes on", crawl.wait() == 0)
    site.end()


def a_full_host(folder):
    site = Site(pages_of(3, page=lambda site, path: (site.open.wait(PATIENCE_S), (200, "", {}))[1]))
    crawl = Crawl(folder, [site.url], "--per-host", "1")
    found = wait_for(lambda: crawl.reason("per-host"))
    check("per-host: it is told", found and found["count"] == 1, crawl.told())
    host = crawl.host(site.host)
    check("per-host: with what is in flight", host.get("in_flight") == 1 and host["why"] == "per-host", host)
    check("per-host: the sentence", crawl.told().get("waiting") == f"for answers of {site.host}", crawl.told())
    site.open.set()
    check("per-host: it goes on", crawl.wait() == 0)
    check("per-host: it has ended", json.loads(crawl.status("--json"))["state"] == "ended")
    site.end()


def robots_over_a_kill(folder):
    site = Site(pages_of(40, "User-agent: *\nDisallow: /7\n"))
    options = [site.url], "--delay", "60"

    def killed_after(pages):
        crawl = Crawl(folder, *options)
        check(f"robots.txt kept: {pages} pages before a kill", wait_for(lambda: len(site.asked) >= pages), site.asked)
        wait_for(lambda: crawl.told().get("pages", 0) >= 1)
        crawl.end(signal.SIGKILL)

    killed_after(5)
    check("robots.txt kept: asked for once", site.count("/robots.txt") == 1)
    killed_after(12)
    check("robots.txt kept: not again after kill -9", site.count("/robots.txt") == 1)
    with sqlite3.connect(pathlib.Path(folder) / "state/crawl.db") as db:
        db.execute("UPDATE robots SET fetched_unix_s = fetched_unix_s - 86400")
    db.close()
    killed_after(18)
    check("robots.txt kept: again after a day", site.count("/robots.txt") == 2, site.count("/robots.txt"))
    crawl = Crawl(folder, *options, "--user-agent", "other/1")
    check("robots.txt kept: another name asks for itself", wait_for(lambda: site.count("/robots.txt") == 3))
    crawl.end(signal.SIGKILL)
    # A folder of a build that kept no robots.txt.
    with sqlite3.connect(pathlib.Path(folder) / "state/crawl.db") as db:
        db.execute("DROP TABLE robots")
    db.close()
    crawl = Crawl(folder, *options)
    check("robots.txt kept: a folder without them is gone on with", crawl.wait() == 0, crawl.said())
    check("robots.txt kept: it comes to its end", len({row["url"] for row in crawl.rows()}) == 40, len(crawl.rows()))
    check("robots.txt kept: and is obeyed", site.count("/7") == 0)
    site.end()


def nobody_answers(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    options = [url], "--no-robots", "--retries", "0"
    crawl = Crawl(folder, *options)
    check("no network: exit code 1", crawl.wait() == 1)
    told = json.loads(crawl.status("--json"))
    check("no network: it has failed, and not ended", told["state"] == "failed" and told["pages"] == 1, told["state"])
    check("no network: status says what comes of it",
          crawl.status().startswith("failed: no answer came from anywhere, the same command begins anew"), crawl.status())
    check("no network: what came is written", [row["error"] for row in crawl.rows()] == ["connect_refused"], crawl.rows())
    site = Site(pages_of(3), port)
    crawl = Crawl(folder, *options)
    check("then there is one: the same command crawls", crawl.wait() == 0, crawl.said())
    check("then there is one: it says that it begins anew", "begins anew: no answer came from anywhere" in crawl.said(), crawl.said())
    check("then there is one: the rows are the new ones", sorted(row["status"] for row in crawl.rows()) == [200] * 4, crawl.rows())
    check("then there is one: it has ended", json.loads(crawl.status("--json"))["state"] == "ended")
    site.end()
    with_robots = Crawl(str(folder) + "-robots", [url], "--retries", "0")
    check("no network, robots.txt asked for: exit code 1", with_robots.wait() == 1)
    check("no network, robots.txt asked for: not ended", json.loads(with_robots.status("--json"))["state"] == "stopped")


def one_address(folder):
    """Three hosts on one address, which are three ports here."""
    for engine in ("actors", "threads", "coroutines", "pool"):
        def page(site, _):
            time.sleep(0.02)
            return (200, "", {})

        sites = [Site(pages_of(6, page=page)) for _ in range(3)]
        gate, meter = threading.Lock(), {"now": 0, "most": 0}

        def counted(inner):
            def answer(site, path):
                if path == "/robots.txt":
                    return inner(site, path)
                with gate:
                    meter["now"] += 1
                    meter["most"] = max(meter["most"], meter["now"])
                time.sleep(0.02)
                out = inner(site, path)
                with gate:
                    meter["now"] -= 1
                return out

            return answer

        for site in sites:
            site.answer = counted(site.answer)
        urls = [site.url for site in sites]
        for most in (1, 2):
            meter["most"] = 0
            crawl = Crawl(f"{folder}/{engine}{most}", urls, "--per-ip", str(most), "--engine", engine, state=False)
            check(f"per-ip {most}, {engine}: exit code 0", crawl.wait() == 0, crawl.said())
            check(f"per-ip {most}, {engine}: all pages", len(crawl.rows()) == 21, len(crawl.rows()))
            check(f"per-ip {most}, {engine}: no more at a time", 1 <= meter["most"] <= most, meter["most"])
        if engine == "actors":
            meter["most"] = 0
            crawl = Crawl(f"{folder}/free", urls, state=False)
            check("without it more are in flight", crawl.wait() == 0 and meter["most"] > 2, meter["most"])
        for site in sites:
            site.end()


def a_delay_of_an_address(folder):
    sites = [Site(pages_of(2)) for _ in range(2)]
    crawl = Crawl(folder, [site.url for site in sites], "--ip-delay", "150", state=False)
    check("ip-delay: exit code 0", crawl.wait() == 0)
    starts = sorted(at for site in sites for at in site.starts)
    gaps = [b - a for a, b in zip(starts, starts[1:])]
    # What stands between a start here and its arrival there differs from one to the next.
    check("ip-delay: requests to one address are apart", len(gaps) == 5 and sum(gaps) >= 5 * 0.15 - 0.1, gaps)
    for site in sites:
        site.end()


def a_slow_server(folder):
    """Its answers take 30 ms for each request that it has."""

    def page(site, _):
        with site.gate:
            busy = site.now
        time.sleep(0.03 * busy)
        return (200, "", {})

    average = {}
    for name, options in (("free", []), ("throttled", ["--autothrottle"])):
        site = Site(pages_of(60, page=page))
        crawl = Crawl(f"{folder}/{name}", [site.url], "--per-host", "8", *options, state=False)
        check(f"autothrottle, {name}: all pages", crawl.wait() == 0 and len(crawl.rows()) == 61, crawl.said())
        later = site.samples[20:]
        average[name] = sum(later) / len(later)
        site.end()
    check("autothrottle: a slow server has fewer requests at a time", average["throttled"] < average["free"] / 2, average)
    print(f"requests at a time, as each one arrives: {average}", flush=True)


STORIES = [a_crawl_delay, hosts_beyond_the_list, a_back_off, retry_after, robots_that_fail, a_slow_robots, a_full_host, robots_over_a_kill,
           nobody_answers, one_address, a_delay_of_an_address, a_slow_server]

if len(sys.argv) < 2:
    sys.exit("usage: crawl_polite_test.py BINARIES [STORY...]")
BINARY = pathlib.Path(sys.argv[1]).resolve() / "troupe-crawl"
for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(name, None)
with tempfile.TemporaryDirectory() as temp:
    for story in STORIES:
        if len(sys.argv) == 2 or story.__name__ in sys.argv[2:]:
            print(f"-- {story.__name__.replace('_', ' ')}", flush=True)
            story(f"{temp}/{story.__name__}")
sys.exit(tell())
