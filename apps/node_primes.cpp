// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include "actors/primes/crew.hpp"
#include "apps/node_parts.hpp"
#include "domain/cluster/hello.hpp"

namespace troupe::apps {

namespace {

class primes_head final : public head_part {
public:
  primes_head(cluster::process& here, const node_options& options)
      : crew_(here.system(),
              (options.process.roles & cluster::primes) != 0 ? here.self().processors : 0) {}
  void show(cluster::heads& to) const override { to.primes = crew_.dispatcher(); }

private:
  primes::crew crew_;
};

class primes_work final : public work_part {
public:
  explicit primes_work(cluster::process& here) : here_(here) {}
  bool start(const cluster::heads& whom) override {
    if (whom.primes)
      crew_ = std::make_unique<primes::crew>(here_.system(), here_.self().processors, whom.primes);
    return whom.primes != nullptr;
  }
  void stop() override { crew_.reset(); }
  void drain(std::function<void()> done) override {
    if (crew_)
      crew_->drain(std::move(done));
    else
      done();
  }

private:
  cluster::process& here_;
  std::unique_ptr<primes::crew> crew_;
};

} // namespace

node_role primes_role() {
  return {cluster::primes,
          [](cluster::process& here, const node_options& o) -> std::unique_ptr<head_part> {
            return std::make_unique<primes_head>(here, o);
          },
          [](cluster::process& here, const node_options&, const say_line&)
              -> std::unique_ptr<work_part> { return std::make_unique<primes_work>(here); }};
}

} // namespace troupe::apps
