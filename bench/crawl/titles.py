# SPDX-License-Identifier: BSD-3-Clause
"""Compares a crawler's items.jsonl with what is true of the list pages."""
import collections
import json


def expected(path, base, pages):
    """Returns: {page URL: [(absolute href, text), ...]} for list pages 1 .. `pages`. Names beyond
    the last page in the file repeat the pages from the first one on."""
    with open(path, encoding="utf-8") as lines:
        known = [json.loads(line)["titles"] for line in lines]
    return {f"{base}/sitehome/p/{n}": [(base + href, text) for href, text in known[(n - 1) % len(known)]]
            for n in range(1, pages + 1)}


def wrong_pages(items_path, truth):
    """Returns: how many pages' titles are not exactly the right ones in the right order."""
    found = collections.defaultdict(list)
    with open(items_path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            found[row["page"]].append((row["href"], row["text"]))
    return sum(found.get(page) != titles for page, titles in truth.items()) + len(found.keys() - truth.keys())
