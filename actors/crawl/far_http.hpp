// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "domain/crawl/address_rule.hpp"
#include "domain/crawl/plan.hpp"
#include "io/http/client.hpp"
#include "messages/crawl_far.hpp"

namespace troupe::crawl {

// A client's HTTP settings on their way to the nodes, and what a node makes of them.

/// Returns: what of these settings holds at nodes too; a rule about addresses does.
far_http far_http_of(const io::http_options& here);

/// Returns: "" or what is wrong with one that somebody else made, as a sentence.
std::string check_far_http(const far_http& http);

/// Returns: the settings of a node's client for one crawl. Takes: `own`, the node's rule about
/// addresses, whatever clients may want, or null. Where there are two rules both hold. A range that
/// cannot be read allows nothing.
io::http_options node_http_of(const crawl_plan& plan, const far_http& http,
                              const std::shared_ptr<const address_rule>& own);

} // namespace troupe::crawl
