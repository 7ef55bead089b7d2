// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "domain/bank/ledger.hpp"

namespace troupe::io {

/// Where one partition of a ledger is kept. One writer, one thread at a time.
class ledger_store : public bank::record_source {
public:
  /// Fills an empty ledger with what is stored. Returns: "" or why not, in one line.
  virtual std::string load(bank::ledger& into) = 0;
  /// Stores a change in one transaction and syncs it.
  /// Returns: "" once it will survive the loss of power; else why not, in one line: then nothing of
  /// it is stored, or it is unknown, and nothing more may be committed.
  virtual std::string commit(const bank::change_set& change) = 0;
  /// Returns: records that touch an account, newest first, of those before `before` (0: of all); or
  /// why they cannot be read, in one line: that is never the same as that there are none.
  virtual tl::expected<std::vector<bank::record>, std::string>
  history(bank::account_id account, std::uint64_t before, std::size_t records_max) = 0;
};

} // namespace troupe::io
