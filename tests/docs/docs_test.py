#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs every command of the tours (tours.py) and of the README (readme.py), and compares what they print. Before that: that a
mistake would be found (planted.py).

  docs_test.py BINARIES [tours|readme]
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from planted import check_planted  # noqa: E402
from readme import check_readme  # noqa: E402
from shell import Failure  # noqa: E402
from tours import check_tours  # noqa: E402

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent


class Count:
    passed = failed = 0

    def check(self, words, problem):
        if problem:
            self.failed += 1
            print(f"FAILED: {words}\n{problem}", file=sys.stderr, flush=True)
        else:
            self.passed += 1


def start_site(binaries, folder):
    said = folder / "site"
    with said.open("w") as out:
        site = subprocess.Popen([binaries / "troupe-site", "--port", "0", "--lists", "5"], stdout=out)
    end = time.monotonic() + 60
    while time.monotonic() < end and site.poll() is None:
        if found := re.search(r"listening on (\S+)/\n", said.read_text()):
            return site, found[1]
        time.sleep(0.05)
    raise Failure("the demo site did not start")


def can_choose_orders(binaries):
    told = subprocess.run([binaries / "troupe-bank", "race", "--engine", "actor", "--orders"], capture_output=True, text=True, check=True)
    return "does not let orders be chosen" not in told.stdout


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["tours"], ["readme"]):
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended on the way out
    binaries = pathlib.Path(sys.argv[1]).resolve()
    which = sys.argv[2] if len(sys.argv) > 2 else "all"
    path = f"{binaries}:{os.environ['PATH']}"
    count, left_out = Count(), 0
    chosen = can_choose_orders(binaries)
    with tempfile.TemporaryDirectory(prefix="troupe.docs.") as name:
        folder = pathlib.Path(name)
        check_planted(count.check)
        if which in ("all", "tours"):
            (folder / "tour").mkdir()
            left_out += check_tours([root / "docs/tour.md", root / "docs/tour.zh-CN.md"], folder / "tour", path, chosen, count.check)
        if which in ("all", "readme"):
            site, url = start_site(binaries, folder)
            try:
                links = {"scripts": root / "scripts", "build/demo/bin": binaries}
                left_out += check_readme(root / "README.md", here / "readme", folder, path, url, links, chosen, count.check)
            finally:
                site.terminate()
                site.wait()
    print(f"{count.passed} passed, {count.failed} failed" + (f", {left_out} skipped" if left_out else ""))
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
