# SPDX-License-Identifier: BSD-3-Clause
"""Pages that lie about themselves, or are too much; robots.txt, likewise; servers that want to be left alone."""
import email.utils
import time

import bodies
from row import Row, drips, keeps, says, says_and_holds, says_and_resets, says_for_ever
from server import answer

MB = 1_000_000
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PAGE = b"<h1>a page</h1><a href=/a>a</a>"


def typed(kind, body):
    return keeps(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: " + str(len(body)).encode()
                 + b"\r\n\r\n" + body)


def page_rows():
    text = "<h1>Grüße</h1>"
    links = b"".join(b"<a href=/%d>x</a>" % n for n in range(100_000))
    plain = {"error": None, "status": 200}
    return [
        # -- lies
        Row("says_utf_16_is_utf_8", typed(b"text/html; charset=utf-16", text.encode()), **plain),
        Row("says_utf_8_is_latin_1", typed(b"text/html; charset=utf-8", text.encode("latin-1")),
            items=["Gr\ufffd\ufffde"], **plain),
        Row("says_klingon", typed(b"text/html; charset=klingon", b"<meta charset=utf-8>" + text.encode()),
            items=["Grüße"], every=True, **plain),
        Row("charset_of_nothing", typed(b"text/html; charset=", text.encode()), **plain),
        Row("charset_said_10000_times", typed(b"text/html" + b"; charset=x" * 5_000, PAGE), items=["a page"], **plain),
        Row("utf_16_mark_and_half_a_letter", typed(b"text/html", b"\xff\xfe<\0h"), items=[], **plain),
        Row("page_as_picture", typed(b"image/png", PAGE), links=0, items=[], every=True, **plain),
        Row("picture_as_page", typed(b"text/html", b"\x89PNG\r\n\x1a\n" + PAGE * 100), links=0, items=[], **plain),
        Row("zeros_as_page", typed(b"text/html", b"\0" * MB), links=0, items=[], **plain),
        Row("zeros_in_a_page", typed(b"text/html", b"<h1>a\0page</h1>" + b"<a href=/\0a>a</a>" * 5), links=1,
            **plain),
        Row("type_of_nothing", typed(b"", PAGE), **plain),
        Row("type_of_60_kb", typed(b"text/" + b"h" * 60_000, PAGE), links=0, **plain),
        # -- too much
        Row("links_100000", typed(b"text/html", b"<h1>a page</h1>" + links), links=50_000, items=["a page"], every=True,
            **plain),
        Row("one_link_100000_times", typed(b"text/html", b"<a href=/a>a</a>" * 100_000), links=1, **plain),
        Row("nested_100000_deep", typed(b"text/html", b"<div>" * 100_000 + PAGE + b"</div>" * 100_000), links=1,
            items=["a page"], every=True, **plain),
        Row("nested_100000_deep_and_never_closed", typed(b"text/html", b"<b><i><p><table><tr><td>" * 20_000 + PAGE),
            **plain),
        Row("tag_of_5_mb", typed(b"text/html", b"<p title='" + b"x" * 5 * MB + b"'></p>" + PAGE), links=1,
            items=["a page"], every=True, **plain),
        Row("tag_name_of_5_mb", typed(b"text/html", b"<" + b"x" * 5 * MB + b">" + PAGE), **plain),
        Row("link_of_5_mb", typed(b"text/html", b"<a href='/" + b"x" * 5 * MB + b"'>a</a>" + PAGE), items=["a page"],
            **plain),
        Row("heading_of_5_mb", typed(b"text/html", b"<h1>" + b"x" * 5 * MB + b"</h1>"), items=["x" * 65_536], **plain),
        Row("attributes_100000", typed(b"text/html", b"<p " + b"".join(b"a%d=b " % n for n in range(100_000)) + b">"
                                       + PAGE), links=1, items=["a page"], **plain),
        Row("comment_without_end", typed(b"text/html", PAGE + b"<!--" + b"-" * 3 * MB), links=1, items=["a page"],
            **plain),
        Row("script_without_end", typed(b"text/html", PAGE + b"<script>" + b"<a href=/b>" * 100_000), links=1, **plain),
        Row("entities_1000000", typed(b"text/html", PAGE + b"&amp;" * MB), links=1, items=["a page"], **plain),
        Row("entities_in_entities", typed(b"text/html", b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
            b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20)) + b"]><p>&a19;</p>" + PAGE),
            **plain),
        Row("base_to_elsewhere", typed(b"text/html", b"<base href='javascript:x'>" + PAGE), links=1, **plain),
    ]


# -- robots.txt: /NAME is fetched if it lets us

ALL = b"User-agent: *\nDisallow:\n"
NONE = b"User-agent: *\nDisallow: /\n"


def robots(name, script, seen, **more):
    fields = {"status": 200, "items": ["a page"]} if seen else {"asked": 0}
    return Row(name, keeps(answer(b"<h1>a page</h1>")), None, robots=script, seen=seen, ok=False, **{**fields, **more})


def shuts(name, script, **more):
    return robots(name, script, False, shut=True, **more)


def gives(body, fields=b"", status=b"200 OK"):
    return keeps(answer(body, fields, status))


def circles(peer):
    peer.page(NONE, b"Location: /robots.txt" + (b"" if "?" in peer.path else b"?again") + b"\r\n", b"301 Moved")
    return True


def robots_rows():
    gz = bodies.packed(NONE)
    return [
        robots("robots_404", gives(NONE, b"", b"404 Not Found"), True),
        robots("robots_403", gives(NONE, b"", b"403 Forbidden"), True),
        robots("robots_410", gives(NONE, b"", b"410 Gone"), True),
        robots("robots_204", keeps(b"HTTP/1.1 204 No\r\n\r\n"), True),
        robots("robots_empty", gives(b""), True),
        robots("robots_of_html", gives(b"<html><p>User-agent: *\n<p>Disallow: /</html>"), True),
        robots("robots_of_zeros", gives(b"\0" * 100_000), True),
        robots("robots_forbids", gives(NONE), False, every=True),
        *[shuts(f"robots_{n}", gives(ALL, b"", b"%d Hm" % n), every=n == 503)
          for n in (429, 500, 502, 503, 504, 599, 999)],
        shuts("robots_refused", None, listens="not", every=True),
        shuts("robots_reset", lambda peer: peer.reset(), every=True),
        shuts("robots_closed", says(b"")),
        shuts("robots_closed_in_the_body", says(HTML + b"Content-Length: 1000\r\n\r\n" + ALL)),
        shuts("robots_reset_in_the_body", says_and_resets(HTML + b"Content-Length: 1000\r\n\r\n" + ALL)),
        shuts("robots_of_garbage", says(b"hello\r\n\r\n")),
        shuts("robots_header_without_end", says_for_ever(HTML, b"A: b\r\n")),
        shuts("robots_continue_for_ever", says_for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
        shuts("robots_lengths_that_differ", says(HTML + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n" + ALL)),
        shuts("robots_gzip_that_is_none", gives(ALL, b"Content-Encoding: gzip\r\n")),
        shuts("robots_gzip_cut", gives(bodies.packed(ALL)[:-9], b"Content-Encoding: gzip\r\n"), every=True),
        shuts("robots_coding_unknown", gives(ALL, b"Content-Encoding: zstd\r\n")),
        robots("robots_gzip_forbids", gives(gz, b"Content-Encoding: gzip\r\n"), False),
        robots("robots_gzip_bomb", gives(bodies.zeros(), b"Content-Encoding: gzip\r\n"), True, every=True),
        robots("robots_br_bomb", gives(bodies.br_zeros(), b"Content-Encoding: br\r\n"), True),
        robots("robots_without_end", says_for_ever(HTML + b"\r\n", b"# nothing\n"), True, every=True),
        robots("robots_without_end_forbids", says_for_ever(HTML + b"\r\n" + NONE, b"# nothing\n"), False),
        robots("robots_line_without_end", says_for_ever(HTML + b"\r\n" + ALL + b"Disallow: /", b"*"), True),
        robots("robots_of_stars", gives(b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"b$\n"), True),
        robots("robots_moves_in_a_circle", circles, True, every=True),
        robots("robots_moves_nowhere", gives(NONE, b"", b"302 Found"), True),
        robots("robots_moves_to_a_file", gives(NONE, b"Location: file:///etc/passwd\r\n", b"302 Found"), True),
        shuts("robots_moves_to_nobody", gives(ALL, b"Location: http://127.0.0.1:1/robots.txt\r\n", b"302 Found")),
        shuts("robots_of_nobody", gives(ALL), tls="nobody", counts_connections=True, asked=1),
    ]


def hasty_robots_rows():
    return [
        shuts("robots_never_answered", says_and_holds(b""), every=True),
        shuts("robots_dripped", drips(HTML + b"Content-Length: 1000\r\n\r\n", b"#"), every=True),
        shuts("robots_header_dripped", drips(b"HTTP/1.1 200 OK\r\nA: ", b"a")),
        shuts("robots_stops", says_and_holds(HTML + b"Content-Length: 1000\r\n\r\n" + ALL)),
        shuts("robots_lets_nobody_in", None, listens="full"),
        robots("robots_in_time", gives(ALL), True),
    ]


# -- "come back later"

def refuses_once(status, retry_after):
    """Takes: a value of Retry-After, a function that has it, or None."""
    seen = set()

    def script(peer):
        first = peer.path not in seen
        seen.add(peer.path)
        if first:
            value = retry_after() if callable(retry_after) else retry_after
            peer.page(b"<h1>later</h1>", b"" if value is None else b"Retry-After: " + value + b"\r\n", status)
        else:
            peer.page(b"<h1>now</h1>")
        return True
    return script


def storm(status, fields=b""):
    return keeps(answer(b"<h1>no</h1>", fields, status))


def date_in_3_s():
    return email.utils.formatdate(time.time() + 3, usegmt=True).encode()


def later_rows():
    later = {"status": 200, "items": ["now"], "asked": 2, "ok": False}
    rows = [Row(f"later_{name}", refuses_once(b"503 Later", value), **later) for name, value in (
        ("unsaid", None), ("of_nothing", b""), ("negative", b"-5"), ("garbage", b"soon"), ("in_hex", b"0x10"),
        ("fraction", b"1.5"), ("zero", b"0"), ("date_that_is_none", b"Mon, 99 Foo 2020 99:99:99 GMT"),
        ("date_of_1994", b"Sun, 06 Nov 1994 08:49:37 GMT"), ("two_of_them", b"0\r\nRetry-After: 0"))]
    rows += [
        Row("later_two_seconds", refuses_once(b"429 Slow down", b"2"), least_gap_ms=1900, every=True, **later),
        Row("later_by_a_date", refuses_once(b"503 Later", date_in_3_s), least_gap_ms=1900, every=True, **later),
        *[Row(f"storm_of_{n}", storm(b"%d Hm" % n), None, n, ok=False, every=n == 503)
          for n in (408, 429, 500, 502, 503, 504, 522, 524)],
        *[Row(f"no_storm_of_{n}", storm(b"%d Hm" % n), None, n) for n in (400, 401, 403, 404, 410, 451, 501, 505)],
        Row("storm_that_says_now", storm(b"503 Later", b"Retry-After: 0\r\n"), None, 503, ok=False),
    ]
    return rows


def never_rows():
    """Held for longer than this crawl lasts: its host waits, the others do not. The cap is a minute (retry_ms_max)."""
    return [*[Row(name, storm(b"503 Later", b"Retry-After: " + n + b"\r\n"), asked=1, seen=False, ok=False)
              for name, n in (("in_an_hour", b"3600"), ("in_ages", b"99999999999999999999999999"),
                              ("in_the_year_9999", b"Fri, 31 Dec 9999 23:59:59 GMT"))],
            Row("unanswered_when_it_was_stopped", says_and_holds(b""), asked=1, seen=False, ok=False)]


# -- through a proxy, which is this row's server: plain requests and CONNECT come to it whatever their host is

def proxy(peer):
    what = peer.host.split(".")[0]
    if what == "wants_credentials":
        peer.page(b"", b"Proxy-Authenticate: Basic\r\n", b"407 Who?")
    elif what == "cannot":
        peer.page(b"", b"", b"502 Bad gateway")
    elif what == "lost":
        return False
    elif what == "forbids":
        peer.page(b"", b"", b"403 No")
    elif what == "garbage":
        peer.send(b"hello\r\n\r\n")
    elif what == "too_much":
        peer.send(b"HTTP/1.1 200 Go\r\n\r\nhello")
        peer.hold()
    elif what == "endless":
        peer.send(b"HTTP/1.1 200 Go\r\n")
        peer.forever(b"A: b\r\n")
    elif what == "then_gone":
        peer.send(b"HTTP/1.1 200 Go\r\n\r\n")
        return False
    else:
        peer.page(b"<h1>by proxy</h1>")
        return True
    return False


def proxy_rows():
    bad = "proxy_failed"
    return [
        Row("proxy", proxy, listens="yes", ok=False, asked=None, seen=None),
        *[Row(f"proxied_{host}", None, error, status, listens="not", ok=False, asked=0,
              url=f"{scheme}://{host}.invalid/{scheme}")
          for scheme, host, error, status in (
              ("http", "fine", None, 200), ("http", "wants_credentials", bad, 407), ("http", "cannot", None, 502),
              ("https", "forbids", bad, 0), ("https", "garbage", bad, 0), ("https", "too_much", bad, 0),
              ("https", "endless", bad, 0), ("https", "lost", bad, 0), ("https", "then_gone", "tls_failed", 0))],
    ]


def no_proxy_rows():
    return [Row("nobody", None, "proxy_failed", listens="not", ok=False, url="http://fine.invalid/x"),
            Row("nobody_tls", None, "proxy_failed", listens="not", ok=False, url="https://fine.invalid/x")]
