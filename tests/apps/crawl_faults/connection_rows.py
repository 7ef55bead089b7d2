# SPDX-License-Identifier: BSD-3-Clause
"""What can go wrong below HTTP: names, connections, time, TLS."""
from row import Row, drips, keeps, says, says_and_holds, says_and_resets
from server import answer

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
LONG = OK + b"Content-Length: 1000\r\n\r\n"
EITHER = (0, 200)  # a reset may overtake what was said before it


def closes(peer):
    pass


def resets(peer):
    peer.reset()


def stops_sending(peer):
    peer.send(LONG + b"half")
    peer.sock.shutdown(1)
    peer.hold()


def answers_unasked(peer):
    peer.page(b"<h1>before the question</h1>")
    peer.hold()


def closes_behind_the_page(peer):
    """Without saying so before: whoever comes next on this connection finds it dead."""
    n = int(peer.path.rsplit("-", 1)[1]) if "-" in peer.path else 0
    link = f"<a href='/link-{n + 1}'>on</a>" if n < 8 else ""
    peer.page(f"<h1>link {n}</h1>{link}".encode())


def dies_when_asked_again():
    """The second request on a connection is read and never answered."""
    served = set()

    def script(peer):
        if id(peer) in served:
            return False
        served.add(id(peer))
        peer.page(b"<h1>once</h1><a href='/next'>on</a>")
        return True
    return script


def says_408_later(peer):
    """As servers do to connections that idle; it is no answer to what is asked next."""
    peer.page(b"<h1>a page</h1><a href='/next'>on</a>")
    peer.page(b"<h1>too slow</h1>", b"Connection: close\r\n", b"408 Request Timeout")


def half_a_tls_answer(raw):
    def script(peer):
        peer.send(LONG + b"half of it")
        peer.below_tls(raw)
        peer.hold()
    return script


def ends_tls_rudely(peer):
    peer.send(OK + b"Connection: close\r\n\r\n<h1>all of it?</h1>")


def ends_tls_in_order(peer):
    peer.send(OK + b"Connection: close\r\n\r\n<h1>all of it</h1>")
    peer.sock.unwrap()


def tls_only_as_far_as(raw):
    """A server that answers the hello with these bytes."""
    def script(peer):
        peer.sock.recv(1 << 16)
        peer.send(raw)
        peer.hold()
    return script


def patient_rows():
    alone = {"ok": False}
    page = keeps(answer(b"<h1>a page</h1>"))
    return [
        # -- names and connections
        Row("refused", error="connect_refused", listens="not", every=True, **alone),
        Row("refused_by_a_name", error="connect_refused", listens="not", url="http://localhost:{port}/{name}", **alone),
        Row("refused_over_ipv6", error="connect_refused", listens="not", url="http://[::1]:{port}/{name}", **alone),
        Row("a_name_with_one_address_of_two", page, None, 200, url="http://localhost:{port}/{name}", items=["a page"]),
        # -- ends too early
        Row("closes_unasked", closes, "connection_lost", raw=True, **alone),
        Row("resets_unasked", resets, "connection_lost", raw=True, **alone),
        Row("closes_before_an_answer", closes, "connection_lost", every=True, **alone),
        Row("resets_before_an_answer", resets, "connection_lost", every=True, **alone),
        Row("closes_in_the_status_line", says(b"HTTP/1.1 2"), "connection_lost"),
        Row("closes_in_the_header", says(OK, b"Content-Le"), "connection_lost", 200),
        Row("resets_in_the_header", says_and_resets(OK), "connection_lost", EITHER, every=True),
        Row("closes_in_the_body", says(LONG, b"half"), "connection_lost", 200, every=True),
        Row("resets_in_the_body", says_and_resets(LONG, b"half"), "connection_lost", EITHER, every=True),
        Row("sends_no_more", stops_sending, "connection_lost", 200),
        Row("answers_unasked", answers_unasked, None, 200, raw=True, items=["before the question"], **alone),
        # -- connections that are kept, or not
        Row("closes_behind_each_page", closes_behind_the_page, None, 200, items=["link 0"], asked=1, every=True,
            more={f"/link-{n}": (200, None) for n in range(1, 9)}, **alone),
        Row("dies_when_asked_again", dies_when_asked_again(), None, 200, more={"/next": (200, None)}, every=True,
            **alone),
        Row("says_408_to_an_idle_connection", says_408_later, None, 200, more={"/next": (200, None)}, every=True,
            **alone),
        # -- TLS
        Row("tls", page, None, 200, tls="good", items=["a page"], every=True),
        Row("certificate_of_nobody", page, "tls_failed", tls="nobody", counts_connections=True, every=True, **alone),
        Row("certificate_expired", page, "tls_failed", tls="expired", counts_connections=True, **alone),
        Row("certificate_not_yet_valid", page, "tls_failed", tls="early", counts_connections=True, **alone),
        Row("certificate_of_another", page, "tls_failed", tls="another", counts_connections=True, every=True, **alone),
        Row("tls_to_a_plain_port", closes, "tls_failed", raw=True, url="https://127.0.0.1:{port}/{name}", **alone),
        Row("tls_to_http", tls_only_as_far_as(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "tls_failed", raw=True,
            url="https://127.0.0.1:{port}/{name}", every=True, **alone),
        Row("tls_alert_at_hello", tls_only_as_far_as(b"\x15\x03\x01\0\2\2\x46"), "tls_failed", raw=True,
            url="https://127.0.0.1:{port}/{name}", **alone),
        Row("tls_wants_our_certificate", page, "connection_lost", tls="good", tls_asks=True, counts_connections=True,
            **alone),
        Row("tls_1_2_wants_our_certificate", page, "tls_failed", tls="good", tls_most="1.2", tls_asks=True,
            counts_connections=True, **alone),
        Row("greets_in_binary_and_waits", says_and_holds(b"\x4a\0\0\0\x0a8.0"), "bad_response", raw=True, every=True,
            **alone),
        Row("plain_to_tls", page, "connection_lost", tls="good", counts_connections=True,
            url="http://127.0.0.1:{port}/{name}", **alone),
        Row("plain_to_a_tls_port", tls_only_as_far_as(b"\x15\x03\x01\0\2\2\x46"), "bad_response", raw=True, **alone),
        Row("tls_alert_in_the_body", half_a_tls_answer(b"\x15\x03\x03\0\2\2\x28"), "connection_lost", 200, tls="good"),
        Row("tls_garbage_in_the_body", half_a_tls_answer(b"\0" * 100), "connection_lost", 200, tls="good", every=True),
        Row("tls_closed_without_notice", ends_tls_rudely, "connection_lost", 200, tls="good", every=True),
        Row("tls_closed_in_order", ends_tls_in_order, None, 200, tls="good", items=["all of it"]),
    ]


def hasty_rows(timeout_ms):
    late = {"least_ms": timeout_ms}
    page = answer(b"<h1>too late</h1>")
    return [
        Row("unknown_name", error="dns_failed", listens="not", url="http://no-such-host.invalid/{name}", ok=False,
            every=True),
        Row("name_too_long", error="dns_failed", listens="not", url="http://" + "a" * 63 + ".invalid/{name}", ok=False),
        Row("lets_nobody_in", error="connect_timeout", listens="full", ok=False, every=True, **late),
        Row("accepts_nobody", error="header_timeout", listens="deaf", ok=False, **late),
        Row("never_answers", says_and_holds(b""), "header_timeout", every=True, **late),
        Row("stops_in_the_header", says_and_holds(OK), "header_timeout", EITHER, **late),
        Row("drips_its_header", drips(b"HTTP/1.1 200 OK\r\nA: ", b"a"), "header_timeout", EITHER, every=True,
            **late),
        Row("drips_interim_answers", drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.5), "header_timeout",
            (0, 103), **late),
        Row("stops_in_the_body", says_and_holds(LONG, b"half"), "body_timeout", 200, **late),
        Row("drips_its_body", drips(LONG, b"x"), "body_timeout", 200, every=True, **late),
        Row("drips_its_chunks", drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), "body_timeout", 200,
            **late),
        Row("drips_its_trailer", drips(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n"), "body_timeout",
            200, **late),
        Row("has_no_body_as_if_for_head", says_and_holds(LONG), "body_timeout", 200, every=True, **late),
        Row("never_ends_its_body", says_and_holds(OK + b"Connection: close\r\n\r\n<h1>all of it?</h1>"), "body_timeout",
            200, **late),
        Row("stalls_tls", says_and_holds(b""), "connect_timeout", raw=True, url="https://127.0.0.1:{port}/{name}",
            ok=False, **late),
        Row("stalls_tls_half_way", tls_only_as_far_as(b"\x16\x03\x03\x40\0\2"), "connect_timeout", raw=True,
            url="https://127.0.0.1:{port}/{name}", ok=False, **late),
        Row("never_answers_over_tls", says_and_holds(b""), "header_timeout", tls="good", **late),
        Row("in_time", keeps(page), None, 200, items=["too late"]),
    ]
