// SPDX-License-Identifier: BSD-3-Clause
//
// The numbers of the benchmarks' messages: a block of its own, far behind that of type_ids.hpp,
// since these never leave their process: they are no part of what nodes compare when they join.
#pragma once

#include "messages/savina.hpp"
#include "messages/savina_classics.hpp"
#include "runtime/system.hpp"

CAF_BEGIN_TYPE_ID_BLOCK(troupe_savina, caf::first_custom_type_id + 2000)

CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::finished))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::tally_wanted))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::tally))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::ping))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::pong))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::join_ring))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::token))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::work_given))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::work_done))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::increment))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::count_wanted))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::count_known))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::meeting_wanted))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::met))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::mall_closed))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::acquaintances))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::pay))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::paid))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::credit))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::credited))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::fork_wanted))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::fork_given))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::fork_back))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::forks_wanted))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::forks_given))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::forks_back))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::enter_room))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::room_full))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::take_seat))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::next_customer))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::haircut_begins))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::haircut_over))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::barber_free))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::back_again))
CAF_ADD_TYPE_ID(troupe_savina, (troupe::savina::customer_left))

CAF_END_TYPE_ID_BLOCK(troupe_savina)

// What CAF does for each type is compiled once, in savina_ids.cpp.
namespace troupe::runtime {
extern template void register_types<caf::id_block::troupe_savina>();
extern template void system_config::add_types<caf::id_block::troupe_savina>();
} // namespace troupe::runtime
