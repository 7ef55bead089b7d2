// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/serial.hpp"

#include <atomic>
#include <utility>

#include "baselines/gateway/judge_list.hpp"
#include "baselines/gateway/slow_source.hpp"

namespace troupe::baselines {

namespace {

gateway::reading counted(const char* name, std::uint64_t n) {
  gateway::reading r;
  r.counters = {{name, n, true}};
  return r;
}

class serial_primes final : public gateway::prime_service {
public:
  gateway::canceler check(primes::number_list list,
                          gateway::callback<gateway::prime_answer> done) override {
    done({gateway::fault::none, judge_list(list)});
    answered_.fetch_add(1, std::memory_order_relaxed);
    return {};
  }
  std::string not_ready() override { return {}; }
  gateway::reading read() override { return counted("prime_questions", answered_.load()); }

private:
  std::atomic<std::uint64_t> answered_{0};
};

class serial_sources final : public gateway::source_service {
public:
  explicit serial_sources(std::shared_ptr<const gateway::source_set> from)
      : from_(std::move(from)) {}
  gateway::canceler read_all(gateway::callback<gateway::trio_answer> done) override {
    gateway::trio_answer a;
    for (std::size_t i = 0; i < gateway::sources; ++i)
      a.parts[i] = read_slowly(*from_, static_cast<gateway::source_kind>(i));
    done(std::move(a));
    answered_.fetch_add(1, std::memory_order_relaxed);
    return {};
  }
  std::string not_ready() override { return {}; }
  gateway::reading read() override { return counted("trios_answered", answered_.load()); }

private:
  std::shared_ptr<const gateway::source_set> from_;
  std::atomic<std::uint64_t> answered_{0};
};

} // namespace

std::unique_ptr<gateway::prime_service> make_serial_primes() {
  return std::make_unique<serial_primes>();
}

std::unique_ptr<gateway::source_service>
make_serial_sources(std::shared_ptr<const gateway::source_set> from) {
  return std::make_unique<serial_sources>(std::move(from));
}

} // namespace troupe::baselines
