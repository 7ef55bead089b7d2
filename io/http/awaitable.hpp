// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <boost/asio/awaitable.hpp>

#include "io/http/client.hpp"

namespace troupe::io {

/// The client's coroutine face: `auto answer = co_await get(client, url);` on the client's own
/// loop. Costs compile time (Asio): only coroutine sources include it.
///
/// Takes, Faults: as http_client::get(), of get_options but the one, since g++ 12 destroys twice
/// what is more than a number and made within the co_await. Cancellation of the coroutine (asio's slots) resumes it at
/// once with fault::canceled; the request itself is left to end, and its answer is dropped.
/// Threads: the coroutine's executor must be the loop's.
boost::asio::awaitable<crawl::fetched> get(http_client& client, const crawl::url& target,
                                           std::uint64_t body_bytes_max = 0);

} // namespace troupe::io
