// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::jobs {

/// A program that plays songs, and how it is asked to play one and end, without a window and
/// without asking back.
struct player {
  std::string_view program; ///< to be found on the PATH
  std::string_view package; ///< Debian's that it is in
  std::vector<std::string> argv;
};

/// Returns: those that we know, in the order in which they are looked for.
const std::vector<player>& players();

/// Returns: what to give a player so that it takes it for a file, not for an option or a URL of its
/// own: "./-x.mp3" for "-x.mp3". What is a URL (has "://" in it) stays one.
std::string song_argument(std::string_view song);

} // namespace troupe::jobs
