#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Says as one JSON line on what the rows after it were measured.   usage: machine.py COMMIT SPIDER_RS_VERSION"""
import json
import os
import platform
import subprocess
import sys
import time

PACKAGES = ("nginx", "python3-aiohttp", "python3-lxml", "python3-scrapy", "wget2", "libcaf-core0.17", "libxml2")


def field(path, key):
    with open(path, encoding="utf-8") as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith(key)), "?")


def version(package):
    found = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", package], capture_output=True, text=True)
    return found.stdout or "-"


print(json.dumps({"machine": {
    "date": time.strftime("%Y-%m-%d %H:%M"),
    "commit": sys.argv[1],
    "processor": f"{os.cpu_count()} x {field('/proc/cpuinfo', 'model name')}",
    "memory": field("/proc/meminfo", "MemTotal"),
    "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
    "load when it began": f"{os.getloadavg()[0]:.2f}",
    "versions": ", ".join([f"{p} {version(p)}" for p in PACKAGES] + [f"spider-rs {sys.argv[2]}"]),
}}))
