// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/connector.hpp"

#include <utility>

namespace troupe::io {

namespace {
constexpr std::size_t attempts_max = 8;
constexpr std::chrono::milliseconds head_start{250};
} // namespace

void connector::start(const std::vector<asio::ip::address>& addresses, std::uint16_t port,
                      callback done) {
  done_ = std::move(done);
  // The families alternate, beginning with the one that the system prefers.
  std::vector<asio::ip::address> first;
  std::vector<asio::ip::address> second;
  for (const auto& address : addresses)
    (address.is_v6() == addresses.front().is_v6() ? first : second).push_back(address);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i)
    for (const auto* family : {&first, &second})
      if (i < family->size() && targets_.size() < attempts_max)
        targets_.emplace_back((*family)[i], port);
  sockets_.reserve(targets_.size());
  attempt();
}

void connector::attempt() {
  auto index = sockets_.size();
  auto& socket = sockets_.emplace_back(tcp_socket(context_.get_executor()));
  next_at_ = steady::now() + head_start;
  error_code error;
  socket->open(targets_[index].protocol(), error);
  auto report = [self = shared_from_this(), index](error_code e) { self->ended(index, e); };
  if (error) // posted: the caller must never hear back from inside start()
    asio::post(context_, [report, error] { report(error); });
  else
    socket->async_connect(targets_[index], report);
}

void connector::tick(steady::time_point now) {
  if (done_ && sockets_.size() < targets_.size() && now >= next_at_)
    attempt();
}

void connector::ended(std::size_t index, error_code error) {
  if (!done_)
    return;
  if (!error)
    return finish(error, std::move(*sockets_[index]));
  sockets_[index].reset();
  ++failed_;
  if (sockets_.size() < targets_.size())
    attempt();
  else if (failed_ == targets_.size())
    finish(error, tcp_socket(context_.get_executor()));
}

void connector::finish(error_code error, tcp_socket socket) {
  auto done = std::exchange(done_, nullptr);
  sockets_.clear();
  done(error, std::move(socket));
}

void connector::cancel() {
  done_ = nullptr;
  sockets_.clear();
}

} // namespace troupe::io
