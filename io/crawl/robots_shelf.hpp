// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "domain/crawl/robots.hpp"

namespace troupe::io {

class sqlite_db;

/// The robots.txt files of a crawl that is kept (crawl_book), so that it need not ask for them
/// again when it goes on. A table of the book's file:
///
///     robots  origin, fetched_unix_s, agent, status, moved, text
///
/// What says something is kept: 2xx, 3xx and 4xx but 401, 403, 407 and 429. "Could not be had" is
/// not, nor what another password may have: that is asked again. An answer counts for a day (RFC 9309, 2.4), and for the User-Agent that asked for it.
/// Threads: any, one at a time inside, but for write(), which is for who has the file.
class robots_shelf {
public:
  static constexpr std::int64_t age_s_max = 86'400;

  /// Takes: the file, opened and inside a transaction. What is too old is forgotten.
  robots_shelf(sqlite_db& db, std::int64_t now_unix_s);
  ~robots_shelf();

  /// Remembers it until the next write(); waits for no disk.
  void put(const std::string& origin, const std::string& agent,
           const crawl::robots_outcome& outcome, std::int64_t now_unix_s);
  /// Takes: the file, inside a transaction.
  void write(sqlite_db& db);

  /// Returns: what was kept of it before this process, if it is not too old. Reads by a connection
  /// of its own, so that it waits for nobody who writes.
  /// Cost: microseconds, if the file is in the system's cache. A file that cannot be read has
  /// nothing.
  std::optional<crawl::robots_outcome> find(const std::string& origin, const std::string& agent,
                                            std::int64_t now_unix_s);

private:
  struct fresh {
    std::string agent;
    crawl::robots_outcome outcome;
    std::int64_t fetched_unix_s = 0;
  };
  std::string path_;
  bool any_ = false; // of an earlier process
  std::mutex gate_;  // of what follows
  std::map<std::string, fresh> unwritten_;
  std::mutex reading_; // of what follows
  std::unique_ptr<sqlite_db> reader_;
};

} // namespace troupe::io
