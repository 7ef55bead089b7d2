# SPDX-License-Identifier: BSD-3-Clause
"""What commands a Markdown file gives, and what it says that they print."""
import re
from dataclasses import dataclass, field


@dataclass
class Command:
    text: str  # as it stands there, without a comment behind it; may have several lines
    line: int
    section: str = ""
    output: list = field(default_factory=list)  # the lines below it
    marks: list = field(default_factory=list)


def without_comment(line):
    return re.sub(r"(^|\s\s+)# .*$", "", line).rstrip()


# -- console blocks: "$ command" lines, "> " lines that go on with it, and what is printed

def console_commands(text):
    """Takes: Markdown. Returns: the commands of its ```console blocks, in order. An HTML comment on the line before a block
    is a list of marks for it, with commas between."""
    commands, marks, inside, current = [], [], False, None
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            mark = re.fullmatch(r"<!-- (.*) -->", line)
            if mark:
                marks = [mark[1]] if mark[1].startswith("not run: ") else mark[1].split(", ")
            elif line == "```console":
                inside, current = True, None
            elif line.strip():
                marks = []
        elif line == "```":
            inside, marks = False, []
        elif line.startswith("$ "):
            current = Command(line[2:], number, marks=marks)
            commands.append(current)
        elif line.startswith("> ") and current and not current.output:
            current.text += "\n" + line[2:]
        elif current:
            current.output.append(line)
        else:
            raise ValueError(f"line {number}: a console block begins with a command")
    return commands


# -- a README: indented and fenced blocks, code in tables and in prose

COMMAND_WORDS = re.compile(r"(troupe(-[a-z]+)?|scripts/\S+|systemctl|sudo|echo|man|curl|apt|cmake) +\S")


def readme_commands(text):
    """Takes: Markdown. Returns: every command of its indented and fenced blocks; and code in tables and in prose that begins with
    one of our programs, or with a word of COMMAND_WORDS, and has an argument."""
    commands, section, prose, fenced, going_on = [], "", [], False, None

    def end_of_prose():
        whole = " ".join(line for _, line in prose)
        for code in re.findall(r"`([^`]+)`", whole):
            # In a table a | that does not end a cell is escaped.
            code = code.replace("\\|", "|")
            if COMMAND_WORDS.match(code):
                commands.append(Command(code, prose[0][0], section))
        prose.clear()

    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            fenced = not fenced
            continue
        indented = line.startswith("    ") and (not prose or going_on)
        if fenced or indented:
            end_of_prose()
            part = line if fenced else line[4:]
            if going_on:
                going_on.text += "\n" + without_comment(part)
            else:
                if not without_comment(part):
                    continue
                going_on = Command(without_comment(part), number, section)
                commands.append(going_on)
            if not going_on.text.endswith("\\"):
                going_on = None
            continue
        going_on = None
        if line.startswith("## "):
            end_of_prose()
            section = line[3:]
        elif not line.strip() or line.startswith(("- ", "|")):
            end_of_prose()
        if line.strip() and not line.startswith("#"):
            prose.append((number, line.strip()))
    end_of_prose()
    return commands


def one_line(command):
    """A command as rows name it: continued lines joined, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"\\\n", " ", command)).strip()
