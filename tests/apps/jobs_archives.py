#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes archives, kind ones and hostile ones.   usage: jobs_archives.py FOLDER

Each hostile one's name says what is wrong with it; "good-" ones are fine.
"""
import io
import os
import stat
import sys
import tarfile
import zipfile

folder = sys.argv[1]


def tar(name, entries, mode="w"):
    """entries: (name, what, content or link's target)."""
    with tarfile.open(os.path.join(folder, name), mode, format=tarfile.PAX_FORMAT) as out:
        for path, what, content in entries:
            info = tarfile.TarInfo(path)
            info.type = what
            info.mode = 0o4755 if "setuid" in path else 0o755
            if what == tarfile.REGTYPE:
                info.size = len(content)
                out.addfile(info, io.BytesIO(content))
            else:
                if what == tarfile.CHRTYPE:
                    info.devmajor, info.devminor = 1, 3
                info.linkname = content
                out.addfile(info)


def zip_(name, entries, compress=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(os.path.join(folder, name), "w", compress) as out:
        for path, mode, content in entries:
            info = zipfile.ZipInfo("x")
            info.filename = path  # as it is: the constructor mends it
            info.create_system = 3
            info.external_attr = mode << 16
            info.compress_type = compress
            out.writestr(info, content)


FILE, LINK, HARD, DIR, DEVICE, PIPE = (tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE,
                                       tarfile.CHRTYPE, tarfile.FIFOTYPE)
plain = [("d", DIR, ""), ("d/a.txt", FILE, b"a\n"), ("d/link", LINK, "a.txt"), ("up", LINK, "d/a.txt"),
         ("d/hard", HARD, "d/a.txt"), ("-rf", FILE, b"x"), ("sp ace/\u00e4", FILE, b"y"), ("setuid", FILE, b"z")]
for ending, mode in (("tar", "w"), ("tar.gz", "w:gz"), ("tar.bz2", "w:bz2"), ("tar.xz", "w:xz")):
    tar(f"good-{ending.replace('.', '-')}.{ending}", plain, mode)
tar("good with [odd] na:me*.tgz", plain, "w:gz")
tar("good-empty.tar", [])
tar("good-locked.tar", [("d", DIR, ""), ("d/a.txt", FILE, b"a\n")])

tar("climbs.tar", [("ok", FILE, b"x"), ("../climbed", FILE, b"x")])
tar("climbs-inside.tar", [("a/../../climbed", FILE, b"x")])
tar("absolute.tar", [(os.path.join(folder, "absolute-was-here"), FILE, b"x")])
tar("symlink-out.tar", [("s", LINK, "..")])
tar("symlink-absolute.tar", [("s", LINK, "/etc")])
tar("file-through-symlink.tar", [("s", LINK, "d"), ("d", DIR, ""), ("s/x", FILE, b"x")])
tar("file-through-symlink-out.tar", [("s", LINK, ".."), ("s/climbed", FILE, b"x")])
tar("symlinks-through-symlinks.tar", [("p", DIR, ""), ("p/q", LINK, ".."), ("c", LINK, "p/q/../x")])
tar("hardlink-out.tar", [("h", HARD, "/etc/passwd")])
tar("hardlink-climbs.tar", [("h", HARD, "../outside")])
tar("device.tar", [("null", DEVICE, "")])
tar("pipe.tar", [("pipe", PIPE, "")])
tar("line-feed.tar", [("a\nb", FILE, b"x")])
tar("many.tar", [(f"f{i}", FILE, b"") for i in range(2000)])
tar("large.tar", [("large", FILE, bytes(3_000_000))])
tar("bomb.tar.xz", [("bomb", FILE, bytes(20_000_000))], "w:xz")

exe, link = stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777
zip_("good-zip.zip", [("d/a.txt", exe, b"a\n"), ("d/link", link, b"a.txt"), ("-rf", exe, b"x"), ("sp ace/b", exe, b"y")])
zip_("climbs.zip", [("ok", exe, b"x"), ("../climbed", exe, b"x")])
zip_("climbs-as-windows.zip", [("..\\climbed", exe, b"x")])
zip_("absolute.zip", [(os.path.join(folder, "absolute-was-here"), exe, b"x")])
zip_("symlink-out.zip", [("s", link, b"../..")])
zip_("file-through-symlink.zip", [("s", link, b"."), ("s/x", exe, b"x")])
zip_("bomb.zip", [("bomb", exe, bytes(20_000_000))])
# One that lies: its list says 10 bytes, and there are ten million.
path = os.path.join(folder, "liar.zip")
zip_("liar.zip", [("liar", exe, bytes(10_000_000))])
with open(path, "r+b") as f:
    data = f.read()
    f.seek(0)
    f.write(data.replace((10_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))

with open(os.path.join(folder, "good-tar-gz.tar.gz"), "rb") as f, open(os.path.join(folder, "cut.tar.gz"), "wb") as g:
    g.write(f.read()[:-40])
with open(os.path.join(folder, "noise.zip"), "wb") as f:
    f.write(os.urandom(5000))
with open(os.path.join(folder, "single.gz"), "wb") as f:
    f.write(b"\x1f\x8b")
