// SPDX-License-Identifier: BSD-3-Clause
#include "io/cluster/dialer.hpp"

#include <utility>

namespace troupe::cluster {

void dialer::start(const host_and_port& to, callback done) {
  to_ = to;
  done_ = std::move(done);
  deadline_ = io::steady::now() + std::chrono::milliseconds(connect_ms_max_);
  const auto known = names_.resolve(
      to_.host, [self = shared_from_this()](const auto& found) { self->resolved(found); });
  if (known)
    resolved(known);
}

void dialer::resolved(const io::resolver_cache::answer& found) {
  if (!done_)
    return;
  if (found->addresses.empty())
    return fail("no address of that name: " + found->error);
  auto addresses = found->addresses;
  if (!anywhere_)
    std::erase_if(addresses, [](const auto& a) { return !is_loopback(a); });
  if (addresses.empty())
    return fail("not a loopback address, and this node has no certificates: off loopback every "
                "link is TLS on both sides");
  connector_ = std::make_shared<io::connector>(context_);
  connector_->start(addresses, to_.port,
                    [self = shared_from_this()](io::error_code e, io::tcp_socket socket) {
                      if (e)
                        self->fail("cannot connect: " + e.message());
                      else
                        self->finish(std::move(socket), {});
                    });
}

void dialer::tick(io::steady::time_point now) {
  if (!done_)
    return;
  if (connector_)
    connector_->tick(now);
  if (now >= deadline_)
    fail((connector_ ? "no connection within " : "no address of that name within ")
         + std::to_string(connect_ms_max_) + " ms");
}

void dialer::fail(const std::string& why) { finish(io::tcp_socket(context_.get_executor()), why); }

void dialer::finish(io::tcp_socket socket, const std::string& why) {
  const auto self = shared_from_this();
  const auto done = std::exchange(done_, nullptr);
  if (connector_)
    connector_->cancel();
  connector_ = nullptr;
  if (done)
    done(std::move(socket), why);
}

void dialer::cancel() {
  done_ = nullptr;
  if (connector_)
    connector_->cancel();
  connector_ = nullptr;
}

} // namespace troupe::cluster
