// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::test {

/// What a server sent for one request.
struct raw_answer {
  int status = 0;   ///< 0: the connection ended, or nothing came in time
  std::string head; ///< with its empty line
  std::string body;
  bool whole = false; ///< its end was seen
  /// Returns: the field's value, "" if there is none.
  std::string field(std::string_view name) const;
};

/// A client that sends the bytes it is told to, on loopback; plain blocking sockets, so that
/// nothing between the test and the wire means well. Every wait ends after `patience`.
class raw_client {
public:
  explicit raw_client(std::uint16_t port, int receive_buffer = 0);
  ~raw_client();
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  void send(std::string_view bytes); ///< as much as goes; the server may have closed
  /// Takes: whether the request was HEAD, whose answer has no body.
  raw_answer read_answer(bool head_only = false);
  std::string read_bytes(std::size_t n); ///< fewer, if the connection ends
  std::string read_to_end();
  bool ends();     ///< waits: the server closed its side, and sent nothing more before
  bool is_reset(); ///< waits: the connection ended by a reset
  void end_sending();
  void reset(); ///< closes with a reset
  void close();

  std::chrono::milliseconds patience{10'000};

private:
  bool more(); // false: end, reset, or patience
  int fd_ = -1;
  std::string ahead_;
  bool reset_ = false;
};

} // namespace troupe::test
