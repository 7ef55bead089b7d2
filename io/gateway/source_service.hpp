// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// The tutorial's three sources, in its order.
enum class source_kind : std::uint8_t { file, db, api };
inline constexpr std::size_t sources = 3;
/// Returns: "file", "db", "api".
std::string_view to_string(source_kind k);

/// What one source gave: a text, or why not.
struct source_answer {
  std::string text;
  std::string error; ///< "" if all went well; else a few words, nothing secret
  bool late = false; ///< with an error: it had no answer in time
  std::uint64_t took_ms = 0;
  bool cut = false; ///< there was more text than is told
};

/// All three, in order; those that failed or were late say so, the others have their texts.
struct trio_answer {
  fault error = fault::none; ///< of the whole
  std::array<source_answer, sources> parts;
};

/// Reads a file, asks a database and calls an API.
/// Source: the tutorial's Flask service with ThreadPoolExecutor.
class source_service : public service {
public:
  virtual canceler read_all(callback<trio_answer> done) = 0;
};

} // namespace troupe::gateway
