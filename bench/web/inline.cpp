// SPDX-License-Identifier: BSD-3-Clause
// The rival to our gateway that costs least: plain Boost.Beast, one thread, which tests the numbers
// itself, inside the handler. No limits but Beast's own, no deadlines but one, no routes but one.
// Serves GET /is_prime/N,N,...
//   bench_web_inline PORT

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "domain/primes/primality.hpp"

namespace asio = boost::asio;
namespace http = boost::beast::http;
using executor = asio::io_context::executor_type;
using asio::ip::tcp;
using error_code = boost::system::error_code;

namespace {

std::optional<std::string> verdicts(std::string_view list) {
  std::string out = "{";
  while (!list.empty()) {
    const auto word = list.substr(0, list.find(','));
    std::uint64_t n = 0;
    if (const auto [end, e] = std::from_chars(word.data(), word.data() + word.size(), n);
        e != std::errc{} || end != word.data() + word.size())
      return std::nullopt;
    out.append(out.size() > 1 ? ",\"" : "\"").append(word);
    out += troupe::primes::is_prime(n) ? "\":true" : "\":false";
    list.remove_prefix(std::min(list.size(), word.size() + 1));
  }
  return out += "}";
}

class session : public std::enable_shared_from_this<session> {
public:
  explicit session(asio::basic_stream_socket<tcp, executor> socket) : stream_(std::move(socket)) {}

  void read() {
    request_ = {};
    stream_.expires_after(std::chrono::seconds(30));
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](error_code e, std::size_t) {
                       if (!e)
                         self->answer();
                     });
  }

private:
  void answer() {
    constexpr std::string_view prefix = "/is_prime/";
    const std::string_view target(request_.target().data(), request_.target().size());
    answer_ = {};
    answer_.version(request_.version());
    answer_.keep_alive(request_.keep_alive());
    std::optional<std::string> text;
    if (target.starts_with(prefix))
      text = verdicts(target.substr(prefix.size()));
    answer_.result(text ? http::status::ok : http::status::not_found);
    answer_.set(http::field::content_type, "application/json");
    answer_.body() = text.value_or("");
    answer_.prepare_payload();
    http::async_write(stream_, answer_, [self = shared_from_this()](error_code e, std::size_t) {
      if (!e && self->answer_.keep_alive())
        self->read();
    });
  }

  boost::beast::basic_stream<tcp, executor> stream_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> answer_;
};

void accept(asio::basic_socket_acceptor<tcp, executor>& acceptor) {
  acceptor.async_accept([&acceptor](error_code e, asio::basic_stream_socket<tcp, executor> socket) {
    if (!e) {
      socket.set_option(tcp::no_delay(true), e);
      std::make_shared<session>(std::move(socket))->read();
    }
    accept(acceptor);
  });
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_web_inline PORT\n");
    return 2;
  }
  asio::io_context context{1};
  const tcp::endpoint where{asio::ip::make_address("127.0.0.1"),
                            static_cast<std::uint16_t>(std::atoi(argv[1]))};
  asio::basic_socket_acceptor<tcp, executor> acceptor{context, where};
  accept(acceptor);
  context.run();
}
