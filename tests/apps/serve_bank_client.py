#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Clients of a bank over HTTP, for serve_bank_kill_test.sh.

  serve_bank_client.py load PORT LOG IDS CLIENTS SEED   until the server is gone
  serve_bank_client.py replay PORT LOG                  all of LOG again

load opens eight accounts and transfers at random between them. What was answered goes to LOG, a JSON
object a line, and its key to IDS, before the client goes on. replay sends each again: the same key
has to get the same answer; and what was done has to be told by its key alone.
"""

import http.client
import json
import random
import sys
import threading

ACCOUNTS = 8


class Teller:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path, key, body):
        fields = {"Content-Type": "application/json", "Idempotency-Key": key}
        self.connection.request("POST", path, body, fields)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def find(self, key):
        self.connection.request("GET", "/bank/operations/" + key)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def key(high, low):
    return f"{high:016x}{low:016x}"


def open_accounts(port, keep):
    teller = Teller(port)
    for a in range(1, ACCOUNTS + 1):
        for path, k, body in (
            ("/bank/accounts", key(1, a), {"account": a, "currency": "EUR"}),
            ("/bank/deposits", key(2, a), {"to": a, "amount": "1000"}),
        ):
            keep(path, k, json.dumps(body), *teller.post(path, k, json.dumps(body)))


def load(port, log, ids, clients, seed):
    lock = threading.Lock()
    with open(log, "a", encoding="ascii") as kept, open(ids, "a", encoding="ascii") as names:

        def keep(path, k, body, status, answer):
            with lock:
                kept.write(json.dumps([path, k, body, status, answer]) + "\n")
                kept.flush()
                if status in (200, 201, 409, 422):
                    names.write(k + "\n")
                    names.flush()

        def transfer(who):
            chance = random.Random(seed * 1000 + who)
            teller = Teller(port)
            try:
                while True:
                    source, target = chance.sample(range(1, ACCOUNTS + 1), 2)
                    body = json.dumps({"from": source, "to": target, "amount": chance.randint(1, 400)})
                    k = key(chance.getrandbits(63) + 3, chance.getrandbits(64))
                    keep("/bank/transfers", k, body, *teller.post("/bank/transfers", k, body))
            except (OSError, http.client.HTTPException):
                return  # it was killed; what was on its way has no answer

        try:
            open_accounts(port, keep)
        except (OSError, http.client.HTTPException):
            return
        print("loading", flush=True)
        threads = [threading.Thread(target=transfer, args=(who,)) for who in range(clients)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()


def replay(port, log):
    teller = Teller(port)
    sent = differ = 0
    with open(log, encoding="ascii") as kept:
        for line in kept:
            path, k, body, status, answer = json.loads(line)
            if status >= 500:
                continue
            sent += 1
            found = teller.find(k)  # first: it is not known by the sending again
            wrong = found != (200, answer) if status < 400 else found[0] != 200
            if teller.post(path, k, body) != (status, answer) or wrong:
                differ += 1
    print(f"{sent} sent again, {differ} answered otherwise")
    return 1 if differ or not sent else 0


if sys.argv[1] == "load":
    load(int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
else:
    sys.exit(replay(int(sys.argv[2]), sys.argv[3]))
