// SPDX-License-Identifier: BSD-3-Clause
#include "messages/type_ids.hpp"

// Numbers are forever: this one breaks if a line was put in between or taken out.
static_assert(caf::type_id<troupe::crawl::page_wanted>::value == caf::first_custom_type_id);
static_assert(caf::type_id<troupe::crawl::tick>::value == caf::first_custom_type_id + 15);
static_assert(caf::type_id<troupe::bank::ledger_due>::value == caf::first_custom_type_id + 28);
static_assert(caf::type_id<troupe::bank::race_step>::value == caf::first_custom_type_id + 40);
static_assert(caf::type_id<troupe::bank::router_due>::value == caf::first_custom_type_id + 41);
static_assert(caf::type_id<troupe::primes::check_tick>::value == caf::first_custom_type_id + 62);
static_assert(caf::type_id<troupe::bank::hold_call>::value == caf::first_custom_type_id + 101);

namespace troupe::runtime {
template void register_types<caf::id_block::troupe>();
template void system_config::add_types<caf::id_block::troupe>();
} // namespace troupe::runtime
