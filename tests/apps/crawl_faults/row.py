# SPDX-License-Identifier: BSD-3-Clause
"""What a row of the tables is."""
import dataclasses
import typing

# What passes by itself is asked for again (domain/crawl/retry.hpp); dns_failed never gets to a server.
TRIED_AGAIN = {"connect_refused", "connect_timeout", "header_timeout", "body_timeout", "connection_lost", 408, 429, 500,
               502, 503, 504, 522, 524}


@dataclasses.dataclass
class Row:
    name: str
    serve: typing.Callable = None  # what is done with a connection, or with a request
    error: str = None              # in pages.jsonl, of the last attempt
    status: typing.Any = 0         # likewise; a tuple: one of these
    asked: int = None              # how often the server was; None: as TRIED_AGAIN has it
    links: int = None              # None: not looked at
    items: list = None             # the texts that --select h1 found; None: not looked at
    bytes: int = None
    moved_to: str = None           # path that redirect_to ends in
    more: dict = None              # path: (status, error) of further rows that must be there
    least_ms: int = 0              # the last attempt took so long at least
    least_gap_ms: int = 0          # and so long lay between the first two
    # -- the server
    listens: str = "yes"           # "not": refuses; "full": lets nobody in; "deaf": never accepts
    raw: bool = False              # serve() has the connection before a request is read
    tls: str = None                # name of its certificate
    tls_most: str = None
    tls_asks: bool = False         # for the client's certificate
    counts_connections: bool = False
    robots: typing.Callable = None
    # -- the crawl
    url: str = "{scheme}://127.0.0.1:{port}/{name}"
    ok: bool = True                # /ok of the same server is fetched as well, and is fine
    every: bool = False            # by other engines as well
    seen: bool = True              # False: there is no row, for robots.txt forbade it; None: it is not asked for
    shut: bool = False             # robots.txt could not be had, and so nothing is

    def plain(self):
        """What of it can be told to another process, which then has not to make its bodies."""
        mine = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {**mine, "serve": None, "robots": None}

    def address(self, port):
        return self.url.format(scheme="https" if self.tls else "http", port=port, name=self.name)

    def times(self, retries):
        if self.asked is not None:
            return self.asked
        again = self.error in TRIED_AGAIN or (self.error is None and self.status in TRIED_AGAIN)
        return 1 + retries if again else 1


def says(*parts):
    """An answer of these bytes, and the end of the connection."""
    return lambda peer: peer.send(*parts)


def says_and_holds(*parts):
    def script(peer):
        peer.send(*parts)
        peer.hold()
    return script


def says_for_ever(head, piece):
    def script(peer):
        peer.send(head)
        peer.forever(piece)
    return script


def drips(head, piece, every_s=0.2):
    def script(peer):
        peer.send(head)
        peer.drip(piece, every_s)
    return script


def says_and_resets(*parts):
    """Late enough for the client to have read what was said."""
    def script(peer):
        peer.send(*parts)
        peer.reset(0.3)
    return script


def keeps(*parts):
    """An answer, and the next request."""
    def script(peer):
        peer.send(*parts)
        return True
    return script
