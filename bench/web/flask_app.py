#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The tutorial's prime service, re-told: Flask, trial division, a process pool. usage: flask_app.py PORT"""
import json
import logging
import sys
from concurrent.futures import ProcessPoolExecutor

import flask

app = flask.Flask(__name__)
pool = None


def prime(number):
    if number < 4:
        return number > 1
    return number % 2 != 0 and all(number % by for by in range(3, int(number**0.5) + 1, 2))


@app.route("/is_prime/<numbers>")
def is_prime(numbers):
    asked = [int(text) for text in numbers.split(",")]
    return json.dumps(dict(zip(asked, pool.map(prime, asked))))


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request would be measured, too
    with ProcessPoolExecutor() as pool:
        app.run(host="127.0.0.1", port=int(sys.argv[1]), threaded=True)
