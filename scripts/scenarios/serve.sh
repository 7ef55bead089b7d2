#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's two services under a crowd, with troupe-serve and curl: many at once, by actors and by a pool; faults, names that
# are not ours, and the end.
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
status_is() { [[ $status -eq $1 ]]; }

for engine in actors pool; do
  say
  say "== troupe-serve --engine $engine"
  start_serve "$serve" --engine "$engine"
  cat "$serve_out"
  seq "$crowd" | xargs --max-procs="$crowd" --replace curl --silent --max-time 30 --output /dev/null \
    --write-out '%{http_code} %{time_total}\n' "$serve_url/?{}" >"$temp/crowd" || true
  say "   $crowd at once: the slowest took $(sort --key=2 --numeric-sort "$temp/crowd" | tail --lines=1 | cut --delimiter=" " --fields=2) s"
  check "$engine: $crowd at once are all answered" test "$(grep --count '^200 ' "$temp/crowd")" -eq "$crowd"
  if [[ $engine == actors ]]; then
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
