#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-compare crawl, bank, primes, jobs, web, savina and all as a user runs them, with so little work that it takes seconds; and with
# programs that answer wrongly, fail, hang or never begin, which it has to catch.
#   compare_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

bin=$(cd -- "$1" && pwd)
compare=$bin/troupe-compare
export TMPDIR=$temp/tmp
mkdir "$TMPDIR"

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  timeout 600 "$compare" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
tiny() { run "$@" --size tiny --runs 2; }
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_has() { grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
out_is_empty() { [[ ! -s $temp/out ]] || { cat "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }
nothing_left() { [[ -z $(ls --almost-all "$TMPDIR") ]] || { ls -R "$TMPDIR" >&2; false; }; }
json() { # FILE EXPRESSION: is it true of x, and of its cells and engines?
  python3 - "$@" <<'PY'
import json, sys
x = json.load(open(sys.argv[1]))
workloads = {f"{w['scenario']}, {w['name']}": w for w in x["workloads"]}
cells = [c for w in x["workloads"] for c in w["cells"]]
engines = {name: sorted({c["engine"] for c in w["cells"]}) for name, w in workloads.items()}
good = eval(sys.argv[2])
if not good:
    print(engines, file=sys.stderr)
sys.exit(0 if good else 1)
PY
}

# -- usage errors: one clear line, exit 2 -------------------------------------
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_is_one_line
  check "says '$words': $*" err_has "$words"
}
usage_error "--engines: there is serial, threads, processes, actors, and no 'fibers'" primes --engines serial,fibers
usage_error "--engines" web --engines queue
usage_error "--workers" primes --workers 0
usage_error "--workers" primes --workers 65
usage_error "--workers" primes --workers 1,many
usage_error "--runs" primes --runs 0
usage_error "--runs" primes --runs 101
usage_error "--warmups" primes --warmups 0
usage_error "--warmups" primes --warmups 11
usage_error "--size" primes --size huge
usage_error "--quick" primes --quick --size full
usage_error "--seed" primes --seed x
usage_error "--bin" primes --bin "$temp/none"
usage_error "--deadline" primes --deadline 0
usage_error "--output-bytes-max" primes --output-bytes-max 1
usage_error "--report: there is no folder" primes --report "$temp/none/r.html"
usage_error "--json: there is no folder" primes --json "$temp/none/r.json"
usage_error "--csv: $temp is a folder" primes --csv "$temp"
usage_error "--trace: there is no folder" primes --trace "$temp/none/t.json"
usage_error "loud" primes loud
run all --help
check "--help exits 0" code_is 0
check "--help names the limits" out_has "--deadline"
run all --list
check "--list exits 0" code_is 0
check "--list names all workloads" test "$(grep --count --extended-regexp '^(crawl|bank|primes|jobs|web|savina), ' "$temp/out")" -eq 20
check "and their engines" out_has "serial threads queue pool coroutines semaphore actors"
run primes --list --engines actors
check "--list goes by --engines" test "$(grep --count '^  actors$' "$temp/out")" -eq 2

# -- the transfers that the bank's engines make ---------------------------------
bank() { # ARGUMENT...: as run, of troupe-bank transfers
  code=0
  timeout 60 "$bin/troupe-bank" transfers "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
for wrong in "--engine magic" "--accounts 1" "--transfers 0" "--tellers 0" "--tellers 65" "--batch 0" "--batch 10001" "--seed x"; do
  read -r -a line <<<"$wrong"
  bank "${line[@]}"
  check "exit 2: transfers $wrong" code_is 2
  check "one line: transfers $wrong" err_is_one_line
done
bank --help
check "transfers --help exits 0" code_is 0
balances=()
for engine in actor one-mutex batched-mutex ordered-locks atomics; do
  for tellers in 1 3; do
    bank --engine "$engine" --accounts 10 --transfers 3001 --tellers "$tellers" --batch 7 --seed 5 --json
    check "$engine by $tellers: exit 0" code_is 0
    check "$engine by $tellers: nothing is lost" out_has '"refused":0,"money_off":0'
    balances+=("$(sed 's/.*"balances":"\([0-9a-f]*\)".*/\1/' "$temp/out")")
  done
done
check "all end with the same balances" test "$(printf '%s\n' "${balances[@]}" | sort --unique | wc --lines)" -eq 1
bank --engine one-mutex --accounts 10 --transfers 3001 --seed 6
check "in words" out_has "one-mutex: 3001 transfers, 0 refused, 0 units lost or from nowhere; balances "
check "another seed, other balances" bash -c "! grep --quiet '${balances[0]}' '$temp/out'"

# -- all of it, with little work ----------------------------------------------
tiny all --report "$temp/r.html" --json "$temp/r.json" --csv "$temp/r.csv" --seed 5 --warmups 1
check "all exits 0" code_is 0
check "it is quiet otherwise" test ! -s "$temp/err"
check "the table has every workload" test "$(grep --count 'all answered the same: ' "$temp/out")" -eq 20
check "actors against locks are a table" out_has "actors against locks"
check "who wins is counted" grep --quiet --extended-regexp '^  locks win [0-9]+, actors win [0-9]+, no winner [0-9]+$' "$temp/out"
bounds_are_said() {
  local n
  n=$(grep --count --extended-regexp '^  (CPU-bound|IO-bound|Contention-bound|Mixed|Too short to tell)\. ' "$temp/out")
  [[ $n -eq 20 ]] || { printf '%s of 20\n' "$n" >&2; cat "$temp/out" >&2; false; }
}
check "what bounds each is said" bounds_are_said
check "what the tutorial says is answered" test "$(grep --count '^  The tutorial: ' "$temp/out")" -eq 11
check "the command is there" out_has "troupe-compare all --size tiny --runs 2 --warmups 1 --seed 5"
check "the JSON has it too" json "$temp/r.json" 'x["command"] == "troupe-compare all --size tiny --runs 2 --warmups 1 --seed 5"'
check "crawls by seven engines" json "$temp/r.json" 'len(engines["crawl, near"]) == 7 and len(engines["crawl, far"]) == 7'
check "transfers by six, races by four" json "$temp/r.json" 'len(engines["bank, 2 accounts"]) == 6 and len(engines["bank, race"]) == 4'
check "primes by four" json "$temp/r.json" 'engines["primes, tutorial"] == ["actors", "processes", "serial", "threads"]'
check "jobs and web" json "$temp/r.json" 'engines["jobs, waiting"] == ["actors", "xargs"] and engines["web, one number"] == ["actors", "pool", "serial"]'
check "the small benchmarks by two, philosophers by three" json "$temp/r.json" 'engines["savina, counting"] == ["actors", "locks"] and engines["savina, philosophers"] == ["actors", "actors-forks", "locks"]'
check "two runs of each, warm-ups not counted" json "$temp/r.json" 'all(len(c["samples"]) == 2 for c in cells)'
check "each took time and CPU" json "$temp/r.json" 'all(s["wall_s"] > 0 and s["user_s"] + s["system_s"] > 0 for c in cells for s in c["samples"])'
check "each had memory and switches" json "$temp/r.json" 'all(c["rss_kib"] > 1000 for c in cells) and all(c["switches"]["median"] > 0 for c in cells)'
check "each run has its place" json "$temp/r.json" 'all(sorted(s["position"] for c in w["cells"] for s in c["samples"]) == list(range(len(w["cells"]), 3 * len(w["cells"]))) for w in workloads.values())'
check "servers have latencies, others none" json "$temp/r.json" 'all(("latency_ms" in c) == (w["scenario"] == "web") for w in workloads.values() for c in w["cells"])'
check "latencies ascend" json "$temp/r.json" 'all(q == sorted(q) for w in workloads.values() if w["scenario"] == "web" for c in w["cells"] for q in [[ms for _, ms in c["latency_ms"]["quantiles"]]])'
check "answers are not empty" json "$temp/r.json" 'all(w["answer_lines"] >= 1 for w in workloads.values()) and workloads["crawl, near"]["answer_lines"] > 20'
check "no place of a file is told" bash -c "! grep --quiet --fixed-strings --regexp='$bin' --regexp='$TMPDIR' '$temp/r.json' '$temp/r.html' '$temp/r.csv'"
rows=$(python3 -c 'import json, sys; print(sum(len(c["samples"]) for w in json.load(open(sys.argv[1]))["workloads"] for c in w["cells"]))' "$temp/r.json")
check "the CSV has a row a run" test "$(wc --lines <"$temp/r.csv")" -eq $((rows + 1))
check "the page has the same data" python3 - "$temp/r.html" "$temp/r.json" <<'PY'
import html.parser, json, sys
class reader(html.parser.HTMLParser):
    inside, text = False, ""
    def handle_starttag(self, tag, attributes):
        self.inside = dict(attributes).get("id") == "data"
        assert not {"src", "href"} & {name for name, _ in attributes}, (tag, attributes)
    def handle_data(self, data):
        self.text += data if self.inside else ""
    def handle_endtag(self, tag):
        self.inside = False
page = reader()
page.feed(open(sys.argv[1]).read())
data = json.loads(page.text)
timelines = data.pop("timelines")
assert data == json.load(open(sys.argv[2]))
assert [t["workload"] for t in timelines] == list(range(len(data["workloads"])))
assert all(r["rows"] and r["took_us"] > 0 for t in timelines for r in t["runs"]), [(t["workload"], r["label"]) for t in timelines for r in t["runs"] if not r["rows"]]
PY
check "nothing is left behind" nothing_left

# -- what is asked for, and nothing else --------------------------------------
tiny primes --engines serial,actors --workers 3,1,3 --json -
check "--json - exits 0" code_is 0
mv "$temp/out" "$temp/one.json"
check "--engines and --workers are obeyed" json "$temp/one.json" '[c["label"] for c in workloads["primes, tutorial"]["cells"]] == ["serial", "actors x1", "actors x3"]'
check "scenarios too" json "$temp/one.json" 'list(workloads) == ["primes, tutorial", "primes, many"]'
tiny primes --engines serial,actors --workers 3,1 --json -
check "the same seed, the same order" json "$temp/out" "[s['position'] for c in cells for s in c['samples']] == [s['position'] for w in json.load(open('$temp/one.json'))['workloads'] for c in w['cells'] for s in c['samples']]"
tiny bank --engines lock --json - --seed 9
check "an engine of one workload" json "$temp/out" 'list(workloads) == ["bank, race"] and x["seed"] == 9'
for scenario in crawl jobs web; do
  tiny "$scenario" --engines actors --workers 2 --bin "$bin"
  check "$scenario alone exits 0" code_is 0
done
run jobs --quick --runs 1 --engines xargs --workers 8 --json -
check "--quick" json "$temp/out" 'x["runs"] == 1 and "--size quick" in x["command"]'
tiny primes --engines serial --csv /dev/full
check "a full disk: exit 1" code_is 1
check "which is said" err_has "/dev/full cannot be written"

# -- programs that are no good ------------------------------------------------
fake=$temp/fake
mkdir "$fake"
pretend() { # PROGRAM: what stands on standard input is that program, beside the others
  rm --force -- "$fake"/*
  ln --symbolic "$bin"/troupe-* "$fake/"
  rm -- "$fake/$1"
  cat >"$fake/$1"
  chmod +x "$fake/$1"
}
caught() { # WORDS ARGUMENT...
  local words=$1
  shift
  tiny "$@" --bin "$fake"
  check "exit 1: $words" code_is 1
  check "one line: $words" err_is_one_line
  check "says: $words" err_has "$words"
  check "no time is shown: $words" out_is_empty
  check "nothing is left: $words" nothing_left
}

pretend troupe-primes <<SH
#!/bin/sh
case "\$*" in
*threads*) "$bin/troupe-primes" "\$@" | sed '2s/prime/composite/' ;;
*) exec "$bin/troupe-primes" "\$@" ;;
esac
SH
caught "primes, tutorial: the answers differ, so no time is shown: serial, processes x2, actors x2: " primes --json "$temp/bad.json" --report "$temp/bad.html"
check "the one that differs is named" err_has "; threads x2: "
check "with the first difference" err_has "the first difference of serial and threads x2: line 2: '112272535095293 prime' and '112272535095293 composite'"
check "and no file is written" test ! -e "$temp/bad.json" -a ! -e "$temp/bad.html"

# Right as it warms up, and wrong afterwards.
pretend troupe-primes <<SH
#!/bin/sh
case "\$*" in
*actors*) echo >>"$temp/times"; [ "\$(wc -l <"$temp/times")" -lt 2 ] || { "$bin/troupe-primes" "\$@" | sed '1d'; exit; } ;;
esac
exec "$bin/troupe-primes" "\$@"
SH
caught "actors x2: " primes
check "a wrong answer after the warm-up is seen" err_has "line 2: '112272535095293 prime' and no such line"

pretend troupe-primes <<'SH'
#!/bin/sh
echo "first line" >&2
echo "troupe-primes: no luck today" >&2
exit 3
SH
caught "primes, tutorial: " primes
check "its last words are told" err_has "exited with 3: troupe-primes: no luck today"

pretend troupe-primes <<'SH'
#!/bin/sh
kill -KILL $$
SH
caught "ended by SIGKILL" primes

pretend troupe-primes <<'SH'
#!/bin/sh
exec sleep 600
SH
begun=$SECONDS
caught "deadline" primes --deadline 1
check "a hanging program ends soon" test $((SECONDS - begun)) -lt 20

pretend troupe-primes <<'SH'
#!/bin/sh
exec yes
SH
caught "1024" primes --output-bytes-max 1024

pretend troupe-savina <<SH
#!/bin/sh
case "\$*" in
*banking*locks*) "$bin/troupe-savina" "\$@" | sed 's/balances ./balances x/' ;;
*) exec "$bin/troupe-savina" "\$@" ;;
esac
SH
caught "savina, banking: the answers differ, so no time is shown: " savina

pretend troupe-crawl <<'SH'
#!/bin/sh
echo '{"url":' >pages.jsonl
: >items.jsonl
SH
caught "line 1 of its output is no JSON object" crawl
pretend troupe-crawl <<'SH'
#!/bin/sh
exit 0
SH
caught "it did not write pages.jsonl" crawl

pretend troupe-site <<'SH'
#!/bin/sh
echo "troupe-site: no address is free" >&2
exit 1
SH
caught "crawl, near: " crawl
check "a server that does not begin is named" err_has "troupe-site did not begin to listen: troupe-site: no address is free"

# server BODY: a server in which a handler does that with `self` and `number`, the how-manieth answer it is.
server() {
  pretend troupe-serve <<SH
#!/usr/bin/env python3
import http.server, itertools, signal, sys
numbers = itertools.count(1)
class handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def say(self, text, length=True):
        self.send_response(200)
        if length: self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def do_GET(self):
        number = next(numbers)
        $1
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
server.daemon_threads = True
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
SH
}
server 'self.say("always the same")'
tiny web --bin "$fake" --engines pool,actors
check "a server that is in order is measured" code_is 0
server 'self.say("the fifth differs" if number == 5 else "always the same")'
caught "two answers to the same request differ" web --engines pool
server 'self.say("pool" if "pool" in sys.argv else "actors")'
caught "the first difference of pool x2 and actors x2: line 2: 'pool' and 'actors'" web --engines pool,actors
server 'self.say("without", length=False)'
caught "an answer has no Content-Length" web --engines pool
server 'self.wfile.flush(); self.connection.close()'
caught "the load: " web --engines pool
server 'self.say("x" * 2000000)'
caught "an answer is too long" web --engines pool

rm --force -- "$fake"/*
caught "no such program" primes

# -- Ctrl-C -------------------------------------------------------------------
pretend troupe-primes <<SH
#!/bin/sh
echo \$\$ >"$temp/child"
exec sleep 600
SH
for signal in INT TERM; do
  rm --force "$temp/child"
  "$compare" primes --size tiny --bin "$fake" --json "$temp/stopped.json" >"$temp/out" 2>"$temp/err" </dev/null &
  own=$!
  started+=("$own")
  for _ in {1..100}; do
    [[ -s $temp/child ]] && break
    sleep 0.1
  done
  kill -s "$signal" "$own"
  code=0
  wait "$own" || code=$?
  started=()
  expected=$([[ $signal == INT ]] && printf 130 || printf 143)
  check "SIG$signal: exit $expected" code_is "$expected"
  check "SIG$signal: the child is gone" bash -c "! kill -0 $(cat "$temp/child") 2>/dev/null"
  check "SIG$signal: nothing is left" nothing_left
  check "SIG$signal: nothing is shown" out_is_empty
  check "SIG$signal: no file is written" test ! -e "$temp/stopped.json"
done

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
