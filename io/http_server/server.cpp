// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/server.hpp"

#include <mutex>
#include <stdexcept>
#include <thread>

#include "io/http_server/listen.hpp"
#include "io/http_server/loop.hpp"

namespace troupe::io {

struct http_server::impl {
  server_setting setting;
  std::unique_ptr<asio::ssl::context> tls;
  std::vector<std::unique_ptr<server_loop>> loops;
  tcp::endpoint where;
  std::vector<std::thread> threads;
  std::mutex gate; // of threads
  std::atomic<bool> clean{true};
};

http_server::http_server(http_server_options options, handler handle)
    : impl_(std::make_unique<impl>()) {
  auto& s = impl_->setting;
  s.options = std::move(options);
  s.handle = std::move(handle);
  if (!s.options.tls_certificate.empty() || !s.options.tls_key.empty()) {
    impl_->tls = make_server_tls(s.options.tls_certificate, s.options.tls_key);
    s.tls = impl_->tls.get();
  }
  const unsigned threads = std::max(1u, s.options.threads);
  impl_->where = listening_address(s.options.address, s.options.port);
  for (unsigned i = 0; i < threads; ++i) {
    impl_->loops.push_back(std::make_unique<server_loop>(s, std::make_shared<answer_inbox>()));
    auto& l = *impl_->loops.back();
    s.counts.push_back(&l.counts());
    bind_acceptor(l.acceptor(), impl_->where, i == 0, threads > 1);
  }
  // Only when all are bound: a client of the first would otherwise be refused by an error later.
  for (auto& l : impl_->loops)
    start_listening(l->acceptor(), impl_->where);
}

http_server::~http_server() {
  for (auto& l : impl_->loops)
    l->stop_now();
  const std::lock_guard lock(impl_->gate);
  for (auto& t : impl_->threads)
    t.join();
}

std::uint16_t http_server::port() const { return impl_->where.port(); }

std::string http_server::origin() const {
  const auto address = impl_->where.address();
  const std::string text = address.to_string();
  return (impl_->tls ? "https://" : "http://") + (address.is_v6() ? "[" + text + "]" : text) + ":"
         + std::to_string(port());
}

http_server_counts http_server::counts() const {
  const auto& s = impl_->setting;
  return {s.total(&loop_counts::connections), s.total(&loop_counts::requests),
          s.total(&loop_counts::in_flight), s.total(&loop_counts::streams),
          s.total(&loop_counts::incoming_bytes)};
}

void http_server::start() {
  const std::lock_guard lock(impl_->gate);
  for (auto& l : impl_->loops)
    impl_->threads.emplace_back([this, loop = l.get()] {
      if (!loop->run())
        impl_->clean = false;
    });
}

void http_server::stop() {
  for (auto& l : impl_->loops)
    l->stop();
}

bool http_server::wait() {
  const std::lock_guard lock(impl_->gate);
  for (auto& t : impl_->threads)
    t.join();
  impl_->threads.clear();
  return impl_->clean;
}

} // namespace troupe::io
