#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A nasty server: a port of its own for each row of a table, on loopback, plain or TLS.

    server.py TABLE CERTIFICATES

Prints one line when all listen: what the rows are, and their ports. Each line on standard input is answered by when it was asked for what
so far: {row: {path: [milliseconds]}}. Ends with its standard input. It is a process of its own so that the memory of
its bodies is not taken for the crawler's, and so that it can be as slow as it likes.

    client                        row's port
      GET /NAME            ->     row.serve(peer), which may do anything
      GET /ok, /next       ->     an ordinary page, whatever the row does otherwise
      GET /robots.txt      ->     row.robots(peer), or 404
"""
import json
import os
import selectors
import socket
import ssl
import struct
import sys
import threading
import time

HOLD_S = 60  # nobody is kept longer
PIECE = 1 << 16


def answer(body, fields=b"", status=b"200 OK"):
    return (b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nContent-Length: " + str(len(body)).encode()
            + b"\r\n" + fields + b"\r\n" + body)


class Peer:
    """One connection, to be told what to do. What breaks because the client has gone ends the script."""

    def __init__(self, sock, row, site):
        self.sock, self.row, self.site = sock, row, site
        self.path, self.host, self.rest = "", "", b""

    def read_request(self):
        """Returns: whether there was one."""
        while b"\r\n\r\n" not in self.rest:
            got = self.sock.recv(PIECE)
            if not got:
                return False
            self.rest += got
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        self.path = lines[0].split(" ")[1]
        self.host = next((l[6:] for l in lines if l.lower().startswith("host: ")), "")
        return True

    def send(self, *parts):
        for part in parts:
            self.sock.sendall(part)

    def page(self, body, fields=b"", status=b"200 OK"):
        self.send(answer(body, fields, status))

    def forever(self, piece):
        many = piece * max(1, PIECE // len(piece))
        end = time.monotonic() + HOLD_S
        while time.monotonic() < end:
            self.sock.sendall(many)

    def drip(self, piece, every_s):
        end = time.monotonic() + HOLD_S
        while time.monotonic() < end:
            self.sock.sendall(piece)
            time.sleep(every_s)

    def hold(self):
        self.sock.settimeout(HOLD_S)
        while self.sock.recv(PIECE):
            pass

    def below_tls(self, raw):
        """Bytes that the TLS layer knows nothing of."""
        os.write(self.sock.fileno(), raw)

    def reset(self, after_s=0.0):
        time.sleep(after_s)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Site:
    def __init__(self, rows, certificates):
        self.rows = rows
        self.certificates = certificates
        self.ports, self.asked, self.kept = {}, {}, []
        self.gate = threading.Lock()
        self.ready = selectors.DefaultSelector()
        for row in rows:
            self.listen(row)

    def listen(self, row):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        self.ports[row.name] = one.getsockname()[1]
        self.asked[row.name] = {}
        self.kept.append(one)
        if row.listens == "not":
            return  # the port is ours, and nobody else's to listen on
        one.listen(0 if row.listens == "full" else 128)
        if row.listens == "full":
            self.fill(one.getsockname())
        elif row.listens == "yes":
            self.ready.register(one, selectors.EVENT_READ, row)

    def fill(self, address):
        """Connects until nobody more gets in: what comes then is left without an answer."""
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(address)
            self.kept.append(one)

    def count(self, row, path):
        with self.gate:
            self.asked[row.name].setdefault(path, []).append(round(time.monotonic() * 1000))

    def accept_for_ever(self):
        while True:
            for key, _ in self.ready.select():
                sock, _ = key.fileobj.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.serve, args=(sock, key.data), daemon=True).start()

    def context(self, row):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(f"{self.certificates}/{row.tls}.pem", f"{self.certificates}/{row.tls}-key.pem")
        if row.tls_most == "1.2":
            made.maximum_version = ssl.TLSVersion.TLSv1_2
        if row.tls_asks:
            made.verify_mode = ssl.CERT_REQUIRED
            made.load_verify_locations(f"{self.certificates}/ca.pem")
        return made

    def serve(self, sock, row):
        try:
            if row.raw:
                self.count(row, f"/{row.name}")
                return row.serve(Peer(sock, row, self))
            if row.tls:
                if row.counts_connections:
                    self.count(row, f"/{row.name}")
                sock = self.context(row).wrap_socket(sock, server_side=True)
            peer = Peer(sock, row, self)
            while peer.read_request() and self.one_request(peer):
                pass
        except OSError:  # ssl.SSLError is one: the client has gone, or said no
            pass
        finally:
            sock.close()

    def one_request(self, peer):
        """Returns: whether the connection is to be used again."""
        row = peer.row
        if peer.path.split("?")[0] == "/robots.txt":
            self.count(row, peer.path)
            return (row.robots or (lambda p: p.page(b"", b"", b"404 Not Found") or True))(peer)
        if not (row.counts_connections and row.tls):
            self.count(row, peer.path)
        if peer.path in ("/ok", "/next"):
            peer.page(f"<h1>{peer.path} of {row.name}</h1>".encode())
            return True
        return row.serve(peer)


def main():
    import tables
    site = Site(tables.rows(sys.argv[1]), sys.argv[2])
    threading.Thread(target=site.accept_for_ever, daemon=True).start()
    print(json.dumps({"rows": [row.plain() for row in site.rows], "ports": site.ports}), flush=True)
    for _ in sys.stdin:
        with site.gate:
            print(json.dumps(site.asked), flush=True)
    os._exit(0)  # whoever is being held


if __name__ == "__main__":
    main()
