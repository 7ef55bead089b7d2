// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/awaitable.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace troupe::io {

namespace asio = boost::asio;

namespace {

// The coroutine that waits: resumed once, by the answer or by cancellation.
template <class Handler>
struct waiting {
  std::optional<Handler> handler;
  explicit waiting(Handler h) : handler(std::move(h)) {}

  // std::function is copyable, a coroutine's handler is not: hence the shared waiting.
  void resume(crawl::fetched answer) {
    if (!handler)
      return;
    auto slot = asio::get_associated_cancellation_slot(*handler);
    if (slot.is_connected())
      slot.clear();
    auto out = std::move(*handler);
    handler.reset();
    std::move(out)(std::move(answer));
  }
};

} // namespace

asio::awaitable<crawl::fetched> get(http_client& client, const crawl::url& target,
                                    std::uint64_t body_bytes_max) {
  // By reference into the lambda: it runs before this coroutine's caller can go on.
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(crawl::fetched)>(
      [&client, &target, body_bytes_max](auto handler) {
        using state = waiting<decltype(handler)>;
        auto executor = asio::get_associated_executor(handler);
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto shared = std::make_shared<state>(std::move(handler));
        if (slot.is_connected())
          slot.assign([weak = std::weak_ptr<state>(shared), executor](asio::cancellation_type) {
            // Not from inside the signal's emit(), which is in use until it returns.
            asio::post(executor, [weak] {
              if (auto shared = weak.lock()) {
                crawl::fetched answer;
                answer.error = crawl::fault::canceled;
                answer.detail = "canceled";
                shared->resume(std::move(answer));
              }
            });
          });
        client.get(
            target, [shared](crawl::fetched answer) { shared->resume(std::move(answer)); },
            {.body_bytes_max = body_bytes_max});
      },
      asio::use_awaitable);
}

} // namespace troupe::io
