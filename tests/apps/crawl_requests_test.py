#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What requests carry: headers, a name and password, cookies; and which servers see them.

    crawl_requests_test.py BINARIES
"""

import base64
import gzip
import json
import os
import pathlib
import stat
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from checks import check, tell  # noqa: E402
from recording_site import HTML, Crawler, Site, page  # noqa: E402

ENGINES = ("actors", "threads", "coroutines", "queue")


def answer(asked):
    """A home with a door to another name of the same server, and to another port."""
    home, other = site.ports
    if asked.path == "/":
        return 200, [HTML], page("/page", "/away", "/there", f"http://127.0.0.1:{other}/else")
    if asked.path == "/away":
        return 302, [("Location", f"http://localhost:{home}/landing")], b""
    if asked.path == "/there":
        return 302, [("Location", f"http://127.0.0.1:{other}/landed")], b""
    if asked.path == "/robots.txt":
        return 404, [], b""
    return 200, [HTML], page()


def all_bytes(folder):
    """All that a crawl left behind, archives unpacked."""
    out = b""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            out += gzip.decompress(data) if path.name.endswith(".gz") else data
    return out


def fresh(parent, name):
    folder = parent / name
    folder.mkdir()
    return folder


def seen(requests, name):
    """host and path of those that had the header, and of those that had not."""
    yes = {(r.host.split(":")[0], r.host.split(":")[1], r.path) for r in requests if name in r.headers}
    no = {(r.host.split(":")[0], r.host.split(":")[1], r.path) for r in requests if name not in r.headers}
    return yes, no


def headers(temp):
    home, other = map(str, site.ports)
    for engine in ENGINES:
        run = Crawler(bin_dir, fresh(temp, f"headers-{engine}"))
        site.take()
        done = run(site.url, "--scope", "any", "--engine", engine, "--header", "X-Key: s3cret", "--header",
                   "accept: text/plain", "--pages", "pages.jsonl", "--warc", "all.warc.gz")
        requests = site.take()
        yes, no = seen(requests, "X-Key")
        at_home = {("127.0.0.1", home, p) for p in ("/", "/page", "/away", "/there", "/robots.txt")}
        check(f"{engine}: it crawls", done.returncode == 0, done.stderr)
        check(f"{engine}: home gets the header, robots.txt too", yes == at_home, yes ^ at_home)
        check(f"{engine}: others do not", {("localhost", home, "/landing"), ("127.0.0.1", other, "/else"),
                                           ("127.0.0.1", other, "/landed")} <= no, no)
        check(f"{engine}: one Accept, ours elsewhere", all(
            r.headers.get_all("Accept") == (["text/plain"] if "X-Key" in r.headers else
                                            ["text/html,application/xhtml+xml,*/*;q=0.8"]) for r in requests))
        check(f"{engine}: the header is in no output", b"s3cret" not in all_bytes(run.folder))
    run = Crawler(bin_dir, fresh(temp, "everywhere"))
    run(site.url, "--scope", "any", "--header", "X-Key: s3cret", "--header-everywhere", "--auth", "u:p")
    requests = site.take()
    check("--header-everywhere: all get it", not seen(requests, "X-Key")[1], seen(requests, "X-Key")[1])
    check("but no password", {r[1] for r in seen(requests, "Authorization")[0]} == {home}
          and {r[0] for r in seen(requests, "Authorization")[0]} == {"127.0.0.1"})
    (run.folder / "c.toml").write_text('header = ["X-One: 1", "X-Two: 2"]\n')
    done = run(site.url, "--max-depth", "0", "--config", "c.toml")
    requests = site.take()
    check("--config has headers too", done.returncode == 0 and all(
        r.headers["X-One"] == "1" and r.headers["X-Two"] == "2" for r in requests), done.stderr)


def passwords(temp):
    home, other = map(str, site.ports)
    run = Crawler(bin_dir, fresh(temp, "auth"))
    secret = "us€r:pa:ss w0rd"
    basic = "Basic " + base64.b64encode(secret.encode()).decode()
    done = run(site.url, "--scope", "any", "--auth", secret, "--state", "state", "--pages", "pages.jsonl", "--out",
               "all.sqlite", "--warc", "all.warc.gz", "--trace", "trace.json")
    requests = site.take()
    check("it crawls", done.returncode == 0, done.stderr)
    yes, no = seen(requests, "Authorization")
    check("home gets the password", {r.headers["Authorization"] for r in requests if "Authorization" in r.headers}
          == {basic} and {p for _, _, p in yes} == {"/", "/page", "/away", "/there", "/robots.txt"}, yes)
    check("nobody else", {(h, p) for h, p, _ in yes} == {("127.0.0.1", home)} and len(no) >= 3, yes)
    shown = all_bytes(run.folder) + done.stdout.encode() + done.stderr.encode()
    for part in (b"pa:ss", b"w0rd", basic[6:].encode(), "us€r".encode()):
        check(f"it is nowhere: {part}", part not in shown)

    (run.folder / "word").write_text("user:word\n")
    (run.folder / "word").chmod(0o644)
    done = run(site.url, "--max-depth", "0", "--auth-file", "word")
    check("a file that others can read is warned of", "--auth-file: others can read" in done.stderr, done.stderr)
    (run.folder / "word").chmod(0o600)
    site.take()
    done = run(site.url, "--max-depth", "0", "--auth-file", "word")
    check("one that they cannot is not", "others" not in done.stderr, done.stderr)
    want = "Basic " + base64.b64encode(b"user:word").decode()
    check("its line's end is none of it", {r.headers["Authorization"] for r in site.take()} == {want})
    run(site.url.replace("//", "//own:one@"), "--max-depth", "0", "--auth", "user:word")
    own = "Basic " + base64.b64encode(b"own:one").decode()
    check("a URL's own goes first", [r.headers["Authorization"] for r in site.take() if r.path == "/"] == [own])
    run(site.url, "--max-depth", "0", "--header", "Authorization: Bearer abc")
    check("or a header of the user's", {tuple(r.headers.get_all("Authorization")) for r in site.take()}
          == {("Bearer abc",)})


def cookies(temp):
    """A site whose pages want the session that its first page began."""
    gate = {"open": True}

    def session(asked):
        has = "sid=abc" in asked.headers.get("Cookie", "")
        if asked.path == "/robots.txt":
            return 404, [], b""
        if asked.path == "/":
            links = [f"/p{i}" for i in range(40)] + [f"http://localhost:{shop.ports[0]}/next"]
            return 200, [HTML, ("Set-Cookie", "sid=abc; HttpOnly"), ("Set-Cookie", "theme=dark; Max-Age=3600; Path=/p1"),
                         ("Set-Cookie", "other=x; Domain=example.org"), ("Set-Cookie", "s=1; Secure")], page(*links)
        if not gate["open"]:
            time.sleep(0.05)
        return (200 if has else 403), [HTML], page()

    shop = Site(session)
    for engine in ENGINES:
        run = Crawler(bin_dir, fresh(temp, f"cookies-{engine}"))
        done = run(shop.url, "--engine", engine, "--cookies", "--scope", "any", "--stats", "json", "--save-cookies",
                   "jar.txt", "--warc", "all.warc")
        requests = shop.take()
        statuses = json.loads(done.stdout)["by_status"]
        check(f"{engine}: the session holds", statuses == {"200": 41, "403": 1}, statuses)
        check(f"{engine}: /p1 and below get their own", {r.path for r in requests if "theme=dark" in r.headers.get(
            "Cookie", "")} == {"/p1"}, {r.path for r in requests if "theme" in r.headers.get("Cookie", "")})
        check(f"{engine}: another name gets none", all(
            "Cookie" not in r.headers for r in requests if r.host.startswith("localhost")))
        check(f"{engine}: neither Secure nor another's", not any(
            "s=1" in r.headers.get("Cookie", "") or "other" in r.headers.get("Cookie", "") for r in requests))
        jar = run.folder / "jar.txt"
        check(f"{engine}: saved", "sid\tabc" in jar.read_text() and "theme\tdark" in jar.read_text(), jar.read_text())
        check(f"{engine}: for its owner alone", stat.S_IMODE(jar.stat().st_mode) == 0o600)
        check(f"{engine}: no request in the archive shows one", b"\r\nCookie:" not in all_bytes(run.folder))
    run = Crawler(bin_dir, fresh(temp, "no-cookies"))
    run(shop.url)
    check("without --cookies there are none", not any("Cookie" in r.headers for r in shop.take()))
    run = Crawler(bin_dir, fresh(temp, "cookie-file"))
    (run.folder / "in.txt").write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tabc\n")
    (run.folder / "in.txt").chmod(0o600)
    done = run(shop.url + "/p7", "--max-depth", "0", "--cookies", "--cookie-file", "in.txt")
    requests = shop.take()
    check("a file's cookies are sent", [r.headers.get("Cookie") for r in requests] == ["sid=abc"] * 2, done.stderr)
    (run.folder / "in.txt").write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\n\nwhat is this secret\n")
    done = run(shop.url, "--cookies", "--cookie-file", "in.txt")
    check("a wrong line has its number", done.returncode == 2 and "in.txt: line 3 has fewer" in done.stderr
          and "secret" not in done.stderr, done.stderr)

    # -- killed: the session goes on
    gate["open"] = False
    run = Crawler(bin_dir, fresh(temp, "killed"))
    options = (shop.url, "--cookies", "--state", "state", "--pages", "pages.jsonl", "--per-host", "1")
    crawl = run.start(*options)
    end = time.monotonic() + 60
    while time.monotonic() < end and sum(r.path.startswith("/p") for r in list(shop.requests)) < 30:
        time.sleep(0.01)
    crawl.kill()
    crawl.wait()
    before = {r.path for r in shop.take()}
    done = run(*options)
    after = shop.take()
    check("it was killed in the middle", "/p1" in before and 0 < len(after) < 42, len(after))
    check("it goes on in its session", done.returncode == 0 and "/" not in {r.path for r in after} and all(
        "sid=abc" in r.headers.get("Cookie", "") for r in after if r.path != "/robots.txt"),
        [(r.path, r.headers.get("Cookie")) for r in after][:5])
    mode = stat.S_IMODE((run.folder / "state/crawl.db").stat().st_mode)
    check("the folder's file is its owner's", mode == 0o600, oct(mode))

    # -- a file of cookies beside a session that goes on
    turning = Site(lambda asked: (200, [HTML, ("Set-Cookie", "sid=turned")] if asked.path == "/" else [HTML],
                                  page(*[f"/p{i}" for i in range(40)])))
    run = Crawler(bin_dir, fresh(temp, "newer-file"))
    file = run.folder / "in.txt"

    def go_on(budget, value):
        file.write_text(f"127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t{value}\n")
        file.chmod(0o600)
        done = run(turning.url, "--cookies", "--cookie-file", "in.txt", "--state", "state", "--max-pages", str(budget),
                   "--concurrency", "1")
        asked = [r for r in turning.take() if r.path not in ("/robots.txt", "/")]
        return done, {r.headers.get("Cookie") for r in asked}

    for budget, value, sent, what in ((5, "one", "turned", "the site's word is newer than the file"),
                                      (10, "one", "turned", "and stays so with the same file"),
                                      (15, "two", "two", "another file is newer than the session"),
                                      (20, "two", "two", "and is its beginning from then on")):
        done, cookies_sent = go_on(budget, value)
        check(what, done.returncode == 0 and cookies_sent == {f"sid={sent}"}, (done.stderr, cookies_sent))


def mistakes(temp):
    run = Crawler(bin_dir, fresh(temp, "mistakes"))
    rows = [
        (["--header", "nonsense"], "--header: a header is 'Name: value'; there is no colon"),
        (["--header", "A b: s3cret"], "--header: 'A b' is no header's name"),
        (["--header", "X: s3cret\nY: z"], "--header: X: its value has a line break"),
        (["--header", "Host: s3cret"], "--header: Host is the client's own"),
        (["--header", "user-agent: s3cret"], "--user-agent"),
        (["--header", "X: 1", "--header", "x: 2"], "--header: x is given twice"),
        (["--header", "X: " + "s3cret" * 5000], "longer than 16384 bytes together"),
        (["--header-everywhere"], "--header-everywhere is for --header"),
        (["--header", "Authorization: s3cret", "--header-everywhere"], "whoever the crawl meets would have it"),
        (["--auth", "s3cret"], "--auth needs USER:PASSWORD"),
        (["--auth", "s3cret:a", "--auth-file", "x"], "--auth and --auth-file: one of them"),
        (["--auth-file", "nowhere"], "--auth-file: nowhere: cannot be opened: No such file"),
        (["--auth", "s3cret:a", "--header", "Authorization: x"], "--header Authorization and --auth"),
        (["--cookies", "--header", "Cookie: a=s3cret"], "--header Cookie and --cookies"),
        (["--save-cookies", "x"], "--save-cookies is for --cookies"),
        (["--cookie-file", "x"], "--cookie-file is for --cookies"),
        (["--cookies", "--cookie-file", "nowhere"], "--cookie-file: nowhere: cannot be opened"),
        (["--header", "X: s3cret", "--at", "127.0.0.1:1"], "--header and --at"),
        (["--auth", "a:s3cret", "--at", "127.0.0.1:1"], "--auth and --at"),
        (["--cookies", "--at", "127.0.0.1:1"], "--cookies and --at"),
        (["--recrawl", "--at", "127.0.0.1:1"], "--recrawl and --at"),
        (["--recrawl"], "--recrawl needs --state"),
    ]
    for options, words in rows:
        done = run("http://127.0.0.1:1/", *options)
        check(f"exit 2: {words}", done.returncode == 2, done.returncode)
        check(f"says: {words}", words in done.stderr and done.stderr.count("\n") == 1, done.stderr)
        check(f"shows no secret: {words}", "s3cret" not in done.stderr and done.stdout == "", done.stderr)
    done = run(site.url, "--cookies", "--save-cookies", "no/such/folder", "--max-depth", "0")
    check("a jar that cannot be saved is known at once", done.returncode == 2 and "--save-cookies: no/such/folder: No such file"
          in done.stderr and site.take() == [], done.stderr)
    os.mkfifo(run.folder / "fifo")
    (run.folder / "state").mkdir()
    (run.folder / "link").symlink_to("nowhere/jar")
    for name, words in (("", "needs a file's name"), ("-", "needs a file's name"), ("fifo", "fifo is no regular file"),
                        ("state", "state is no regular file"), ("p.jsonl", "is an output of rows"),
                        ("./p.jsonl", "is an output of rows"), ("state/crawl.db", "is in the folder of --state"),
                        ("link", "link is no regular file")):
        done = run(site.url, "--cookies", "--save-cookies", name, "--pages", "p.jsonl", "--state", "state")
        check(f"no jar at '{name}'", done.returncode == 2 and words in done.stderr and site.take() == [], done.stderr)
    done = run(site.url, "--cookies", "--cookie-file", "")
    check("no jar to begin with at ''", done.returncode == 2 and "--cookie-file needs a file's name" in done.stderr, done.stderr)
    (run.folder / "jar").write_text("old")
    (run.folder / "jar.new").write_text("mine")
    (run.folder / "to-jar").symlink_to("jar")
    done = run(site.url, "--cookies", "--save-cookies", "to-jar", "--max-depth", "0")
    check("a link leads to the file that is written", done.returncode == 0 and (run.folder / "to-jar").is_symlink()
          and (run.folder / "jar").read_text() != "old", done.stderr)
    check("nothing else is touched", (run.folder / "jar.new").read_text() == "mine"
          and not list(run.folder.glob("jar.part*")) and stat.S_ISFIFO((run.folder / "fifo").stat().st_mode))


bin_dir = sys.argv[1]
site = Site(answer, ports=2)
with tempfile.TemporaryDirectory() as name:
    for part in (headers, passwords, cookies, mistakes):
        print(f"-- {part.__name__}", flush=True)
        part(pathlib.Path(name))
sys.exit(tell())
