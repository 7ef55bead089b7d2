#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# --trace of every program: the file is sound, and what should be in it is.
#   trace_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "${1:?usage: trace_test.sh BINARIES}")
t=$temp/trace.json

# traced WORDS PROGRAM ARGUMENT...: runs it with --trace; the exit code is 0 and the file is sound.
traced() {
  local words=$1 program=$2 code=0
  shift 2
  local command=()
  if [[ $1 =~ ^[a-z]+$ ]]; then # the command of several
    command=("$1")
    shift
  fi
  rm --force -- "$t"
  "$bin/$program" "${command[@]+"${command[@]}"}" --trace "$t" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
  check "$words: exit code 0" test "$code" -eq 0
  sound "$words"
}
sound() { check "$1: the timeline is sound" sound_file; }
sound_file() { python3 "$root/scripts/check_trace.py" "$t" >"$temp/sound"; }
# has WORDS KIND PATTERN [LEAST]: at least so many events of that kind whose name, row, category or detail matches.
has() {
  check "$1" found "$2" "$3" "${4:-1}"
}
found() {
  python3 - "$t" "$@" <<'PYTHON'
import json, re, sys
path, kind, pattern, least = sys.argv[1:]
events = json.load(open(path, encoding="utf-8"))["traceEvents"]
rows = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
count = sum(1 for e in events if e["ph"] == kind and re.search(pattern, " | ".join(
    (rows.get(e["tid"], ""), e["name"], e.get("cat", ""), str(e.get("args", {}).get("what", ""))))))
if count < int(least):
    print(f"{count} of {kind} {pattern!r}, not {least}", file=sys.stderr)
    sys.exit(1)
PYTHON
}

say "-- the crawler, in each of its ways"
start_site "$bin/troupe-site" --port 0 --lists 3 --pages 40 --delay-ms 2
for engine in actors serial threads queue pool coroutines semaphore; do
  traced "crawl, $engine" troupe-crawl "$site_url/" --engine "$engine" --pages "$temp/pages.jsonl" --per-host 4
  has "$engine: requests are spans" b 'http .*/g/' 20
done
traced "crawl, actors" troupe-crawl "$site_url/" --pages "$temp/pages.jsonl"
has "actors: a page goes from a fetcher to a parser" f '^parser \d+ \| ' 20
has "actors: letters lie in mailboxes" b 'mailbox' 20
has "actors: a row each" X '^fetcher \d+ \| ' 20
traced "crawl, queue" troupe-crawl "$site_url/" --engine queue --pages "$temp/pages.jsonl"
has "queue: parsers wait for pages" X '^parser \| waits for an item of the queue'
has "queue: the queue is held by a fetcher" X '^queue: held by \| fetcher' 10
has "queue: the frontier is held" X '^frontier: held by' 10
has "queue: pages are parsed" X '^parser \| parse' 10
traced "crawl, threads" troupe-crawl "$site_url/" --engine threads --pages "$temp/pages.jsonl"
has "threads: pages' threads wait for their answers" X "^threads of a cell \| GET" 20

say "-- the bank"
traced "race without a lock" troupe-bank race --engine none --pause 20ms
has "tellers see what they see" X '^teller ta \| .*sees 1000'
has "and pause" X 'pauses' 2
traced "race with a lock" troupe-bank race --engine lock --pause 20ms
has "the lock is held" X '^lock A: held by \| teller t[ab]' 2
has "and waited for" X '^teller t[ab] \| waits for a lock'
traced "race of actors" troupe-bank race --engine actor --pause 20ms
has "letters go to the account" f '^account \d+ \| withdraw' 2
has "and answers back" f '^teller \d+ \| account_slip' 2
traced "transfers, ordered locks" troupe-bank transfers --engine ordered-locks --transfers 3000 --accounts 4 --batch 1
has "accounts are held" X 'account \| +\| \d|account \|  \| \d' 1000
traced "transfers, one mutex" troupe-bank transfers --engine one-mutex --transfers 3000
has "the mutex is held" X '^all accounts: held by' 1000
traced "transfers, actor" troupe-bank transfers --engine actor --transfers 3000 --batch 16
has "batches are letters" f 'vault' 100
traced "ledger" troupe-bank ledger --db "$temp/bank.db" open 1 --currency EUR
has "a commit is in its actor's row" X '^ledger \d+ \| commit and sync'

say "-- primes"
for engine in actors serial threads processes; do
  traced "primes, $engine" troupe-primes --engine "$engine" --workers 2 91 97 1000003
  if [[ $engine == processes ]]; then
    has "processes: a row each" X '^process \d+ \| check a block'
  else
    has "$engine: blocks are slices" X 'check a block'
  fi
done
traced "primes, a range" troupe-primes --range 0..100000 --count

say "-- jobs"
printf "0.0%s\n" 1 2 3 >"$temp/times"
traced "jobs" troupe-jobs run -j 2 --file "$temp/times" -- sleep
has "programs are spans" b 'program \| sleep' 3
has "slots are actors" X '^job_slot \d+'

say "-- small benchmarks"
traced "philosophers by locks" troupe-savina philosophers --engine locks --rounds 50
has "forks are held" X '^thread \d+ \| fork' 100
traced "philosophers by actors" troupe-savina philosophers --engine actors-forks --rounds 50
has "forks are actors" f '^fork' 100
traced "barber by locks" troupe-savina barber --engine locks --haircuts 50

say "-- servers: theirs is written when they end"
served() { # WORDS PROGRAM ARGUMENT...: starts it with --trace; sets pid and url
  local words=$1
  shift
  rm --force -- "$t"
  : >"$temp/serving"
  "$bin/$1" "${@:2}" --trace "$t" >"$temp/serving" 2>"$temp/serving.err" &
  pid=$!
  started+=("$pid")
  wait_for 60 grep --quiet '^listening on ' "$temp/serving" || die "$words does not start"
  url=$(sed --quiet 's|^listening on \([^ ]*\).*|\1|p' "$temp/serving" | head --lines=1)
}
ended() { # WORDS
  local code=0
  kill -TERM "$pid"
  wait "$pid" || code=$?
  forget_process "$pid"
  check "$1: exit code 0" test "$code" -eq 0
  sound "$1"
}
for engine in actors pool serial; do
  served "serve, $engine" troupe-serve --listen 127.0.0.1:0 --engine "$engine" --bank "$temp/$engine.db"
  curl --silent --fail "$url/is_prime/17,91,170141183460469231731687303715884105727" >/dev/null
  curl --silent --fail "$url/" >/dev/null
  ended "serve, $engine"
  has "$engine: requests are spans" b 'request .*|GET /is_prime/17' 1
done
served "serve, pool" troupe-serve --listen 127.0.0.1:0 --engine pool
curl --silent --fail "$url/" >/dev/null
ended "serve, pool"
has "pool: its threads do tasks" X '^pool thread \| task' 3
served "site" troupe-site --port 0 --lists 1 --pages 5
curl --silent --fail "$url" >/dev/null
ended "site"
has "site: requests are spans" b 'request'
served "node" troupe-node --coordinate --listen 127.0.0.1:0
"$bin/troupe-node" status --at "$url" >/dev/null
ended "node"
has "node: the coordinator gets letters" f '^coordinator'

say "-- what goes wrong"
code=0
"$bin/troupe-primes" 91 --trace "$temp/none/t.json" >"$temp/out" 2>"$temp/err" || code=$?
check "a folder that is not there: exit code 1" test "$code" -eq 1
check "and nothing was done" test ! -s "$temp/out"
check "one line" test "$(wc --lines <"$temp/err")" -eq 1
check "which says what" grep --quiet "^troupe-primes: --trace $temp/none/t.json: No such file or directory" "$temp/err"
code=0
"$bin/troupe-primes" 91 --trace /dev/full >"$temp/out" 2>"$temp/err" || code=$?
check "a full disk: exit code 1" test "$code" -eq 1
check "and the answer all the same" grep --quiet '91' "$temp/out"
check "which says what" grep --quiet "^troupe-primes: --trace /dev/full: No space left on device" "$temp/err"
code=0
"$bin/troupe-crawl" "$site_url/" --trace - 2>"$temp/err" || code=$?
check "no file: usage" test "$code" -eq 2
"$bin/troupe-bank" transfers --engine one-mutex --transfers 5000 --trace "$t" --trace-events-max 1000 >/dev/null 2>"$temp/err"
check "too many events: it says how many" grep --quiet 'has the first 1000 events; [0-9]* more were left out (--trace-events-max)' "$temp/err"
sound "too many events"
seq 3000 | "$bin/troupe-primes" --engine actors --trace "$t" --trace-events-max 1000 --block-bytes-max 64 >/dev/null 2>"$temp/err" || true
sound "too many letters"

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
