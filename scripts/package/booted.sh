#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The package's units under a systemd that runs; for a system of its own, where check-package.sh boots it.
#   booted.sh first     installed, and nothing else done yet
#   booted.sh again     after the next boot; upgrades, and removes the package: NEXT.deb is its next version
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"
cd "$temp"
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

state=/var/lib
units=(troupe-serve troupe-coordinator troupe-worker@one)
url=http://127.0.0.1:8080
head=10.0.0.1:7000 # an address of this system's own, which is not loopback: it takes certificates
made=/root/made     # outlives a boot

is() { [[ $("${@:2}" 2>&1) == "$1" ]] || { printf "%s: '%s'\n" "${*:2}" "$("${@:2}" 2>&1)" >&2; false; }; }
says() { # TEXT COMMAND...
  "${@:2}" >out 2>err </dev/null || true
  grep --quiet --fixed-strings -- "$1" out || { cat out err >&2; false; }
}
silent() { "$@" >out 2>&1 || printf 'exit code %s\n' "$?" >>out; [[ ! -s out ]] || { cat out >&2; false; }; }
fails() { ! "$@" >out 2>&1 || { cat out >&2; false; }; }
soon() { # COMMAND...: within 30 s
  local i
  for ((i = 0; i < 150; i++)); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.2
  done
  "$@" || { journalctl --no-pager --lines=20 --unit='troupe-*' >&2; false; }
}
property() { systemctl show --property="$1" --value "$2"; }
ended_well() { # UNIT
  check "$1 ended by itself" is success property Result "$1"
  check "$1: 0" is 0 property ExecMainStatus "$1"
}
options() { printf '%s\n' "$2" >"/etc/default/$1"; } # NAME LINE
ask() { curl --silent --show-error --max-time 20 "$@"; }
post() { # PATH BODY [OPTION...]
  ask --header 'Content-Type: application/json' --header "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" --data "$2" "${@:3}" "$url$1"
}
answers() { says '{"17":true,"91":false}' ask "$url/is_prime/17,91"; }
id_in() { sed --quiet 's/.*"id":"\([^"]*\)".*/\1/p' "$1"; }
tls=(--tls-dir "$made/certs/me")
node_is_up() { says "$1 " troupe-node status --at "${2:-127.0.0.1:7000}" "${@:3}" && grep --quiet " up " out; }

nothing_begins_by_itself() {
  local unit
  for unit in "${units[@]}"; do
    check "$unit is not enabled" is disabled systemctl is-enabled "$unit"
    check "$unit does not run" is inactive systemctl is-active "$unit"
  done
  check 'systemd understands the units' silent systemd-analyze verify troupe-serve.service troupe-coordinator.service \
    troupe-worker@one.service
}

starts_and_answers() {
  local unit pid user folder
  for unit in "${units[@]}"; do
    # Word by word as the README has it.
    systemctl enable --now "$unit" 2>/dev/null || true
  done
  check 'the gateway answers' soon answers
  check 'it is alive' says '"status":"alive"' ask "$url/healthz"
  check 'the worker is there' soon node_is_up one
  check 'and works' says '97 prime' troupe primes --at 127.0.0.1:7000 97
  for unit in "${units[@]}"; do
    check "$unit runs" is active systemctl is-active "$unit"
    pid=$(property MainPID "$unit")
    folder=$state/${unit/@/-}
    user=$(stat --format=%u "/proc/$pid")
    check "$unit is nobody that stays" fails grep --quiet ":$user:" /etc/passwd
    check "$unit has a folder of its own" is "$user 700" stat --format='%u %a' "$folder/."
    check "$unit gains no privileges" is "NoNewPrivs:	1" grep NoNewPrivs "/proc/$pid/status"
    check "$unit has no capabilities" is "CapBnd:	0000000000000000" grep CapBnd "/proc/$pid/status"
    check "$unit may call a part of the kernel" is "Seccomp:	2" grep Seccomp: "/proc/$pid/status"
    # Even root could not write where the unit is.
    check "$unit writes its folder" nsenter --target "$pid" --mount touch "$folder/probe"
    rm "$folder/probe"
    for folder in /usr /etc /var/lib /home /root; do
      check "$unit does not write $folder" fails nsenter --target "$pid" --mount touch "$folder/probe"
    done
    # 0 is shut off, 10 is open; 25 stands for 2.5.
    check "$unit is exposed below 2.5" says 'exposure level' systemd-analyze security --threshold=25 --no-pager "$unit"
    say "$(tail --lines=1 out)"
  done
}

survives() {
  local unit
  # The README's line.
  echo 'TROUPE_SERVE_OPTIONS=--listen 127.0.0.1:8080 --bank bank.db' | tee /etc/default/troupe-serve >/dev/null
  systemctl restart troupe-serve
  check 'options come from /etc/default' soon answers
  check 'a ledger in its folder' says '"error":null' post /bank/accounts '{"account":1,"currency":"EUR"}'
  check 'it is a file there' test -s "$state/troupe-serve/bank.db"
  for unit in "${units[@]}"; do
    systemctl kill --signal=KILL "$unit"
    check "$unit starts again" soon is 1 property NRestarts "$unit"
  done
  check 'the gateway is back' soon answers
  check 'and its ledger has what it had' says '"currency":"EUR"' ask "$url/bank/accounts/1"
  check 'the worker is back' soon node_is_up one
}

bad_options_are_not_tried_again() {
  options troupe-serve 'TROUPE_SERVE_OPTIONS=--no-such-option'
  systemctl restart troupe-serve || true
  check 'a usage error fails' soon is failed systemctl is-active troupe-serve
  sleep 3
  check 'and is not tried again' is 0 property NRestarts troupe-serve
  check 'why is in the journal' says '--no-such-option; see troupe-serve --help' journalctl --no-pager --boot --unit=troupe-serve
  # Other errors are, however long it takes.
  options troupe-serve 'TROUPE_SERVE_OPTIONS=--listen 127.0.0.1:8080 --token-file token'
  systemctl restart troupe-serve || true
  for _ in {1..6}; do
    systemctl restart troupe-serve || true
  done
  check 'a file that is not there yet is waited for' soon is 2 property NRestarts troupe-serve
}

# Certificates and a token, put into the folders by root, after the units have run there.
with_certificates() {
  local token
  mkdir --parents "$made"
  check 'make-certs.sh' says '4 nodes' /usr/share/troupe/make-certs.sh "$made/certs" anna one gate me
  cp --recursive "$made/certs/anna" "$state/troupe-coordinator/tls"
  cp --recursive "$made/certs/one" "$state/troupe-worker-one/tls"
  cp --recursive "$made/certs/gate" "$state/troupe-serve/tls"
  mkdir "$state/troupe-serve/crawls"
  token=$(troupe-serve new-token --token-file "$state/troupe-serve/token")
  options troupe-coordinator "TROUPE_NODE_OPTIONS=--listen $head --tls-dir tls"
  options troupe-worker 'TROUPE_NODE_OPTIONS=--join 127.0.0.1:1'
  options troupe-worker-one "TROUPE_NODE_OPTIONS=--join $head --roles primes,crawl,jobs --jobs-allow gzip --jobs-allow sleep --tls-dir tls"
  options troupe-serve "TROUPE_SERVE_OPTIONS=--listen 127.0.0.1:8080 --bank bank.db --token-file token --access-log access.log \
--crawls crawls --crawl-allow 127.0.0.0/8 --at $head --at-services primes,crawls --tls-dir tls"
  systemctl restart "${units[@]}"
  check 'a cluster with certificates' soon node_is_up one "$head" "${tls[@]}"
  check 'who has none stays out' fails troupe-node status --at "$head"
  check 'the gateway is part of it' soon says '"connected":true' ask "$url/cluster"
  check 'who has no token stays out' says '"status":401' post /bank/accounts '{"account":2,"currency":"EUR"}'
  check 'who has one does not' says '"error":null' post /bank/accounts '{"account":2,"currency":"EUR"}' --header "Authorization: Bearer $token"

  # The system's own certificates, as the units see them.
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$made/key.pem" -out "$made/cert.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
  mkdir pages
  echo '<html><title>x</title></html>' | tee pages/a.html >pages/robots.txt
  (cd pages && exec openssl s_server -WWW -accept 127.0.0.1:8443 -cert "$made/cert.pem" -key "$made/key.pem" >/dev/null 2>&1) &
  started+=("$!")
  crawl() { troupe crawl --at "$head" "${tls[@]}" https://localhost:8443/a.html --stats json; }
  check 'a page that nobody vouches for is not had' says '"pages":0,' crawl
  cp "$made/cert.pem" /usr/local/share/ca-certificates/own.crt
  update-ca-certificates >/dev/null 2>&1
  systemctl restart troupe-worker@one
  soon node_is_up one "$head" "${tls[@]}" || true
  check 'one that the system vouches for is' says '"pages":1,' crawl
  post /crawls '{"urls":["https://localhost:8443/a.html"]}' --header "Authorization: Bearer $token" >posted
  check 'also when asked for over HTTP' soon says '"state":"done"' ask --header "Authorization: Bearer $token" "$url/crawls/$(id_in posted)"
  check 'programs run at the worker' says 'troupe' troupe jobs run --at "$head" "${tls[@]}" gzip --stdout --decompress ::: /usr/share/doc/troupe/changelog.gz
  check 'and no others' fails troupe jobs run --at "$head" "${tls[@]}" id ::: -u
}

log_is_opened_anew() {
  mv "$state/troupe-serve/access.log" "$state/troupe-serve/access.log.1"
  systemctl kill --signal=HUP troupe-serve
  check 'SIGHUP opens the log anew' soon test -e "$state/troupe-serve/access.log"
  check 'and the gateway goes on' answers
  check 'and writes there' soon grep --quiet is_prime "$state/troupe-serve/access.log"
}

low_port() {
  mkdir --parents /etc/systemd/system/troupe-serve.service.d
  printf '[Service]\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n' \
    >/etc/systemd/system/troupe-serve.service.d/port.conf
  systemctl daemon-reload
  cp "$made/cert.pem" "$made/key.pem" "$state/troupe-serve/"
  options troupe-serve 'TROUPE_SERVE_OPTIONS=--listen 127.0.0.1:443 --tls-cert cert.pem --tls-key key.pem'
  systemctl restart troupe-serve
  check 'port 443, with a drop-in' soon says '{"17":true}' ask https://localhost/is_prime/17
  rm --recursive /etc/systemd/system/troupe-serve.service.d
  systemctl daemon-reload
}

# What is under way is finished, whoever is told to stop meanwhile.
stops_without_loss() {
  local waiting code=0
  options troupe-serve 'TROUPE_SERVE_OPTIONS=--listen 127.0.0.1:8080 --bank bank.db --delays-ms 3000,3000,3000'
  systemctl restart troupe-serve
  soon answers || true
  ask --output answer --write-out '%{http_code}' "$url/" >status &
  waiting=$!
  started+=("$waiting")
  sleep 1
  check 'a question is under way' kill -0 "$waiting"
  systemctl stop troupe-serve
  wait "$waiting" || true
  forget_process "$waiting"
  check 'and is answered' is 200 cat status
  ended_well troupe-serve

  # Both, as when the machine is shut down: a worker has a coordinator until it has finished.
  troupe jobs run --at "$head" "${tls[@]}" sleep ::: 4 >out 2>err &
  waiting=$!
  started+=("$waiting")
  sleep 1.5
  check 'a job is under way' kill -0 "$waiting"
  systemctl stop troupe-worker@one troupe-coordinator
  wait "$waiting" || code=$?
  forget_process "$waiting"
  check 'and is done' test "$code" -eq 0
  [[ $code -eq 0 ]] || cat out err >&2
  ended_well troupe-worker@one
  ended_well troupe-coordinator
  check 'the worker said goodbye' says 'is left' journalctl --no-pager --boot --unit=troupe-coordinator
}

shows_itself() {
  local program
  for program in /usr/bin/troupe*; do
    check "man ${program##*/}" says "${program##*/}" man --pager=cat "${program##*/}"
  done
  # shellcheck disable=SC2016
  check 'bash completes' says 'audit' bash -c 'source /usr/share/bash-completion/bash_completion
    _completion_loader troupe-bank; COMP_WORDS=(troupe-bank au) COMP_CWORD=1
    $(complete -p troupe-bank | sed "s/.* -F \([^ ]*\) .*/\1/"); echo "${COMPREPLY[@]}"'
}

comes_back_at_boot() {
  local unit
  for unit in "${units[@]}"; do
    check "$unit runs" soon is active systemctl is-active "$unit"
  done
  check 'the gateway answers' soon answers
  check 'its ledger is there' says '"currency":"EUR"' ask "$url/bank/accounts/1"
  check 'the worker is there' soon node_is_up one "$head" "${tls[@]}"
}

upgrades() {
  local pid
  pid=$(property MainPID troupe-serve)
  options troupe-worker-one "$(cat /etc/default/troupe-worker-one) --quiet"
  cp --recursive /etc/default defaults
  check 'the next version is installed, and says what to restart' \
    says 'systemctl restart troupe-coordinator.service troupe-serve.service troupe-worker@one.service' \
    apt-get --quiet --yes install "$next"
  check 'the options stay as they were' silent diff --recursive defaults /etc/default
  check 'what ran goes on' is "$pid" property MainPID troupe-serve
  check 'and answers' answers
  check 'systemd has read the units anew' is no property NeedDaemonReload troupe-serve
  systemctl restart "${units[@]}"
  check 'after a restart all is there again' soon node_is_up one "$head" "${tls[@]}"
}

leaves() {
  local unit
  check 'the package is removed' says 'Removing troupe' apt-get --quiet --yes remove troupe
  for unit in "${units[@]}"; do
    check "$unit does not run" fails systemctl --quiet is-active "$unit"
  done
  check 'no process is left' fails pgrep troupe
  check 'purged, it says what stays' says 'these are yours and stay: /var/lib/troupe-serve ' apt-get --quiet --yes purge troupe
  check 'the ledger' test -s "$state/troupe-serve/bank.db"
  check 'the options' test -s /etc/default/troupe-serve
  check 'nothing is enabled' is '' find /etc/systemd -name '*troupe*'
  rm --recursive "$state"/private/troupe-* /etc/default/troupe-* "$state"/troupe-*
  check 'nothing else has its name' is '' find / -xdev -name '*troupe*' ! -path "$root/*" ! -path '/var/cache/*' ! -path "$temp*"
  # Nothing was put into its folder here: it goes as well.
  apt-get --quiet --yes install "$next" >out 2>&1
  systemctl enable --now troupe-serve 2>/dev/null
  check 'installed again' soon answers
  apt-get --quiet --yes purge troupe >out 2>&1
  check 'and purged' is '' find / -xdev -name '*troupe*' ! -path "$root/*" ! -path '/var/cache/*' ! -path "$temp*"
}

next=$root/NEXT.deb
case ${1-} in
  first)
    ip address add "${head%:*}/24" dev lo
    nothing_begins_by_itself
    shows_itself
    starts_and_answers
    survives
    bad_options_are_not_tried_again
    with_certificates
    log_is_opened_anew
    low_port
    stops_without_loss
    options troupe-serve 'TROUPE_SERVE_OPTIONS=--listen 127.0.0.1:8080 --bank bank.db'
    ;;
  again)
    # By now the coordinator has been looking for its address.
    check 'an address that comes late is waited for' fails systemctl --quiet is-failed troupe-coordinator
    ip address add "${head%:*}/24" dev lo
    comes_back_at_boot
    upgrades
    leaves
    ;;
  *) die 'first or again' ;;
esac

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
