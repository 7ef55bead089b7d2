// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Reads one block of lines when it is asked to. Waits for input, and keeps a thread of the
/// scheduler meanwhile: run.cpp has one more for it.
class reader {
public:
  static constexpr const char* name = "reader";
  reader(reader_actor::pointer self, const check_ports& ports);
  reader_actor::behavior_type make_behavior();

private:
  reader_actor::pointer self_;
  std::function<read_result(std::size_t)> read_;
};

} // namespace troupe::primes
