// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "actors/primes/ports.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Writes answers in the order in which they come, until no more is wanted. Waits for whoever reads
/// them, and keeps a thread of the scheduler meanwhile.
class writer {
public:
  static constexpr const char* name = "writer";
  writer(writer_actor::pointer self, const check_ports& ports);
  writer_actor::behavior_type make_behavior();

private:
  writer_actor::pointer self_;
  std::function<bool(const block_answer&)> write_;
  answers_written written_;
};

} // namespace troupe::primes
