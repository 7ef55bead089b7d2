# SPDX-License-Identifier: BSD-3-Clause
"""That the checks can fail: documents with a mistake in them, each of which has to be found."""
import io
import contextlib
import os
import pathlib
import tempfile

from readme import check_readme
from tours import check_tours, matches

LINES = [  # shown, came, marks, the same
    (["5 pages in 0.31 s (16/s)"], ["5 pages in 0.27 s (18/s)"], [], True),
    (["5 pages in 0.31 s (16/s)"], ["6 pages in 0.31 s (16/s)"], [], False),
    (["A holds -600"], ["A holds 200"], [], False),
    (["A holds -600"], ["A holds -200"], ["numbers vary"], True),
    (["done; id 9380ef7ef6338f2d"], ["done; id e02e4c96306cf2fc"], [], True),
    (["engine    seconds"], ["engine  seconds"], [], True),
    (["one", "two"], ["two", "one"], [], False),
    (["one", "two"], ["two", "one"], ["any order"], True),
    (["one", "one"], ["one", "two"], ["any order"], False),
    (["one"], ["one", "two"], ["any order"], False),
    (["one", "..."], ["two", "one"], ["any order"], True),
    (["one", "...", "four"], ["one", "two", "three", "four"], [], True),
    (["one", "...", "four"], ["one", "two", "three"], [], False),
    (["one ... four"], ["one two three four"], [], True),
    (["one"], ["one", "two"], [], False),
    (["one"], [], [], False),
    ([], ["one"], [], False),
    (["ta drew", "tb waits"], ["tb drew", "ta waits"], [], False),
    (["ta drew", "tb waits"], ["tb drew", "ta waits"], ["ta and tb may change places"], True),
    (["ta drew", "tb waits"], ["tb drew", "tb waits"], ["ta and tb may change places"], False),
    (["done"], ["12 pages, 3/s, 4 queued, 2 in flight, 0 errors, 1.2 kB", "done"], [], True),
]

TOUR = "```console\n$ echo one\none\n$ (exit 3)\n```\n<!-- exit 3 -->\n```console\n$ (exit 3)\n$ echo 127.0.0.1:8000 >&2\n127.0.0.1:8000\n```\n"

README = """\
## A part

    echo hello      # a comment
    echo a \\
      b
    echo nobody knows me

| here | `echo in a table` |

Some `echo in prose`, and `echo left out`.
"""
ROWS = """\
$ echo hello
only: hell
$ echo a b
out: ^a b$
out: ^c$
$ echo in a table
before: false
out: table
$ echo in prose
as: echo in another tune >file
file file: ^in another tune$
$ echo left out
not run: it is a test
$ echo of yesterday
quiet:
"""


def failures_of(run):
    """Takes: what is to be run with a check. Returns: the words of those that failed."""
    failed = []
    with contextlib.redirect_stdout(io.StringIO()):
        run(lambda words, problem: failed.append(words) if problem else None)
    return failed


def check_planted(check):
    for shown, came, marks, same in LINES:
        check(f"shown {shown}, came {came}, marks {marks}", "" if matches(shown, came, marks) == same else
              f"they are taken for {'different' if same else 'the same'}")
    with tempfile.TemporaryDirectory(prefix="troupe.planted.") as name:
        folder, path = pathlib.Path(name), os.environ["PATH"]
        for part in ("rows", "one", "other", "readme"):
            (folder / part).mkdir()
        one, other = folder / "one.md", folder / "other.md"
        one.write_text(TOUR)
        other.write_text(TOUR.replace("\none\n", "\none too many\n"))
        failed = failures_of(lambda c: check_tours([one, other], folder / "one", path, True, c))
        check("a tour: a wrong exit code, a wrong line in the other language", "" if failed == [
            "other.md:2: $ echo one", "one.md:4: $ (exit 3): ends with 0", "one.md:9: $ echo 127.0.0.1:8000 >&2: ends with 3"] else
              f"found: {failed}")
        other.write_text(TOUR.replace("echo one", "echo two"))
        failed = failures_of(lambda c: check_tours([one, other], folder / "other", path, True, c))
        check("two tours with different commands", "" if failed == ["other.md has the commands of one.md"] else f"found: {failed}")
        (folder / "readme.md").write_text(README)
        (folder / "rows" / "rows.txt").write_text(ROWS)
        failed = failures_of(
            lambda c: check_readme(folder / "readme.md", folder / "rows", folder / "readme", path, "http://none.invalid", {}, True, c))
        expected = ["readme.md:3: echo hello", "readme.md:4: echo a b", "readme.md:6: echo nobody knows me",
                    "readme.md:8: echo in a table", "rows.txt:14: $ echo of yesterday"]
        check("a README: a wrong line, a missing one, a command without a row, a failing preparation, a row without a command",
              "" if failed == expected else f"found: {failed}")
