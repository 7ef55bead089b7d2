#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The page of a comparison (troupe-compare all --report) in a real browser: every workload, its bars, curves and latencies.

    compare_report_test.py BINARIES PICTURES

Pictures of the page are left in the folder PICTURES. Exit codes: 0 all held, 1 not all, 77 no browser here.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import serve_page_test as base
from serve_page_test import check, soon

LABELS = "return [...document.querySelectorAll('#w{} .bars .label')].map((e) => e.textContent)"
COUNT = "return document.querySelectorAll('{}').length"


def make(binaries, folder):
    page = folder / "report.html"
    told = subprocess.run([binaries / "troupe-compare", "all", "--size", "tiny", "--runs", "2", "--workers", "1,2",
                           "--json", "-", "--report", page], check=True, capture_output=True, text=True).stdout
    return page, json.loads(told)


def open_page(page, file):
    page.open("about:blank")
    page.open(file.as_uri())
    check("the page is ready", soon(lambda: page.run("return document.documentElement.dataset.ready") == "yes"))


def see_figures(page, report):
    check("the command is there", page.text("#again") == report["command"])
    check("and the machine", report["machine"]["kernel"] in page.text("#machine"))
    check("what is doubtful is said", page.run(COUNT.format("#warnings p")) == len(report["warnings"]))
    locks = [c for w in report["workloads"] for c in w["contrasts"] if c["locks"]]
    check("actors against locks: a row each", page.run(COUNT.format("#overhead-table tbody tr")) == len(locks))
    won = sum(c["ahead"] == c["against"] for c in locks)
    check("how often locks win is said", f"Locks win {won} times" in page.text("#overhead-sum"))
    check("a link to each workload", page.run(COUNT.format("#contents a")) == len(report["workloads"]))
    for i, w in enumerate(report["workloads"]):
        name = f"{w['scenario']}, {w['name']}"
        check(f"{name}: its name", page.text(f"#w{i} h2") == name)
        check(f"{name}: what bounds it", page.text(f"#w{i} .limit") == w["limit"])
        check(f"{name}: its sentences", page.run(COUNT.format(f"#w{i} .says li")) == len(w["sentences"]))
        labels = page.run(LABELS.format(i))
        check(f"{name}: a bar each: {labels}", labels == [c["label"] for c in w["cells"]])
        scaled = {c["engine"] for c in w["cells"] if c["takes_workers"]}
        served = {c["engine"] for c in w["cells"] if "latency_ms" in c}
        check(f"{name}: a curve each", page.run(COUNT.format(f"#w{i} .chart .curve[points]")) == len(scaled) + len(served))
        check(f"{name}: all figures", page.run(COUNT.format(f"#w{i} tbody tr")) == len(w["cells"]))
        bars = page.run(f"return [...document.querySelectorAll('#w{i} .bar')].map((b) => +b.getAttribute('width'))")
        longest = max(range(len(bars)), key=bars.__getitem__)
        slowest = max(c["wall_s"]["median"] for c in w["cells"])
        check(f"{name}: the longest bar is the slowest", w["cells"][longest]["wall_s"]["median"] == slowest)
        ours = [c["engine"] for c in w["cells"] if c["command"].startswith("troupe-")]
        shown = page.run(f"return [...document.querySelectorAll('#w{i} .timelines h3')].map((e) => e.textContent.split(' ')[0])")
        check(f"{name}: a timeline each: {shown}", sorted(shown) == sorted(set(ours)))
        check(f"{name}: with slices", page.run(COUNT.format(f"#w{i} .timelines svg[role] .slice")) >= len(shown))
    check("letters are drawn", page.run(COUNT.format("#w0 .timelines svg[role] .letter")) > 10)
    check("locks are seen held", page.run(COUNT.format("#w0 .timelines svg[role] .k2")) > 10)
    numbers = page.run("return [...document.querySelectorAll('svg *')].flatMap((e) => [...e.attributes]).filter((a) => /NaN|Infinity/.test(a.value)).length")
    check("no picture has a number that is none", numbers == 0)


def look(page, pictures):
    for details in [False, True]:
        page.run(f"document.querySelectorAll('details').forEach((d) => (d.open = {str(details).lower()}))")
        check("all has labels", page.run(base.UNLABELLED) == [])
        for scheme in ["light", "dark"]:
            page.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            for device, width, height in [("desk", 1280, 1000), ("phone", 360, 740)]:
                page.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                              mobile=device == "phone")
                time.sleep(0.3)
                check(f"{scheme} {device}: nothing is cut off on the right", page.run(base.TOO_WIDE) <= 0)
                faint = page.run(base.TOO_FAINT)
                check(f"{scheme} {device}: all can be read: {faint}", faint == [])
                if details:
                    page.run("document.querySelector('.timelines').scrollIntoView()")
                    page.picture(pictures / f"timelines-{scheme}-{device}.png")
                else:
                    page.picture(pictures / f"report-{scheme}-{device}.png")
    page.devtools("Emulation.clearDeviceMetricsOverride")


def see(page, binaries, pictures, folder):
    file, report = make(binaries, folder)
    open_page(page, file)
    see_figures(page, report)
    look(page, pictures)
    file.write_text(re.sub(r'(id="data" hidden>)[^<]*<', r"\1<", file.read_text()))
    page.open(file.as_uri())
    check("without a report it says so", page.run("return document.querySelector('#nothing').checkVisibility()") is True)
    complaints = page.complaints()
    check(f"the browser does not complain: {complaints[:3]}", complaints == [])


def main():
    binaries, pictures = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("skipped: no chromium with chromedriver here")
        return 77
    pictures.mkdir(parents=True, exist_ok=True)
    running = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            with open(pictures / "report-driver.log", "w") as log:
                running, port = base.start([shutil.which("chromedriver"), "--port=0"], r"successfully on port (\d+)", log)
            page = base.browser(f"http://127.0.0.1:{port}")
            try:
                see(page, binaries, pictures, pathlib.Path(folder))
            finally:
                page.close()
        finally:
            if running:
                running.terminate()
                running.wait(timeout=base.WAIT_S)
    print(f"{base.passed} passed, {len(base.failures)} failed")
    return 1 if base.failures else 0


if __name__ == "__main__":
    sys.exit(main())
