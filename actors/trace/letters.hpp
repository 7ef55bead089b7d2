// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "runtime/observer.hpp"

namespace troupe::trace {

/// Tells the timeline of each letter: a row an actor, a slice for each letter that it handles, an
/// arrow from who sent it. What is done meanwhile, such as a commit, is inside that slice.
///
///   trace::start("troupe-bank");
///   runtime::observe_letters(&letters_told());
class letters final : public runtime::letter_observer {
public:
  void sent(const void* letter) override;
  void begins(const void* letter, std::uint64_t& mark, std::string_view name, std::uint64_t id,
              std::string_view message) override;
  void ends(std::uint64_t mark, std::string_view message) override;
};

/// Returns: one that lives as long as the program.
letters& letters_told();

} // namespace troupe::trace
