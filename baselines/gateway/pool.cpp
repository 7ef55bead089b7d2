// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/pool.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "baselines/gateway/judge_list.hpp"
#include "baselines/gateway/slow_source.hpp"
#include "baselines/gateway/task_pool.hpp"
#include "io/gateway/pending.hpp"

namespace troupe::baselines {

using gateway::fault;

namespace {

gateway::reading pool_reading(const task_pool& pool, const char* answered, std::uint64_t n) {
  const auto now = pool.count();
  gateway::reading r;
  r.actors = {{"pool thread", now.threads, now.waiting, now.done}};
  r.counters = {{answered, n, true}};
  return r;
}

class pool_primes final : public gateway::prime_service {
public:
  explicit pool_primes(const pool_options& options)
      : waiting_(options.waiting_max + options.threads), pool_(options) {}
  ~pool_primes() override { waiting_.close("stopping"); }

  gateway::canceler check(primes::number_list list,
                          gateway::callback<gateway::prime_answer> done) override {
    const auto ticket = waiting_.add(done);
    if (ticket == 0) {
      done({waiting_.refusal(), {}});
      return {};
    }
    auto wanted = std::make_shared<std::stop_source>();
    const bool added =
        pool_.add([this, ticket, wanted, list = std::move(list)](const std::stop_token& stop) {
          const std::stop_callback forward{stop, [&] { wanted->request_stop(); }};
          if (!wanted->stop_requested())
            waiting_.answer(ticket, {fault::none, judge_list(list, wanted->get_token())});
        });
    if (!added) {
      waiting_.answer(ticket, {fault::overloaded, {}});
      return {};
    }
    return [this, ticket, wanted] {
      if (waiting_.drop(ticket))
        wanted->request_stop();
    };
  }

  std::string not_ready() override { return waiting_.close_reason(); }
  gateway::reading read() override {
    return pool_reading(pool_, "prime_questions", waiting_.answered());
  }

private:
  gateway::pending<gateway::prime_answer> waiting_;
  task_pool pool_; // last: its threads use the others
};

// Three tasks' answers on their way to be one.
struct trio {
  std::mutex lock;
  gateway::trio_answer answer;
  std::size_t missing = gateway::sources;
  std::stop_source wanted;

  /// Returns: true if it was the last.
  bool put(std::size_t at, gateway::source_answer a) {
    const std::lock_guard hold{lock};
    answer.parts[at] = std::move(a);
    return --missing == 0;
  }
};

class pool_sources final : public gateway::source_service {
public:
  pool_sources(std::shared_ptr<const gateway::source_set> from, const pool_options& options)
      : from_(std::move(from)), waiting_(options.waiting_max + options.threads), pool_(options) {}
  ~pool_sources() override { waiting_.close("stopping"); }

  gateway::canceler read_all(gateway::callback<gateway::trio_answer> done) override {
    const auto ticket = waiting_.add(done);
    if (ticket == 0) {
      done({waiting_.refusal(), {}});
      return {};
    }
    auto t = std::make_shared<trio>();
    for (std::size_t i = 0; i < gateway::sources; ++i) {
      const auto which = static_cast<gateway::source_kind>(i);
      const bool added = pool_.add([this, ticket, t, which](const std::stop_token& stop) {
        const std::stop_callback forward{stop, [&] { t->wanted.request_stop(); }};
        if (t->put(static_cast<std::size_t>(which),
                   read_slowly(*from_, which, t->wanted.get_token())))
          waiting_.answer(ticket, std::move(t->answer));
      });
      if (!added) {
        t->wanted.request_stop();
        waiting_.answer(ticket, {fault::overloaded, {}});
        return {};
      }
    }
    return [this, ticket, t] {
      if (waiting_.drop(ticket))
        t->wanted.request_stop();
    };
  }

  std::string not_ready() override { return waiting_.close_reason(); }
  gateway::reading read() override {
    return pool_reading(pool_, "trios_answered", waiting_.answered());
  }

private:
  std::shared_ptr<const gateway::source_set> from_;
  gateway::pending<gateway::trio_answer> waiting_;
  task_pool pool_; // last: its threads use the others
};

} // namespace

std::unique_ptr<gateway::prime_service> make_pool_primes(const pool_options& options) {
  return std::make_unique<pool_primes>(options);
}

std::unique_ptr<gateway::source_service>
make_pool_sources(std::shared_ptr<const gateway::source_set> from, const pool_options& options) {
  return std::make_unique<pool_sources>(std::move(from), options);
}

} // namespace troupe::baselines
