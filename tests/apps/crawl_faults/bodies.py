# SPDX-License-Identifier: BSD-3-Clause
"""Compressed bodies, good and bad, without a library for br: bombs are quicker written than compressed.

Source: RFC 1952 (gzip), RFC 1950 (zlib), RFC 1951 (deflate), RFC 7932 (br).
"""
import functools
import struct
import zlib

GIB = 1 << 30
MIB = 1 << 20


def packed(data, window_bits=31):
    """Takes: zlib's window bits: 31 gzip, 15 zlib, -15 deflate alone."""
    z = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    return z.compress(data) + z.flush()


@functools.cache
def zeros(window_bits=31, size=GIB):
    """A valid stream of `size` zero bytes, a megabyte's worth of it compressed and then repeated. Its checksum is of
    what it says, so that nothing is wrong with it but its size."""
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    mib = bytes(MIB)
    z.compress(mib)
    first = z.flush(zlib.Z_FULL_FLUSH)  # what follows knows nothing of what was before, and can be repeated
    block = z.compress(mib) + z.flush(zlib.Z_FULL_FLUSH)
    stream = first + block * (size // MIB - 1) + z.flush(zlib.Z_FINISH)
    if window_bits < 0:
        return stream
    if window_bits == 15:  # a sum of zeros: a stays 1, b grows by 1 a byte (RFC 1950, 8.2)
        return b"\x78\xda" + stream + struct.pack(">I", (size % 65521) << 16 | 1)
    check = 0
    for _ in range(size // MIB):
        check = zlib.crc32(mib, check)
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + stream + struct.pack("<II", check, size & 0xFFFFFFFF)


class bit_writer:
    def __init__(self):
        self.value, self.size = 0, 0

    def put(self, value, bits):
        self.value |= value << self.size
        self.size += bits

    def bytes(self):
        return self.value.to_bytes((self.size + 7) // 8, "little")


def br_zeros(size=GIB):
    """A valid br stream of `size` zero bytes, 16 MiB in 14 bytes: each meta-block is one command, which inserts a zero
    and copies it 2^24 - 1 times. All prefix codes have one symbol and so no bits (RFC 7932, 3.4, 5, 9.2)."""
    out, block = bit_writer(), 1 << 24
    out.put(0, 1)  # WBITS: 16
    for _ in range(size // block):
        out.put(0, 1)  # not the last
        out.put(2, 2)  # MLEN has six nibbles
        out.put(block - 1, 24)
        out.put(0, 1)  # compressed
        out.put(0, 3)  # one block type of each kind
        out.put(0, 6)  # NPOSTFIX, NDIRECT
        out.put(0, 2)  # context mode
        out.put(0, 2)  # one tree for literals, one for distances
        for symbol, bits in ((0, 8), (399, 10), (16, 6)):  # a zero; insert 1, copy from 2118; a new distance
            out.put(1, 2)  # a simple code
            out.put(0, 2)  # of one symbol
            out.put(symbol, bits)
        out.put(block - 1 - 2118, 24)  # so much more to copy
        out.put(0, 1)  # distance 1
    out.put(3, 2)  # the last, and empty
    return out.bytes()


def br_stored(data):
    """`data`, at most 64 KiB, as it is, in a br stream."""
    out = bit_writer()
    out.put(0, 1)
    out.put(0, 1)
    out.put(0, 2)
    out.put(len(data) - 1, 16)
    out.put(1, 1)  # stored
    out.size = (out.size + 7) // 8 * 8
    return out.bytes() + data + b"\x03"
