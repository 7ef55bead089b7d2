#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-crawl as a user runs it: arguments, outputs, exit codes, Ctrl-C, outputs that cannot be written.
#   crawl_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$1
crawl=$bin/troupe-crawl

# run ARGUMENT...: sets code, and leaves what was printed in $temp/out and $temp/err.
run() {
  code=0
  "$crawl" "$@" >"$temp/out" 2>"$temp/err" </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat "$temp/err" >&2; false; }; }
out_is() { [[ $(cat "$temp/out") == "$1" ]] || { cat "$temp/out" >&2; false; }; }
out_has() { grep --quiet --fixed-strings -- "$1" "$temp/out" || { cat "$temp/out" >&2; false; }; }
err_has() { grep --quiet --fixed-strings -- "$1" "$temp/err" || { cat "$temp/err" >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <"$temp/err") -eq 1 ]] || { cat "$temp/err" >&2; false; }; }
lines() { [[ $(wc --lines <"$1") -eq $2 ]] || { wc --lines "$1" >&2; false; }; }

# -- usage errors: one clear line, exit 2 -------------------------------------
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_is_one_line
  check "says '$words': $*" err_has "$words"
}
usage_error "no URL given"
usage_error "ftp://x/" ftp://x/
usage_error "--frob" --frob http://127.0.0.1/
usage_error "--max-pages" --max-pages -3 http://127.0.0.1/
usage_error "'99999999999999999999' is too large" --max-pages 99999999999999999999 http://127.0.0.1/
usage_error "--select: " --select '' http://127.0.0.1/
usage_error "--xpath: " inspect --xpath '' http://127.0.0.1/
usage_error "--max-depth" --max-depth x http://127.0.0.1/
usage_error "--frontier-memory" --frontier-memory 0 http://127.0.0.1/
usage_error "--frontier-memory is of this machine" --at 127.0.0.1:1 --frontier-memory 100 http://127.0.0.1/
usage_error "--scope" --scope galaxy http://127.0.0.1/
usage_error "--engine" --engine magic http://127.0.0.1/
usage_error "--select" --select 'a:hover' http://127.0.0.1/
usage_error "--xpath" --xpath '//a[' http://127.0.0.1/
usage_error "--out is for items" --out x.jsonl http://127.0.0.1/
usage_error "standard output" --select a --out - --pages - http://127.0.0.1/
usage_error "cannot be opened" --seeds "$temp/nothing"
usage_error "--user-agent" --user-agent $'a\r\nX: y' http://127.0.0.1/
for secret in 'http://u:SECRET@127.0.0.1:99999/' 'u:SECRET@host:x' 'ftp://u:SECRET@h/'; do
  run "$secret"
  check "a password is not shown: exit" code_is 2
  check "a password is not shown" test "$(grep --count SECRET "$temp/err")" -eq 0
done
usage_error "the same file" --select a --out "$temp/same" --pages "$temp/same" http://127.0.0.1/
check "and leaves it alone" test ! -e "$temp/same"
usage_error "longer than" "http://127.0.0.1/$(printf 'a%.0s' {1..9000})"
printf '# seeds\nhttp://127.0.0.1/\n\nmailto:me\n' >"$temp/seeds"
usage_error "$temp/seeds:4" --seeds "$temp/seeds"
printf 'max-pages = 3\nmax-pagse = 4\n' >"$temp/bad.toml"
usage_error "max-pagse" --config "$temp/bad.toml" http://127.0.0.1/
usage_error "resolve" resolve http://a/
usage_error "BASE" resolve nothing x
usage_error "--base" inspect --file "$temp/seeds"

# -- the tools ----------------------------------------------------------------
run resolve http://a.example/b/c ../d '//X.example:80/y?q#f' mailto:x 'http:page' $'\\back'
check "resolve" out_is $'http://a.example/d\nhttp://x.example/y?q\nerror\tnot an http or https URL\nhttp://a.example/b/page\nhttp://a.example/back'
check "resolve exits 0" code_is 0
printf 'User-agent: *\nDisallow: /private/\nAllow: /private/open\n' >"$temp/robots.txt"
run robots --file "$temp/robots.txt" --agent troupe http://a.example/ http://a.example/private/x http://a.example/private/open
check "robots" out_is $'allow\thttp://a.example/\t-\ndisallow\thttp://a.example/private/x\tDisallow: /private/\nallow\thttp://a.example/private/open\tAllow: /private/open'
printf '<base href="/b/"><a class=t href=x>One</a><a href=x#again>Two</a><a href="mailto:m">no</a>' >"$temp/page.html"
run inspect --file "$temp/page.html" --base http://a.example/p --select a.t
check "inspect lists each link once" out_has '"links":["http://a.example/b/x"]'
check "inspect finds items" out_has '"items":[{"href":"http://a.example/b/x","text":"One"}]'
run --help
check "--help exits 0" code_is 0
run --version
check "--version" out_has "troupe-crawl "

# -- crawls -------------------------------------------------------------------
start_site "$bin/troupe-site" --lists 5 --expected-items "$temp/expected"
wide=(--per-host 16 --progress never)
run "${wide[@]}" --select a.post-item-title --out "$temp/items.jsonl" --pages "$temp/pages.jsonl" --stats json "$site_url/"
check "a crawl exits 0" code_is 0
check "stats are the last line" out_has '"by_status":{"200":'
check "right titles" cmp --silent <(sort "$temp/items.jsonl") <(sort "$temp/expected")
check "a URL has one row" test "$(sed 's/,"status.*//' "$temp/pages.jsonl" | sort | uniq --repeated | wc --lines)" -eq 0
check "a row a page" lines "$temp/pages.jsonl" "$(sed 's/.*"pages":\([0-9]*\).*/\1/' "$temp/out")"
run "${wide[@]}" --max-pages 7 --pages "$temp/seven.jsonl" "$site_url/"
check "--max-pages 7" lines "$temp/seven.jsonl" 7
run "${wide[@]}" --max-depth 0 --pages "$temp/one.jsonl" "$site_url/sitehome/p/1"
check "--max-depth 0" lines "$temp/one.jsonl" 1
run "${wide[@]}" --max-depth 0 --select a.post-item-title "$site_url/sitehome/p/1"
check "items go to standard output by default" test "$(grep --count '^{"page"' "$temp/out")" -eq 20
run "${wide[@]}" --max-depth 0 --select a.post-item-title --out "$temp/items.csv" "$site_url/sitehome/p/1"
check "csv has a header" test "$(head --lines=1 "$temp/items.csv")" = $'page,href,text\r'
printf '%s/sitehome/p/1\n%s/sitehome/p/2\n' "$site_url" "$site_url" >"$temp/seeds"
code=0
"$crawl" "${wide[@]}" --max-depth 0 --seeds - --pages "$temp/two.jsonl" <"$temp/seeds" >"$temp/out" 2>"$temp/err" || code=$?
check "--seeds - reads standard input" lines "$temp/two.jsonl" 2
printf 'max-depth = 0\nper-host = 4\n' >"$temp/good.toml"
run --config "$temp/good.toml" --progress never --pages "$temp/one.jsonl" "$site_url/sitehome/p/1"
check "--config" lines "$temp/one.jsonl" 1
check "no row names credentials" test "$(
  "$crawl" "${wide[@]}" --max-depth 0 --pages - "${site_url/:\/\//://user:secret@}/" 2>&1 | grep --count secret)" -eq 0

# -- what fails says so -------------------------------------------------------
run "${wide[@]}" "$site_url/private/1.html"
check "a forbidden seed exits 1" code_is 1
check "and names the rule" err_has "Disallow: /private/"
run "${wide[@]}" --pages /dev/full "$site_url/"
check "a full disk exits 1" code_is 1
check "and says so" err_has "/dev/full: No space left on device"
run "${wide[@]}" --pages "$temp/no/such/folder" "$site_url/"
check "an unwritable output exits 1" code_is 1
check "and says where" err_has "$temp/no/such/folder"
check "the site ends in order" stop_site
for option in --progress=never --no-robots; do
  run "$option" --retries 0 "$site_url/"
  check "an unreachable site exits 1 ($option)" code_is 1
  check "and says why ($option)" err_has "refused"
done

# -- Ctrl-C -------------------------------------------------------------------
for engine in "${engines[@]}"; do
  start_site "$bin/troupe-site" --lists 50 --delay-ms 200
  "$crawl" "${wide[@]}" --engine "$engine" --concurrency 2 --pages "$temp/cut.jsonl" --stats json "$site_url/" >"$temp/out" 2>"$temp/err" &
  pid=$!
  started+=("$pid")
  sleep 1.2
  kill -INT "$pid"
  code=0
  wait "$pid" || code=$?
  check "Ctrl-C exits 130 ($engine)" code_is 130
  check "what is done is written ($engine)" lines "$temp/cut.jsonl" "$(sed 's/.*"pages":\([0-9]*\).*/\1/' "$temp/out")"
  check "and it is not nothing ($engine)" test -s "$temp/cut.jsonl"
  check "every row is whole ($engine)" test "$(grep --count --invert-match '}$' "$temp/cut.jsonl")" -eq 0
  check "the site ends in order" stop_site
done

printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
