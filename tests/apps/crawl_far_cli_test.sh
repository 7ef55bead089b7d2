#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-crawl --at as a user runs it: arguments, refusals, two nodes of which one is killed and one stands still, a
# coordinator that is lost, Ctrl-C.
#   crawl_far_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
cd "$temp"

# run COMMAND...: sets code, and leaves what was printed in out and err. It has ended after two minutes.
run() {
  code=0
  timeout 120 "$@" >out 2>err </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat err >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <err) -eq 1 ]] || { cat err >&2; false; }; }
has() { grep --quiet --fixed-strings -- "$2" "$1" || { cat "$1" >&2; false; }; }
refused() { # WORDS OPTION...
  run "$bin/troupe-crawl" http://127.0.0.1:9/ "${@:2}"
  check "exit 2: ${*:2}" code_is 2
  check "one line: ${*:2}" err_is_one_line
  check "says '$1': ${*:2}" has err "$1"
}
# wait_for COMMAND...: a minute at most.
wait_for() {
  local i
  for ((i = 0; i < 600; i++)); do
    if "$@"; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}

# -- usage
refused 'is no HOST:PORT' --at nowhere
refused 'a cluster crawls with actors' --at 127.0.0.1:9 --engine serial
refused 'not for --at' --at 127.0.0.1:9 --order map
refused 'not for --at' --at 127.0.0.1:9 --fetchers 3
refused 'not for --at' --at 127.0.0.1:9 --parsers 3
refused "the nodes' own certificates" --at 127.0.0.1:9 --ca-file /dev/null
run "$bin/troupe-crawl" --help
check 'the help says what --concurrency is of' has out 'of each node'
refused 'stay at the nodes' --at 127.0.0.1:9 --warc a.warc.gz
refused 'TLS on both sides' --at 192.0.2.1:7000

# -- a coordinator, a site
coordinate() { # LISTEN
  : >head.out
  "$bin/troupe-node" --coordinate --listen "$1" >>head.out 2>head.err &
  head=$!
  started+=("$head")
  wait_for grep --quiet '^listening on' head.out || die 'the coordinator did not start'
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' head.out)
}
declare -A pid
worker() {
  "$bin/troupe-node" --join "$at" --roles crawl --name "$1" >>"$1.log" 2>&1 &
  pid[$1]=$!
  started+=("$!")
}
state_is() { [[ $("$bin/troupe-node" status --at "$at" 2>/dev/null | awk -v n="$1" '$1 == n { print $2 }') == "$2" ]]; }
end_with() { # SIGNAL PID
  kill "-$1" "$2"
  wait "$2" 2>/dev/null || true
  forget_process "$2"
}
rows() { sed 's/,"ms":[0-9]*//; s/,"depth":[0-9]*//' "$1" | sort; }
twice() { sed 's/.*"url":"\([^"]*\)".*/\1/' "$1" | sort | uniq --repeated; }
crawl() { # NAME OPTION...: in the background; pages in NAME.jsonl, what it says in NAME.out and .err
  local name=$1
  shift
  timeout 240 "$bin/troupe-crawl" "$site_url/" --pages "$name.jsonl" --progress never --concurrency 4 --per-host 8 "$@" \
    >"$name.out" 2>"$name.err" &
  job=$!
}
# end_of NAME: sets code.
end_of() {
  code=0
  wait "$job" || code=$?
  cp "$1.err" err
}
has_rows() { [[ -s $1.jsonl ]]; }

coordinate 127.0.0.1:0
start_site "$bin/troupe-site" --lists 3 --pages 100 --seed 20 --delay-ms 30
crawl alone
end_of alone
check 'one process: 0' code_is 0
rows alone.jsonl >expected

# -- no node yet
crawl early --at "$at"
check 'without a node it says so' wait_for grep --quiet 'no node crawls' early.err
check 'and waits' kill -0 "$job"
worker anna
worker bert
end_of early
check 'and begins when there is one: 0' code_is 0
check 'the pages of one process' cmp expected <(rows early.jsonl)
for name in anna bert; do
  check "$name is up" wait_for state_is "$name" up
done

# -- items on standard output, a seeds file, a page budget, credentials
for i in 1 2 3; do printf '%s/g/0000%s.html\n' "$site_url" "$i"; done >seeds
run "$bin/troupe-crawl" --seeds seeds --max-depth 0 --pages - --at "$at" --progress never
check 'seeds from a file: 0' code_is 0
check 'a row each' test "$(wc --lines <out)" -eq 3
run "$bin/troupe-crawl" "$site_url/" --max-pages 7 --pages seven.jsonl --select a --out - --at "$at" --progress never
check 'a budget: 0' code_is 0
check 'is kept' test "$(wc --lines <seven.jsonl)" -eq 7
check 'items come' test -s out
near=(--pages near.csv --graph near-links.csv --out near.sqlite --select a --out near-items.csv)
run "$bin/troupe-crawl" "$site_url/" --max-depth 2 "${near[@]}" --progress never
check 'several outputs, of one process: 0' code_is 0
run "$bin/troupe-crawl" "$site_url/" --max-depth 2 "${near[@]/near/far}" --graph far.graphml --at "$at" --progress never
check 'several outputs, of nodes: 0' code_is 0
for kind in -links -items; do
  check "the same rows ($kind)" cmp <(sort "near$kind.csv") <(sort "far$kind.csv")
  check "which are some ($kind)" test "$(wc --lines <"far$kind.csv")" -gt 100
done
check 'a page each' test "$(wc --lines <near.csv)" -eq "$(wc --lines <far.csv)"
check 'an edge a link' test "$(grep --count '^<edge ' far.graphml)" -eq "$(($(wc --lines <far-links.csv) - 1))"
if command -v sqlite3 >/dev/null; then
  links='SELECT source, target, nofollow FROM link_list'
  check 'the same links in a database' cmp <(sqlite3 near.sqlite "$links" | sort) <(sqlite3 far.sqlite "$links" | sort)
fi
run "$bin/troupe-crawl" "http://user:secret@${site_url#http://}/" --max-depth 0 --pages - --at "$at" --progress never
check 'credentials: 0' code_is 0
check 'are shown nowhere' bash -c "! grep --quiet secret out err head.err anna.log bert.log"
run "$bin/troupe-crawl" http://127.0.0.1:9/ --retries 0 --at "$at" --progress never
check 'nothing could be had: 1' code_is 1
check 'and why' has err '127.0.0.1:9'

# -- a node is killed, one stands still, one comes
crawl killed --at "$at"
check 'it is under way' wait_for has_rows killed
end_with KILL "${pid[anna]}"
worker cleo
end_of killed
check 'a killed node: 0' code_is 0
check 'the same pages' cmp expected <(rows killed.jsonl)
check 'none twice' test -z "$(twice killed.jsonl)"
check 'cleo is up' wait_for state_is cleo up
crawl still --at "$at"
check 'it is under way' wait_for has_rows still
kill -STOP "${pid[bert]}"
end_of still
kill -CONT "${pid[bert]}"
check 'a node that stood still: 0' code_is 0
check 'the same pages' cmp expected <(rows still.jsonl)
check 'none twice' test -z "$(twice still.jsonl)"
check 'bert has come back' wait_for state_is bert up

# -- a node is told to leave
crawl drained --at "$at"
check 'it is under way' wait_for has_rows drained
check 'bert drains' "$bin/troupe-node" drain bert --at "$at"
forget_process "${pid[bert]}"
end_of drained
check 'a node that left: 0' code_is 0
check 'the same pages' cmp expected <(rows drained.jsonl)
check 'none twice' test -z "$(twice drained.jsonl)"

# -- Ctrl-C, and a client that is killed
crawl stopped --at "$at"
stopped=$(pgrep --parent "$job" troupe-crawl || echo "$job")
check 'it is under way' wait_for has_rows stopped
kill -INT "$stopped"
end_of stopped
check 'Ctrl-C: 130' code_is 130
check 'what is written ends with a line' test "$(tail --bytes=1 stopped.jsonl | od --address-radix=n --format=x1 | tr --delete ' ')" = 0a
check 'not all of it' test "$(wc --lines <stopped.jsonl)" -lt "$(wc --lines <expected)"
crawl dead --at "$at"
check 'it is under way' wait_for has_rows dead
kill -KILL "$(pgrep --parent "$job" troupe-crawl || echo "$job")"
wait "$job" 2>/dev/null || true
crawl next --at "$at"
end_of next
check 'after a client that was killed the next has all hands: 0' code_is 0
check 'the same pages' cmp expected <(rows next.jsonl)

# -- the coordinator is lost
crawl lost --at "$at"
check 'it is under way' wait_for has_rows lost
end_with KILL "$head"
end_of lost
check 'without its coordinator: 1' code_is 1
check 'one line' err_is_one_line
check 'says so' has err 'the coordinator was lost'
check 'and how many pages are written' has err "$(wc --lines <lost.jsonl) page"
check 'which are whole' test -z "$(twice lost.jsonl)"
check 'each as in one process' test -z "$(comm -23 <(rows lost.jsonl) expected)"
coordinate "$at"
check 'cleo comes to the next coordinator' wait_for state_is cleo up
crawl again --at "$at"
end_of again
check 'which crawls: 0' code_is 0
check 'the same pages' cmp expected <(rows again.jsonl)
for process in "${pid[cleo]}" "$head"; do
  code=0
  kill -TERM "$process"
  wait "$process" || code=$?
  forget_process "$process"
  check 'SIGTERM: 0' code_is 0
done
check 'the site ends in order' stop_site

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
