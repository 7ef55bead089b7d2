#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The page of one order (troupe-compare race --html) in a real browser, stepped through by buttons and keys.

    compare_page_test.py BINARIES PICTURES

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

HERE = "return document.querySelector('#steps [aria-current=step]')?.textContent ?? ''"
KEYS = {"left": "\ue012", "right": "\ue014", "end": "\ue010", "home": "\ue011"}


def press(page, key):
    page.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
        {"type": "keyDown", "value": KEYS[key]}, {"type": "keyUp", "value": KEYS[key]}]}]})


def make(binaries, folder, name, *arguments):
    page = folder / f"{name}.html"
    told = subprocess.run([binaries / "troupe-compare", "race", *arguments, "--json", "--html", page],
                          check=True, capture_output=True, text=True).stdout
    return page.as_uri(), json.loads(told)


def open_page(page, url):
    page.open("about:blank")
    page.open(url)
    check("the page is ready", soon(lambda: page.run("return document.documentElement.dataset.ready") == "yes"))


def step_through(page, url, story):
    """By the button, by keys and by clicks: each shows the step and the world after it."""
    open_page(page, url)
    steps = story["shown"]["steps"]
    check("it begins before the first step", page.text("#now") == "Before the first step")
    for i, step in enumerate(steps, 1):
        page.click("#next")
        check(f"the button leads to step {i}", page.run(HERE) == step["text"])
        check(f"step {i} is said", page.text("#now") == f"Step {i} of {len(steps)}: {step['text']}")
        balances = [f"{a['balance']:,}".replace("-", "−") for a in step["world"]["accounts"]]
        shown = page.run("return [...document.querySelectorAll('.balance')].map((b) => b.textContent)")
        check(f"step {i}: balances {shown}", shown == balances)
        holders = [k["holder"] or "free" for k in step["world"]["locks"]]
        shown = page.run("return [...document.querySelectorAll('#locks .tag')].map((b) => b.textContent)")
        check(f"step {i}: holders {shown}", shown[:len(holders)] == holders)
    check("there is no step beyond the last", page.run("return document.querySelector('#next').disabled") is True)
    check("the ending is told", page.text("#ending") == story["shown"]["ending"])
    press(page, "left")
    check("a key leads back", page.run(HERE) == steps[-2]["text"])
    press(page, "home")
    check("to the beginning", page.run(HERE) == "")
    press(page, "right")
    check("and on", page.run(HERE) == steps[0]["text"])
    press(page, "end")
    check("and to the end", page.run(HERE) == steps[-1]["text"])
    page.click('#steps li[data-step="2"] button')
    check("a click leads to its step", page.run(HERE) == steps[1]["text"])
    page.run("const s = document.querySelector('#slider'); s.value = 1; s.dispatchEvent(new Event('input'))")
    check("so does the slider", page.run(HERE) == steps[0]["text"])
    check("the command is there", page.text("#again") == story["again"])


def look(page, pictures, name):
    check(f"{name}: all has labels", page.run(base.UNLABELLED) == [])
    for scheme in ["light", "dark"]:
        page.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for device, width, height in [("desk", 1280, 1000), ("phone", 360, 740)]:
            page.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                          mobile=device == "phone")
            time.sleep(0.3)
            check(f"{name} {scheme} {device}: nothing is cut off on the right", page.run(base.TOO_WIDE) <= 0)
            faint = page.run(base.TOO_FAINT)
            check(f"{name} {scheme} {device}: all can be read: {faint}", faint == [])
            page.picture(pictures / f"race-{name}-{scheme}-{device}.png")
    page.devtools("Emulation.clearDeviceMetricsOverride")


def see(page, binaries, pictures, folder):
    url, story = make(binaries, folder, "account")
    step_through(page, url, story)
    open_page(page, url + "#4")
    check("a link can name the step", page.text("#now").startswith("Step 4 of 4"))
    check("where money is lost is said", "The account paid out more than it had" in page.text("#sum"))
    check("and that it cannot be saved", page.text("#ways").startswith("No"))
    look(page, pictures, "account")

    url, story = make(binaries, folder, "trap", "--model", "get-then-set")
    step_through(page, url, story)
    open_page(page, url + "#8")
    check("money from nowhere is said", "800 came from nowhere" in page.text("#sum"))
    open_page(page, url + "#2")
    check("letters that wait are shown", "balance wanted from ta, balance wanted from tb" in page.text("#people"))
    look(page, pictures, "trap")

    url, story = make(binaries, folder, "table", "--model", "philosophers", "--engine", "actor-forks")
    step_through(page, url, story)
    open_page(page, url + "#12")
    check("who waits is said", "waits for fork 2, which pb holds" in page.text("#people"))
    check("there is no money", page.run("return document.querySelector('#money-card').checkVisibility()") is False)
    look(page, pictures, "table")

    url, story = make(binaries, folder, "holds", "--model", "transfer", "--engine", "actor")
    step_through(page, url, story)
    check("what holds is called so", page.text("#counted").startswith("All 202 orders hold."))

    without = folder / "without.html"
    text = (folder / "account.html").read_text()
    without.write_text(re.sub(r'(id="data" hidden>)[^<]*<', r"\1<", text))
    page.open(without.as_uri())
    check("without a story it asks for one", page.run("return document.querySelector('#open').checkVisibility()") is True)
    file = folder / "story.json"
    file.write_text(json.dumps(story))
    element = page.find("#file")
    page.call("POST", f"/element/{element}/value", {"text": str(file)})
    check("and shows it", soon(lambda: page.text("#heading") == story["heading"]))
    complaints = page.complaints()
    check(f"the browser does not complain: {complaints}", complaints == [])


def main():
    binaries, pictures = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("skipped: no chromium with chromedriver here")
        return 77
    pictures.mkdir(parents=True, exist_ok=True)
    running = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            with open(pictures / "race-driver.log", "w") as log:
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
