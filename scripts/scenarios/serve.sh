#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's two services with troupe-serve and curl: three sources at once, primes, the same by a pool and by
# nobody else, many at once, a fault, and the end.
#   serve.sh BINARIES
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

serve=${1:?usage: serve.sh BINARIES}/troupe-serve
crowd=200
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# show OPTION... PATH: asks, shows, and leaves the body in $temp/body, the status in status, the seconds in took.
show() {
  local path=${*: -1}
  say
  say "-- curl $* "
  read -r status took < <(curl --silent --max-time 30 --output "$temp/body" --write-out '%{http_code} %{time_total}\n' \
    "${@:1:$#-1}" "$serve_url$path")
  head --bytes=600 "$temp/body"
  say
  say "   $status in $took s"
}
tells() { grep --quiet --fixed-strings -- "$1" "$temp/body"; }
status_is() { [[ $status -eq $1 ]]; }
between() { awk -v t="$1" -v least="$2" -v most="$3" 'BEGIN { exit !(t >= least && t <= most) }'; }

for engine in actors pool serial; do
  say
  say "== troupe-serve --engine $engine"
  start_serve "$serve" --engine "$engine"
  cat "$serve_out"
  show /
  check "$engine: three sources" status_is 200
  for source in file db api; do
    check "$engine: $source is among them" tells "\"result_$source\":\""
  done
  # The slowest takes 0.3 s, all three 0.6. A busy machine may add to that, but not five times in a row.
  if [[ $engine == serial ]]; then
    check 'one after the other' between "$took" 0.6 3
  else
    for ((again = 0; again < 4; again++)); do
      ! between "$took" 0.3 0.55 || break
      took=$(curl --silent --max-time 30 --output /dev/null --write-out '%{time_total}' "$serve_url/")
    done
    check "$engine: about as long as the slowest" between "$took" 0.3 0.55
  fi
  show '/is_prime/17,18446744073709551557,170141183460469231731687303715884105727,91'
  check "$engine: primes" tells '"17":true'
  check "$engine: and others" tells '"91":false'
  check "$engine: of any size" tells '"170141183460469231731687303715884105727":true'
  if [[ $engine != serial ]]; then
    seq "$crowd" | xargs --max-procs="$crowd" --replace curl --silent --max-time 30 --output /dev/null \
      --write-out '%{http_code} %{time_total}\n' "$serve_url/?{}" >"$temp/crowd" || true
    say "   $crowd at once: the slowest took $(sort --key=2 --numeric-sort "$temp/crowd" | tail --lines=1 | cut --delimiter=" " --fields=2) s"
    check "$engine: $crowd at once are all answered" test "$(grep --count '^200 ' "$temp/crowd")" -eq "$crowd"
  fi
  if [[ $engine == actors ]]; then
    show --header 'Content-Type: application/json' --data '[2, "4", 97]' /is_prime
    check 'an array' tells '"97":true'
    show /is_prime/17,seventeen
    check 'a fault names its cause' tells seventeen
    check 'a fault is 400' status_is 400
    show --request DELETE /is_prime/17
    check 'a method that is none here' status_is 405
    show --header 'Host: elsewhere.example' /
    check 'a name that is not ours' status_is 421
    show /readyz
    check 'it is ready' status_is 200
  fi
  check "$engine ends in order" stop_serve
done

say
say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
