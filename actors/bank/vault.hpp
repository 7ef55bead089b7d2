// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "messages/vault.hpp"

namespace troupe::bank {

/// Keeps all accounts of a bank. It needs no lock, because nobody else ever touches them.
class vault {
public:
  static constexpr const char* name = "vault";
  /// Takes: balances that opening_sum() accepts.
  vault(vault_actor::pointer self, std::vector<std::int64_t> opening);
  vault_actor::behavior_type make_behavior();

private:
  balances accounts_;
};

} // namespace troupe::bank
