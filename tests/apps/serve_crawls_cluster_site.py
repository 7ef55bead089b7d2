#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Sites that send their visitors elsewhere, on 127.0.0.1, and one inside that nobody should come to, on 127.0.0.2.

  serve_crawls_cluster_site.py LOG

Prints three ports: a site whose /go redirects inside, one whose robots.txt does, the one inside. A line in LOG a
request: "HOST PATH", where HOST is door, robots or inside."""

import http.server
import sys
import threading

LOG = open(sys.argv[1], "a", buffering=1, encoding="ascii")


def site(host, answer):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            LOG.write(f"{host} {self.path}\n")
            status, where, body = answer(self.path)
            self.send_response(status)
            if where:
                self.send_header("Location", where)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def serve(address, handler):
    server = http.server.ThreadingHTTPServer((address, 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


inside = serve("127.0.0.2", site("inside", lambda path: (200, "", b"<title>inside</title>secret")))
away = f"http://127.0.0.2:{inside}"


def door(path):
    if path == "/robots.txt":
        return 404, "", b""
    if path == "/go":
        return 302, away + "/secret", b""
    return 200, "", b'<a href="/go">go</a>'


def robots(path):
    return (302, away + "/robots.txt", b"") if path == "/robots.txt" else (200, "", b"<p>page</p>")


print(serve("127.0.0.1", site("door", door)), serve("127.0.0.1", site("robots", robots)), inside, flush=True)
threading.Event().wait()
