#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A site that sees how many requests are at it at once, and holds answers back until something has happened, so that a
scenario can tell what runs side by side without looking at a clock.

  held_site.py [--at-once N] [--hold PAGE UNTIL] [--delay-ms MS]

Listens on any free port of 127.0.0.1 and says where. Answers /p/ANYTHING with a small page, anything else with 404, but
  --at-once N         the first answers wait until N requests are there at once (more than come: until /-/go);
  --hold PAGE UNTIL   /p/PAGE waits until /p/UNTIL has been asked for;
  --delay-ms MS       each waits that long besides.
What waits longer than a minute is answered with 503, so that whoever tests sees a failure and no hanging.
/-/counts tells `asked` (requests for pages so far), `now` (at it) and `most` (at it at once, so far); a request is at it until
its answer is about to be sent. /-/go lets everything go.
"""
import argparse
import http.server
import json
import threading
import time

WAIT_S_MAX = 60


class Counts:
    def __init__(self, at_once):
        self.at_once = at_once
        self.open = at_once <= 1
        self.asked = self.now = self.most = 0
        self.seen = set()
        self.changed = threading.Condition()

    def comes(self, name):
        with self.changed:
            self.asked += 1
            self.now += 1
            self.most = max(self.most, self.now)
            self.open = self.open or self.now >= self.at_once
            self.seen.add(name)
            self.changed.notify_all()

    def may_go(self, until):
        """Waits. Returns: false if it took too long."""
        with self.changed:
            return self.changed.wait_for(lambda: self.open and (until is None or until in self.seen), WAIT_S_MAX)

    def goes(self):
        with self.changed:
            self.now -= 1

    def let_go(self):
        with self.changed:
            self.open = True
            self.changed.notify_all()

    def told(self):
        with self.changed:
            return json.dumps({"asked": self.asked, "now": self.now, "most": self.most}, separators=(",", ":"))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, options):
        super().__init__(("127.0.0.1", 0), Handler)
        self.options = options
        self.counts = Counts(options.at_once)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path.startswith("/p/"):
            self.page(self.path[len("/p/"):])
        elif self.path == "/-/counts":
            self.send(200, self.server.counts.told())
        elif self.path == "/-/go":
            self.server.counts.let_go()
            self.send(200, "")
        else:
            self.send(404, "")

    def page(self, name):
        counts, options = self.server.counts, self.server.options
        counts.comes(name)
        held = options.hold and options.hold[0] == name
        in_time = counts.may_go(options.hold[1] if held else None)
        time.sleep(options.delay_ms / 1000)
        counts.goes()  # before the answer: whoever has it may ask again at once
        self.send(200 if in_time else 503, f"<!doctype html><title>{name}</title><h1>page {name}</h1>")

    def send(self, status, text):
        body = text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # who asked has gone

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--hold", nargs=2, metavar=("PAGE", "UNTIL"))
    parser.add_argument("--delay-ms", type=int, default=0)
    server = Server(parser.parse_args())
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
