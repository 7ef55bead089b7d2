# SPDX-License-Identifier: BSD-3-Clause
"""Starts a server on one processor, waits until it listens, counts its CPU seconds, and ends it."""
import os
import shlex
import signal
import socket
import subprocess
import time

LISTEN_S_MAX = 20
END_S_MAX = 10
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def group(leader):
    """Returns: the process ids of a process group, the leader's first."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as f:
                    if int(f.read().rsplit(")", 1)[1].split()[2]) == leader:
                        found.append(int(name))
            except OSError:
                pass  # it has just ended
    return sorted(found, key=lambda pid: pid != leader)


class Server:
    """One running server; a context manager. `command` has {port} in it where the port goes."""

    def __init__(self, label, command, processor):
        self.label, self.port = label, free_port()
        words = ["taskset", "--cpu-list", str(processor), *shlex.split(command.format(port=self.port))]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)

    def __enter__(self):
        for _ in range(LISTEN_S_MAX * 50):
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.label} ended: {self.process.stderr.read().decode(errors='replace')[-300:]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"{self.label} does not listen")

    def __exit__(self, *_):
        for how in signal.SIGTERM, signal.SIGKILL:
            left = group(self.process.pid)
            for pid in left:
                try:
                    os.kill(pid, how)
                except ProcessLookupError:
                    pass
            try:
                self.process.wait(END_S_MAX)
            except subprocess.TimeoutExpired:
                continue
            if not group(self.process.pid):
                break

    def cpu_s(self):
        total = 0
        for pid in group(self.process.pid):
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
                words = f.read().rsplit(")", 1)[1].split()
            total += int(words[11]) + int(words[12])
        return total / TICKS

    def resident_mb(self):
        total = 0
        for pid in group(self.process.pid):
            with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as f:
                total += next((int(line.split()[1]) for line in f if line.startswith("VmRSS")), 0)
        return total / 1024
