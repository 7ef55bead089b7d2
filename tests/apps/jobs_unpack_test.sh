#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# troupe-jobs unpack and play: kind archives and hostile ones, kills, missing tools; players that are none.
#   jobs_unpack_test.sh BINARIES
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

bin=$(realpath "$1")
cd "$temp"
tj() { "$bin/troupe-jobs" "$@"; }
gives() { # CODE WORDS COMMAND...
  local expected=$1 words=$2 code=0
  shift 2
  "$@" >out 2>err || code=$?
  check "$words: exit code $expected, not $code ($(head --bytes=400 err))" test "$code" -eq "$expected"
}
says() { check "$1: says '$2', not $(head --bytes=300 err)" grep --quiet --fixed-strings -- "$2" err; }
leftovers() { find "$1" -name '.*troupe-unpack*' | wc --lines; }

mkdir archives
/usr/bin/python3 "$root/tests/apps/jobs_archives.py" "$temp/archives"
if command -v zstd >/dev/null; then
  zstd --quiet -o archives/good-tar-zst.tar.zst archives/good-tar.tar
fi
seven=no
for tool in 7zz 7z 7za; do
  if [[ $seven == no ]] && command -v "$tool" >/dev/null; then
    seven=yes
    (mkdir seven && cd seven && mkdir d && echo a >d/a.txt && ln --symbolic a.txt d/link && "$tool" a -snl -bd ../archives/good-7z.7z d >/dev/null)
  fi
done

# -- kind ones, all at once
gives 0 'kind archives' tj unpack --to into archives/good*
check 'one folder each' test "$(find into -mindepth 1 -maxdepth 1 | wc --lines)" -eq "$(find archives -name 'good*' | wc --lines)"
check 'nothing is left over' test "$(leftovers into)" -eq 0
for folder in into/good-tar into/good-tar-gz into/good-tar-bz2 into/good-tar-xz 'into/good with [odd] na:me*'; do
  check "$folder: a file" test "$(cat "$folder/d/a.txt")" = a
  check "$folder: a link" test "$(readlink "$folder/d/link")" = a.txt
  check "$folder: a hard link" test "$folder/d/hard" -ef "$folder/d/a.txt"
  check "$folder: a name like an option" test "$(cat "$folder/-rf")" = x
  check "$folder: a name beyond ASCII" test "$(cat "$folder/sp ace/ä")" = y
  check "$folder: no set-user-id" test ! -u "$folder/setuid"
done
check 'zip: a file' test "$(cat into/good-zip/d/a.txt)" = a
check 'zip: a link' test "$(readlink into/good-zip/d/link)" = a.txt
[[ $seven == no ]] || check '7z: a file' test "$(cat into/good-7z/d/a.txt)" = a
check 'an empty one' test -d into/good-empty

# -- names that a tool would take for patterns
mkdir star
cp archives/good-zip.zip 'star/a*[x].zip'
[[ $seven == no ]] || cp archives/good-7z.7z 'star/b*.7z'
echo 'no archive: whoever opens it fails' | tee star/aax.zip star/bb.7z >star/abx.zip
gives 0 'patterns for names' tj unpack --to 'in*to {} {/} {2} %7B' 'star/a*[x].zip' star/b\*.7z
check 'a zip with a star' test "$(cat 'in*to {} {/} {2} %7B/a*[x]/d/a.txt')" = a
[[ $seven == no ]] || check 'a 7z with a star' test "$(cat 'in*to {} {/} {2} %7B/b*/d/a.txt')" = a
check 'nothing is left over of them' test "$(leftovers 'in*to {} {/} {2} %7B')" -eq 0
gives 255 'no folder' tj unpack --to '' archives/good-tar.tar
says 'no folder' '--to is empty'

# -- what is there is not touched, unless asked
echo mine >into/good-tar/mine
gives 1 'it is there' tj unpack --to into archives/good-tar.tar
says 'it is there' 'is there already (--force replaces it)'
check 'mine is there' test -e into/good-tar/mine
gives 0 'replaced' tj unpack --force --to into archives/good-tar.tar
check 'mine is gone' test ! -e into/good-tar/mine
check 'it is whole' test -e into/good-tar/d/a.txt
check 'nothing is left over of it' test "$(leftovers into)" -eq 0
gives 255 'one folder for two' tj unpack --to twice archives/good-tar.tar sub/good-tar.zip
says 'one folder for two' "would both go to the folder 'good-tar'"

# -- hostile ones: refused before anything is written
mkdir safe
echo outside >safe/outside
refused() { # ARCHIVE WORDS
  gives 1 "$1" tj unpack --to safe/in "archives/$1"
  says "$1" "$2"
  check "$1: nothing was written" test -z "$(find safe -mindepth 1 -not -name outside -not -name in)"
  check "$1: nothing is left" test -z "$(find safe/in -mindepth 1 2>/dev/null)"
}
refused climbs.tar "entry '../climbed': its name has '..' in it; nothing was unpacked"
refused climbs-inside.tar "its name has '..' in it"
refused absolute.tar 'its name is absolute'
refused symlink-out.tar 'symbolic link that may lead outside'
refused symlink-absolute.tar 'symbolic link that may lead outside'
refused file-through-symlink.tar 'lies beneath a symbolic link'
refused file-through-symlink-out.tar 'symbolic link that may lead outside'
refused symlinks-through-symlinks.tar 'symbolic link that may lead outside'
refused hardlink-out.tar 'hard link to no file before it'
refused hardlink-climbs.tar 'hard link to no file before it'
refused device.tar 'device, pipe or socket'
refused pipe.tar 'device, pipe or socket'
refused line-feed.tar 'control character'
refused climbs.zip "its name has '..' in it"
refused climbs-as-windows.zip 'nothing was unpacked'
refused absolute.zip 'its name is absolute'
refused symlink-out.zip 'symbolic link that may lead outside'
refused file-through-symlink.zip 'lies beneath a symbolic link'
check 'nothing was written where the absolute ones wanted' test ! -e archives/absolute-was-here
refused cut.tar.gz 'archives/cut.tar.gz'
refused noise.zip 'archives/noise.zip'
refused single.gz 'its name has no ending that I know'
refused nowhere.zip 'No such file'
mkdir archives/folder.zip
refused folder.zip 'is no file'

# -- limits
gives 1 'entries' tj unpack --entries-max 100 --to safe/in archives/many.tar
says 'entries' 'too many entries (--entries-max)'
gives 2 'bytes' tj unpack --bytes-max 1000000 --to safe/in archives/large.tar archives/bomb.zip
says 'bytes' 'too many bytes (--bytes-max)'
gives 1 'a bomb' tj unpack --bytes-max 1000000 --to safe/in archives/bomb.tar.xz
says 'a bomb' 'too many bytes (--bytes-max)'
gives 1 'one that lies about its sizes' tj unpack --bytes-max 1000000 --to safe/in archives/liar.zip
says 'one that lies' 'too many bytes (--bytes-max)'
check 'nothing is left of the limited ones' test -z "$(find safe/in -mindepth 1)"

# -- one bad archive harms no other
gives 1 'good beside bad' tj unpack --json --to beside archives/good-tar.tar archives/climbs.tar archives/good-zip.zip
check 'the good ones are there' test -e beside/good-tar/d/a.txt -a -e beside/good-zip/d/a.txt

# -- killed, it leaves nothing half done; the next run cleans up behind it
/usr/bin/python3 - <<'PY'
import io, tarfile
with tarfile.open("archives/slow.tar.gz", "w:gz", compresslevel=1) as out:
    for i in range(20000):
        info = tarfile.TarInfo(f"d{i % 100}/f{i}")
        info.size = 2000
        out.addfile(info, io.BytesIO(bytes(2000)))
PY
for kill_after in 0.1 0.3 0.5; do
  "$bin/troupe-jobs" unpack --to killed archives/slow.tar.gz >out 2>err &
  pid=$!
  started+=("$pid")
  sleep "$kill_after"
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  started=()
  sleep 0.3
  check "killed after $kill_after: whole or not there" test ! -e killed/slow -o "$(find killed/slow -type f 2>/dev/null | wc --lines)" -eq 20000
  rm --recursive --force killed/slow
done
gives 0 'after the kills' tj unpack --to killed archives/slow.tar.gz
check 'all of it' test "$(find killed/slow -type f | wc --lines)" -eq 20000
check 'and nothing of the killed ones' test "$(leftovers killed)" -eq 0
"$bin/troupe-jobs" unpack --to ended archives/slow.tar.gz >out 2>err &
pid=$!
started+=("$pid")
sleep 0.3
kill -TERM "$pid" 2>/dev/null || true
wait "$pid" 2>/dev/null || true
started=()
check 'ended by TERM: nothing is left over' test "$(leftovers ended 2>/dev/null)" -eq 0

# -- a tool that is missing is named with its package
mkdir path-without
gives 1 'no unzip' env PATH="$temp/path-without" "$bin/troupe-jobs" unpack --to none archives/good-zip.zip
says 'no unzip' 'install unzip or libarchive-tools'
ln --symbolic "$(command -v tar)" path-without/tar
gives 1 'no xz' env PATH="$temp/path-without" "$bin/troupe-jobs" unpack --to none archives/good-tar-xz.tar.xz
says 'no xz' 'install xz-utils'

# -- songs
mkdir players
cat >players/mpv <<'FAKE'
#!/bin/sh
for song; do :; done
echo "begins $song"
/bin/sleep 0.1
echo "ends $song"
case $song in *bad*) exit 3 ;; esac
FAKE
chmod +x players/mpv
cp players/mpv players/aplay
gives 1 'songs' env PATH="$temp/players" "$bin/troupe-jobs" play one.mp3 -- -two.mp3 bad.mp3
check 'one after the other' test "$(cat out)" = $'begins ./one.mp3\nends ./one.mp3\nbegins ./-two.mp3\nends ./-two.mp3\nbegins ./bad.mp3\nends ./bad.mp3'
says 'songs' '2 songs done, 1 failed'
gives 0 'the player that one names' env PATH="$temp/players" "$bin/troupe-jobs" play --player aplay a.wav
gives 255 'not installed' env PATH="$temp/players" "$bin/troupe-jobs" play --player ffplay a.wav
says 'not installed' 'ffplay is not installed: install ffmpeg'
gives 255 'no such player' env PATH="$temp/players" "$bin/troupe-jobs" play --player winamp a.wav
gives 255 'no player' env PATH="$temp/path-without" "$bin/troupe-jobs" play a.wav
says 'no player' 'no player is installed (mpv, ffplay, play, aplay): install one of mpv, ffmpeg, sox, alsa-utils'
if command -v sox >/dev/null && command -v play >/dev/null && play --help 2>&1 | grep --quiet 'DEVICE DRIVERS:.*alsa'; then
  sox -n -r 8000 short.wav synth 0.2 sine 440
  printf 'pcm.!default { type null }\nctl.!default { type null }\n' >.asoundrc # a sound card that is none
  gives 0 'a real player, no sound card' env HOME="$temp" "$bin/troupe-jobs" play --player play short.wav
  gives 1 'a song that is not there' env HOME="$temp" "$bin/troupe-jobs" play --player play nowhere.wav
else
  say 'skipped: sox with ALSA is not installed'
fi

say "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
