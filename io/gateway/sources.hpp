// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "io/gateway/source_service.hpp"

namespace troupe::gateway {

/// Where the three sources are, and how slow they pretend to be.
struct source_options {
  std::string file;     ///< "": a small one, made in a temporary folder
  std::string database; ///< a SQLite file, opened for reading; "": a small one, likewise
  std::string query =
      "SELECT value FROM answers LIMIT 1"; ///< its first row's first column is the text
  std::string api_url; ///< http or https; "": a small API, served on loopback by this process
  std::array<std::uint32_t, sources> delay_ms{100, 200, 300}; ///< before each, as in the tutorial
  std::uint32_t source_ms_max = 5'000;   ///< of one source, its delay included: then it is late
  std::size_t text_bytes_max = 64 << 10; ///< of one answer; the rest is cut, and the answer says so
};

/// The three real sources, without their delays. Threads: any, all functions.
class source_set {
public:
  /// Makes what was not given. Throws: std::runtime_error, one clear line: a file that cannot be
  /// read, a database that is none, a bad query or URL.
  explicit source_set(source_options options);
  ~source_set();
  source_set(const source_set&) = delete;
  source_set& operator=(const source_set&) = delete;

  /// Blocks, for as long as the disk takes.
  source_answer read_file() const;
  /// Blocks, for as long as the query takes.
  source_answer query_database() const;
  /// Does not block: `done` is called once, on a thread of the client's, within three times
  /// source_ms_max (connecting, header, body), or is dropped uncalled as the set is destroyed.
  void call_api(std::function<void(source_answer)> done) const;
  /// Blocks, at most so long: then it is late.
  source_answer call_api_and_wait(std::chrono::milliseconds longest) const;

  const source_options& options() const;
  /// Returns: "" or the temporary folder that was made, and goes with this.
  std::string made_folder() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::gateway
