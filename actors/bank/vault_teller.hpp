// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "messages/vault.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// How much a teller sends at a time.
struct vault_limits {
  std::size_t batch_transfers_max = 256;
  std::size_t batches_in_flight_max = 8;
  std::chrono::milliseconds answer_ms_max{30'000}; ///< without an answer for so long it gives up
};

/// Where a teller's transfers come from. Takes: an empty list and how many may be put into it.
/// Leaves it empty when there are no more.
using transfer_source = std::function<void(std::vector<quick_transfer>& batch, std::size_t max)>;

/// What a teller did.
struct teller_report {
  std::uint64_t applied = 0; ///< transfers answered, refused ones too
  std::uint64_t refused = 0;
  std::string error; ///< why it ended before its source did; "" if all went well
};

/// Sends its source's transfers to the vault, a few batches ahead of the answers, and reports when
/// the last answer is in. Between the two at most batches_in_flight_max lists of transfers exist,
/// however many go through them.
class vault_teller {
public:
  static constexpr const char* name = "vault_teller";
  vault_teller(vault_teller_actor::pointer self, vault_actor vault, transfer_source source,
               vault_limits bounds, std::function<void(teller_report)> done);
  vault_teller_actor::behavior_type make_behavior();

private:
  void send_next(std::vector<quick_transfer> paper);
  void check_again();
  void end(std::string error);

  vault_teller_actor::pointer self_;
  runtime::watcher watcher_;
  vault_actor vault_;
  transfer_source source_;
  vault_limits bounds_;
  std::function<void(teller_report)> done_;
  teller_report report_;
  std::uint64_t answers_ = 0;
  std::size_t in_flight_ = 0;
};

} // namespace troupe::bank
