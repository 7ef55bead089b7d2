// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/unix_time.hpp"

namespace troupe::io {

/// What crawls have finished, kept so that a process that comes after this one can go on with them:
/// an SQLite file FOLDER/crawls.db (WAL, synchronous=FULL), for its owner's eyes alone. What is
/// kept is bytes of the caller's; they are understood by the build that wrote them, and by no
/// other.
///
///     begin(key) -> append(key, pages)* -> end(key)
///
/// One process at a time: a second one is refused. One thread at a time.
class crawl_state {
public:
  /// Takes: a folder, made if there is none; `build`, which tells whose bytes they are. What
  /// another build left is thrown away: it could not be read. Throws: std::runtime_error with one
  /// line "PATH: reason".
  crawl_state(const std::string& folder, std::uint64_t build,
              std::function<std::int64_t()> now = now_unix_ms);
  ~crawl_state();
  crawl_state(const crawl_state&) = delete;
  crawl_state& operator=(const crawl_state&) = delete;

  /// Returns: "" or why it cannot be kept, in one line; so do the others.
  std::string begin(const std::string& key);
  /// In one transaction, which is synced: "" means that it will be there.
  std::string append(const std::string& key, std::span<const std::string> pages);
  std::string end(const std::string& key);

  /// Returns: how many pages are kept of it; nothing if there is no such crawl.
  /// Throws: std::runtime_error as the constructor.
  std::optional<std::uint64_t> find(const std::string& key);
  /// Calls `page` for each, in the order in which they were appended, until it returns false.
  /// Takes: how many to skip. Throws: std::runtime_error as the constructor.
  void read(const std::string& key, std::uint64_t skip,
            const std::function<bool(std::string_view)>& page);
  /// Forgets crawls to which nothing was appended since `unix_ms`: nobody has come back for them.
  /// Returns: how many. Throws: std::runtime_error as the constructor.
  std::uint64_t forget_used_before(std::int64_t unix_ms);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
