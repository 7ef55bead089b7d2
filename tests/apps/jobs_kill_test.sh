#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A run of jobs is killed (-9) at random moments and resumed, again and again, until all is done. Then each job's success
# has to be in the log exactly once, each output has to have been printed, and no process may be left of any run.
#   jobs_kill_test.sh BINARIES [SEED]
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
RANDOM=${2:-$$}
seed=$RANDOM
count=150
kills_max=25 # then the last one may end
cd "$temp"
mark=98$seed # of this test's sleeping processes
seq "$count" >list

# What a run starts: a job that fails now and then, writes its number, and takes a moment.
job='test -e "done.$1" || { echo x >"done.$1"; [ $(($1 % 7)) -ne 0 ] || exit 9; }; echo "$1"; exec sleep "0.0'$mark'"'
run() {
  exec "$bin/troupe-jobs" run -j 6 "$@" --log log --retries 1 --file list -- sh -c "$job" sh
}

none_left() {
  local i
  for ((i = 0; i < 50; i++)); do # the kernel's word takes a moment to get to all of them
    pgrep --full "sleep 0.0$mark" >/dev/null || return 0
    sleep 0.02
  done
  return 1
}
logged=no
rows_whole() { # all but the last line, which may be cut
  # A run may be killed before it has made a log, as long as none has made one before it.
  [[ -e log ]] || { [[ $logged == no ]]; return; }
  logged=yes
  head --lines=-1 log | /usr/bin/python3 -c 'import json,sys; [json.loads(x) for x in sys.stdin]'
}

kills=0
: >out
(run --keep-order >>out 2>err) &
pid=$!
for ((i = 0; i < kills_max; i++)); do
  started=("$pid")
  sleep "0.$(printf '%03d' $((RANDOM % 800)))"
  if ! kill -KILL "$pid" 2>/dev/null; then
    break
  fi
  wait "$pid" 2>/dev/null || true
  kills=$((kills + 1))
  check "kill $kills: no process is left" none_left
  check "kill $kills: its rows are whole" rows_whole
  # As if the machine, and not only the process, had stopped in the middle of a row.
  ((kills % 3 != 0)) || printf '{"seq":7,"att' >>log
  (run --keep-order --resume >>out 2>err) &
  pid=$!
done
code=0
wait "$pid" || code=$?
started=()
# What was the last to run may have been all skipped: once more, to be sure of the end.
code=0
(run --resume >>out 2>err) || code=$?
check "it ends well (exit code $code, $(cat err))" test "$code" -eq 0

verdict=0
/usr/bin/python3 - "$count" <<'PY' || verdict=$?
import collections, json, sys
count = int(sys.argv[1])
rows = [json.loads(line) for line in open("log", encoding="utf-8")]
good = collections.Counter(row["seq"] for row in rows if row["end"] == "exited" and row["exit"] == 0)
twice = [seq for seq, n in good.items() if n > 1]
lost = [seq for seq in range(1, count + 1) if good[seq] != 1]
printed = {line.strip() for line in open("out", encoding="utf-8")}
unseen = [seq for seq in range(1, count + 1) if str(seq) not in printed]
print(f"{len(rows)} rows, {len(twice)} twice, {len(lost)} lost, {len(unseen)} outputs never printed")
sys.exit(1 if twice or lost or unseen else 0)
PY
check "each success is in the log once, each output was printed" test "$verdict" -eq 0

# Another list's log is refused, in words, and nothing is run.
rm --force ran
code=0
"$bin/troupe-jobs" run --log log --resume --shell 'touch ran #' ::: a b 2>err || code=$?
check "another list's log: exit code $code" test "$code" -eq 255
check "another list's log: $(cat err)" grep --quiet 'is the log of another job list' err
check "nothing ran" test ! -e ran
code=0
"$bin/troupe-jobs" run --log log true ::: a 2>err || code=$?
check "a log is not written over" grep --quiet 'go on with --resume' err
# Failed ones: left out and counted, or run again.
rm --force try log2
code=0
"$bin/troupe-jobs" run --log log2 -- sh -c 'test -e try' ::: a 2>err || code=$?
check "it fails" test "$code" -eq 1
touch try
code=0
"$bin/troupe-jobs" run --log log2 --resume -- sh -c 'test -e try' ::: a 2>err || code=$?
check "left out, and counted: $(cat err)" test "$code" -eq 1
check "it runs again" "$bin/troupe-jobs" run --log log2 --resume-failed -- sh -c 'test -e try' ::: a

say "$kills kills in ${SECONDS}s, seed $seed"
check "there were kills" test "$kills" -ge 3
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
