# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034  # what is set here is used by those that source it
# What the scenarios of the tutorial's chapters share; to be sourced in place of lib.sh, after "set -euo pipefail", with the
# folder of the programs in $1. The programs are in the PATH then, so that commands read as users type them.
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

bin=$(realpath "${1:?usage: $(basename -- "$0") BINARIES}")
PATH=$bin:$PATH
cd -- "$temp" || exit

# tutorial WORDS: what the tutorial's program does. ours WORDS: the same here. actors WORDS: the same with actors.
tutorial() { say; say "== the tutorial: $*"; }
ours() { say; say "-- here: $*"; }
actors() { say; say "-- with actors: $*"; }

# shown COMMAND...: shows a command, runs it for two minutes at most, and shows what it says, which stays in out (both
# streams); sets code and took (seconds).
shown() {
  local begin=$EPOCHREALTIME
  say "\$ $*"
  code=0
  timeout --foreground 120 "$@" >out 2>&1 </dev/null || code=$?
  took=$(awk -v b="$begin" -v e="$EPOCHREALTIME" 'BEGIN { printf "%.2f", e - b }')
  head --lines=30 out
}
# works COMMAND...: shown, and it has to end with 0.
works() {
  shown "$@"
  check "ends with 0, not $code: $*" test "$code" -eq 0
}
tells() { grep --quiet --extended-regexp -- "$1" out || { cat out >&2; false; }; }
is_true() { awk "BEGIN { exit !($1) }"; } # of numbers with a fraction

# start_held_site OPTION...: held_site.py; sets site_url, and writes its 50 pages' addresses to held_seeds.
start_held_site() {
  start_site python3 "$root/scripts/scenarios/held_site.py" "$@"
  seq --format="$site_url/p/%g" 50 >held_seeds
}
count_is() { # asked|now|most NUMBER
  [[ $(number_of "$1" "$(curl --silent --max-time 30 "$site_url/-/counts")") == "$2" ]]
}
told_counts() { say "   the site: $(curl --silent --max-time 30 "$site_url/-/counts")"; }
let_go() { curl --silent --max-time 30 --output /dev/null "$site_url/-/go"; }

# in_background COMMAND...: shows and starts it; sets pid. What it says goes to background.
in_background() {
  say "\$ $* &"
  "$@" >background 2>&1 </dev/null &
  pid=$!
  started+=("$pid")
}
# ends_well: what in_background started last.
ends_well() {
  local code=0
  wait "$pid" || code=$?
  forget_process "$pid"
  [[ $code -eq 0 ]] || { cat background >&2; false; }
}
threads_of() { sed --quiet 's/^Threads:[[:space:]]*//p' "/proc/$1/status"; }

# same_lines FILE FILE: in any order.
same_lines() { cmp --silent <(sort "$1") <(sort "$2"); }

finish() {
  say
  say "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
