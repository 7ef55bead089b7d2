# SPDX-License-Identifier: BSD-3-Clause
"""A shell that keeps its variables and its background processes from command to command, in a folder of its own."""
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time

START_S_MAX = 60  # until something that was started in the background says that it is there


class Failure(Exception):
    pass


def free_port():
    """Below those that the kernel gives to whoever connects, so that nobody takes it by accident meanwhile."""
    while True:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Ports:
    """A document's fixed ports, and the free ones that stand for them while it is tested."""

    def __init__(self, fixed):
        self.there = {}
        while len(self.there) < len(fixed):
            port = str(free_port())
            if port not in self.there.values():
                self.there[str(fixed[len(self.there)])] = port

    def to_free(self, text):
        return self.replaced(text, self.there)

    def to_fixed(self, text):
        return self.replaced(text, {free: fixed for fixed, free in self.there.items()})

    @staticmethod
    def replaced(text, by):
        return re.sub(rf"(?<![\d.])({'|'.join(by)})(?!\d)", lambda m: by[m[1]], text)


class Shell:
    """Takes: a folder, which is there; the PATH. Threads: one that reads, and the caller's."""

    def __init__(self, folder, path):
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment.update(PATH=path, LC_ALL="C.UTF-8", HOME=str(folder))
        environment.pop("BASH_ENV", None)
        self.process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        self.text = ""
        self.count = 0
        self.background = []  # numbers of what start() started, and is there
        self.changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            piece = os.read(self.process.stdout.fileno(), 65_536)
            with self.changed:
                self.text += piece.decode("utf-8", "replace")
                self.changed.notify_all()
            if not piece:
                return

    def _send(self, command):
        self.count += 1
        file = self.folder / f".command.{self.count}"
        file.write_text(command + "\n")
        end = f"\036{self.count} "
        self.process.stdin.write(f". '{file}' </dev/null; printf '\\036%s %s\\n' {self.count} \"$?\"\n".encode())
        self.process.stdin.flush()
        return end

    def run(self, command, timeout=180):
        """Returns: the exit code, and what came meanwhile, standard error included."""
        end = re.compile(re.escape(self._send(command)) + r"(\d+)\n")
        with self.changed:
            if not self.changed.wait_for(lambda: end.search(self.text), timeout):
                raise Failure(f"no end after {timeout} s: {command}\n{self.text}")
            found = end.search(self.text)
            text, self.text = self.text[:found.start()], self.text[found.end():]
        return int(found[1]), text

    def more(self, text, enough):
        """What comes from the background: waits until `enough` of it is there. Takes: what has come, which may be all of it.
        Returns: all."""
        with self.changed:
            self.changed.wait_for(lambda: enough(text + self.text), START_S_MAX)
            text, self.text = text + self.text, ""
        return text

    def start(self, command, ready):
        """Starts it in the background, and waits until a line of what it says matches `ready`. Returns: what it said."""
        number = self.count + 1
        said = self.folder / f".said.{number}"
        # With job control it has a process group of its own, so that all of it can be ended; its shell waits for what it runs.
        self.run(f"set -m; {{ trap : TERM; {command}\n}} >'{said}' 2>&1 </dev/null & started_{number}=$!; set +m")
        self.background.append(number)
        end = time.monotonic() + START_S_MAX
        while time.monotonic() < end:
            text = said.read_text(errors="replace") if said.exists() else ""
            if re.search(ready, text, re.MULTILINE):
                return text
            if self.run(f"kill -0 $started_{number}")[0] != 0:
                break
            time.sleep(0.05)
        raise Failure(f"it does not say {ready!r}: {command}\n{text}")

    def end_background(self):
        for number in reversed(self.background):
            self.run(f"""group=$started_{number}
for sent in TERM KILL; do
  kill -$sent -- -$group 2>/dev/null
  for ((i = 0; i < 200; i++)); do
    kill -0 $group 2>/dev/null || break 2
    sleep 0.05
  done
done
wait $group 2>/dev/null
true""")
        self.background = []

    def close(self):
        """Ends all that was started here, and nothing else: it is a session of its own."""
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sent)
            except ProcessLookupError:
                break
            # bash does not mind TERM while it waits for what it runs.
            try:
                self.process.stdin.close()
                self.process.wait(5)
            except (subprocess.TimeoutExpired, BrokenPipeError):
                pass
        self.process.wait()
