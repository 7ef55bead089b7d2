#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Says as one JSON line on what the rows after it were measured.

usage: machine.py COMMIT FOLDER MORE PACKAGE...
FOLDER: where the files of the measured programs are; its file system is named. MORE: versions that
apt does not know, or "".
"""
import json
import os
import platform
import subprocess
import sys
import time


def field(path, key):
    with open(path, encoding="utf-8") as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith(key)), "?")


def version(package):
    found = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", package], capture_output=True, text=True)
    return found.stdout or "-"


def file_system(folder):
    """Returns: the type of the one that is mounted nearest above the folder."""
    folder = os.path.realpath(folder)
    with open("/proc/mounts", encoding="utf-8") as f:
        mounts = [line.split()[1:3] for line in f]
    above = [(len(at), kind) for at, kind in mounts if os.path.commonpath([folder, at]) == at]
    return max(above)[1] if above else "?"


commit, folder, more, *packages = sys.argv[1:]
print(json.dumps({"machine": {
    "date": time.strftime("%Y-%m-%d %H:%M"),
    "commit": commit,
    "processor": f"{os.cpu_count()} x {field('/proc/cpuinfo', 'model name')}",
    "memory": field("/proc/meminfo", "MemTotal"),
    "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}, {file_system(folder)}",
    "load when it began": f"{os.getloadavg()[0]:.2f}",
    "versions": ", ".join([f"{p} {version(p)}" for p in packages] + ([more] if more else [])),
}}))
