#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Reads WARC files as ISO 28500 has them, by nothing but the standard library, and takes no field on trust.

  warc_check.py FILE...

Each gzip member is unpacked on its own and must hold one record; lengths, digests and references are computed again.
Prints a line a record: TYPE STATUS URL (TAB between); the last line counts them. Exit code 1 with one line about what is wrong.
"""
import base64
import hashlib
import re
import sys
import zlib


def wrong(path, offset, what):
    sys.exit(f"{path}: record at {offset}: {what}")


def members(path):
    data = open(path, "rb").read()
    offset = 0
    while offset < len(data):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            record = unpacker.decompress(data[offset:])
        except zlib.error as e:
            wrong(path, offset, e)
        if not unpacker.eof:
            wrong(path, offset, "a gzip member without an end")
        yield offset, record
        offset = len(data) - len(unpacker.unused_data)


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def without_chunks(body):
    out = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        size = int(size.partition(b";")[0], 16)
        if size == 0:
            return out
        out, body = out + body[:size], body[size:]
        if not body.startswith(b"\r\n"):
            raise ValueError("a chunk of another size")
        body = body[2:]


def check(path, offset, record, ids):
    head, _, rest = record.partition(b"\r\n\r\n")
    version, *lines = head.decode().split("\r\n")
    if version != "WARC/1.1":
        wrong(path, offset, version)
    fields = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon or name in fields:
            wrong(path, offset, f"field {line}")
        fields[name] = value
    length = int(fields["Content-Length"])
    block = rest[:length]
    if rest[length:] != b"\r\n\r\n":
        wrong(path, offset, "Content-Length is not the block's")
    if fields["WARC-Block-Digest"] != sha1(block):
        wrong(path, offset, "block digest")
    if not re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", fields["WARC-Record-ID"]) or fields["WARC-Record-ID"] in ids:
        wrong(path, offset, "record id")
    ids.add(fields["WARC-Record-ID"])
    if fields.get("WARC-Concurrent-To", fields["WARC-Record-ID"]) not in ids:
        wrong(path, offset, "concurrent to nothing")
    status = "-"
    if fields["WARC-Type"] == "response":
        header, _, body = block.partition(b"\r\n\r\n")
        status = header.split(b" ")[1].decode()
        if "WARC-Truncated" not in fields:
            if re.search(rb"(?i)\r\ntransfer-encoding: chunked(\r|$)", header):
                body = without_chunks(body)
            if fields["WARC-Payload-Digest"] != sha1(body):
                wrong(path, offset, "payload digest")
    print(fields["WARC-Type"], status, fields.get("WARC-Target-URI", "-"), sep="\t")


def main():
    records = 0
    ids = set()
    for path in sys.argv[1:]:
        for offset, record in members(path):
            if offset == 0 and b"\r\nWARC-Type: warcinfo\r\n" not in record:
                wrong(path, offset, "no warcinfo comes first")
            check(path, offset, record, ids)
            records += 1
    print(f"{records} records in {len(sys.argv) - 1} files")


main()
