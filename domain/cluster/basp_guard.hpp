// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A look at what comes in for the actor library, before it gets it. It speaks BASP, whose reader
// trusts every header: 32 bytes can make it allocate 4 GiB.
//
//     message = operation(1) padding(2) flags(1) payload-size(4) data(8) from(8) to(8) payload
//                                                              numbers: big-endian
//     operation: 0 and 1 handshakes, 2 and 3 messages, 4 monitor, 5 down, 6 heartbeat (no payload)
//
// It knows the headers of CAF 0.17; other versions' streams pass unseen. What is inside a payload
// is not looked at: whoever is let in is trusted with that.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::cluster {

class basp_guard {
public:
  /// Takes: what the hello calls the carrier ("caf 0.17.6").
  basp_guard(std::string_view carrier, std::uint32_t message_bytes_max);

  /// Looks at the next bytes of the stream. Returns: "" if they may pass, else what is wrong, one
  /// clause; then none of them may pass: the header that they end is not whole without them.
  /// Cost: a constant for each message, not for each byte.
  std::string look(std::string_view bytes);

  bool looks() const { return on_; }

private:
  std::string check_header();

  static constexpr std::size_t header_bytes = 32;
  bool on_;
  std::uint32_t message_bytes_max_;
  bool first_ = true; // no header has been
  std::array<unsigned char, header_bytes> header_{};
  std::size_t have_ = 0;   // of the header
  std::uint32_t left_ = 0; // of the payload
};

} // namespace troupe::cluster
