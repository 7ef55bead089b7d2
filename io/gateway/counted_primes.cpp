// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/counted_primes.hpp"

#include <atomic>
#include <utility>

namespace troupe::gateway {

namespace {

class counted_primes final : public prime_service {
public:
  explicit counted_primes(std::unique_ptr<prime_service> engine) : engine_(std::move(engine)) {}

  canceler check(primes::number_list list, callback<prime_answer> done) override {
    asked_.fetch_add(list.numbers.size(), std::memory_order_relaxed);
    return engine_->check(std::move(list), std::move(done));
  }
  std::string not_ready() override { return engine_->not_ready(); }
  reading read() override {
    auto r = engine_->read();
    r.counters.push_back({"numbers_asked", asked_.load(std::memory_order_relaxed), true});
    return r;
  }

private:
  const std::unique_ptr<prime_service> engine_;
  std::atomic<std::uint64_t> asked_{0};
};

} // namespace

std::unique_ptr<prime_service> count_numbers(std::unique_ptr<prime_service> engine) {
  return std::make_unique<counted_primes>(std::move(engine));
}

} // namespace troupe::gateway
