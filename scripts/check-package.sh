#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Makes the package for Debian, installs it by apt in a Debian of its own that has nothing else, and boots that with
# systemd, to see the units start, answer, survive, stop, be upgraded and be removed.
#   check-package.sh [BINARIES]     of a build folder that was built whole (build/demo/bin)
# It needs root, debootstrap and systemd-nspawn (scripts/setup.sh --package), and downloads a Debian from a mirror
# (DEBIAN_MIRROR) each time: therefore scripts/test.sh does not run it. Some hundred MB under TMPDIR are used meanwhile. What
# is started there has a network of its own, without any way out; only apt has this machine's.
# Exit code: 0, 1 something failed, 77 it cannot be done here: why is said.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
PATH=$PATH:/usr/sbin:/sbin # where debootstrap is, whoever became root in what way

boot_s_max=600 # for one boot with all that is done there
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

skip() {
  say "skipped: $*"
  exit 77
}

case ${1-} in
  -*) printf 'check-package.sh: unknown option %s (check-package.sh [BINARIES])\n' "$1" >&2 && exit 2 ;;
esac
binaries=${1:-$root/build/demo/bin}
[[ -x $binaries/troupe ]] || die "no programs in '$binaries': build them first (cmake --build --preset demo)"
build=$(cd -- "$binaries/.." && pwd)
[[ -e $build/CPackConfig.cmake ]] || die "'$build' is no build folder: it has no CPackConfig.cmake"
[[ $EUID -eq 0 ]] || skip 'only root can make a system of its own (sudo)'
for tool in unshare cpack dpkg-shlibdeps dpkg-deb debootstrap systemd-nspawn; do
  command -v "$tool" >/dev/null || skip "$tool is not installed: scripts/setup.sh --package"
done
# shellcheck source=/dev/null
. /etc/os-release
# The programs are linked with this machine's libraries: they need a system of the same release.
[[ ${ID-} == debian && -n ${VERSION_CODENAME-} ]] || skip "this is ${PRETTY_NAME:-no Debian}: the package is for the Debian that it was built on"

tree=$temp/tree
log=$temp/log

# Runs a command there. Under a systemd nspawn asks that one for a place for its processes, else they stay with ours.
nspawn=(systemd-nspawn --quiet --directory="$tree" --machine="troupe-$$" --register=no --setenv=LC_ALL=C.UTF-8 --setenv=DEBIAN_FRONTEND=noninteractive)
[[ -d /run/systemd/system ]] || nspawn+=(--keep-unit)
run() {
  local code=0
  "${nspawn[@]}" --pipe --as-pid2 "$@" </dev/null >"$log" 2>&1 || code=$?
  forget_groups
  [[ $code -eq 0 ]] || tail --lines=40 "$log" >&2
  return "$code"
}
online() { run --resolv-conf=replace-host "$@"; }
alone() { run --private-network "$@"; }
says() { grep --quiet --fixed-strings -- "$1" "$log" || { tail --lines=40 "$log" >&2; false; }; }
apt() { online apt-get --quiet --yes -o APT::Install-Recommends=false "$@"; }

# add FILE: the counts of a script that ran there.
add() {
  local ok bad
  # nspawn may have something to say after it.
  read -r ok bad < <(sed --quiet 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$1" | tail --lines=1) || { ok=0 bad=1; }
  passed=$((passed + ok))
  failed=$((failed + bad))
}

# Without a systemd, what nspawn leaves beneath our own control groups, once nobody is in there.
forget_groups() {
  local controllers path top group
  [[ ! -d /run/systemd/system ]] || return 0
  while IFS=: read -r _ controllers path; do
    for top in "/sys/fs/cgroup/${controllers#name=}$path" "/sys/fs/cgroup/unified$path" "/sys/fs/cgroup$path"; do
      for group in "$top"/payload "$top"/supervisor; do
        [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
      done
    done
  done </proc/self/cgroup
}

# -- the packages: this one, and what may come after it
(cd "$build" && cpack -G DEB -B "$temp/packed") >"$log" 2>&1 || { cat "$log" >&2; die 'cpack failed'; }
deb=$(find "$temp/packed" -maxdepth 1 -name '*.deb')
dpkg-deb --raw-extract "$deb" "$temp/next"
sed --in-place 's/^Version: .*/&+next/' "$temp/next/DEBIAN/control"
sed --in-place 's/^Description=.*/&, again/' "$temp"/next/usr/lib/systemd/system/*.service
(cd "$temp/next" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
dpkg-deb -Zgzip -z1 --build "$temp/next" "$temp/NEXT.deb" >"$log"

# -- a system that has nothing else
say "fetching $VERSION_CODENAME from $mirror"
begin=$SECONDS
# Whatever it mounts goes with it.
unshare --mount debootstrap --variant=minbase "$VERSION_CODENAME" "$tree" "$mirror" >"$log" 2>&1 || {
  tail --lines=20 "$log" >&2
  skip "debootstrap could not fetch $VERSION_CODENAME from $mirror"
}
if [[ $mirror == http://deb.debian.org/debian ]]; then
  printf 'deb %s %s main\n' "$mirror" "$VERSION_CODENAME" "$mirror" "$VERSION_CODENAME-updates" \
    http://deb.debian.org/debian-security "$VERSION_CODENAME-security" >"$tree/etc/apt/sources.list"
fi
echo '127.0.0.1 localhost' >"$tree/etc/hosts"
online true || skip 'systemd-nspawn does not run here'
here=$tree/root/package
mkdir --parents "$here/scripts/package"
cp "$root/scripts/lib.sh" "$here/scripts/"
cp "$root"/scripts/package/*.sh "$here/scripts/package/"
cp "$deb" "$here/THIS.deb"
cp "$temp/NEXT.deb" "$here/"
say "a system of its own: $((SECONDS - begin)) s"

# -- installed by apt
files() { (cd "$tree" && find etc usr var/lib opt srv root ! -type d ! -path 'var/lib/apt/*' ! -path 'var/lib/dpkg/*' ! -name 'ld.so.cache' | sort); }
check 'package lists' apt update
files >"$temp/before"
check 'its recommendations' online apt-get --simulate install /root/package/THIS.deb
check 'certificates are recommended' says 'Inst ca-certificates'
check 'apt installs it' apt install /root/package/THIS.deb
check 'all that it depends on is there' online apt-get check
check 'what is installed' alone bash /root/package/scripts/package/installed.sh
add "$log"
printf '%s\n' '# mine' >"$tree/etc/default/troupe-serve"
check 'apt installs the next version' apt install /root/package/NEXT.deb
check 'the options stay' grep --quiet '^# mine$' "$tree/etc/default/troupe-serve"
check 'apt removes it' apt remove troupe
check 'no program stays' test -z "$(find "$tree/usr" -name '*troupe*')"
check 'apt purges it' apt purge troupe
check 'which says what stays' says 'these are yours and stay: /etc/default/troupe-serve'
rm "$tree/etc/default/troupe-serve"
check 'apt purges what came with it' apt autoremove --purge
files >"$temp/after"
check 'and nothing is left' diff "$temp/before" "$temp/after" >&2

# -- booted
check 'systemd is installed' apt install systemd systemd-sysv dbus procps iproute2 curl openssl ca-certificates man-db bash-completion
check 'and the package' apt install /root/package/THIS.deb
boot() { # STORY: that part of booted.sh, and its counts
  local story=$1 begin=$SECONDS
  printf '%s\n' '[Unit]' 'After=multi-user.target' '[Service]' 'Type=oneshot' \
    "ExecStart=-/bin/bash -c 'bash /root/package/scripts/package/booted.sh $story >/root/told 2>&1; systemctl poweroff'" \
    >"$tree/etc/systemd/system/story.service"
  mkdir --parents "$tree/etc/systemd/system/default.target.wants"
  ln --force --symbolic ../story.service "$tree/etc/systemd/system/default.target.wants/story.service"
  : >"$tree/root/told"
  timeout --kill-after=10 "$boot_s_max" "${nspawn[@]}" --boot --private-network --console=pipe </dev/null >"$log" 2>&1 &
  started+=("$!")
  check "the system boots ($story) and ends" wait "$!"
  forget_process "$!"
  forget_groups
  cat "$tree/root/told"
  say "booted ($story): $((SECONDS - begin)) s"
  [[ -s $tree/root/told ]] || tail --lines=40 "$log" >&2
  add "$tree/root/told"
}
boot first
boot again

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
