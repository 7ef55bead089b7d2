// SPDX-License-Identifier: BSD-3-Clause
#include "io/bank/ledger_files.hpp"

#include <filesystem>
#include <optional>
#include <random>

#include "io/bank/sqlite_schema.hpp"
#include "io/bank/sqlite_store.hpp"

namespace troupe::io {

namespace {

bool is_there(const std::string& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

/// Returns: 0 if the file does not say.
std::int64_t identity_of(sqlite_db& db) {
  sqlite_statement ask{db, "SELECT value FROM meta WHERE key = 'ledger'"};
  const sqlite_reset end{ask};
  return ask.step() ? ask.number(0) : 0;
}

/// The first to write it wins, also over others that try at the same time.
std::int64_t keep_identity(sqlite_db& db, std::int64_t drawn) {
  sqlite_statement put{db, "INSERT OR IGNORE INTO meta VALUES ('ledger', ?)"};
  put.bind(1, drawn);
  put.run();
  return identity_of(db);
}

std::int64_t draw() {
  std::random_device source;
  const auto bits = std::uint64_t{source()} << 32 | source();
  return static_cast<std::int64_t>(bits >> 1 | 1);
}

} // namespace

ledger_files look_at_ledger(const std::string& path, std::uint32_t partitions) {
  ledger_files found;
  if (partitions != 0 || is_there(path))
    found.partitions =
        make_stores(path, partitions, partitions != 0 ? when_missing::create : when_missing::fail);
  const auto most = found.partitions != 0 ? found.partitions : partitions_max;
  std::int64_t identity = 0;
  for (std::uint32_t k = 0; k < most; ++k) {
    const auto file = partition_path(path, k);
    if (!is_there(file))
      continue;
    sqlite_db db{file, sqlite_mode::write};
    const auto where = read_partition(db);
    if (where.number != k || (found.partitions != 0 && where.count != found.partitions))
      throw sqlite_error(file, "is partition " + std::to_string(where.number) + " of "
                                   + std::to_string(where.count) + " of another ledger");
    found.partitions = where.count;
    auto its = identity_of(db);
    if (its == 0 && k != 0 && identity == 0)
      throw sqlite_error(file, "has no identity yet: a ledger gets one where its first file is");
    if (its == 0)
      its = keep_identity(db, identity != 0 ? identity : draw());
    if (identity != 0 && its != identity)
      throw sqlite_error(file, "is of another ledger than the partitions before it");
    identity = its;
    found.here.push_back(k);
  }
  if (found.here.empty())
    throw sqlite_error(path, "there is no such ledger: --bank-partitions N makes one");
  found.identity = static_cast<std::uint64_t>(identity);
  return found;
}

} // namespace troupe::io
