// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The conformance table of the HTTP server: bytes sent, answers expected. What is refused beyond
// RFC 9112, and why, is in http_server_rows.md.

#include <string>
#include <vector>

namespace troupe::test {

enum class then { kept, closed };

struct conformance_row {
  std::string name;
  std::string bytes;         ///< sent at once; accepted ones also split at every byte
  std::vector<int> statuses; ///< of the answers, in order
  then after = then::kept;   ///< closed: by the server, by itself
  /// What the echoing handler saw of the last request: "METHOD path?query body", "" if it is
  /// refused or does not matter.
  std::string seen = "";
};

/// The handler answers 200 with "METHOD path?query body" of what it saw.
/// The server's limits: header 2,048 bytes, target 512, fields 20, body 1,000.
std::vector<conformance_row> request_line_rows();
std::vector<conformance_row> target_rows();
std::vector<conformance_row> field_rows();
std::vector<conformance_row> body_rows();
std::vector<conformance_row> connection_rows();

} // namespace troupe::test
