// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "domain/race/model.hpp"

namespace troupe::race {

/// What make_model() chooses from. Each takes a plan that make_model() has looked at.
std::unique_ptr<const model> make_bank_threads(const plan& p);
std::unique_ptr<const model> make_table_threads(const plan& p);
std::unique_ptr<const model> make_bank_actors(const plan& p);
std::unique_ptr<const model> make_table_actors(const plan& p);

} // namespace troupe::race
