// SPDX-License-Identifier: BSD-3-Clause
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "actors/crawl/far_http.hpp"
#include "actors/crawl/far_team.hpp"
#include "actors/crawl/real_ports.hpp"
#include "apps/node_parts.hpp"
#include "domain/cluster/hello.hpp"

namespace troupe::apps {

namespace {

// Who uses a node's loop: a team, and HTTP clients, one a crawl. They end with the last actor that
// holds them, on whatever thread; all of them must have ended before the loop does.
class use_count {
public:
  /// Returns: what counts until its last copy is gone.
  std::shared_ptr<void> one_more() {
    const std::lock_guard hold{state_->lock};
    ++state_->uses;
    return {nullptr, [state = state_](void*) {
              const std::lock_guard hold{state->lock};
              --state->uses;
              state->gone.notify_all();
            }};
  }
  void wait_for_none() {
    std::unique_lock hold{state_->lock};
    state_->gone.wait(hold, [this] { return state_->uses == 0; });
  }

private:
  struct state {
    std::mutex lock;
    std::condition_variable gone;
    std::size_t uses = 0;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
};

// In this order: the client goes before what counts it.
struct counted_client {
  std::shared_ptr<void> use;
  io::http_client client;
};

class crawl_head_part final : public head_part {
public:
  crawl_head_part(cluster::process& here, const node_options& options)
      : head_(here.system(), options.state_folder, bounds_of(options)) {}
  void show(cluster::heads& to) const override { to.crawls = head_.head(); }

private:
  static crawl::head_limits bounds_of(const node_options& options) {
    crawl::head_limits bounds;
    bounds.crawls_max = options.crawl.crawls_max;
    bounds.frontier_memory_bytes_max = options.crawl.frontier_memory_bytes_max;
    return bounds;
  }

  crawl::far_head head_;
};

class crawl_work final : public work_part {
public:
  crawl_work(cluster::process& here, const node_options& options)
      : here_(here), addresses_(options.crawl.addresses) {
    loop_.start();
  }
  ~crawl_work() override {
    team_.reset();
    uses_.wait_for_none();
    loop_.stop();
  }
  bool start(const cluster::heads& whom) override {
    if (whom.crawls)
      team_ = std::make_unique<crawl::far_team>(
          here_.system(), whom.crawls, here_.self().processors,
          [this, use = uses_.one_more()](const crawl::crawl_plan& plan,
                                         const crawl::far_http& http) {
            const auto counted = std::shared_ptr<counted_client>{
                new counted_client{use, {loop_, crawl::node_http_of(plan, http, addresses_)}}};
            return crawl::real_ports(plan, nullptr, {counted, &counted->client});
          });
    return whom.crawls != nullptr;
  }
  void stop() override { team_.reset(); }
  void drain(std::function<void()> done) override {
    if (team_)
      team_->drain(std::move(done));
    else
      done();
  }

private:
  cluster::process& here_;
  const std::shared_ptr<const crawl::address_rule> addresses_; // the node's own rule, or null
  io::io_loop loop_;
  use_count uses_;
  std::unique_ptr<crawl::far_team> team_;
};

} // namespace

node_role crawl_role() {
  return {cluster::crawl,
          [](cluster::process& here, const node_options& o) -> std::unique_ptr<head_part> {
            return std::make_unique<crawl_head_part>(here, o);
          },
          [](cluster::process& here, const node_options& o, const say_line&)
              -> std::unique_ptr<work_part> { return std::make_unique<crawl_work>(here, o); }};
}

} // namespace troupe::apps
