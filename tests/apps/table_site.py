# SPDX-License-Identifier: BSD-3-Clause
"""A site on loopback that answers by a table and counts what it is asked; and troupe-crawl, run on it."""
import collections
import http.server
import json
import os
import pathlib
import signal
import subprocess
import threading
import time


class TableSite:
    """table: path -> (status, media type, body[, further header lines])."""

    def __init__(self, delay_s=0.0):
        site = self
        self.table, self.asked, self.lock = {}, collections.Counter(), threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                with site.lock:
                    site.asked[self.path] += 1
                time.sleep(delay_s)
                status, kind, body, *more = site.table.get(self.path, (404, "text/html", b"<h1>nothing</h1>"))
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in more[0] if more else ():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # the crawler was killed

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take_asked(self):
        with self.lock:
            asked, self.asked = self.asked, collections.Counter()
        return asked

    def path(self, url):
        return url.removeprefix(self.origin) if url else url


class Ended:
    """What a crawl came to: code, rows, stats, err, rss_mib. Killed ones have their code alone."""

    def __init__(self, code, rows=(), stats=None, err="", rss_mib=0):
        self.code, self.rows, self.stats, self.err, self.rss_mib = code, list(rows), stats or {}, err, rss_mib


def crawl(binaries, site, folder, *options, killed_after=None):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    command = [str(binaries / "troupe-crawl"), site.origin + "/", "--progress", "never", "--stats", "json",
               "--pages", "pages.jsonl", *([] if "--per-host" in options else ["--per-host", "8"]), *options]
    with open(folder / "out", "w") as out, open(folder / "err", "w") as err:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        if killed_after is not None:
            time.sleep(killed_after)
            os.kill(process.pid, signal.SIGKILL)  # not yet waited for: it is nobody else
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL:
        return Ended(process.returncode)
    pages = folder / "pages.jsonl"
    rows = [json.loads(line) for line in pages.read_text().splitlines()] if pages.exists() else []
    text = (folder / "out").read_text()
    return Ended(process.returncode, rows, json.loads(text) if text else {}, (folder / "err").read_text(), usage.ru_maxrss >> 10)
