# SPDX-License-Identifier: BSD-3-Clause
"""The tours: each command of docs/tour.md is run, in order, in one shell and one folder, and what it prints is compared with what
docs/tour.md and docs/tour.zh-CN.md show. Both have to have the same commands.

What is compared, and how:
  - ports 7000, 8000 and 8080 are free ones while it is tested, and the folder in which all is run is called /home/you;
  - numbers with a fraction, what has "ms", "s" or "/s" behind it, hexadecimal words of 8 digits and more, and versions may differ;
    white space is folded; everything else has to be the same, whole numbers included;
  - lines about progress, which come when something takes long, are left out;
  - a line "..." stands for any lines, "..." within a line for anything in it;
  - a comment on the line before a block says more of it, with commas between:
      <!-- any order -->            its lines come in any order
      <!-- numbers vary -->         whole numbers may differ, too
      <!-- ta and tb may change places -->   whichever comes first; likewise other words
      <!-- exit N -->               its commands end with N, not with 0
      <!-- chosen orders -->        only where the actor library lets the order of messages be chosen; CAF 1.x does not
      <!-- not run: WHY -->         its commands are not run
"""
import difflib
import re

import markdown
from shell import Failure, Ports, Shell


MARKS = re.compile(r"any order|numbers vary|chosen orders|\w+ and \w+ may change places|exit \d+|not run: .+")


def normal(line, marks):
    line = re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{7,}\b", "ID", line)
    line = re.sub(r"\d+\.\d+(\.\d+)?", "0.0", line)
    line = re.sub(r"\b\d+(?=/s\b| ms\b| s\b)", "0", line)
    line = re.sub(r"0\.0(?=/s\b| ms\b| s\b)", "0", line)
    if "numbers vary" in marks:
        line = re.sub(r"\d+", "0", line)
    return re.sub(r"\s+", " ", line).strip()


def pattern_of(line):
    return ".*".join(re.escape(part) for part in line.split("..."))


def lines_of(text):
    return text.rstrip("\n").split("\n") if text.strip("\n") else []


def swapped(line, one, other):
    return re.sub(rf"\b({one}|{other})\b", lambda m: other if m[1] == one else one, line)


def is_progress(line):
    return re.match(r"\d+ pages, \d+/s, \d+ queued, ", line)


def matches(shown, came, marks):
    """Takes: the lines that a tour shows, and those that came. Returns: whether they are the same."""
    came = [line for line in came if not is_progress(line)]
    swap = next((m for m in (re.fullmatch(r"(\w+) and (\w+) may change places", mark) for mark in marks) if m), None)
    return same(shown, came, marks) or (
        swap is not None and same([swapped(line, swap[1], swap[2]) for line in shown], came, marks))


def same(shown, came, marks):
    shown = [normal(line, marks) for line in shown]
    came = [normal(line, marks) for line in came]
    if "any order" in marks:
        cut = "..." in shown
        left = list(came)
        for line in shown:
            if line == "...":
                continue
            found = next((c for c in left if re.fullmatch(pattern_of(line), c)), None)
            if found is None:
                return False
            left.remove(found)
        return cut or not left
    whole = "".join("(?:.*\n)*?" if line == "..." else pattern_of(line) + "\n" for line in shown)
    return re.fullmatch(whole, "".join(line + "\n" for line in came)) is not None


def shape(command):
    return command.text, tuple(command.marks)


def check_tours(files, folder, path, chosen_orders, check):
    """Takes: the tours, the first of which says what is run; an empty folder; whether these programs can play every order of messages; what
    counts: check(words, problem or ""). Returns: how many commands were left out."""
    tours = [markdown.console_commands(file.read_text()) for file in files]
    for file, commands in zip(files, tours):
        unknown = sorted({mark for c in commands for mark in c.marks if not MARKS.fullmatch(mark)})
        check(f"{file.name}: marks before blocks", f"these mean nothing: {unknown}" if unknown else "")
    for file, commands in zip(files[1:], tours[1:]):
        ours, theirs = ([f"{c.text}  {c.marks}" for c in some] for some in (tours[0], commands))
        check(f"{file.name} has the commands of {files[0].name}",
              "\n".join(difflib.unified_diff(ours, theirs, files[0].name, file.name, "", "", 0, "")))
    if any([shape(c) for c in commands] != [shape(c) for c in tours[0]] for commands in tours):
        return 0
    left_out = 0
    ports = Ports([7000, 8000, 8080])
    shell = Shell(folder, path)
    try:
        for versions in zip(*tours):
            command = versions[0]
            unrun = next((m for m in command.marks if m.startswith("not run: ")), None)
            if unrun:
                print(f"# {unrun}: {command.text}")
                continue
            if "chosen orders" in command.marks and not chosen_orders:
                print(f"# skipped (this actor library does not let orders be chosen): {command.text}")
                left_out += 1
                continue
            run_one(shell, ports, files, versions, check)
    except Failure as failure:
        check(f"{files[0].name}:{command.line}", str(failure))
    finally:
        shell.close()
    return left_out


def run_one(shell, ports, files, versions, check):
    command = versions[0]
    print(f"$ {command.text}", flush=True)
    code, text = shell.run(ports.to_free(command.text))
    if command.text.endswith("&"):
        wanted = len([line for line in command.output if line != "..."])
        text = shell.more(text, lambda so_far: so_far.count("\n") >= wanted)
    came = lines_of(ports.to_fixed(text.replace(str(shell.folder), "/home/you")))
    expected = int(next((m[len("exit "):] for m in command.marks if m.startswith("exit ")), 0))
    check(f"{files[0].name}:{command.line}: $ {command.text}: ends with {expected}",
          "" if code == expected else f"it ended with {code}:\n{text}")
    for file, version in zip(files, versions):
        as_shown = matches(version.output, came, version.marks)
        check(f"{file.name}:{version.line}: $ {version.text}", "" if as_shown else "\n".join(
            ["what is shown there is not what came:", *(f"  shown: {line}" for line in version.output),
             *(f"  came:  {line}" for line in came)]))
