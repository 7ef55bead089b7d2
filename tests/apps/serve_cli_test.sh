#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-serve as a user runs it: arguments, refusals, answers, the access log, TLS, tokens, and how it ends.
#   serve_cli_test.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

serve=$(realpath "$1")/troupe-serve
cd "$temp"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# run ARGUMENT...: sets code, and leaves what was printed in out and err. It has ended after ten seconds.
run() {
  code=0
  timeout 10 "$serve" "$@" >out 2>err </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat err >&2; false; }; }
err_is_one_line() { [[ $(wc --lines <err) -eq 1 ]] || { cat err >&2; false; }; }
has() { grep --quiet --fixed-strings -- "$2" "$1" || { cat "$1" >&2; false; }; }
usage_error() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 2: $*" code_is 2
  check "one line: $*" err_is_one_line
  check "says '$words': $*" has err "$words"
}
fails() { # WORDS ARGUMENT...
  local words=$1
  shift
  run "$@"
  check "exit 1: $*" code_is 1
  check "one line: $*" err_is_one_line
  check "says '$words': $*" has err "$words"
}
# ask OPTION... URL: sets status, and leaves the header in headers and the body in body.
ask() {
  : >headers
  : >body
  status=$(curl --silent --show-error --max-time 20 --dump-header headers --output body --write-out '%{http_code}' "$@") || true
}
answers() { # WORDS STATUS OPTION... URL
  local words=$1 expected=$2
  shift 2
  ask "$@"
  check "$words: $expected, not $status" test "$status" = "$expected"
}
# soon WORDS COMMAND...: within ten seconds.
soon() {
  local words=$1 i
  shift
  for ((i = 0; i < 200; i++)); do
    "$@" 2>/dev/null >/dev/null && break
    sleep 0.05
  done
  check "$words" "$@"
}

# -- usage errors
usage_error '--bogus' --bogus
usage_error '--engine' --engine magic
usage_error '--threads' --threads 0
usage_error '--workers' --workers x
usage_error 'is no ADDRESS:PORT' --listen 8080
usage_error 'is no IPv4 address' --listen localhost:8080
usage_error 'is no port' --listen 127.0.0.1:65536
usage_error 'stands in brackets' --listen ::1:8080
usage_error 'both or none' --tls-cert x
usage_error 'both or none' --tls-key x
usage_error '--token-file names no file' --token-file ''
usage_error '--access-log names no file' --access-log ''
usage_error '--log-format is for --access-log' --log-format json
usage_error '--log-format' --access-log - --log-format xml
usage_error 'begins with https://' --allow-origin bank.example
usage_error 'without a port' --host bank.example:80
usage_error '--header-bytes-max' --header-bytes-max 1
usage_error 'see troupe-serve new-token --help' new-token
usage_error '--source-query is for --source-db' --source-query 'SELECT 1'
usage_error 'write 127.0.0.1:0' --listen localhost:0
usage_error 'write 127.0.0.1:9000' --listen :9000
usage_error '--delays-ms' --delays-ms 0,0
usage_error '--digits-max' --digits-max 0
usage_error '--batch-operations-max is for --bank' --batch-operations-max 5
run --help
for word in listen engine threads workers header-bytes-max target-bytes-max fields-max body-bytes-max connections-max \
  requests-in-flight-max pipeline-max header-ms-max body-ms-max idle-ms-max write-ms-max answer-ms-max drain-ms-max \
  stream-bytes-max numbers-max digits-max large-digits-max batch-operations-max; do
  check "--help has --$word with its default" grep --quiet --extended-regexp -- "--$word [A-Z]+.*=[^ ]+" out
done
run --version
check '--version' has out 'troupe-serve '

# -- addresses that others reach
usage_error '--behind-proxy' --listen 0.0.0.0:0
usage_error '--tls-cert' --listen '[::]:0'
usage_error '--tls-cert' --listen 192.0.2.1:0

# -- tokens
run new-token --token-file token
check 'a token is made' code_is 0
check 'a token is 64 digits' grep --quiet --extended-regexp '^[0-9a-f]{64}$' out
token=$(cat out)
check 'its file is ours alone' test "$(stat --format=%a token)" = 600
check 'its file does not have it' test "$(grep --count "$token" token)" = 0
fails 'File exists' new-token --token-file token
fails 'No such file' new-token --token-file no/where
fails 'new-token --token-file nowhere' --listen 127.0.0.1:0 --token-file nowhere
fails '--bank nowhere/bank.db: No such file' --listen 127.0.0.1:0 --bank nowhere/bank.db
fails '--source-file nowhere: ' --listen 127.0.0.1:0 --source-file nowhere
fails '--source-db nowhere: ' --listen 127.0.0.1:0 --source-db nowhere
echo secret >bad-token
fails 'bad-token:1: ' --listen 127.0.0.1:0 --token-file bad-token

# -- answers that need no engine
start_serve "$serve" --access-log log --token-file token
check 'says where it listens' grep --quiet --extended-regexp \
  '^listening on http://127\.0\.0\.1:[1-9][0-9]* \(engine actors\)$' "$serve_out"
answers healthz 200 "$serve_url/healthz"
check 'healthz is JSON' has headers 'application/json'
check 'nothing guesses its type' has headers 'X-Content-Type-Options: nosniff'
check 'no server is named' test "$(grep --ignore-case --count "^server:" headers)" = 0
answers readyz 200 "$serve_url/readyz"
answers 'nothing there' 404 "$serve_url/nothing"
check 'a problem' has headers 'application/problem+json'
check 'a problem says what' has body '"code":"not_found"'
answers 'another method' 405 --request DELETE "$serve_url/healthz"
check 'says which' has headers 'Allow: GET, HEAD, OPTIONS'
answers OPTIONS 204 --request OPTIONS "$serve_url/healthz"
check 'says which' has headers 'Allow: GET, HEAD, OPTIONS'
answers HEAD 200 --head "$serve_url/healthz"
check 'no body' test ! -s body -o "$(head --bytes=5 body)" = HTTP/
answers 'an unknown method' 501 --request BREW "$serve_url/healthz"
answers 'another name' 421 --header 'Host: evil.example' "$serve_url/healthz"
answers 'localhost' 200 --header 'Host: localhost:1' "$serve_url/healthz"

# -- a port in use
fails 'take another port' --listen "${serve_url#http://}"

# -- the access log
forged=$'x\n10.0.0.1 - - [" \e[31m'
printf 'GET /healthz?forged=%%0a HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a"b\\c\r\nConnection: close\r\n\r\n' |
  curl --silent --max-time 5 "telnet://${serve_url#http://}" >/dev/null || true
curl --silent --user-agent "${forged//$'\n'/ }" "$serve_url/healthz" >/dev/null || true
soon 'the log names what was asked' grep --quiet --fixed-strings '"GET /nothing" 404' log
soon 'the log escapes' grep --quiet --fixed-strings 'a\"b\\c' log
check 'every line is ours' test "$(grep --invert-match --count --extended-regexp \
  '^127\.0\.0\.1 - - \[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \+0000\] ".*" [0-9]+ [0-9]+ "-" ".*" [0-9]+\.[0-9]{6} [^ ]+$' log)" = 0
check 'no terminal is commanded' test "$(grep --count $'\e' log)" = 0
mv log log.1
kill -HUP "$serve_pid"
soon 'the log is opened anew' test -e log
answers 'and it still answers' 200 "$serve_url/healthz?second"
soon 'the new log has it' grep --quiet --fixed-strings '/healthz?second' log
check 'SIGTERM ends it with 0' stop_serve
check 'without a word' test ! -s "$serve_err"

# -- what is cut is told; a second signal leaves nothing behind
mkdir made
head --bytes=70000 /dev/zero | tr '\0' x >long
TMPDIR=$PWD/made start_serve "$serve" --source-file long --delays-ms 0,0,0 --numbers-max 2
answers 'the sources' 200 "$serve_url/"
check 'what is cut is told' has body ',"cut":["file"]}'
answers 'as many numbers as may be' 200 "$serve_url/is_prime/17,91"
answers 'and no more' 413 "$serve_url/is_prime/17,91,5"
check 'it ends' stop_serve
check 'the folder of its own sources goes with it' test -z "$(ls -A made)"
TMPDIR=$PWD/made start_serve "$serve" --delays-ms 60000,0,0 --source-ms-max 60000
check 'a folder was made' test -n "$(ls -A made)"
curl --silent --max-time 60 "$serve_url/" >/dev/null &
asker=$!
started+=("$asker")
# Not through a pipe: grep ends with what it has found, and curl would fail of it.
is_asked() { curl --silent --max-time 20 --output metrics "$serve_url/metrics" && grep --quiet '^troupe_http_in_flight 2$' metrics; }
soon 'somebody waits for an answer' is_asked
kill -TERM "$serve_pid"
kill -INT "$serve_pid" # another one: two of the same may come as one
code=0
wait "$serve_pid" || code=$?
forget_process "$serve_pid"
wait "$asker" || true
forget_process "$asker"
check "a second signal ends it at once, not with $code" test "$code" = 130 -o "$code" = 143
check 'and leaves no folder behind' test -z "$(ls -A made)"

start_serve "$serve" --access-log - --log-format json --host bank.example
answers 'a further name' 200 --header 'Host: bank.example' "$serve_url/healthz"
check 'it ends' stop_serve
check 'the log is whole at the end, as JSON' python3 -c '
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
assert len(rows) == 1 and rows[0]["target"] == "/healthz" and rows[0]["status"] == 200, rows
assert rows[0]["route"] == "/healthz" and rows[0]["peer"] == "127.0.0.1", rows' "$serve_err"

# -- other addresses of ours
serve_listen=127.0.0.2:0
start_serve "$serve"
answers 'another loopback address' 200 "$serve_url/healthz"
check 'it ends' stop_serve
if [[ -e /proc/net/if_inet6 ]] && grep --quiet '^0*1 ' /proc/net/if_inet6; then
  serve_listen='[::1]:0'
  start_serve "$serve"
  check 'IPv6 in brackets' has "$serve_out" 'listening on http://[::1]:'
  answers 'IPv6' 200 --globoff "$serve_url/healthz"
  check 'it ends' stop_serve
fi
unset serve_listen

# -- TLS
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>openssl.log || cat openssl.log >&2
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out other-key.pem 2>>openssl.log
start_serve "$serve" --tls-cert cert.pem --tls-key key.pem
check 'it says https' has "$serve_out" 'listening on https://127.0.0.1:'
answers TLS 200 --cacert cert.pem "$serve_url/healthz"
answers 'no trust, no answer' 000 "$serve_url/healthz" 2>/dev/null
answers 'plain HTTP is turned away' 400 "${serve_url/https/http}/healthz"
check 'and told why' has body 'this port speaks TLS'
check 'it ends' stop_serve
fails 'nowhere' --listen 127.0.0.1:0 --tls-cert nowhere --tls-key key.pem
openssl pkcs8 -topk8 -in key.pem -passout pass:secret -out secret-key.pem 2>>openssl.log
fails '--tls-key secret-key.pem: is encrypted' --listen 127.0.0.1:0 --tls-cert cert.pem --tls-key secret-key.pem
fails 'key' --listen 127.0.0.1:0 --tls-cert cert.pem --tls-key other-key.pem

# -- few descriptors, no standard output
(
  ulimit -n 300
  exec "$serve" --listen 127.0.0.1:0 --threads 1 >few.out 2>few.err
) &
few=$!
started+=("$few")
soon 'starts with few descriptors' has few.out 'listening on'
check 'and says what that means' has few.err 'at most 172 connections' # 64 for others, 64 who are told that there are too many
check 'one line' test "$(wc --lines <few.err)" = 1
end_process "$few"
forget_process "$few"
code=0
timeout 10 "$serve" --listen 127.0.0.1:0 >/dev/full 2>err || code=$?
check 'a full standard output' code_is 1
check 'is told' has err 'standard output cannot be written'

# -- engines, and what is asked when it ends: serve_engines_test.sh

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
