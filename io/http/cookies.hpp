// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "domain/crawl/cookie_jar.hpp"

namespace troupe::io {

/// A crawl's jar, which its clients share: one with actors, one a thread with threads, and a
/// session is of all of them.
/// Threads: any. The actors' one client is on one thread: its lock is never waited for there but
/// while somebody else takes the text down, once a second.
class cookie_keeper {
public:
  explicit cookie_keeper(const crawl::cookie_limits& bounds = {}) : jar_(bounds) {}

  void take(const crawl::url& from, const std::vector<std::string>& headers);
  /// Appends "Cookie: ...\r\n", or nothing.
  void write_line(const crawl::url& target, std::string& out);

  /// Takes: text as cookie_text.hpp has it. Returns: "" or what is wrong with it.
  std::string read(std::string_view text);
  std::string text() const;
  /// Returns: another number whenever text() may be another.
  std::uint64_t version() const;

private:
  mutable std::mutex gate_;
  crawl::cookie_jar jar_;
  std::uint64_t version_ = 0;
};

} // namespace troupe::io
