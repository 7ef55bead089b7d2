# SPDX-License-Identifier: BSD-3-Clause
"""A small site that remembers what it was asked, on as many ports as wanted; and how tests run troupe-crawl against it."""

import collections
import http.server
import os
import pathlib
import subprocess
import threading

Asked = collections.namedtuple("Asked", "host path headers")


class Site:
    """answer(asked) -> (status, [(name, value)], body); called on any thread."""

    def __init__(self, answer, ports=1):
        self.requests, self.lock = [], threading.Lock()
        self.servers = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                asked = Asked(self.headers.get("Host", ""), self.path, self.headers)
                with site.lock:
                    site.requests.append(asked)
                status, fields, body = answer(asked)
                self.send_response_only(status)
                for name, value in fields:
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except (ConnectionError, TimeoutError):
                    pass  # a crawler that was killed

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 512  # as many as a crawler may open at once

        for _ in range(ports):
            server = Server(("127.0.0.1", 0), Handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.servers.append(server)
        self.ports = [s.server_address[1] for s in self.servers]
        self.url = f"http://127.0.0.1:{self.ports[0]}"

    def take(self):
        """What it was asked since the last time."""
        with self.lock:
            out, self.requests = self.requests, []
        return out


class Crawler:
    def __init__(self, bin_dir, folder):
        self.program = str(pathlib.Path(bin_dir).resolve() / "troupe-crawl")
        self.folder = pathlib.Path(folder)
        self.environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}

    def command(self, *options):
        quiet = [] if options[0] == "status" else ["--progress", "never"]
        return [self.program, *map(str, options), *quiet]

    def __call__(self, *options):
        return subprocess.run(
            self.command(*options), cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)

    def start(self, *options):
        return subprocess.Popen(
            self.command(*options), cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)


def page(*links):
    return b"<html><body>" + b"".join(b"<a href='%s'>x</a>" % link.encode() for link in links) + b"</body></html>"


HTML = ("Content-Type", "text/html")
