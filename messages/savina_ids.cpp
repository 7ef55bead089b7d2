// SPDX-License-Identifier: BSD-3-Clause
#include "messages/savina_ids.hpp"

#include "messages/type_ids.hpp"

static_assert(caf::id_block::troupe_savina::begin > caf::id_block::troupe::end);

namespace troupe::runtime {
template void register_types<caf::id_block::troupe_savina>();
template void system_config::add_types<caf::id_block::troupe_savina>();
} // namespace troupe::runtime
