// SPDX-License-Identifier: BSD-3-Clause
//
// What crawl_book.cpp, which writes a crawl's folder, and crawl_book_view.cpp, which looks at it,
// have in common.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <unistd.h>

#include "io/sqlite/sqlite.hpp"

namespace troupe::io {

inline constexpr std::string_view crawl_book_format = "troupe crawl 1";

inline std::string crawl_file_in(const std::string& folder) {
  return (std::filesystem::path{folder} / "crawl.db").string();
}
inline std::string crawl_lock_in(const std::string& folder) {
  return (std::filesystem::path{folder} / "lock").string();
}

/// Returns: the process that wrote itself into the lock, 0: none.
inline std::int64_t lock_holder(int fd) {
  char text[32] = {};
  return ::pread(fd, text, sizeof text - 1, 0) > 0 ? std::atoll(text) : 0;
}

/// The table of single values.
class book_facts {
public:
  explicit book_facts(sqlite_db& db) : db_(db) {}
  std::string text(const char* name) {
    sqlite_statement s(db_, "SELECT value FROM facts WHERE name = ?1");
    s.bind(1, std::string_view{name});
    return s.step() ? std::string{s.text(0)} : "";
  }
  std::int64_t number(const char* name) {
    sqlite_statement s(db_, "SELECT value FROM facts WHERE name = ?1");
    s.bind(1, std::string_view{name});
    return s.step() ? s.number(0) : 0;
  }
  template <class Value>
  void put(const char* name, const Value& value) {
    sqlite_statement s(db_, "INSERT OR REPLACE INTO facts VALUES (?1, ?2)");
    s.bind(1, std::string_view{name});
    s.bind(2, value);
    s.run();
  }

private:
  sqlite_db& db_;
};

inline bool has_table(sqlite_db& db, std::string_view name) {
  sqlite_statement s(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1");
  s.bind(1, name);
  return s.step();
}

} // namespace troupe::io
