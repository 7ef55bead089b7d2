#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The package for Debian, as somebody has it who installs it: what is in it, that all of it runs from where it was
# unpacked, and that manual pages, completions and units are what their readers take.
#   package_test.sh BINARIES     of a build folder that was built whole: the package is made there, in BINARIES/..
# Tools that are not installed are named, and their checks left out.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE # a hook's: it has repositories of its own

build=$(realpath "$1/..")
cd "$temp"
here=$temp/root # where the package is unpacked
programs=(troupe troupe-bank troupe-compare troupe-crawl troupe-jobs troupe-node troupe-primes troupe-savina troupe-serve troupe-site)
skipped=0

has_tool() {
  command -v "$1" >/dev/null && return 0
  say "skipped: $1 is not installed: $2"
  skipped=$((skipped + 1))
  return 1
}
has() { grep --quiet --fixed-strings -- "$2" "$1" || { cat "$1" >&2; false; }; }
silent() {
  "$@" >silent.log 2>&1 || printf 'exit code %s\n' "$?" >>silent.log
  [[ ! -s silent.log ]] || { cat silent.log >&2; false; }
}
quiet() { "$@" >silent.log 2>&1 || { tail --lines=5 silent.log >&2; false; }; }
run() {
  code=0
  timeout --foreground 60 "$@" >out 2>err </dev/null || code=$?
}
code_is() { [[ $code -eq $1 ]] || { printf 'exit code %s\n' "$code" >&2; cat err >&2; false; }; }
is_line() { [[ $(cat "$1") == "$2" ]] || { cat "$1" >&2; false; }; }

# -- the package
if ! command -v dpkg-shlibdeps >/dev/null || ! command -v dpkg-deb >/dev/null; then
  say "skipped: no dpkg-dev here: nothing is packed"
  exit 77
fi
(cd "$build" && cpack -G DEB -B "$temp/packed") >cpack.log 2>&1 || { cat cpack.log >&2; die "cpack failed"; }
deb=$(find packed -maxdepth 1 -name '*.deb')
check 'one file, named as Debian names it' test "$(basename -- "$deb")" = \
  "troupe_$(sed --quiet 's/^project(troupe VERSION \([^ ]*\).*/\1/p' "$root/CMakeLists.txt")-1_$(dpkg --print-architecture).deb"
dpkg-deb --field "$deb" >fields
for field in 'Package: troupe' 'Section: net' 'Priority: optional' 'Maintainer: ' 'libc6 (>= ' 'libsqlite3-0' 'Description: '; do
  check "the control file has $field" has fields "$field"
done
check 'the control file recommends certificates' has fields 'Recommends: ca-certificates'
# What they do is tried by scripts/check-package.sh.
dpkg-deb --control "$deb" control
for script in postinst prerm postrm; do
  check "$script can be run" test -x "control/$script"
  check "$script is read by sh" silent sh -n "control/$script"
done
check 'no file is a configuration that dpkg asks about' test ! -e control/conffiles
dpkg-deb --extract "$deb" "$here"
bin=$here/usr/bin
check 'these programs and no others' test "$(find "$bin" -type f -printf '%f\n' | sort | tr '\n' ' ')" = "${programs[*]} "
for file in doc/troupe/copyright doc/troupe/changelog.gz doc/troupe/changelog.Debian.gz doc/troupe/README.md troupe/make-certs.sh; do
  check "$file" test -s "$here/usr/share/$file"
done
check 'nothing beside /usr' test "$(find "$here" -mindepth 1 -maxdepth 1 -printf '%f ')" = 'usr '
check 'nothing is written by others' test -z "$(find "$here" ! -type l -perm /022)"
if has_tool lintian 'the package is not looked at as Debian would'; then
  # The package closes no bug of Debian's.
  code=0
  lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$deb" >lintian.log 2>&1 || code=$?
  check 'lintian has no error and no warning' test "$code" -eq 0
  [[ $code -eq 0 ]] || cat lintian.log >&2
fi

# -- installed without a package
cmake --install "$build" --prefix "$temp/own" >install.log 2>&1 || { cat install.log >&2; die 'cmake --install failed'; }
run own/bin/troupe primes 97
check 'cmake --install' is_line out '97 prime'
check 'its units start it' has own/lib/systemd/system/troupe-serve.service "ExecStart=$temp/own/bin/troupe-serve"
check 'zsh finds it' test -s own/share/zsh/site-functions/_troupe-bank

# -- every program runs from there
for program in "${programs[@]}"; do
  run "$bin/$program" --version
  check "$program --version: 0" code_is 0
  check "$program --version" grep --quiet --extended-regexp "^$program [0-9]+\.[0-9]+\.[0-9]+( \([0-9a-f]{7,}(\+changes)?\))?$" out
  run "$bin/$program" --describe prose
  check "$program: unknown description" code_is 2
done
run "$bin/troupe-primes" 91 97
check 'primes' is_line out $'91 composite\n97 prime'
run "$bin/troupe-jobs" run --keep-order echo ::: a b
check 'jobs' is_line out $'a\nb'
run "$bin/troupe-bank" ledger --db bank.db open 1 --currency EUR
check 'a ledger' code_is 0
run "$bin/troupe-bank" audit --db bank.db
check 'and its audit' has out 'audit: good'
start_site "$bin/troupe-site" --lists 2
run "$bin/troupe-crawl" "$site_url/" --max-pages 3 --stats json
check 'a crawl' has out '"pages":3'
check 'the site ends' stop_site
start_serve "$bin/troupe-serve"
run curl --silent --fail "$serve_url/is_prime/17,91"
check 'the gateway' has out '"91":false'
check 'the gateway ends' stop_serve
: >head.out # it is looked into before the program has begun
"$bin/troupe-node" --coordinate --listen 127.0.0.1:0 >head.out 2>head.err &
head=$!
started+=("$head")
for ((i = 0; i < 600; i++)); do
  at=$(sed --quiet 's/^listening on \([^ ]*\).*/\1/p' head.out)
  [[ -z $at ]] || break
  sleep 0.1
done
run "$bin/troupe-node" status --at "$at" --json
check 'a coordinator' has out '"nodes":[]'
run "$here/usr/share/troupe/make-certs.sh" certs anna
check 'certificates' test -s certs/anna/node.pem

# -- troupe, before all of them
run "$bin/troupe" primes 91
check 'troupe primes is troupe-primes' is_line out '91 composite'
run "$bin/troupe" primes --strict no-number
check 'its exit code' code_is 2
run "$bin/troupe" bank ledger --db 'no such' balance -- 1
check 'its refusal' has err 'troupe-bank: '
run "$bin/troupe" help bank audit
check 'troupe help bank audit' has out 'troupe-bank audit'
for words in --help help 'help help' 'help --help'; do
  # shellcheck disable=SC2086
  run "$bin/troupe" $words
  check "troupe $words: 0" code_is 0
  for program in "${programs[@]:1}"; do
    check "troupe $words tells of $program" has out "${program#troupe-} "
  done
done
run "$bin/troupe" craw --help
check 'a slip: 2' code_is 2
check 'the nearest' is_line err "troupe: there is no command 'craw'; did you mean crawl?; see troupe --help"
run "$bin/troupe" something-else
check 'nothing near' is_line err "troupe: there is no command 'something-else'; see troupe --help"
run "$bin/troupe" ../bin/troupe-primes
check 'no path is a command' code_is 2
run "$bin/troupe"
check 'no command: 2' code_is 2
"$bin/troupe" site --port 0 >site.out &
site=$!
started+=("$site")
for ((i = 0; i < 600; i++)); do
  [[ ! -s site.out ]] || break
  sleep 0.1
done
kill -TERM "$site"
code=0
wait "$site" || code=$?
forget_process "$site"
check 'a signal is the program own' code_is 0
mkdir alone
cp "$bin/troupe" alone/
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$0 $*"\n' >alone/troupe-extra
chmod +x alone/troupe-extra
run alone/troupe --help
check 'lists what lies beside it' has out extra
check 'and nothing else' test "$(grep --count primes out)" -eq 0
run alone/troupe extra 'a  b' --version
check 'arguments go through as they are' is_line out "$temp/alone/troupe-extra a  b --version"

# -- manual pages
for program in "${programs[@]}"; do
  page=$here/usr/share/man/man1/$program.1.gz
  check "$program has a page" test -s "$page"
  gzip --decompress --stdout "$page" >"$program.1"
  for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' 'SEE ALSO'; do
    check "$program.1: $section" grep --quiet --line-regexp ".SH $section" "$program.1"
  done
  # The help of today and the page have the same options.
  "$bin/$program" --help | grep --only-matching --extended-regexp '^ +(-[a-z0-9],)?--[a-z-]+' | sed 's/.*--//' | sort --unique >in_help
  sed --quiet 's/^\\fB.*\\-\\-\([a-z\\-]*\)\\fR.*/\1/p' "$program.1" | tr --delete "\\\\" | sort --unique >in_page
  check "$program.1: all options" test -s in_help -a -z "$(comm -23 in_help in_page)"
done
check 'commands of commands' has troupe-bank.1 '.SS troupe\-bank ledger open'
check 'choices' has troupe-crawl.1 '\fB\-\-scope\fR \fBhost\fR|\fBprefix\fR'
check 'no number of this machine' has troupe-jobs.1 'Default: cores.'
if has_tool mandoc 'manual pages are not checked by it'; then
  for program in "${programs[@]}"; do
    check "mandoc: $program.1" silent mandoc -T lint -W warning "$program.1"
  done
fi
if has_tool man 'manual pages are not shown'; then
  for program in "${programs[@]}"; do
    LC_ALL=C.UTF-8 man --warnings --local-file "$program.1" >shown 2>complaints || true
    check "man: $program.1" test -s shown -a ! -s complaints
  done
fi

# -- completion in bash: a shell that loads the script, and asks as bash does
shells=$here/usr/share/bash-completion/completions
complete_bash() { # PROGRAM WORD...: the last is the one to complete; prints a candidate a line
  bash --norc -c '
    source "$1/$2"
    COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
    $(complete -p "$2" | sed "s/.* -F \([^ ]*\) .*/\1/")
    printf "%s\n" "${COMPREPLY[@]}"' - "$shells" "$@"
}
offers() { # WORDS EXPECTED PROGRAM WORD...
  complete_bash "${@:2}" >offered
  check "bash: ${*:2}" is_line offered "$1"
}
touch 'page one.html'
offers --scope troupe-crawl --sc
offers $'host\nprefix\ndomain\nany' troupe-crawl --scope ''
offers prefix troupe-crawl --scope = p
offers '' troupe-crawl --max-pages ''
offers inspect troupe-crawl ins
offers 'page one.html' troupe-crawl inspect --file page
offers $'race\ntransfers\nledger\naudit' troupe-bank ''
offers open troupe-bank ledger --db open op
offers --currency troupe-bank ledger open --cur
offers --json troupe-bank ledger open --js
offers release troupe-bank ledger rel
offers drain troupe-node --name status dr
offers $'pool' troupe-serve --engine po
offers primes troupe pri
offers $'trial' troupe primes --method tr
offers --currency troupe bank ledger open --cur
offers serve troupe help ser

# -- completion in zsh, through a terminal of its own
if has_tool zsh 'its completions are not tried'; then
  for program in "${programs[@]}"; do
    check "zsh reads _$program" silent zsh -n "$here/usr/share/zsh/vendor-completions/_$program"
  done
  cat >ask.zsh <<'ASK'
zmodload zsh/zpty
zpty shell zsh -f -i
# Nothing is typed before it edits lines, and what it has made of them is shown by a key of our own.
zpty -w shell "PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep
  show() { print -r -- \"<\$BUFFER>\" }; zle -N show; bindkey '^X' show
  zle-line-init() { print READY\$((40 + 2)) }; zle -N zle-line-init"
zpty -r -m shell reply '*READY42*' || exit 1
zpty -w -n shell $2$'\t'$'\C-x'
zpty -r -m shell reply '*<*>*'
print -r -- $reply
ASK
  zsh_makes() { # WHAT OF TYPED
    timeout --foreground 30 zsh -f ask.zsh "$here/usr/share/zsh/vendor-completions" "$2" >made 2>&1 || true
    check "zsh: $2" has made "$1"
  }
  zsh_makes 'troupe-bank ledger export' 'troupe-bank ledger exp'
  zsh_makes 'troupe-crawl --scope prefix' 'troupe-crawl --scope pre'
  zsh_makes 'troupe-primes --method=trial' 'troupe-primes --method=tr'
  zsh_makes 'troupe-bank ledger open --currency' 'troupe-bank ledger open --curr'
  zsh_makes 'troupe bank ledger export' 'troupe bank ledger exp'
fi

# -- units
units=$here/usr/lib/systemd/system
check 'three units' test "$(find "$units" -type f -printf '%f\n' | sort | tr '\n' ' ')" = \
  'troupe-coordinator.service troupe-serve.service troupe-worker@.service '
# Starts what a unit starts, as it would be started for the instance anna. Sets pid.
start_unit() { # UNIT OPTIONS
  local line
  line=$(sed --quiet 's/^ExecStart=//p' "$units/$1")
  line=${line//%S/$temp/state}
  line=${line//%i/anna}
  line=${line//\$TROUPE_*_OPTIONS/$2}
  check "$1 starts what is installed" test "${line#/usr/bin/troupe-}" != "$line"
  mkdir --parents state/troupe-coordinator
  read -r -a line <<<"$here$line"
  rm --force unit.out
  "${line[@]}" >unit.out 2>unit.err &
  pid=$!
  started+=("$pid")
  for ((i = 0; i < 600; i++)); do
    [[ ! -s unit.out ]] || break
    sleep 0.1
  done
  check "$1: the program understands its options" test -s unit.out
}
end_unit() { # UNIT PID
  local code=0
  kill -TERM "$2"
  wait "$2" || code=$?
  forget_process "$2"
  check "$1: SIGTERM: 0" test "$code" -eq 0
  [[ $code -eq 0 ]] || cat unit.out unit.err >&2
}
start_unit troupe-serve.service '--listen 127.0.0.1:0'
end_unit troupe-serve.service "$pid"
start_unit troupe-worker@.service "--join $at --roles primes"
check 'as its instance' has unit.out 'working as anna'
end_unit troupe-worker@.service "$pid"
start_unit troupe-coordinator.service '--listen 127.0.0.1:0'
end_unit troupe-coordinator.service "$pid"
# No unit is killed before its program would have ended by itself.
stop_s() { sed --quiet 's/^TimeoutStopSec=//p' "$units/$1"; }
drain_ms() { "$bin/$1" --help | sed --quiet 's/.*--drain-ms-max [^=]*=\([0-9]*\).*/\1/p'; }
check 'the gateway may drain' test "$(($(stop_s troupe-serve.service) * 1000))" -gt "$(drain_ms troupe-serve)"
check 'a worker may drain' test "$(($(stop_s troupe-worker@.service) * 1000))" -gt "$(drain_ms troupe-node)"
if has_tool systemd-analyze 'units are not verified'; then
  # It looks for the programs, and for the units that ours need, on this machine: what it finds wrong with those is not ours.
  verified() {
    local code=0
    systemd-analyze verify --recursive-errors=no --man=no "$@" >verify.log 2>&1 || code=$?
    if [[ $code -ne 0 ]] || grep --quiet troupe- verify.log; then
      cat verify.log >&2
      return 1
    fi
  }
  mkdir units
  for unit in "$units"/*.service; do
    sed "s|/usr/bin/troupe|$bin/troupe|" "$unit" >"units/$(basename -- "$unit")"
  done
  check 'systemd-analyze verify' verified units/troupe-serve.service units/troupe-coordinator.service \
    units/troupe-worker@anna.service
  for unit in troupe-serve troupe-coordinator troupe-worker@; do
    # 0 is shut off, 10 is open; 25 stands for 2.5.
    check "$unit is exposed below 2.5" quiet systemd-analyze security --offline=true --threshold=25 --no-pager "units/$unit.service"
  done
fi

# -- which commit a program says it is of
if has_tool git 'versions with a commit are not tried'; then
  version_of() { # SOURCE: what a program that is built there would say
    cmake -DSOURCE="$1" -DVERSION=1.2.3 -DOUT="$temp/version.cpp" -P "$root/cmake/Version.cmake" &&
      sed --quiet 's/.*program} + "\(.*\)"; }$/\1/p' version.cpp
  }
  says_version() { [[ $(version_of "$1") == "$2" ]] || { cat version.cpp >&2; false; }; }
  mkdir --parents source/inner
  check 'no clone' says_version source ' 1.2.3'
  git -C source init --quiet
  echo 1 >source/file
  git -C source add file
  git -C source -c user.name=x -c user.email=x@example.org -c commit.gpgsign=false commit --quiet --message x
  commit=$(git -C source rev-parse --short=7 HEAD)
  check 'a commit' says_version source " 1.2.3 ($commit)"
  touch --date='2001-01-01' version.cpp
  check 'the same again' says_version source " 1.2.3 ($commit)"
  check 'compiles nothing again' test "$(date --reference=version.cpp +%Y)" = 2001
  echo 2 >source/file
  check 'a changed file' says_version source " 1.2.3 ($commit+changes)"
  check 'within the clone of another' says_version source/inner ' 1.2.3'
fi

if [[ $skipped -gt 0 ]]; then
  say "$passed passed, $failed failed, $skipped skipped"
else
  say "$passed passed, $failed failed"
fi
[[ $failed -eq 0 ]]
