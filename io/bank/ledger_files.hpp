// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::io {

/// A ledger as its files tell of it, without any of them being opened for work.
struct ledger_files {
  std::uint64_t identity = 0; ///< drawn once a ledger: the same in each of its files
  std::uint32_t partitions = 0;
  std::vector<std::uint32_t> here; ///< numbers of those whose files are here
};

/// Looks which partitions of a ledger are at PATH, PATH.1 ...; makes them where none is and they
/// are wanted. A ledger that has no identity yet (meta.ledger) gets one, if its first file is here.
///
/// A copy of a ledger has the identity of what it was copied from.
///
/// Takes: how many partitions it is to have; 0: as many as it has, at least one has to be here.
/// To be called while it is our turn to write, alone or shared.
/// Throws: std::runtime_error with one line "PATH: reason".
ledger_files look_at_ledger(const std::string& path, std::uint32_t partitions);

} // namespace troupe::io
