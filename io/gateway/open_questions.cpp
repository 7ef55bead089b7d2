// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/open_questions.hpp"

namespace troupe::gateway {

// A question that is too large by itself gets in where nothing else waits: it could never else.
bool open_questions::counts::enter(std::size_t n) {
  const auto before = parts.fetch_add(n);
  if (before != 0 && before + n > parts_max) {
    parts -= n;
    return false;
  }
  if (questions.fetch_add(1) >= questions_max) {
    --questions;
    parts -= n;
    return false;
  }
  return true;
}

void open_questions::counts::leave(std::size_t n) {
  ++questions_ended;
  parts_ended += n;
  --questions;
  parts -= n;
}

} // namespace troupe::gateway
