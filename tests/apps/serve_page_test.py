#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The page at /ui/ in a real browser: Chromium without a display, told what to do by chromedriver.

    serve_page_test.py BINARIES PICTURES

Pictures of the page are left in the folder PICTURES. Exit codes: 0 all held, 1 not all, 77 no browser here.
Source: W3C WebDriver, 7 to 20; the Chrome DevTools Protocol for what WebDriver does not have.
"""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

WAIT_S = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
failures = []
passed = 0


def check(words, holds):
    global passed
    if holds:
        passed += 1
    else:
        failures.append(words)
        print("FAILED:", words, file=sys.stderr)


def ask(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
        return answer.read().decode()


def soon(holds):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return bool(holds())


class browser:
    """One window, by plain HTTP to chromedriver."""

    def __init__(self, driver_url):
        arguments = ["--headless=new", "--window-size=1280,1000", "--disable-background-networking",
                     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # no network but the server
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # its own rule for root
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments, "binary": shutil.which("chromium")},
                  "goog:loggingPrefs": {"browser": "ALL"}}
        self.driver = driver_url
        self.base = driver_url
        self.base += "/session/" + self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def call(self, method, path, body=None):
        try:
            return json.loads(ask(method, self.base + path, body))["value"]
        except urllib.error.HTTPError as e:
            raise RuntimeError(f"{method} {path}: {e.read().decode()[:500]}") from e

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def write(self, selector, text):
        element = self.find(selector)
        self.call("POST", f"/element/{element}/clear", {})
        self.call("POST", f"/element/{element}/value", {"text": text})

    def click(self, selector):
        self.run(f"document.querySelector('{selector}').scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def picture(self, path):
        """All of the page, not only what the window shows."""
        self.run("scrollTo({top: 0, behavior: 'instant'})")
        time.sleep(0.3)
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def complaints(self):
        return [f"{x['level']}: {x['message']}" for x in self.call("POST", "/se/log", {"type": "browser"})]

    def close(self):
        self.call("DELETE", "")


UNLABELLED = """
return [...document.querySelectorAll('input, select, textarea, button, canvas, progress')].filter((e) =>
  !e.labels?.length && !e.getAttribute('aria-label') && e.textContent.trim() === '').map((e) => e.outerHTML.slice(0, 80))
"""
# The contrast of each text that is seen: WCAG 2.2, 1.4.3 (4.5 to 1, or 3 to 1 where it is large).
TOO_FAINT = r"""
const rgb = (c) => c.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
const out = [];
for (const e of document.querySelectorAll('body *')) {
  const says = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!says || !e.checkVisibility() || e.matches('option, script, .skip')) continue;
  const s = getComputedStyle(e), a = light(rgb(s.color)), b = light(ground(e));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < (parseFloat(s.fontSize) >= 24 ? 3 : 4.5)) out.push(`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 80)}`);
}
return out
"""
# Charts without a line, or larger than their place.
NOT_DRAWN = """
return [...document.querySelectorAll('.chart canvas')].filter((c) => c.checkVisibility()).filter((c) => {
  const pixels = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  return c.clientWidth < 50 || c.clientWidth > c.parentElement.clientWidth || !pixels.some((v) => v !== 0);
}).map((c) => `${c.ariaLabel} ${c.clientWidth}`)
"""
TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


def number(text):
    return float(text.replace(",", "")) if re.fullmatch(r"[\d.,]+", text) else 0.0


def chart_now(page, title):
    return number(page.run("return [...document.querySelectorAll('.chart')].find((c) => "
                           "c.querySelector('h3').textContent === arguments[0])?.querySelector('.now').textContent ?? ''",
                           title))


def see_live_numbers(page, server):
    check("the page is live", soon(lambda: page.text("#link") == "live"))
    check("it says so for screen readers", page.run("return document.querySelector('#link').getAttribute('role')") == "status")

    def busy(title):
        for _ in range(20):
            ask("GET", server + "/is_prime/17,19,21")
        return chart_now(page, title) > 0
    for title in ["Requests/s", "Messages/s", "Numbers asked/s"]:
        check(f"{title} moves", soon(lambda t=title: busy(t)))
    messages = "return [...document.querySelectorAll('#actors tbody tr')].map((r) => r.cells[4].textContent)"
    before = page.run(messages)
    ask("GET", server + "/is_prime/23")
    check("the actors' messages are counted on", soon(lambda: page.run(messages) != before))


def check_primes(page):
    page.write("#numbers", "17, 18  340282366920938463463374607431768211297\n007")
    page.click("#primes-form button")
    check("verdicts come", soon(lambda: page.run("return document.querySelectorAll('.verdicts li').length") == 4))
    said = page.run("return [...document.querySelectorAll('.verdicts li')].map((l) => [...l.children].map((c) => c.textContent))")
    check(f"and are right: {said}", said == [["17", "prime"], ["18", "not prime"],
          ["340282366920938463463374607431768211297", "prime"], ["7", "prime"]])
    page.write("#numbers", "17, seventeen")
    page.click("#primes-form button")
    check("a mistake is named", soon(lambda: "seventeen" in page.text("#primes-result .bad")))
    page.write("#numbers", "17, 18, 340282366920938463463374607431768211297")
    page.click("#primes-form button")
    check("and can be mended", soon(lambda: page.run("return document.querySelectorAll('.verdicts li').length") == 3))


def move_money(page):
    accounts = [str(int(time.time()) + n) for n in range(2)]
    for account in accounts:
        page.write("#account", account)
        page.click("#open-form button")
        check("an account is opened", soon(lambda a=account: f"Account {a} is open" in page.text("#bank-result .good")))
    for field, text in [("#from", accounts[0]), ("#to", accounts[1]), ("#amount", "12.50")]:
        page.write(field, text)
    page.click("#transfer-form button")
    check("money moves: " + page.text("#bank-result"), soon(lambda: "12.50 EUR went" in page.text("#bank-result .good")))
    table = "return [...document.querySelectorAll('#balances tbody tr')].map((r) => r.cells[2].textContent)"
    check("both balances are shown", soon(lambda: page.run(table) == ["87.50", "112.50"]))
    page.write("#amount", "5000")
    page.click("#transfer-form button")
    check("what is not there is not moved", soon(lambda: page.text("#bank-result .bad") != ""))
    page.write("#amount", "0.001")
    page.click("#transfer-form button")
    check("a fraction of a cent is named", soon(lambda: "0.001 is no amount of EUR" in page.text("#bank-result .bad")))


def crawl(page, site):
    page.write("#seed", site + "/")
    page.write("#pages", "15")
    page.click("#crawl-form button")
    check("a crawl begins", soon(lambda: "has begun" in page.text("#crawl-result .good")))
    check("it is listed: " + page.text("#crawl-list"), soon(lambda: "done" in page.text("#crawl-list .tag")))
    check("with its pages", soon(lambda: page.text("#crawl-list .quiet").startswith("15 pages")))
    check("which are counted", soon(lambda: "crawl pages" in page.text("#counters")))
    page.click("#crawl-list button")
    check("it can be forgotten", soon(lambda: page.run("return document.querySelectorAll('#crawl-list li').length") == 0))
    page.click("#crawl-form button")
    check("another one is listed", soon(lambda: "done" in page.text("#crawl-list .tag")))


def see_races(page, server):
    page.open(server + "/ui/race.html")
    check("a race is shown", soon(lambda: page.text("#heading") == "2 tellers, each to draw 800 from 1000"))
    for _ in range(4):
        page.click("#next")
    check("and can be stepped through", page.text("#now").endswith("ta takes 800 from A, which holds -600 now"))
    page.run("const s = document.querySelector('#races'); s.value = 'transfer/lock'; s.dispatchEvent(new Event('change'))")
    check("another one is chosen", soon(lambda: page.text("#ending").startswith("deadlocked: ta waits for the lock of B")))
    page.open(server + "/ui/race.html?account/actor")
    check("a link can name one", soon(lambda: page.text("#counted").startswith("All 14 orders hold.")))


def states(page):
    return page.run("return Object.fromEntries([...document.querySelectorAll('#nodes tbody tr')].map((r) => "
                    "[r.cells[0].textContent, r.cells[1]?.textContent]))")


def see_cluster(page):
    check("the cluster is shown", soon(lambda: page.run("return document.querySelector('#cluster').checkVisibility()")))
    check("with its nodes", soon(lambda: states(page) == {"w1": "up", "w2": "up"}))
    check("and drawn", page.run("return document.querySelectorAll('#cluster-map circle').length") == 3)
    check("its link is there", page.run("return document.querySelector('nav a[href=\"#cluster\"]').checkVisibility()"))


def lose_some(page, node, coordinator):
    """The last that is done with a cluster."""
    node.kill()
    check("a killed node is down", soon(lambda: states(page).get("w1") == "down"))
    check("in the picture too", page.run("return document.querySelectorAll('#cluster-map g[data-state=\"down\"] circle').length") == 1)
    coordinator.kill()
    check("a lost coordinator is told of", soon(lambda: "no coordinator" in page.text("#cluster-why")))
    check("among what is not ready", soon(lambda: "cluster: no coordinator" in page.text("#not-ready")))


def look(page, pictures):
    check(f"all has labels: {page.run(UNLABELLED)}", page.run(UNLABELLED) == [])
    for scheme in ["light", "dark"]:
        page.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        for name, width, height in [("desk", 1280, 1000), ("phone", 390, 844)]:
            page.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                          mobile=name == "phone")
            time.sleep(1)
            soon(lambda: page.run(NOT_DRAWN) == [])  # a sample for charts that were sized anew
            bare = page.run(NOT_DRAWN)
            check(f"{scheme} {name}: charts are drawn: {bare}", bare == [])
            check(f"{scheme} {name}: nothing is cut off on the right", page.run(TOO_WIDE) <= 0)
            faint = page.run(TOO_FAINT)
            check(f"{scheme} {name}: all can be read: {faint}", faint == [])
            page.picture(pictures / f"page-{scheme}-{name}.png")
    page.devtools("Emulation.clearDeviceMetricsOverride")


def start(command, pattern, log):
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    path = pathlib.Path(log.name)
    found = []

    def started():
        found[:] = re.findall(pattern, path.read_text())
        return found or process.poll() is not None
    soon(started)
    if not found:
        process.kill()
        raise RuntimeError(f"{command[0]} did not start: {path.read_text()[:500]}")
    return process, found[0]


def open_page(page, server, offers):
    page.open(server + "/ui/")
    check("the page is ready", soon(lambda: page.run("return document.documentElement.dataset.ready") == "yes"))
    hidden = "return document.getElementById(arguments[0]).hidden"
    check("primes are there", page.run(hidden, "primes") is False)
    for section in ["crawls", "bank", "token-card", "cluster"]:
        check(f"{section} is there if it is offered", soon(lambda s=section: page.run(hidden, s) is not offers))


def see_all(page, server, site, pictures):
    open_page(page, server, True)
    see_live_numbers(page, server)
    see_cluster(page)
    check_primes(page)
    complaints = page.complaints()
    crawl(page, site)
    complaints += page.complaints()
    move_money(page)
    complaints += [c for c in page.complaints() if "status of 409" not in c]  # that one was provoked
    look(page, pictures)
    complaints += [c for c in page.complaints() if "willReadFrequently" not in c]  # NOT_DRAWN's own
    check(f"the browser does not complain: {complaints}", complaints == [])


def see(binaries, pictures, folder, running):
    def run(name, command, pattern):
        with open(pictures / f"{name}.log", "w") as log:
            process, found = start(command, pattern, log)
        running.append(process)
        return process, found

    serve = [binaries / "troupe-serve", "--listen", "127.0.0.1:0"]
    listening = r"listening on (\S+?)/?\s"
    _, site = run("site", [binaries / "troupe-site", "--lists", "5"], listening)
    coordinator, at = run("coordinator", [binaries / "troupe-node", "--coordinate", "--listen", "127.0.0.1:0"],
                          r"listening on (\S+) ")
    nodes = [run(name, [binaries / "troupe-node", "--join", at, "--roles", "primes", "--name", name], r"working as (\S+)")[0]
             for name in ["w1", "w2"]]
    server, url = run("server", [*serve, "--bank", folder + "/ledger.db", "--crawls", folder,
                                 "--crawl-allow", "127.0.0.0/8", "--at", at], listening)
    _, small = run("small", serve, listening)
    _, port = run("driver", [shutil.which("chromedriver"), "--port=0"], r"successfully on port (\d+)")
    page = browser(f"http://127.0.0.1:{port}")
    try:
        open_page(page, small, False)
        see_races(page, small)
        see_all(page, url, site, pictures)
        lose_some(page, nodes[0], coordinator)
        begin = time.monotonic()
        server.send_signal(signal.SIGTERM)
        check("a page that watches does not hold up the end", server.wait(timeout=WAIT_S) == 0)
        check("nor for long", time.monotonic() - begin < 5)
        check("the page says that it is cut off", soon(lambda: page.text("#link").startswith("connection lost")))
    finally:
        page.close()


def main():
    binaries, pictures = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("SKIPPED: no chromium and chromedriver here")
        return 77
    pictures.mkdir(parents=True, exist_ok=True)
    running = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            see(binaries, pictures, folder, running)
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
                process.wait()
    print(f"{passed} checks passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
