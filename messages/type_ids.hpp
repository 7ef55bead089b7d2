// SPDX-License-Identifier: BSD-3-Clause
//
// Every type that may stand in a message, with its number. Append only: the numbers are what
// processes of different builds know each other's messages by, so no line is moved or taken out.
#pragma once

#include "messages/account.hpp"
#include "messages/bank.hpp"
#include "messages/crawl.hpp"
#include "messages/vault.hpp"

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
CAF_ADD_TYPE_ID(troupe, (troupe::bank::post_batch))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::batch_receipts))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::account_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::account_report))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::history_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::history_report))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::batch_call))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::account_call))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::history_call))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::transfers_sent))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::courier_ready))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::courier_due))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::ledger_due))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::apply_batch))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::batch_applied))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::balances_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::balances_known))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::teller_check))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::withdraw))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::deposit))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::balance_wanted))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::set_balance))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::account_slip))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::pause_over))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::race_step))
CAF_ADD_TYPE_ID(troupe, (troupe::bank::router_due))

CAF_END_TYPE_ID_BLOCK(troupe)

// One process only: the page's bytes are a shared buffer, and rules are shared with the frontier.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crawl::page_fetched)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crawl::read_page)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crawl::robots_known)
// And a call back into the program that asked.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::bank::batch_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::bank::account_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::bank::history_call)
