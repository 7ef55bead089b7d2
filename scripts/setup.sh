#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs through apt what is missing to build troupe, and nothing else.
#   setup.sh             what the programs need
#   setup.sh --tests     and what scripts/test.sh needs
#   setup.sh --bench     and what scripts/bench*.sh need: servers, and what to compare with
#   setup.sh --package   and what scripts/check-package.sh needs
#   setup.sh --dry-run   only says what it would install
# Knows Debian 12, Debian 13 and Ubuntu 24.04. Does nothing, without a network, when all is there.
set -euo pipefail
export LC_ALL=C # we read what apt-cache prints

boost_minor_min=81 # 1.81: Boost.Unordered's flat maps, Beast and Asio as we use them

tests=no
bench=no
package=no
dry_run=no
for argument in "$@"; do
  case $argument in
    --tests) tests=yes ;;
    --bench) bench=yes ;;
    --package) package=yes ;;
    --dry-run) dry_run=yes ;;
    -h | --help)
      sed --quiet '3,9s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *)
      printf 'setup.sh: unknown option %s (--tests, --bench, --package, --dry-run)\n' "$argument" >&2
      exit 2
      ;;
  esac
done

die() {
  printf 'setup.sh: %s\n' "$*" >&2
  exit 1
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  die "no apt-get here; install the packages that this script lists by your system's own means"
fi

wanted=(
  g++ cmake ninja-build pkg-config
  libcaf-dev libcli11-dev libexpected-dev libxml2-dev libicu-dev libpsl-dev
  libssl-dev zlib1g-dev libbrotli-dev libdeflate-dev libsqlite3-dev libarchive-dev
  libflint-dev libgmp-dev libprimesieve-dev prometheus-cpp-dev libjs-chart.js
)
# Without these a test is skipped and says so; not every distribution has them.
welcome=()
if [[ $tests == yes ]]; then
  wanted+=(clang lld libclang-rt-dev python3 shellcheck sqlite3 curl openssl libxml2-utils)
  wanted+=(dpkg-dev lintian mandoc man-db zsh) # the package, and what it brings
  wanted+=(unzip zip p7zip-full libarchive-tools iproute2 zstd xz-utils bzip2 sox libsox-fmt-alsa)
  welcome+=(nginx-light cppreference-doc-en-html pari-gp chromium chromium-driver)
fi
if [[ $bench == yes ]]; then
  wanted+=(nginx-light libnginx-mod-http-echo python3 python3-aiohttp python3-lxml python3-scrapy wget2)
  wanted+=(libpq-dev postgresql libpari-dev parallel wrk slowhttptest python3-flask curl iproute2)
fi
# For warcio, which the tests read archives with, and for spider-rs in the benchmark. Any Node will do; where there is
# one already it may be no package.
if [[ $tests == yes || $bench == yes ]] && ! command -v npm >/dev/null; then
  welcome+=(npm)
fi
if [[ $package == yes ]]; then
  wanted+=(debootstrap systemd-container dpkg-dev file)
fi

declare -A installed=()
while read -r state package; do
  if [[ $state == ii ]]; then
    installed[$package]=1
  fi
done < <(dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n')

# Boost is in versioned packages. Returns: the minor versions that have all parts, the newest last.
boost_installed() {
  local package minor
  for package in "${!installed[@]}"; do
    if [[ $package =~ ^libboost1\.([0-9]+)-dev$ ]]; then
      minor=${BASH_REMATCH[1]}
      if ((minor >= boost_minor_min)); then
        printf '%s\n' "$minor"
      fi
    fi
  done | sort --numeric-sort
}
boost_offered() {
  apt-cache --names-only search '^libboost1\.[0-9]+-dev$' |
    sed --quiet 's/^libboost1\.\([0-9]*\)-dev .*/\1/p' | sort --numeric-sort |
    while read -r minor; do
      if ((minor >= boost_minor_min)); then
        printf '%s\n' "$minor"
      fi
    done
}
is_offered() { [[ -n $(apt-cache --names-only search "^$1\$") ]]; }
# The distribution's own choice, what libboost-dev leads to, goes before newer ones: the rest of
# the distribution is built with it.
boost_default() {
  apt-cache depends libboost-dev 2>/dev/null |
    sed --quiet 's/^ *Depends: libboost1\.\([0-9]*\)-dev$/\1/p' | head --lines=1
}

missing=()
for package in "${wanted[@]}"; do
  if [[ ! -v installed[$package] ]]; then
    missing+=("$package")
  fi
done
missing_welcome=()
for package in "${welcome[@]+"${welcome[@]}"}"; do
  if [[ ! -v installed[$package] ]]; then
    missing_welcome+=("$package")
  fi
done
boost=$(boost_installed | tail --lines=1)
boost_complete=no
if [[ -n $boost && -v installed[libboost-test1.$boost-dev] && -v installed[libboost-json1.$boost-dev] ]]; then
  boost_complete=yes
fi
# What apt does not offer at all is not asked for again and again.
if [[ ${#missing_welcome[@]} -gt 0 && ${#missing[@]} -eq 0 && $boost_complete == yes ]]; then
  offered=()
  for package in "${missing_welcome[@]}"; do
    if is_offered "$package"; then
      offered+=("$package")
    fi
  done
  missing_welcome=("${offered[@]+"${offered[@]}"}")
fi
if [[ ${#missing[@]} -eq 0 && ${#missing_welcome[@]} -eq 0 && $boost_complete == yes ]]; then
  printf 'setup: all packages are there\n'
  exit 0
fi

as_root=()
if [[ $EUID -ne 0 && $dry_run == no ]]; then
  command -v sudo >/dev/null ||
    die "packages are missing (${missing[*]-}); run this as root, or install sudo"
  as_root=(sudo)
fi
apt() {
  "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet "$@"
}
if [[ $dry_run == no ]]; then
  printf 'setup: packages are missing; reading the package lists\n'
  apt update || printf 'setup: the package lists could not be read anew; going on with the old ones\n' >&2
fi

if [[ $boost_complete == no ]]; then
  if [[ -z $boost ]]; then
    boost=$(boost_default)
    if [[ -z $boost ]] || ((boost < boost_minor_min)); then
      boost=$(boost_offered | tail --lines=1)
    fi
  fi
  [[ -n $boost ]] || die "this distribution offers no Boost 1.$boost_minor_min or newer; Debian 12 and Ubuntu 24.04 do"
  for package in "libboost1.$boost-dev" "libboost-test1.$boost-dev" "libboost-json1.$boost-dev"; do
    if [[ ! -v installed[$package] ]]; then
      missing+=("$package")
    fi
  done
fi

offered=()
for package in "${missing_welcome[@]+"${missing_welcome[@]}"}"; do
  if is_offered "$package"; then
    offered+=("$package")
  else
    printf 'setup: %s is not offered here; the tests that need it will be skipped\n' "$package" >&2
  fi
done
missing+=("${offered[@]+"${offered[@]}"}")
if [[ ${#missing[@]} -eq 0 ]]; then
  printf 'setup: all packages are there\n'
  exit 0
fi

if [[ $dry_run == yes ]]; then
  printf 'setup: would install: %s\n' "${missing[*]}"
  exit 0
fi
printf 'setup: installing: %s\n' "${missing[*]}"

# Tests and benches run servers of their own. The packages would start one for the whole machine each:
# keep them from that, now (policy-rc.d) and at the next boot (disable).
policy=/usr/sbin/policy-rc.d
quiet=()
[[ " ${missing[*]} " != *' nginx-light '* ]] || quiet+=(nginx)
[[ " ${missing[*]} " != *' postgresql '* ]] || quiet+=(postgresql)
if [[ ${#quiet[@]} -gt 0 && ! -e $policy ]]; then
  leave() { "${as_root[@]+"${as_root[@]}"}" rm --force "$policy"; }
  trap leave EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]+"${as_root[@]}"}" tee "$policy" >/dev/null
  "${as_root[@]+"${as_root[@]}"}" chmod 755 "$policy"
fi
apt install --yes --no-install-recommends "${missing[@]}" ||
  die "apt-get could not install all of: ${missing[*]}"
if [[ ${#quiet[@]} -gt 0 ]] && command -v systemctl >/dev/null; then
  "${as_root[@]+"${as_root[@]}"}" systemctl disable "${quiet[@]}" >/dev/null 2>&1 || true
fi
printf 'setup: %s packages installed\n' "${#missing[@]}"
