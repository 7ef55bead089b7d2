// SPDX-License-Identifier: BSD-3-Clause
//
// What a timeline is made of, between its being taken down and its being written.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "io/trace/recorder.hpp"

namespace troupe::trace {

/// 40 bytes: there are many.
struct event {
  enum class kind : std::uint32_t { slice, span, letter };
  kind what;
  row_id row; ///< of a letter: who sent it
  text_id name;
  text_id other;  ///< of a slice: its detail; of a span: its kind; of a letter: the receiver's row
  text_id detail; ///< of a span
  std::uint32_t unused = 0;
  moment begin, end; ///< of a letter: sent, taken
};

/// All of it.
struct story {
  std::string process;
  std::int64_t pid = 0;
  std::vector<std::string_view> texts; ///< by text_id; the first is ""
  std::vector<text_id> rows;           ///< their names, by row_id
  std::vector<event> events;
  std::size_t left_out = 0;
};

/// Puts it in order: by row and time, outer slices before inner ones. A letter whose receiver's
/// slice is missing is left out; one that was sent outside any slice gets a short one to start
/// from.
/// Cost: n log n.
void arrange(story& s);

/// Writes it as JSON, an event a line. Takes: a file that is open. Returns: whether all of it went
/// there so far; the caller still has to close it.
bool write(const story& s, std::FILE* to);

} // namespace troupe::trace
