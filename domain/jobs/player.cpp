// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/player.hpp"

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

std::string song_argument(std::string_view song) {
  if (song.starts_with('/') || song.find("://") != std::string_view::npos)
    return std::string{song};
  return "./" + std::string{song};
}

} // namespace troupe::jobs
