// SPDX-License-Identifier: BSD-3-Clause
#include "actors/trace/letters.hpp"

#include <string>

#include "io/trace/recorder.hpp"

namespace troupe::trace {

namespace {

// What the thread was before it ran this actor, and since when. A handler is not left before it
// ends, and none runs inside another, but for a blocking caller's own thread: so one is enough.
struct handling {
  row_id outside = 0;
  moment begin = 0;
};
thread_local handling current_handling;

} // namespace

void letters::sent(const void* letter) {
  if (auto* to = on())
    to->sent(letter);
}

void letters::begins(const void* letter, std::uint64_t& mark, std::string_view name,
                     std::uint64_t id, std::string_view message) {
  auto* to = on();
  if (!to)
    return;
  if (mark == 0)
    mark = to->add_row(std::string{name} + " " + std::to_string(id));
  const auto row = static_cast<row_id>(mark);
  current_handling = {to->enter(row), now()};
  to->taken(letter, row, to->text(message), current_handling.begin);
}

void letters::ends(std::uint64_t mark, std::string_view message) {
  auto* to = on();
  if (!to || mark == 0)
    return;
  to->slice(static_cast<row_id>(mark), to->text(message), 0, current_handling.begin, now());
  to->enter(current_handling.outside);
}

letters& letters_told() {
  static letters told;
  return told;
}

} // namespace troupe::trace
