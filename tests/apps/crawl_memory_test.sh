#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-crawl with more URLs than its frontier may keep in memory: with a file for them, and without room for one.
#   crawl_memory_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

crawl=$1/troupe-crawl
pages=5
links=100 # of a page, 4 KB each: 2 MB in all, where a block in memory has one

mkdir "$temp/site" "$temp/spill"
long=$(printf 'x%.0s' {1..4000})
for ((p = 1; p <= pages; p++)); do
  printf '<a href="/p%d.html">next</a>\n' "$p" >>"$temp/site/index.html"
  for ((l = 1; l <= links; l++)); do
    printf '<a href="/leaf.txt?%d-%d-%s">leaf</a>\n' "$p" "$l" "$long" >>"$temp/site/p$p.html"
  done
done
printf 'a leaf\n' >"$temp/site/leaf.txt"

python3 -u -m http.server --bind 127.0.0.1 --directory "$temp/site" 0 >"$temp/server" 2>&1 &
started+=("$!")
for ((i = 0; i < 300; i++)); do
  site_url=$(sed --quiet 's|.*(\(http://[^)]*\)/).*|\1|p' "$temp/server")
  [[ -z $site_url ]] || break
  sleep 0.1
done
[[ -n $site_url ]] || die "the server did not start"

# run FOLDER ARGUMENT...: crawls with that folder for temporary files.
run() {
  local folder=$1
  shift
  code=0
  TMPDIR=$folder "$crawl" --progress never --no-robots --per-host 8 --stats json "$@" "$site_url/" >"$temp/out" 2>"$temp/err" ||
    code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
urls_of() { sed 's/,"status.*//' "$1" | sort; }

run "$temp/spill" --pages "$temp/all.jsonl"
check "all in memory" code_is 0
check "and all pages" test "$(wc --lines <"$temp/all.jsonl")" -eq $((1 + pages + pages * links))

for engine in "${engines[@]}"; do
  run "$temp/spill" --engine "$engine" --frontier-memory 1 --pages "$temp/some.jsonl"
  check "with a file ($engine)" code_is 0
  check "the same pages ($engine)" cmp --silent <(urls_of "$temp/all.jsonl") <(urls_of "$temp/some.jsonl")
  check "no file is left ($engine)" test -z "$(ls --almost-all "$temp/spill")"

  run "$temp/nowhere" --engine "$engine" --frontier-memory 1 --pages "$temp/cut.jsonl"
  check "no room exits 1 ($engine)" code_is 1
  check "in one line ($engine)" test "$(wc --lines <"$temp/err")" -eq 1
  check "which names the folder ($engine)" grep --quiet "$temp/nowhere takes no more of them: No such file" "$temp/err"
  rows=$(wc --lines <"$temp/cut.jsonl")
  check "what is done is written ($engine)" test "$rows" -eq "$(number_of pages "$(cat "$temp/out")")"
  check "and is not nothing, nor all ($engine)" test "$rows" -gt 2 -a "$rows" -lt "$(wc --lines <"$temp/all.jsonl")"
  check "every row is whole ($engine)" test "$(grep --count --invert-match '}$' "$temp/cut.jsonl")" -eq 0
done

# Killed while most of what it knows is in its file, which is gone with the process: it is made again from what is kept.
done_pages() { "$crawl" status --state "$temp/kept" --json 2>/dev/null | sed 's/.*"pages":\([0-9]*\),"rows.*/\1/' || true; }
killed=0
for goal in 100 250; do
  TMPDIR=$temp/spill "$crawl" --progress never --no-robots --per-host 8 --delay 4 --frontier-memory 1 --state "$temp/kept" \
    --pages "$temp/kept.jsonl" "$site_url/" >"$temp/out" 2>"$temp/err" &
  pid=$!
  started+=("$pid")
  for ((i = 0; i < 600; i++)); do
    have=$(done_pages)
    [[ ${have:-0} -lt $goal ]] || break
    sleep 0.05
  done
  if kill -KILL "$pid" 2>/dev/null; then
    killed=$((killed + 1))
  fi
  wait "$pid" || true
  forget_process "$pid"
done
check "it was killed twice" test "$killed" -eq 2
check "and had more to do" test "$(done_pages)" -lt "$(wc --lines <"$temp/all.jsonl")"
run "$temp/spill" --frontier-memory 1 --state "$temp/kept" --pages "$temp/kept.jsonl"
check "it goes on" code_is 0
check "to the same pages, each once" cmp --silent <(urls_of "$temp/all.jsonl") <(urls_of "$temp/kept.jsonl")

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
