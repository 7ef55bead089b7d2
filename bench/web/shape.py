#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What wrk does not ask of a server: how long the trio at / takes, alone and 200 at once; and what idle connections cost.

usage: shape.py OUT idle N LABEL COMMAND | shape.py OUT trio LABEL COMMAND
"""
import json
import resource
import selectors
import socket
import statistics
import sys
import time

from servers import Server

ASK = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def keep(path, row):
    print(f"{row['shape']}: {row['label']}: {row['words']}", file=sys.stderr)
    with open(path, "a", encoding="utf-8") as f:
        f.write(json.dumps(row) + "\n")


def answer_of(connection):
    """Returns: the first line of an answer that has come whole, its length as it says."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            return got
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += connection.recv(65536)
    return head.split(b"\r\n")[0]


def idle(out, count, label, command):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the server inherits it
    with Server(label, command, 0) as server:
        before = server.resident_mb()
        connections = []
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", server.port), 10)
            connection.sendall(ASK % b"/is_prime/17")
            connections.append(connection)
            if b" 200 " not in answer_of(connection):
                raise SystemExit(f"{label}: connection {len(connections)} was not answered")
        time.sleep(1)
        after, cpu = server.resident_mb(), server.cpu_s()
        time.sleep(3)
        cpu = (server.cpu_s() - cpu) / 3
        first = connections[0]
        first.sendall(ASK % b"/is_prime/17")
        alive = b" 200 " in answer_of(first)
        keep(out, {"shape": f"{count:,} idle connections", "label": label, "mb": after, "cpu_of_wall": cpu,
                   "words": f"{before:.0f} MB before, {after:.0f} MB with them, CPU/wall while idle {cpu:.3f}"
                            f"{'' if alive else ', the first one was closed'}"})


def trio(out, label, command):
    with Server(label, command, 0) as server:
        alone = []
        for _ in range(7):
            with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
                begin = time.monotonic()
                connection.sendall(ASK % b"/")
                assert b" 200 " in answer_of(connection)
                alone.append(time.monotonic() - begin)
        words = f"alone {statistics.median(alone):.3f} s ({min(alone):.3f}-{max(alone):.3f})"
        if statistics.median(alone) < 0.45:
            selector, begin, last = selectors.DefaultSelector(), time.monotonic(), 0.0
            for _ in range(200):
                connection = socket.create_connection(("127.0.0.1", server.port), 10)
                connection.sendall(ASK % b"/")
                selector.register(connection, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select(10):
                    assert b" 200 " in answer_of(key.fileobj)
                    last = time.monotonic() - begin
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
            words += f"; 200 at once: all answered after {last:.3f} s"
        keep(out, {"shape": "the trio at /", "label": label, "alone_s": alone, "words": words})


if sys.argv[2] == "idle":
    idle(sys.argv[1], int(sys.argv[3]), sys.argv[4], sys.argv[5])
else:
    trio(sys.argv[1], sys.argv[3], sys.argv[4])
