// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/client.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "io/http/connection.hpp"
#include "io/http/cookies.hpp"
#include "io/http/loop.hpp"
#include "io/http/pool.hpp"

namespace troupe::io {

using crawl::fault;

namespace {
constexpr std::chrono::milliseconds sweep_every{50};
} // namespace

struct http_client::impl final : connection_host, std::enable_shared_from_this<impl> {
  using work_list = std::vector<std::unique_ptr<exchange>>;

  impl(io_loop::impl& its_loop, http_options wanted)
      : connection_host(its_loop.context, std::move(wanted)), loop(its_loop),
        pool(options.idle_ms_max, options.idle_per_host_max, options.idle_total_max),
        sweeper(context.get_executor()),
        idle_sweep_every(std::clamp<std::uint32_t>(options.idle_ms_max / 4, 50, 1000)) {
    if (options.use_proxy_environment && !options.addresses)
      proxies = proxy_rules::from_process();
  }

  // -- any thread
  void submit(std::unique_ptr<exchange> work) {
    std::lock_guard lock(gate);
    work->number = ++last_number;
    incoming.push_back(std::move(work));
    if (!std::exchange(begin_posted, true)) // one wake-up for all that come before it is served
      asio::post(context, [self = shared_from_this()] { self->begin_all(); });
  }

  void cancel() {
    std::lock_guard lock(gate);
    asio::post(context,
               [self = shared_from_this(), last = last_number] { self->cancel_until(last); });
  }

  void close() {
    {
      std::lock_guard lock(delivery); // waits for a callback that runs just now
      closed = true;
    }
    dns.close();
    std::lock_guard lock(gate);
    asio::post(context, [self = shared_from_this()] { self->tear_down(); });
  }

  // -- the loop's thread
  void begin_all();
  void begin(std::unique_ptr<exchange> work);
  void finished(connection& by, std::unique_ptr<exchange> work, bool again) override;
  void deliver(std::unique_ptr<exchange> work);
  void cancel_until(std::uint64_t last);
  void tear_down();
  void sweep();
  void arm(bool for_idle);

  io_loop::impl& loop;
  proxy_rules proxies;
  connection_pool pool;
  std::vector<std::shared_ptr<connection>> busy; // each knows its place in here
  loop_timer sweeper;
  bool armed = false;
  bool armed_for_idle = false;
  std::chrono::milliseconds idle_sweep_every; // a quarter of what a connection may idle, about
  steady::time_point idle_swept;

  std::mutex gate; // the three below
  work_list incoming;
  std::uint64_t last_number = 0;
  bool begin_posted = false;
  work_list beginning; // kept for its memory

  std::recursive_mutex
      delivery; // held during a callback; recursive, for one may destroy the client
  std::atomic<bool> closed{false}; // set under it
};

http_client::http_client(io_loop& loop, http_options options)
    : impl_(std::make_shared<impl>(*loop.impl_, std::move(options))) {}

http_client::~http_client() { impl_->close(); }

void http_client::get(const crawl::url& target, callback done, get_options how) {
  auto work = std::make_unique<exchange>();
  work->target = target;
  work->done = std::move(done);
  work->how = std::move(how);
  if (work->how.body_bytes_max == 0)
    work->how.body_bytes_max = impl_->options.bounds.body_bytes_max;
  if (trace::on())
    work->flight = trace::span{"http", "GET", [&] { return target.str(); }};
  impl_->submit(std::move(work));
}

std::size_t http_client::lookups() const { return impl_->dns.pending(); }

void http_client::cancel() { impl_->cancel(); }

void http_client::impl::begin_all() {
  {
    std::lock_guard lock(gate);
    beginning.swap(incoming);
    begin_posted = false;
  }
  for (auto& work : beginning) {
    work->began = steady::now();
    begin(std::move(work));
  }
  beginning.clear();
}

void http_client::impl::begin(std::unique_ptr<exchange> work) {
  const auto& target = work->target;
  if (closed)
    return;
  if (target.empty()) {
    work->answer.error = fault::bad_response;
    work->answer.detail = "no URL";
    return deliver(std::move(work));
  }
  if (work->key.empty()) {
    work->via = proxies.route(target);
    work->key = target.origin();
    if (work->via && !work->via->unusable.empty()) {
      work->answer.error = fault::proxy_failed;
      work->answer.detail = work->via->unusable;
      return deliver(std::move(work));
    }
    if (work->via) // for http, one connection to the proxy serves every origin
      work->key = target.https() ? "tunnel " + work->key : "proxy";
  }
  auto chosen = work->retried ? nullptr : pool.take(work->key);
  if (!chosen)
    chosen = std::make_shared<connection>(*this, work->key);
  chosen->slot = busy.size();
  busy.push_back(chosen);
  if (!armed)
    arm(false);
  else if (armed_for_idle)
    sweeper.cancel(); // its handler sets the shorter pace
  chosen->start(std::move(work));
}

void http_client::impl::finished(connection& by, std::unique_ptr<exchange> work, bool again) {
  auto slot = by.slot;
  auto self = std::move(busy[slot]);
  if (slot + 1 != busy.size()) {
    busy[slot] = std::move(busy.back());
    busy[slot]->slot = slot;
  }
  busy.pop_back();
  if (again) {
    work->retried = true;
    return begin(std::move(work));
  }
  auto now = steady::now();
  work->answer.took = std::chrono::duration_cast<std::chrono::milliseconds>(now - work->began);
  if (options.cookies && !work->answer.set_cookies.empty())
    options.cookies->take(work->target, std::exchange(work->answer.set_cookies, {}));
  if (self->open() && !closed)
    pool.put(std::move(self), now);
  deliver(std::move(work));
  if (busy.empty() && armed && !loop.lingers)
    sweeper.cancel(); // nothing of ours keeps the loop running
}

void http_client::impl::deliver(std::unique_ptr<exchange> work) {
  work->flight.end();
  const trace::slice arrives{"answer arrives"};
  std::lock_guard lock(delivery);
  if (!closed)
    work->done(std::move(work->answer));
}

void http_client::impl::cancel_until(std::uint64_t last) {
  begin_all();         // what is still queued is ended the same way
  auto running = busy; // callbacks may begin new ones
  for (auto& each : running)
    if (each->work() && each->work()->number <= last)
      each->fail(fault::canceled, "canceled");
}

void http_client::impl::tear_down() {
  for (auto& each : std::exchange(busy, {}))
    each->close();
  pool.clear();
  {
    std::lock_guard lock(gate);
    incoming.clear();
  }
  sweeper.cancel();
}

void http_client::impl::arm(bool for_idle) {
  armed = true;
  armed_for_idle = for_idle;
  sweeper.expires_after(for_idle ? idle_sweep_every : sweep_every);
  sweeper.async_wait([self = shared_from_this()](const error_code& error) {
    self->armed = false;
    if (!error && !self->closed)
      self->sweep();
    else if (!self->closed && !self->busy.empty())
      self->arm(false); // canceled, but there is work
    else if (!self->closed && self->loop.lingers && !self->pool.empty())
      self->arm(true); // the work was over before this was heard
  });
}

// One timer for all deadlines: a timer an operation would cost more than the request does.
void http_client::impl::sweep() {
  auto now = steady::now();
  for (auto i = busy.size(); i-- > 0;) {
    if (i >= busy.size())
      continue;
    auto each = busy[i];
    each->tick(now);
  }
  if (now - idle_swept >= idle_sweep_every) {
    pool.expire(now);
    idle_swept = now;
  }
  if (armed)
    return;
  if (!busy.empty())
    arm(false);
  else if (loop.lingers && !pool.empty())
    arm(true);
}

} // namespace troupe::io
