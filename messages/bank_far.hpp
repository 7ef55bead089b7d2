// SPDX-License-Identifier: BSD-3-Clause
//
// What a bank's actors say between processes, beside what they say anyway (messages/bank.hpp).
//
//   client --- bank_wanted -----> bank head      whom do I send my operations to?
//   node   --- ledgers_offered -> bank head      these partitions can be opened here
#pragma once

#include "messages/bank.hpp"
#include "runtime/port.hpp"

namespace troupe::bank {

struct ledgers_offered;

/// At the coordinator: decides which node has which partition.
using bank_head_actor = runtime::interface<caf::result<void>(ledgers_offered)>;

/// Node to bank head: I can open these partitions.
struct ledgers_offered {};

template <class Inspector>
auto inspect(Inspector& f, ledgers_offered& x) {
  return runtime::fields(f, x, "ledgers_offered");
}

} // namespace troupe::bank
