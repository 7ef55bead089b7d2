// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/last_words.hpp"

#include <array>

namespace troupe::io {

namespace {

constexpr std::size_t heard_bytes_max = 64u << 10;

} // namespace

void send_and_close(tcp_socket& socket, std::string_view words) {
  error_code e;
  socket.non_blocking(true, e);
  if (!e)
    socket.write_some(asio::buffer(words.data(), words.size()), e);
  if (!e)
    socket.shutdown(tcp::socket::shutdown_send, e);
  std::array<char, 4'096> unread;
  for (std::size_t heard = 0; !e && heard < heard_bytes_max;)
    heard += socket.read_some(asio::buffer(unread), e);
  socket.close(e);
}

} // namespace troupe::io
