# SPDX-License-Identifier: BSD-3-Clause
"""What can be wrong with an HTTP answer: its status line, header, framing, coding, and where it sends one."""
import bodies
from row import Row, keeps, says, says_and_holds, says_for_ever
from server import answer

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
PAGE = b"<h1>a page</h1>"
ON = b"<h1>a page</h1><a href='/next'>on</a>"
MIB = 1 << 20
next_is_fine = {"more": {"/next": (200, None)}, "ok": False}


def length(value):
    return OK + b"Content-Length: " + value + b"\r\n"


def line_rows():
    bad = "bad_response"
    return [
        Row("http_0_9", says(b"<html><h1>a page</h1></html>\n"), bad, every=True),
        Row("another_protocol", says(b"220 mail.example ESMTP\r\n"), bad),
        Row("http_2_0", says(b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"), bad, every=True),
        Row("http_2_frames", says(b"\0\0\x12\4\0\0\0\0\0" + b"\0" * 18), bad),
        Row("http_1_7", says(b"HTTP/1.7 200 OK\r\nContent-Length: 0\r\n\r\n"), bad),
        Row("shoutcast", says(b"ICY 200 OK\r\n\r\n"), bad),
        Row("empty_lines_first", says(b"\r\n\r\n" + answer(PAGE)), bad),
        Row("no_status", says(b"HTTP/1.1 OK\r\n\r\n"), bad),
        Row("no_space_behind_the_status", says(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), bad),
        *[Row(f"status_{s.decode().strip('-')}", says(b"HTTP/1.1 " + s + b" Hm\r\nContent-Length: 0\r\n\r\n"), bad)
          for s in (b"99", b"099", b"000", b"1000", b"abc", b"-20", b"2e2")],
        Row("status_999", keeps(answer(PAGE, b"", b"999 Go away")), None, 999),
        Row("status_line_of_1_mb", says(b"HTTP/1.1 200 " + b"O" * MIB + b"\r\n\r\n"), "header_too_large", 0),
        Row("continue_for_ever", says_for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), bad, 100, every=True),
        Row("hints_for_ever", says_for_ever(b"", b"HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n"), bad, 103),
        Row("hints_then_a_page", keeps(b"HTTP/1.1 103 Hints\r\nLocation: /x\r\n\r\n" * 3 + answer(PAGE)), None, 200,
            items=["a page"]),
        Row("switches_protocols", says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), bad, 101),
    ]


def header_rows():
    bad, large = "bad_response", "header_too_large"
    return [
        Row("header_without_end", says_for_ever(OK, b"Name: value\r\n"), large, 200, every=True),
        Row("headers_100000", says(OK + b"A: b\r\n" * 100_000 + b"\r\n"), large, 200),
        Row("header_line_without_end", says_for_ever(OK + b"A: ", b"a"), large, 200),
        Row("header_line_of_1_mb", says(OK + b"A: " + b"a" * MIB + b"\r\n\r\n"), large, 200, every=True),
        Row("header_name_of_1_mb", says(OK + b"a" * MIB + b": b\r\n\r\n"), large, 200),
        Row("header_of_60_kb", keeps(answer(PAGE, b"A: " + b"a" * 60_000 + b"\r\n")), None, 200, items=["a page"]),
        Row("nul_in_a_value", says(OK + b"A: b\0c\r\n\r\n"), bad, 200, every=True),
        Row("nul_in_a_name", says(OK + b"A\0: b\r\n\r\n"), bad, 200),
        Row("control_in_a_value", says(OK + b"A: b\x01c\r\n\r\n"), bad, 200),
        Row("no_colon", says(OK + b"Content-Length 3\r\n\r\nabc"), bad, 200),
        Row("space_before_the_colon", says(OK + b"Content-Length : 3\r\n\r\nabc"), bad, 200),
        Row("no_name", says(OK + b": 3\r\n\r\n"), bad, 200),
        Row("newlines_alone", says(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"), bad),
        Row("returns_alone", says(OK + b"A: b\rX: y\r\n\r\n"), bad, 200),
        Row("folded_line", keeps(answer(PAGE, b"A: b\r\n c\r\n")), None, 200, items=["a page"]),
    ]


def length_rows():
    bad = "bad_response"
    return [
        Row("length_too_long", says(length(b"1000") + b"\r\n" + PAGE), "connection_lost", 200, every=True),
        Row("length_too_short", keeps(length(b"8") + b"\r\n<h1>a pa" + PAGE), None, 200, bytes=8, every=True),
        Row("length_negative", says(length(b"-1") + b"\r\n"), bad, 200, every=True),
        Row("length_with_a_plus", says(length(b"+15") + b"\r\n" + PAGE), bad, 200),
        Row("length_in_hex", says(length(b"0xF") + b"\r\n" + PAGE), bad, 200),
        Row("length_empty", says(length(b"") + b"\r\n" + PAGE), bad, 200),
        Row("length_of_exabytes", says_and_holds(length(b"18446744073709551615") + b"\r\n"), "body_too_large", 200),
        Row("length_beyond_numbers", says(length(b"18446744073709551617") + b"\r\n"), bad, 200),
        Row("lengths_that_differ", says(length(b"15") + b"Content-Length: 16\r\n\r\n" + PAGE), bad, 200, every=True),
        Row("lengths_that_differ_in_a_line", says(length(b"15, 16") + b"\r\n" + PAGE), bad, 200),
        Row("length_and_chunks", says(length(b"15") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), bad, 200,
            every=True),
        Row("chunks_and_length", says(OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), bad,
            200),
        Row("body_without_end", says_for_ever(OK + b"\r\n", b"x" * 1000), "body_too_large", 200, every=True),
        Row("body_of_204", keeps(b"HTTP/1.1 204 No\r\nContent-Length: 15\r\n\r\n" + PAGE), None, 204, bytes=0),
        Row("body_of_304", keeps(b"HTTP/1.1 304 No\r\nContent-Length: 15\r\n\r\n" + PAGE), "not_modified_unasked", 304, bytes=0),
        Row("chunks_of_204", keeps(b"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"), None, 204, bytes=0),
        Row("nothing_at_all", says(OK + b"\r\n"), None, 200, bytes=0),
        # -- what comes behind an answer is nobody's
        Row("bytes_behind_the_body", keeps(answer(ON) + b"<h1>poison</h1>"), None, 200, items=["a page"], every=True,
            **next_is_fine),
        Row("a_second_answer", keeps(answer(ON) + answer(b"<h1>poison</h1>")), None, 200, items=["a page"], every=True,
            **next_is_fine),
        Row("an_answer_behind_204", keeps(b"HTTP/1.1 204 No\r\n\r\n" + answer(b"<h1>poison</h1>")), None, 204, bytes=0),
    ]


def chunk_rows():
    bad = "bad_response"
    return [
        Row("chunk_size_of_letters", says(CHUNKED + b"zz\r\n"), bad, 200, every=True),
        Row("chunk_size_negative", says(CHUNKED + b"-5\r\nhello\r\n"), bad, 200),
        Row("chunk_size_empty", says(CHUNKED + b"\r\nhello\r\n"), bad, 200),
        Row("chunk_size_in_c", says(CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n"), bad, 200),
        Row("chunk_size_beyond_numbers", says(CHUNKED + b"10000000000000005\r\nhello\r\n0\r\n\r\n"), bad, 200),
        Row("chunk_of_terabytes", says_for_ever(CHUNKED + b"ffffffffff\r\n", b"x" * 1000), "body_too_large", 200),
        Row("chunk_longer_than_told", says(CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n"), bad, 200),
        Row("chunk_ends_in_newline_alone", says(CHUNKED + b"5\nhello\n0\n\n"), "connection_lost", 200),
        Row("chunk_without_end", says(CHUNKED + b"ff\r\nabc"), "connection_lost", 200, every=True),
        Row("no_last_chunk", says(CHUNKED + b"3\r\nabc\r\n"), "connection_lost", 200),
        Row("chunks_without_end", says_for_ever(CHUNKED, b"5\r\nhello\r\n"), "body_too_large", 200, every=True),
        Row("chunk_extension_of_1_mb", says(CHUNKED + b"5;a=" + b"b" * MIB + b"\r\nhello\r\n0\r\n\r\n"), bad, 200,
            every=True),
        Row("chunk_extension_without_end", says_for_ever(CHUNKED + b"5;a=", b"b"), bad, 200),
        Row("chunk_extensions", keeps(CHUNKED + b"f;a=\"b\";c\r\n" + PAGE + b"\r\n0\r\n\r\n"), None, 200,
            items=["a page"]),
        Row("trailer_without_end", says_for_ever(CHUNKED + b"0\r\n", b"A: b\r\n"), bad, 200, every=True),
        Row("trailer_says_moved", keeps(CHUNKED + b"f\r\n" + PAGE + b"\r\n0\r\nLocation: /x\r\n"
                                        b"Content-Encoding: gzip\r\n\r\n"), None, 200, items=["a page"]),
        Row("trailer_with_a_length", says(CHUNKED + b"f\r\n" + PAGE + b"\r\n0\r\nContent-Length: 3\r\n\r\n"), bad, 200),
        Row("coding_unasked", says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), bad, 200),
        Row("coding_unknown", says(OK + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), bad, 200),
        Row("chunked_twice", says(OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"), bad, 200),
        Row("chunks_in_http_1_0", says(CHUNKED.replace(b"1.1", b"1.0") + b"0\r\n\r\n"), bad, 200),
    ]


def coded(name, body):
    return keeps(answer(body, b"Content-Encoding: " + name + b"\r\n"))


def coding_rows():
    bad, large = "bad_encoding", "body_too_large"
    gz = bodies.packed(PAGE * 100)
    bomb = bodies.zeros()
    return [
        Row("gzip", coded(b"gzip", gz), None, 200, bytes=1500, every=True),
        Row("gzip_that_is_none", coded(b"gzip", PAGE * 10), bad, 200, every=True),
        Row("gzip_cut", coded(b"gzip", gz[:-9]), bad, 200, every=True),
        Row("gzip_checksum_wrong", coded(b"gzip", gz[:-8] + b"abcd" + gz[-4:]), bad, 200),
        Row("gzip_of_nothing_100000_times", coded(b"gzip", bodies.packed(b"") * 100_000), None, 200, bytes=0),
        Row("gzip_unsaid", keeps(answer(gz)), None, 200, bytes=len(gz), items=[], links=0),
        Row("gzip_bomb", coded(b"gzip", bomb), large, 200, every=True),
        Row("gzip_bomb_that_lies_about_its_size", coded(b"gzip", bomb[:-4] + b"\0\1\0\0"), large, 200),
        Row("gzip_bomb_in_gzip", coded(b"gzip, gzip", bodies.packed(bomb)), large, 200, every=True),
        Row("gzip_bomb_in_gzip_in_gzip", coded(b"gzip, gzip, gzip", bodies.packed(bodies.packed(bomb))), large, 200),
        Row("gzip_four_times", coded(b"gzip, gzip, gzip, gzip", gz), bad, 200),
        Row("gzip_10000_times", coded(b",".join([b"gzip"] * 10_000), gz), bad, 200),
        Row("deflate_bomb", coded(b"deflate", bodies.zeros(-15)), large, 200),
        Row("zlib_bomb", coded(b"deflate", bodies.zeros(15)), large, 200),
        Row("deflate_that_is_none", coded(b"deflate", PAGE * 10), bad, 200),
        Row("br", coded(b"br", bodies.br_stored(PAGE)), None, 200, items=["a page"]),
        Row("br_bomb", coded(b"br", bodies.br_zeros()), large, 200, every=True),
        Row("br_bomb_in_gzip", coded(b"br, gzip", bodies.packed(bodies.br_zeros())), large, 200),
        Row("br_cut", coded(b"br", bodies.br_stored(PAGE)[:-4]), bad, 200),
        Row("br_that_is_none", coded(b"br", PAGE * 10), bad, 200),
        Row("coding_zstd", coded(b"zstd", b"\x28\xb5\x2f\xfd\0\0"), bad, 200, every=True),
        Row("coding_klingon", coded(b"klingon", PAGE), bad, 200),
        Row("coding_identity", coded(b"identity", PAGE), None, 200, items=["a page"]),
        Row("coding_without_body", coded(b"gzip", b""), None, 200, bytes=0),
    ]


def to(location, body=b"", fields=b""):
    return keeps(answer(body, b"Location: " + location + b"\r\n" + fields, b"302 Found"))


def goes_on(peer):
    n = int(peer.path.rsplit("-", 1)[1]) if "-" in peer.path else 0
    peer.page(b"", f"Location: /on-{n + 1}\r\n".encode(), b"302 Found")
    return True


def swings(peer):
    peer.page(b"", b"Location: " + (b"/b" if peer.path != "/b" else b"/redirect_loop") + b"\r\n", b"301 Moved")
    return True


def redirect_rows():
    bad = "redirect_bad"
    return [
        Row("redirect", to(b"/next"), None, 302, moved_to="/next", every=True, **next_is_fine),
        Row("redirect_without_location", keeps(answer(b"", b"", b"302 Found")), bad, 302, every=True),
        Row("redirect_to_nothing", to(b""), bad, 302),
        *[Row(f"redirect_to_{scheme}", to(target), bad, 302, every=scheme == "file") for scheme, target in (
            ("file", b"file:///etc/passwd"), ("ftp", b"ftp://127.0.0.1/x"), ("data", b"data:text/html,<h1>x</h1>"),
            ("javascript", b"javascript:alert(1)"), ("mailto", b"mailto:a@example.org"),
            ("gopher", b"gopher://127.0.0.1:1/x"), ("half_an_address", b"http://[::1"), ("no_port", b"http://a:99999/"),
            ("no_host", b"http://"))],
        Row("redirect_to_itself", to(b"/redirect_to_itself"), None, 302, moved_to="/redirect_to_itself", every=True),
        Row("redirect_loop", swings, None, 301, moved_to="/b", more={"/b": (301, None)}, every=True),
        Row("redirects_without_end", goes_on, None, 302, moved_to="/on-1", every=True,
            more={**{f"/on-{n}": (302, None) for n in range(1, 10)}, "/on-10": (302, "redirect_limit"),
                  "/on-11": None}),
        Row("redirect_to_two_places", to(b"/next", b"", b"Location: /poison\r\n"), bad, 302, ok=False,
            more={"/next": None, "/poison": None}, every=True),
        Row("redirect_to_one_place_said_twice", to(b"/next", b"", b"Location: /next\r\n"), None, 302, moved_to="/next",
            **next_is_fine),
        Row("redirect_to_a_place_of_20_kb", to(b"/" + b"a" * 20_000), None, 302),
        Row("redirect_to_a_place_of_100_kb", to(b"/" + b"a" * 100_000), "header_too_large", 302),
        Row("redirect_with_bad_gzip", to(b"/next", PAGE * 10, b"Content-Encoding: gzip\r\n"), None, 302,
            moved_to="/next", every=True, **next_is_fine),
        Row("redirect_with_a_bomb", to(b"/next", bodies.zeros(), b"Content-Encoding: gzip\r\n"), None, 302,
            moved_to="/next", **next_is_fine),
        Row("redirect_with_a_body_without_end", says_for_ever(b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n", b"x"),
            "body_too_large", 302, more={"/next": None}, ok=False),
        Row("bad_gzip_that_is_sent_nowhere", keeps(answer(PAGE, b"Content-Encoding: gzip\r\n", b"302 Found")),
            "bad_encoding", 302),
        Row("redirect_behind_a_page", keeps(answer(PAGE, b"Location: /x\r\n")), None, 200, items=["a page"]),
    ]


def patient_rows():
    return (line_rows() + header_rows() + length_rows() + chunk_rows() + coding_rows() + redirect_rows())
