// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "io/http/asio.hpp"

namespace troupe::io {

/// Says this to a client that is not served, and closes: at once, without a wait and without a
/// place among the connections. What has come from it is read first: unread, it would turn the
/// close into a reset, and the words might be lost with it. Takes: less than a send buffer holds.
void send_and_close(tcp_socket& socket, std::string_view words);

} // namespace troupe::io
