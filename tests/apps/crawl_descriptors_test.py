#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""troupe-crawl with fewer files to open than it was told to use at a time: no page is lost for it.

    crawl_descriptors_test.py BINARIES
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checks import check, tell  # noqa: E402
from recording_site import HTML, Crawler, Site, page  # noqa: E402

PAGES = 300


def answer(asked):
    if asked.path == "/robots.txt":
        return 404, [HTML], b""
    if asked.path == "/":
        return 200, [HTML], page(*[f"/p{i}" for i in range(PAGES)])
    time.sleep(0.05)
    return 200, [HTML], page()


def crawl(folder, limit, *options):
    run = Crawler(bin_dir, folder)
    command = ["bash", "-c", f'ulimit {limit}; exec "$@"', "-", *map(str, run.command(
        site.url, "--concurrency", str(PAGES), "--per-host", str(PAGES), "--pages", "pages.jsonl", "--retries", "0", *options))]
    done = subprocess.run(command, cwd=folder, env=run.environment, capture_output=True, text=True)
    rows = [json.loads(line) for line in (folder / "pages.jsonl").read_text().splitlines()]
    return done, collections.Counter(row["error"] or row["status"] for row in rows)


bin_dir = sys.argv[1]
site = Site(answer)
with tempfile.TemporaryDirectory() as name:
    temp = pathlib.Path(name)
    for options in ((), ("--engine", "coroutines"), ("--engine", "threads"), ("--engine", "pool"),
                    ("--engine", "queue", "--fetchers", "100")):
        words = options[1] if options else "actors"
        folder = temp / words
        folder.mkdir()
        done, ended = crawl(folder, "-n 160", *options)
        check(f"{words}: every page", done.returncode == 0 and ended == {200: PAGES + 1}, (ended, done.stderr))
        check(f"{words}: how many it has at a time is said", f" requests in flight in place of {options[3] if len(options) > 2 else PAGES}: no "
              "more than 160 files" in done.stderr and done.stderr.count("\n") == 1, done.stderr)
    folder = temp / "soft"
    folder.mkdir()
    done, ended = crawl(folder, "-S -n 160")
    check("a soft limit is raised", done.returncode == 0 and ended == {200: PAGES + 1} and done.stderr == "", (ended, done.stderr))
sys.exit(tell())
