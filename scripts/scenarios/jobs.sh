#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A job list's story: files packed several at a time, an interruption and how one goes on, a job that needs a second try,
# one that hangs.
#   jobs.sh BINARIES
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

bin=$(realpath "${1:?usage: jobs.sh BINARIES}")
cd "$temp"
tj() {
  say "\$ troupe-jobs $*" >&2
  "$bin/troupe-jobs" "$@"
}
code_is() { # CODE WORDS COMMAND...
  local expected=$1 words=$2 code=0
  shift 2
  "$@" || code=$?
  check "$words: exit code $expected, not $code" test "$code" -eq "$expected"
}

say "-- twenty files, packed four at a time; no shell sees their names"
mkdir logs
for i in $(seq 20); do
  seq 2000 >"logs/day \$$i.txt"
done
find logs -type f | sort | tj run -j 4 -- gzip --keep
check "all are packed" test "$(find logs -name '*.gz' | wc --lines)" -eq 20

say "-- outputs whole and in the order of the jobs, marked with their arguments"
tj run --keep-order --tag --shell 'sleep 0.{}; echo begins; echo ends' ::: 3 2 1 | tee out
check "in order" test "$(cut --fields=1 out | uniq | tr --delete '\n')" = 321

say "-- a run with a log is killed, without a chance to tidy up, and resumed: nothing is done twice"
seq 40 >list
"$bin/troupe-jobs" run -j 2 --log run.jsonl --file list --shell 'sleep 0.05; echo {} >>done' &
pid=$!
started+=("$pid")
sleep 0.6
kill -KILL "$pid" 2>/dev/null || true
wait "$pid" 2>/dev/null || true
started=()
say "killed with $(wc --lines <run.jsonl) rows in its log"
tj run -j 2 --log run.jsonl --resume --file list --shell 'sleep 0.05; echo {} >>done'
check "each of 40 is in the log as done, once" test "$(grep '"exit":0' run.jsonl | sed 's/,.*//' | sort | uniq | wc --lines)" -eq 40
check "40 rows" test "$(grep --count '"exit":0' run.jsonl)" -eq 40

say "-- one fails at first and is tried again; one hangs and is ended"
code_is 1 'one failed for good' tj run -j 3 --retries 2 --retry-delay 0.1 --timeout 0.5 --shell \
  'case {} in flaky) test -e tried || { touch tried; exit 1; } ;; hangs) sleep 60 ;; esac' ::: good flaky hangs

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
