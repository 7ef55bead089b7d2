// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/player.hpp"

#include <algorithm>

namespace troupe::jobs {

const std::vector<player>& players() {
  static const std::vector<player> known{
      {"mpv", "mpv", {"mpv", "--no-video", "--no-terminal"}},
      {"ffplay", "ffmpeg", {"ffplay", "-nodisp", "-autoexit", "-loglevel", "error"}},
      {"play", "sox", {"play", "-q"}},
      {"aplay", "alsa-utils", {"aplay", "--quiet"}},
  };
  return known;
}

namespace {

// RFC 3986, 3.1.
bool has_scheme(std::string_view song) {
  const auto scheme = song.substr(0, song.find("://"));
  if (scheme.empty() || scheme.size() == song.size())
    return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
         });
}

} // namespace

std::string song_argument(std::string_view song) {
  if (song.starts_with('/') || has_scheme(song))
    return std::string{song};
  return "./" + std::string{song};
}

} // namespace troupe::jobs
