# SPDX-License-Identifier: BSD-3-Clause
"""Checks that are counted: a test's last line says how many held, and its exit code whether all did."""
import sys

_held, _failures = 0, []


def check(words, holds, shown=""):
    global _held
    if holds:
        _held += 1
    else:
        _failures.append(words)
        print(f"FAILED: {words}" + (f": {shown}" if shown != "" else ""), file=sys.stderr, flush=True)


def tell():
    """Prints the last line. Returns: the exit code."""
    print(f"{_held} passed, {len(_failures)} failed")
    return 1 if _failures or not _held else 0
