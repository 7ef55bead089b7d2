#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The tutorial's other programs, a player and an unpacker: songs one after the other by a player that is found, and archives
# each into a folder of its own, whole or not at all.
#   chapter-11-subprocess.sh BINARIES
# shellcheck disable=SC2016  # what stands in single quotes is for other shells
set -euo pipefail
# shellcheck source=scripts/chapter_lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../chapter_lib.sh"

tutorial 'subprocess.Popen starts a player with a song, and waits'
# No loudspeaker is needed: this player writes down what it was given, and tells if another one plays.
mkdir players
cat >players/mpv <<'PLAYER'
#!/bin/sh
mkdir playing 2>/dev/null || echo 'another one plays' >>played
for song; do :; done
test -s "$song" || { echo "$song: no such song" >&2; exit 2; }
sleep 0.1
echo "$song" >>played
rmdir playing
PLAYER
chmod +x players/mpv
PATH=$temp/players:$PATH
echo la >one.ogg
echo la >'-two songs.ogg'
actors 'one song after the other; a name is never taken for an option'
works troupe-jobs play -- one.ogg '-two songs.ogg'
check "both were played, in order, one at a time" test "$(cat played)" = $'./one.ogg\n./-two songs.ogg'
shown troupe-jobs play one.ogg 'no such song.ogg'
check "the exit code counts those that were not" test "$code" -eq 1
check "and they are named" tells 'no such song'
shown troupe-jobs play --player no-such-player one.ogg
check "a player that is none" test "$code" -eq 255
check "those that are known are named" tells mpv

tutorial 'subprocess.Popen starts 7z with an archive, and waits'
mkdir in logs
for i in $(seq 20); do
  seq 2000 >"logs/day \$$i.txt"
done
tar --create --gzip --file in/fine.tar.gz logs
tar --create --xz --file in/finer.tar.xz logs
python3 - <<'PY'
import io, tarfile, zipfile
with tarfile.open("in/evil.tar", "w") as out:
    info = tarfile.TarInfo("../climbed")
    info.size = 1
    out.addfile(info, io.BytesIO(b"x"))
with zipfile.ZipFile("in/plain.zip", "w") as out:
    out.writestr("folder/file.txt", "text\n")
PY
actors 'several at a time, each into a folder of its own'
works troupe-jobs unpack --to unpacked in/fine.tar.gz in/finer.tar.xz in/plain.zip
for name in fine finer; do
  check "$name: every file, byte by byte" diff --recursive logs "unpacked/$name/logs"
done
check "plain: its file" test "$(cat unpacked/plain/folder/file.txt)" = text
actors 'one that wants to climb out of its folder is refused, and harms nobody'
shown troupe-jobs unpack --force --to unpacked in/evil.tar in/fine.tar.gz
check "one was not unpacked" test "$code" -eq 1
check "it says why" tells 'climbed'
check "it has written nothing" test ! -e climbed -a ! -e unpacked/climbed -a ! -e unpacked/evil
check "the other is whole" diff --recursive logs unpacked/fine/logs
check "nothing is left over" test -z "$(find unpacked -name '.*')"

tutorial 'Popen starts one program; the next one has to wait, or be waited for by hand'
actors 'a program for each argument, three at a time; one that hangs is ended; outputs in order'
shown troupe-jobs run -j 3 --timeout 1 --keep-order --tag --shell 'case {} in hangs) sleep 60 ;; *) echo done ;; esac' ::: one hangs two
check "one failed" test "$code" -eq 1
check "the others are done, in order" test "$(grep --extended-regexp '^(one|two)' out)" = $'one\tdone\ntwo\tdone'

finish
