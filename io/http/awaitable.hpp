// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <boost/asio/awaitable.hpp>

#include "io/http/client.hpp"

namespace troupe::io {

/// The client's coroutine face: `auto answer = co_await get(client, url);` on the client's own loop.
/// Costs compile time (Asio): only coroutine sources include it.
boost::asio::awaitable<crawl::fetched> get(http_client& client, const crawl::url& target,
                                           std::uint64_t cut_body_at = 0);

} // namespace troupe::io
