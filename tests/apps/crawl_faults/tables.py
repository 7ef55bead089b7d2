# SPDX-License-Identifier: BSD-3-Clause
"""The tables, by name: each is one site, and one crawl."""
import time

import answer_rows
import connection_rows
import page_rows
from row import Row

HASTY_MS = 2_000  # where a time is meant to run out; elsewhere none is, however busy the machine
ORDINARY = 10     # pages in a row

TABLES = {
    "connections": connection_rows.patient_rows,
    "answers": answer_rows.patient_rows,
    "pages": page_rows.page_rows,
    "robots": page_rows.robots_rows,
    "late": lambda: connection_rows.hasty_rows(HASTY_MS),
    "late_robots": page_rows.hasty_robots_rows,
    "later": page_rows.later_rows,
    "much_later": page_rows.never_rows,
    "proxy": page_rows.proxy_rows,
    "no_proxy": page_rows.no_proxy_rows,
}


def ordinary_page(peer):
    n = int(peer.path.rsplit("-", 1)[1]) if "-" in peer.path else 0
    time.sleep(0.1)
    link = f"<a href=/ordinary-{n + 1}>on</a>" if n + 1 < ORDINARY else ""
    peer.page(f"<h1>ordinary {n}</h1>{link}".encode())
    return True


def rows(name):
    """The table's rows, and a site that does nothing wrong: one page leads to the next, so that it lasts."""
    chain = {} if name == "pages" else {f"/ordinary-{n}": (200, None) for n in range(1, ORDINARY)}
    return [*TABLES[name](), Row("ordinary", ordinary_page, None, 200, items=["ordinary 0"], more=chain, every=True)]
