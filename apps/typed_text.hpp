// SPDX-License-Identifier: BSD-3-Clause
//
// What a user typed: shown again, and as a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace CLI {
class Validator;
}

namespace troupe::apps {

/// Returns: the text in quotes, cut after 60 bytes; what a terminal could take for more than text,
/// or not show, is a question mark.
std::string in_quotes(std::string_view text);

/// Decimal digits alone: CLI11 by itself takes 010 for 8, -1 for a large number, and what does not
/// fit for the largest that does; and tells a range of doubles.
CLI::Validator whole(std::uint64_t least, std::uint64_t most = ~std::uint64_t{0});

} // namespace troupe::apps
