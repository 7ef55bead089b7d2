#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-crawl --state: killed at any moment, the same command goes on, and in the end the outputs are those of a crawl
# that nobody disturbed.
#   crawl_state_cli_test.sh BINARIES
# KILLS (6): how often it is killed. LISTS, PAGES (8, 300): how large the site is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "${1:?usage: crawl_state_cli_test.sh BINARIES}")
kills=${KILLS:-6} lists=${LISTS:-8} pages=${PAGES:-300}
RANDOM=${SEED:-7}
cd "$temp"

start_site "$bin/troupe-site" --port 0 --lists "$lists" --pages "$pages" --delay-ms 4 --access-log "$temp/access.log"
outputs=(--pages pages.jsonl --pages pages.csv --out items.jsonl --out items.csv --graph links.csv)
options=(--select a.post-item-title --concurrency 16 --per-host 16 --progress never --stats json)
crawl() { # FOLDER OPTION...: in that folder
  local folder=$1
  shift
  mkdir --parents "$folder"
  (cd "$folder" && exec "$bin/troupe-crawl" "$site_url/" "${options[@]}" "${outputs[@]}" "$@")
}
# begin FOLDER OPTION...: the same, and does not wait; sets pid, which is the crawler's own.
begin() {
  local folder=$1
  shift
  mkdir --parents "$folder"
  (cd "$folder" && exec "$bin/troupe-crawl" "$site_url/" "${options[@]}" "${outputs[@]}" "$@" >run.json 2>run.err) &
  pid=$!
  started+=("$pid")
}
# What of the rows is the site's and not the moment's.
rows() {
  python3 - "$1" <<'PYTHON'
import csv, json, pathlib, sys
here = pathlib.Path(sys.argv[1])
for line in sorted((here / "pages.jsonl").read_text().splitlines()):
    row = json.loads(line)
    print([row[k] for k in ("url", "status", "bytes", "content_type", "links", "redirect_to", "error")])
for name in ("items.jsonl", "items.csv", "links.csv"):
    print(name, *sorted((here / name).read_text().splitlines()), sep="\n")
with open(here / "pages.csv", newline="") as file:
    print(*sorted(row["url"] for row in csv.DictReader(file)), sep="\n")
PYTHON
}
requests() { grep --count ' GET ' access.log || true; }
number() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
status() { "$bin/troupe-crawl" status --state "$@"; }

say "-- undisturbed"
check "it crawls" crawl plain >plain.json
rows plain >plain.rows
all=$(number pages <plain.json)
say "$all pages"

say "-- killed $kills times at random moments"
killed=0 refetched=0 flight=$((16 * 3)) code=0
before=$(requests)
for ((round = 0; round < 200; ++round)); do
  begin killed --state state
  if [[ $killed -lt $kills ]]; then
    # Fast ones may be through before; then there is nothing to kill.
    sleep "0.$(printf "%03d" $((RANDOM % 180 + 40)))"
    if kill -KILL "$pid" 2>/dev/null; then
      killed=$((killed + 1))
    fi
  fi
  code=0
  wait "$pid" || code=$?
  forget_process "$pid"
  [[ $code -eq 137 ]] || break
done
check "it was killed" test "$killed" -ge 1
check "in the end it is through: exit code 0" test "$code" -eq 0
rows killed >killed.rows || true
check "the outputs are those of the undisturbed crawl" diff plain.rows killed.rows
# Not what the last run printed: a kill may come between a crawl's end and its last line, and the next one says only that it is over.
check "as many pages" test "$(status killed/state --json | number pages)" -eq "$all"
refetched=$(($(requests) - before - all - 1)) # robots.txt is kept, but where a kill came before the first page
say "killed $killed times, $refetched pages fetched again"
check "few pages are fetched twice" test "$refetched" -le $((killed * flight))

say "-- it has come to its end"
crawl killed --state state >again.out 2>again.err
check "the same command says so" grep --quiet "state: this crawl has come to its end ($all pages)" again.err
rows killed >again.rows
check "and touches nothing" diff plain.rows again.rows
status killed/state --json >status.json
check "so does status" test "$(number state <status.json)" = ended
check "which counts all pages" test "$(number pages <status.json)" -eq "$all"

say "-- stopped by Ctrl-C, looked at while it runs"
begin stopped --state state --delay 20
some_pages() { [[ $(status stopped/state --json 2>/dev/null | number pages 2>/dev/null || echo 0) -ge 5 ]]; }
check "it shows its pages while it runs" wait_for 60 some_pages
status stopped/state --json >status.json
check "it is running" test "$(number state <status.json)" = running
check "by that process" test "$(number process <status.json)" -eq "$pid"
code=0
crawl stopped --state state 2>second.err >/dev/null || code=$?
check "a second one is refused: exit code 1" test "$code" -eq 1
check "which says who has it" grep --quiet "state: another crawl is at work with it (process $pid)" second.err
kill -INT "$pid"
code=0
wait "$pid" || code=$?
forget_process "$pid"
check "Ctrl-C: exit code 130" test "$code" -eq 130
status stopped/state >status.txt
check "then it is stopped" grep --quiet '^stopped: the same command goes on with it' status.txt
check "hosts are listed" grep --quiet "${site_url#http://}" status.txt
crawl stopped --state state >stopped.json 2>stopped.err
check "it says where it goes on" grep --quiet 'state: goes on after [0-9]* pages' stopped.err
rows stopped >stopped.rows
check "and comes to the same" diff plain.rows stopped.rows

say "-- a budget, and a larger one"
crawl budget --state state --max-pages 20 >budget.json
check "20 pages" test "$(number pages <budget.json)" -eq 20
crawl budget --state state --max-pages 20 >budget.json 2>/dev/null
check "again: the same 20" test "$(wc --lines <budget/pages.jsonl)" -eq 20
crawl budget --state state >budget.json 2>/dev/null
rows budget >budget.rows
check "then all of it" diff plain.rows budget.rows

say "-- outputs that have gone, or are others"
crawl moved --state state --max-pages 30 >/dev/null
rm moved/pages.jsonl
printf 'x' >>moved/items.jsonl
crawl moved --state state >/dev/null 2>moved.err
rows moved >moved.rows
check "all rows are written again" diff plain.rows moved.rows
check "which is said" grep --quiet 'all rows are written anew' moved.err
mkdir other
(cd other && "$bin/troupe-crawl" "$site_url/" --state state --progress never --max-pages 30 --pages one.jsonl >/dev/null)
(cd other && "$bin/troupe-crawl" "$site_url/" --state state --progress never --pages two.jsonl >/dev/null 2>&1)
check "another name gets all of them" test "$(wc --lines <other/two.jsonl)" -eq "$all"

say "-- a database and an archive"
mkdir rich
rich=("$bin/troupe-crawl" "$site_url/" --state state --progress never --concurrency 16 --per-host 16
  --out crawl.sqlite --warc all.warc.gz --graph links.graphml)
for ((round = 0; round < 3; ++round)); do
  (cd rich && exec "${rich[@]}" >/dev/null 2>&1) &
  pid=$!
  started+=("$pid")
  sleep "0.$((RANDOM % 400 + 400))"
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  forget_process "$pid"
done
comes_to_its_end() { (cd rich && "${rich[@]}" >../rich.out 2>../rich.err) || { cat rich.err >&2; false; }; }
check "killed three times, it comes to its end" comes_to_its_end
check "the database has each page once" test "$(sqlite3 rich/crawl.sqlite 'SELECT count(*), count(DISTINCT url) FROM pages')" = "$all|$all"
check "the archive is whole, each page once" python3 - rich/all.warc.gz "$all" <<'PYTHON'
import gzip, sys
data = gzip.open(sys.argv[1]).read()
found = data.count(b"\r\nWARC-Type: response\r\n") + data.startswith(b"x")
sys.exit(0 if found == int(sys.argv[2]) else f"{found} responses")
PYTHON
check "the graph is XML" python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' rich/links.graphml
code=0
(cd other && "$bin/troupe-crawl" "$site_url/" --state state2 --max-pages 5 --progress never --pages p.jsonl >/dev/null)
(cd other && "$bin/troupe-crawl" "$site_url/" --state state2 --progress never --warc late.warc.gz) >late.out 2>late.err || code=$?
check "an archive that was not there from the beginning: exit code 1" test "$code" -eq 1
check "which is said" grep --quiet 'has pages that are in no --warc' late.err

say "-- what cannot be"
fails() { # CODE WORDS ARGUMENT...
  local expected=$1 words=$2
  shift 2
  code=0
  "$bin/troupe-crawl" "$@" >wrong.out 2>wrong.err || code=$?
  check "exit code $expected: $words" test "$code" -eq "$expected"
  check "says: $words" grep --quiet --fixed-strings -- "$words" wrong.err
  check "one line: $words" test "$(wc --lines <wrong.err)" -eq 1
}
fails 1 'has another crawl in it: scope: host there, and domain here' "$site_url/" --state killed/state --scope domain --progress never \
  --select a.post-item-title --graph x.csv
fails 2 '--state and --engine threads: only actors keep a crawl' "$site_url/" --state s --engine threads
fails 2 'is kept by its coordinator' "$site_url/" --state s --at 127.0.0.1:1
fails 1 '/dev/null/x: cannot be made' "$site_url/" --state /dev/null/x
fails 1 'there is no crawl' status --state nowhere
fails 2 '--state is required' status

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
