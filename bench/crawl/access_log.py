# SPDX-License-Identifier: BSD-3-Clause
"""What a crawler really asked for, counted from the server's log and not from what it says."""
import collections


def redirect_targets(path):
    """Reads nginx's map. Returns: the URLs that some redirect leads to, as "host:port/path"."""
    with open(path, encoding="utf-8") as lines:
        return {line.split()[1].rstrip(";").removeprefix("http://") for line in lines if line.strip()}


def count(lines, targets):
    """Takes: log lines of the format in nginx.conf.in. Returns: a dict of counts; pages are
    different URLs answered with 200, robots.txt and forbidden pages aside."""
    hits = {200: collections.Counter(), 301: collections.Counter(), 404: collections.Counter()}
    connections, private, other, encodings, sent = set(), 0, 0, collections.Counter(), 0
    for line in lines:
        fields = line.split()
        if len(fields) != 6:
            continue
        status, url = int(fields[0]), fields[1] + fields[2]
        connections.add(fields[4])
        sent += int(fields[3])
        if fields[2] == "/robots.txt":
            continue
        if fields[2].startswith("/private/"):
            private += 1
        elif status in hits:
            hits[status][url] += 1
            if status == 200:
                encodings[fields[5]] += 1
        else:
            other += 1
    pages = hits[200]
    return {
        "pages": len(pages),
        "again": sum(pages.values()) - len(pages),
        "redirects": len(hits[301]),
        "redirects_again": sum(hits[301].values()) - len(hits[301]),
        "targets_again": sum(n - 1 for url, n in pages.items() if url in targets),
        "missing": len(hits[404]),
        "missing_again": sum(hits[404].values()) - len(hits[404]),
        "private": private,
        "other_status": other,
        "connections": len(connections),
        "sent_mb": round(sent / 1e6, 1),
        "coding": "+".join(sorted(encodings)) or "-",
    }
