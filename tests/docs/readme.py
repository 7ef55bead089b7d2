# SPDX-License-Identifier: BSD-3-Clause
"""The README: each of its commands is run as a row in the folder readme/ says, or a row says why it cannot be. What rows can say is
told in readme/how.txt."""
import re
import shutil
from dataclasses import dataclass, field

import markdown
from shell import Failure, Ports, Shell

WORDS = ("as", "before", "exit", "out", "only", "quiet", "file", "ready", "ends", "needs", "chosen orders", "not run")
EXPECTATIONS = ("out", "only", "quiet", "file", "ready", "not run")


@dataclass
class Row:
    command: str
    where: str  # file and line
    says: list = field(default_factory=list)  # (word, text)
    used: bool = False

    def all(self, word):
        return [text for key, text in self.says if key == word or key.startswith(word + " ")]

    def one(self, word, default=None):
        return next(iter(self.all(word)), default)

    def files(self):
        return [(key[len("file "):], text) for key, text in self.says if key.startswith("file ")]


def read_rows(folder):
    return [row for file in sorted(folder.glob("*.txt")) for row in read_file(file)]


def read_file(file):
    rows = []
    for number, line in enumerate(file.read_text().split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("$ "):
            rows.append(Row(markdown.one_line(line[2:]), f"{file.name}:{number}"))
            continue
        word = re.match(r"(file [^:]+|" + "|".join(WORDS) + r")(?::|$) ?(.*)", line)
        if not word or not rows:
            raise Failure(f"{file.name}:{number}: neither '$ COMMAND' nor one of {', '.join(WORDS)}: {line}")
        rows[-1].says.append((word[1], word[2]))
    for row in rows:
        if not any(row.all(word) for word in EXPECTATIONS):
            raise Failure(f"{row.where}: nothing is expected of it: say one of {', '.join(EXPECTATIONS)}")
    return rows


def unlike(row, text, code, folder):
    """Returns: "" or how what came differs from what the row expects."""
    lines = text.rstrip("\n").split("\n")
    expected = int(row.one("exit", "0"))
    if code != expected:
        return f"it ended with {code}, not with {expected}"
    at = 0
    for regex in row.all("out"):
        found = next((i for i in range(at, len(lines)) if re.search(regex, lines[i])), None)
        if found is None:
            return f"no line (of those that are left) matches {regex!r}"
        at = found + 1
    for regex in row.all("only"):
        wrong = next((line for line in lines if not re.fullmatch(regex, line)), None)
        if wrong is not None:
            return f"the line {wrong!r} is not {regex!r}"
    if row.all("quiet") and text.strip():
        return "it is not quiet"
    for name, regex in row.files():
        path = folder / name
        if not path.exists():
            return f"there is no {name}"
        if not re.search(regex, path.read_text(errors="replace"), re.MULTILINE):
            return f"no line of {name} matches {regex!r}"
    return ""


def check_readme(readme, rows_folder, folder, path, site, links, chosen_orders, check):
    """Takes: what counts: check(words, problem or ""); links: names that each section finds in its folder, and what they lead to;
    chosen_orders: whether these programs can play every order of messages.
    Returns: how many commands were left out because something that they need is not there."""
    rows = read_rows(rows_folder)
    by_command = {row.command: row for row in rows}
    check(f"{rows_folder.name}: no command twice", "" if len(by_command) == len(rows) else
          "twice: " + ", ".join(sorted({r.command for r in rows if by_command[r.command] is not r})))
    commands = markdown.readme_commands(readme.read_text())
    left_out, shell, section, ports = 0, None, None, None
    try:
        for command in commands:
            where = f"{readme.name}:{command.line}: {markdown.one_line(command.text)}"
            row = by_command.get(markdown.one_line(command.text))
            if row is None:
                check(where, f"no row in tests/docs/{rows_folder.name}/ has this command: say there how it is run, or why it is not")
                continue
            if row.used:
                continue
            row.used = True
            if row.all("not run"):
                print(f"# not run ({row.one('not run')}): {row.command}")
                continue
            missing = [f"{program} is not installed" for program in row.all("needs") if not shutil.which(program)]
            if row.all("chosen orders") and not chosen_orders:
                missing.append("this actor library does not let orders be chosen")
            if missing:
                print(f"# skipped ({missing[0]}): {row.command}")
                left_out += 1
                continue
            if section != command.section:
                if shell:
                    shell.end_background()
                    shell.close()
                section = command.section
                home = folder / re.sub(r"\W+", "-", section)
                home.mkdir()
                for name, target in links.items():
                    (home / name).parent.mkdir(parents=True, exist_ok=True)
                    (home / name).symlink_to(target)
                shell, ports = Shell(home, path), Ports([7000, 7001, 8080, 8443])
                print(f"-- {readme.name}: {section}")
            print(f"$ {row.command}", flush=True)
            check(where, run_row(shell, row, command, ports, site, home))
    finally:
        if shell:
            shell.end_background()
            shell.close()
    for row in rows:
        check(f"{row.where}: $ {row.command}", "" if row.used else f"{readme.name} has no such command")
    return left_out


def run_row(shell, row, command, ports, site, home):
    def ready(text):
        return ports.to_free(text.replace("{site}", site).replace("https://example.org", site))

    try:
        if row.all("ends"):
            shell.end_background()
        for preparation in row.all("before"):
            code, text = shell.run(ready(preparation))
            if code != 0:
                return f"'before' ended with {code}: {preparation}\n{text}"
        text = ready(row.one("as", command.text))
        if row.all("ready"):
            said = shell.start(text, row.one("ready"))
            code = int(row.one("exit", "0"))
        else:
            code, said = shell.run(text, 300)
        said = ports.to_fixed(said)
        problem = unlike(row, said, code, home)
        return f"{problem}\n  it was run as: {text}\n  and said:\n{said}" if problem else ""
    except Failure as failure:
        return str(failure)
