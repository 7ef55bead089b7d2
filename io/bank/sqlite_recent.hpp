// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include <boost/unordered/unordered_flat_map.hpp>

#include "domain/bank/operation.hpp"
#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

struct stored_account {
  bank::account now;
  std::int64_t last_record = 0; ///< its newest record; 0: none
};

using account_rows = boost::unordered_flat_map<bank::account_id, stored_account>;

/// Reads the rows of the accounts that the newest part of the history names, and brings them up to
/// date. Every other account's row is up to date as it lies. Cost: a step a record of that part.
account_rows read_recent_accounts(sqlite_db& db);

} // namespace troupe::io
