// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "io/gateway/prime_service.hpp"

namespace troupe::gateway {

/// Puts "numbers_asked", how many numbers it was asked about, to what an engine tells of itself:
/// counted here, it means the same for all engines. Takes: an engine, not null. Cost: one addition
/// a question.
std::unique_ptr<prime_service> count_numbers(std::unique_ptr<prime_service> engine);

} // namespace troupe::gateway
