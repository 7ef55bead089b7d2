# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034  # what is set here is used by those that source it
# What the scripts share; to be sourced after "set -euo pipefail". Gives a temporary folder of the script's
# own ($temp), ends the processes that it started and no others, and counts checks.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
temp=$(mktemp --directory "${TMPDIR:-/tmp}/troupe.XXXXXX")
started=() # process ids
passed=0
failed=0

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
  exit 1
}

# A process that we started ends politely, or, after five seconds, otherwise.
end_process() {
  local pid=$1 i
  kill -TERM "$pid" 2>/dev/null || true
  for ((i = 0; i < 50; i++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

end_started() {
  local pid
  for pid in "${started[@]+"${started[@]}"}"; do
    end_process "$pid"
  done
  started=()
}

leave() {
  local code=$?
  trap - EXIT
  end_started
  rm --recursive --force -- "$temp"
  exit "$code"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# check WORDS COMMAND...: one count, and a line if it failed.
check() {
  local words=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$words" >&2
  fi
}

# wait_for SECONDS COMMAND...: until it succeeds. Returns: 1 if it did not.
wait_for() {
  local i most=$1
  shift
  for ((i = 0; i < most * 10; i++)); do
    if "$@"; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}

# start_site BINARY OPTION...: starts the demo site; sets site_pid and site_url (no slash at the end).
start_site() {
  local out i
  out=$(mktemp "$temp/site.XXXXXX")
  "$@" >"$out" &
  site_pid=$!
  started+=("$site_pid")
  for ((i = 0; i < 600; i++)); do
    site_url=$(sed --quiet 's|^listening on \(.*\)/$|\1|p' "$out")
    if [[ -n $site_url ]]; then
      return 0
    fi
    kill -0 "$site_pid" 2>/dev/null || break
    sleep 0.1
  done
  die "the demo site did not start: $*"
}

# forget_process PID: it has ended.
forget_process() {
  local kept=() pid
  for pid in "${started[@]}"; do
    [[ $pid == "$1" ]] || kept+=("$pid")
  done
  started=("${kept[@]+"${kept[@]}"}")
}

# Ends the site that start_site started last. Returns: its exit code.
stop_site() {
  local code=0
  kill -TERM "$site_pid"
  wait "$site_pid" || code=$?
  forget_process "$site_pid"
  return "$code"
}

# start_serve BINARY OPTION...: starts troupe-serve on $serve_listen, or any free port of 127.0.0.1; sets serve_pid
# and serve_url (no slash at the end). What it says goes to $serve_out and $serve_err.
start_serve() {
  local i
  serve_out=$(mktemp "$temp/serve.XXXXXX")
  serve_err=$serve_out.err
  "$1" --listen "${serve_listen:-127.0.0.1:0}" "${@:2}" >"$serve_out" 2>"$serve_err" &
  serve_pid=$!
  started+=("$serve_pid")
  for ((i = 0; i < 600; i++)); do
    serve_url=$(sed --quiet 's|^listening on \([^ ]*\) .*|\1|p' "$serve_out")
    if [[ -n $serve_url ]]; then
      return 0
    fi
    kill -0 "$serve_pid" 2>/dev/null || break
    sleep 0.1
  done
  cat "$serve_err" >&2
  die "troupe-serve did not start: $*"
}

# Ends what start_serve started last. Returns: its exit code.
stop_serve() {
  local code=0
  kill -TERM "$serve_pid"
  wait "$serve_pid" || code=$?
  forget_process "$serve_pid"
  return "$code"
}

engines=(serial threads queue pool coroutines semaphore actors)

# number_of NAME TEXT: the number behind "NAME": in one line of JSON.
number_of() {
  sed --quiet "s/.*\"$1\":\([-0-9.eE+]*\).*/\1/p" <<<"$2"
}
