#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# What troupe-crawl writes, read by others: sqlite3, an XML parser, a strict reader of web archives, and npm's warcio.
#   crawl_outputs_test.sh BINARIES
# Without sqlite3, xmllint, npm or a network the parts that need them are left out, and it says so.
set -euo pipefail
export LC_ALL=C # how sort sorts
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
crawl=$bin/troupe-crawl
here=$root/tests/apps
warcio_version=2.4.11

run() {
  code=0
  "$crawl" --progress never --per-host 16 "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }
is() { [[ $1 == "$2" ]] || { printf "'%s' and not '%s'\n" "$1" "$2" >&2; false; }; }
have() { command -v "$1" >/dev/null || { say "SKIPPED: no $1 here"; false; }; }
ask() { sqlite3 -batch -noheader "$1" "$2"; }

# -- what cannot be: one line, exit 2, and nothing is made ---------------------
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_is_one_line
  check "says '$words': $*" err_has "$words"
}
cd "$temp"
usage_error "must end in .csv or .graphml" --graph links.dot http://127.0.0.1/
usage_error "must end in .warc.gz or .warc" --warc pages.zip http://127.0.0.1/
usage_error "must end in .warc.gz or .warc" --warc - http://127.0.0.1/
usage_error "give it as --out" --pages crawl.sqlite http://127.0.0.1/
usage_error "the same file" --out c.db --out c.db http://127.0.0.1/
usage_error "the same file" --graph x.csv --pages x.csv http://127.0.0.1/
usage_error "standard output" --graph - --pages - http://127.0.0.1/
usage_error "--out is for items" --out c.db --out i.csv http://127.0.0.1/
usage_error "--warc-bytes-max" --warc a.warc.gz --warc-bytes-max 0 http://127.0.0.1/
usage_error "stay at the nodes" --warc a.warc.gz --at 127.0.0.1:1 http://127.0.0.1/
check "nothing was made" is "$(find . -name '*.csv' -o -name '*.db' -o -name '*.warc*')" ""
printf 'my own notes, which nobody may touch\n' >notes.db
run --out notes.db http://127.0.0.1:9/
check "another's file exits 1" code_is 1
check "in one line" err_is_one_line
check "which says so" err_has "notes.db: is no SQLite database"
check "and is left alone" is "$(cat notes.db)" 'my own notes, which nobody may touch'

# -- everything at once, by each engine ------------------------------------------
start_site "$bin/troupe-site" --lists 5 --expected-items "$temp/expected"
outputs_of() {
  printf '%s\n' --pages "$1.jsonl" --pages "$1-pages.csv" --out "$1-items.jsonl" --out "$1-items.csv" --out "$1.sqlite" \
    --graph "$1-links.csv" --graph "$1.graphml" --warc "$1.warc.gz"
}
for engine in "${engines[@]}"; do
  mapfile -t outputs < <(outputs_of "$engine")
  run --engine "$engine" "${outputs[@]}" --select a.post-item-title "$site_url/"
  check "$engine exits 0" code_is 0
  pages=$(wc --lines <"$engine.jsonl")
  check "$engine: a line a page" is "$(($(wc --lines <"$engine-pages.csv") - 1))" "$pages"
  check "$engine: the right items" cmp --silent <(sort "$engine-items.jsonl") <(sort expected)
  check "$engine: as many in CSV" is "$(($(wc --lines <"$engine-items.csv") - 1))" "$(wc --lines <expected)"
  links=$(($(wc --lines <"$engine-links.csv") - 1))
  check "$engine: links as edges" is "$(grep --count '^<edge ' "$engine.graphml")" "$links"
  check "$engine: the same links as the first" cmp --silent <(sort "$engine-links.csv") <(sort "${engines[0]}-links.csv")
  check "$engine: a sound archive" python3 "$here/warc_check.py" "$engine.warc.gz" >records
  check "$engine: each page is archived" cmp --silent \
    <(sed --quiet 's/^metadata\t-\t//p' records | sort) <(sed 's/^{"url":"//; s/",.*//' "$engine.jsonl" | sort)
done

if have sqlite3; then
  db=${engines[0]}.sqlite
  check "the database is sound" is "$(ask "$db" 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
  check "and complete" is "$(ask "$db" 'SELECT complete FROM crawl')" 1
  check "pages" is "$(ask "$db" 'SELECT count(*) FROM pages')" "$pages"
  check "items" is "$(ask "$db" 'SELECT count(*) FROM items')" "$(wc --lines <expected)"
  check "links" is "$(ask "$db" 'SELECT (SELECT count(*) FROM links) + count(redirect_id) FROM pages')" "$links"
  # The README's queries, as they stand there.
  mapfile -t queries < <(sed --quiet "s/^    sqlite3 -box crawl.sqlite [\"']\(SELECT .*\)[\"'].*/\1/p" "$root/README.md")
  check "the README has three queries" is "${#queries[@]}" 3
  check "broken links" is "$(ask "$db" "${queries[0]}" | wc --lines)" \
    "$(ask "$db" "SELECT count(*) FROM link_list WHERE target IN (SELECT url FROM pages WHERE status >= 400)")"
  check "there are some" test -n "$(ask "$db" "${queries[0]}")"
  check "the most linked page" is "$(ask "$db" "${queries[1]}" | head --lines=1)" "$(
    sed 1d "${engines[0]}-links.csv" | grep --invert-match 'redirect.$' | cut --delimiter=, --fields=2 | sort | uniq --count \
      | sort --key=1,1nr --key=2 | sed --quiet '1s/^ *\([0-9]*\) \(.*\)/\2|\1/p')"
  check "the slowest pages" is "$(ask "$db" "${queries[2]}" | wc --lines)" 10
fi
if have xmllint; then
  check "GraphML is XML" xmllint --noout "${engines[0]}.graphml"
  check "each edge has its nodes" is "$(xmllint --xpath \
    "count(//*[local-name()='edge'][not(@source = //*[local-name()='node']/@id)])" "${engines[0]}.graphml")" 0
  check "as many edges for a parser" is "$(xmllint --xpath "count(//*[local-name()='edge'])" "${engines[0]}.graphml")" "$links"
fi

# -- archives --------------------------------------------------------------------
run --warc small.warc.gz --warc-bytes-max 20000 --pages small.jsonl "$site_url/"
check "an archive in several files" code_is 0
check "which are numbered" test -e small-00001.warc.gz
check "each with its warcinfo, all sound" python3 "$here/warc_check.py" small.warc.gz small-*.warc.gz >records
check "and each page in one of them" is "$(grep --count ^metadata records)" "$(wc --lines <small.jsonl)"
run --warc small.warc.gz "$site_url/"
check "parts of an older one exit 1" code_is 1
check "and are named" err_has "small-00001.warc.gz: is there already"
run --no-compression --max-depth 0 --warc plain.warc "$site_url/"
check "an archive that is not packed" grep --quiet --text '^WARC-Type: response' plain.warc
if have npm && have node; then
  if npm install --silent --no-audit --no-fund --prefix "$temp/warcio" "warcio@$warcio_version" >npm.log 2>&1; then
    python3 "$here/warc_check.py" "${engines[0]}.warc.gz" | sed '$d' >ours
    check "warcio reads the archive" node "$here/warc_check.mjs" "$temp/warcio" "${engines[0]}.warc.gz" >theirs
    check "and finds the same records" cmp --silent ours <(cut --fields=1-3 theirs)
    check "with payloads as long as the pages" cmp --silent \
      <(sed --quiet 's/^response\t[0-9]*\t\(.*\)/\1/p' theirs | sort) \
      <(sed 's/^{"url":"\([^"]*\)".*"bytes":\([0-9]*\).*/\1\t\2/' "${engines[0]}.jsonl" | sort)
    indexed=$(node "$temp/warcio/node_modules/warcio/dist/cli.js" index "${engines[0]}.warc.gz" | wc --lines)
    check "its index has each record" is "$indexed" "$(wc --lines <ours)"
  else
    say "SKIPPED: npm cannot install warcio here"
  fi
fi

# -- while it runs, and when it is stopped ------------------------------------------
check "the site ends in order" stop_site
start_site "$bin/troupe-site" --lists 50 --delay-ms 100
"$crawl" --progress never --concurrency 2 --out live.sqlite --graph live.graphml --warc live.warc.gz "$site_url/" >out 2>err &
pid=$!
started+=("$pid")
sleep 3
if have sqlite3; then
  check "a database can be read while it grows" test "$(ask live.sqlite 'SELECT count(*) FROM pages')" -gt 2
  check "and is not complete" is "$(ask live.sqlite 'SELECT ended IS NULL AND NOT complete FROM crawl')" 1
fi
kill -INT "$pid"
code=0
wait "$pid" || code=$?
check "Ctrl-C exits 130" code_is 130
check "the archive is whole" python3 "$here/warc_check.py" live.warc.gz >records
if have xmllint; then check "the graph too" xmllint --noout live.graphml; fi
if have sqlite3; then
  check "the database too" is "$(ask live.sqlite 'SELECT count(*) FROM pages')" "$(grep --count ^metadata records)"
  check "it says that it is not complete" is "$(ask live.sqlite 'SELECT ended IS NOT NULL AND NOT complete FROM crawl')" 1
fi

"$crawl" --progress never --concurrency 2 --out killed.sqlite --pages killed.csv --warc killed.warc.gz "$site_url/" >out 2>err &
pid=$!
started+=("$pid")
sleep 3
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
forget_process "$pid"
check "after kill -9 the archive is whole" python3 "$here/warc_check.py" killed.warc.gz >records
check "and holds something" test "$(grep --count ^metadata records)" -gt 2
check "rows are whole" test "$(tail --lines=+2 killed.csv | grep --count --invert-match --extended-regexp '^([^,]*,){8}[0-9]+,[^,]*,[^,]*$')" -eq 0
if have sqlite3; then
  check "the database is sound" is "$(ask killed.sqlite 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
  check "and holds something" test "$(ask killed.sqlite 'SELECT count(*) FROM pages')" -gt 2
  check "and does not say that it has ended" is "$(ask killed.sqlite 'SELECT ended IS NULL FROM crawl')" 1
fi

# -- a disk that is full -------------------------------------------------------------
for output in "--warc full.warc.gz" "--out full.sqlite" "--graph full.graphml" "--graph full.csv"; do
  code=0
  # shellcheck disable=SC2086  # two words
  (
    trap '' XFSZ
    ulimit -f 100 # KiB
    exec "$crawl" --progress never --per-host 16 $output --scope any --max-pages 3000 "$site_url/"
  ) >out 2>"$temp/err" || code=$?
  check "a full disk exits 1 ($output)" code_is 1
  check "in one line ($output)" err_is_one_line
  check "which names the file ($output)" err_has "troupe-crawl: ${output#* }: "
done
check "what is archived is whole" python3 "$here/warc_check.py" full.warc.gz >records
check "and it is much" test "$(wc --lines <records)" -gt 30
if have sqlite3; then
  check "what is in the database is sound" is "$(ask full.sqlite 'PRAGMA integrity_check')" ok
fi
check "the site ends in order" stop_site

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
