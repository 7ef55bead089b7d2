// SPDX-License-Identifier: BSD-3-Clause
//
// Every type that may stand in a message, with its number. Append only: the numbers are what
// processes of different builds know each other's messages by, so no line is moved or taken out.
#pragma once

#include "messages/account.hpp"
#include "messages/crawl.hpp"

CAF_BEGIN_TYPE_ID_BLOCK(troupe, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(troupe, (troupe::crawl::page_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::page_fetched))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::read_page))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::page_read))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::use_parser))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::want_page))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::page_done))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::robots_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::robots_known))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::write_rows))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::rows_written))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::progress_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::progress_report))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::crawl_ended))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::stop_crawl))
CAF_ADD_TYPE_ID(troupe, (troupe::crawl::tick))

CAF_ADD_TYPE_ID(troupe, (troupe::bank::withdraw))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::deposit))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::balance_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::set_balance))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::account_slip))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::pause_over))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::race_step))

CAF_END_TYPE_ID_BLOCK(troupe)

// One process only: the page's bytes are a shared buffer, and rules are shared with the frontier.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crawl::page_fetched)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crawl::read_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crawl::robots_known)
