// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/blocking.hpp"

#include <atomic>
#include <utility>

#include "io/http/loop.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

struct blocking_client::impl {
  io_loop loop;
  http_client client;
  std::atomic<bool> canceled{false};
  explicit impl(http_options options) : client(loop, std::move(options)) {}
};

blocking_client::blocking_client(http_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {
  // The timer may stay set between calls: nobody waits for this loop to run dry.
  impl_->loop.impl_->lingers = true;
}

blocking_client::~blocking_client() = default;

crawl::fetched blocking_client::get(const crawl::url& target, get_options how) {
  crawl::fetched answer;
  bool arrived = false;
  impl_->client.get(
      target,
      [&](crawl::fetched got) {
        answer = std::move(got);
        arrived = true;
      },
      std::move(how));
  if (impl_->canceled) // after get(), so that a cancel() just before or after it hits
    impl_->client.cancel();
  const trace::slice waits{"GET", [&] { return target.str(); }};
  auto& context = impl_->loop.impl_->context;
  while (!arrived) {
    context.restart();
    context.run_one();
  }
  return answer;
}

void blocking_client::cancel() {
  impl_->canceled = true;
  impl_->client.cancel();
}

} // namespace troupe::io
