// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>

#include "io/gateway/bank_service.hpp"
#include "io/gateway/crawl_service.hpp"
#include "io/gateway/prime_service.hpp"
#include "io/gateway/source_service.hpp"

namespace troupe::test {

/// Services that refuse everything: there to have routes, and readings of a test's choice.
template <class Service>
class idle_service : public Service {
public:
  std::string why;
  gateway::reading now;
  std::string not_ready() override { return why; }
  gateway::reading read() override { return now; }
};

struct idle_primes final : idle_service<gateway::prime_service> {
  gateway::canceler check(primes::number_list,
                          gateway::callback<gateway::prime_answer> done) override {
    done({gateway::fault::overloaded, {}});
    return {};
  }
};

struct idle_sources final : idle_service<gateway::source_service> {
  gateway::canceler read_all(gateway::callback<gateway::trio_answer> done) override {
    done({gateway::fault::overloaded, {}});
    return {};
  }
};

struct idle_bank final : idle_service<gateway::bank_service> {
  gateway::canceler ask(gateway::bank_batch,
                        gateway::callback<gateway::bank_receipts> done) override {
    done({gateway::fault::overloaded, {}});
    return {};
  }
  gateway::canceler ask(const gateway::account_question&,
                        gateway::callback<gateway::account_answer> done) override {
    done({gateway::fault::overloaded, {}, {}});
    return {};
  }
  gateway::canceler ask(const gateway::history_question&,
                        gateway::callback<gateway::history_answer> done) override {
    done({gateway::fault::overloaded, {}, {}});
    return {};
  }
  gateway::canceler ask(const gateway::operation_question&,
                        gateway::callback<gateway::operation_answer> done) override {
    done({gateway::fault::overloaded, {}, {}});
    return {};
  }
  gateway::canceler ask(const gateway::hold_question&,
                        gateway::callback<gateway::hold_answer> done) override {
    done({gateway::fault::overloaded, {}, {}});
    return {};
  }
};

struct idle_crawls final : idle_service<gateway::crawl_service> {
  gateway::canceler start(crawl::crawl_plan,
                          gateway::callback<gateway::crawl_answer> done) override {
    return refuse(done);
  }
  gateway::canceler list(gateway::callback<gateway::crawl_answer> done) override {
    return refuse(done);
  }
  gateway::canceler look(std::uint64_t, gateway::callback<gateway::crawl_answer> done) override {
    return refuse(done);
  }
  gateway::canceler drop(std::uint64_t, gateway::callback<gateway::crawl_answer> done) override {
    return refuse(done);
  }

private:
  static gateway::canceler refuse(const gateway::callback<gateway::crawl_answer>& done) {
    done({gateway::fault::overloaded, {}});
    return {};
  }
};

} // namespace troupe::test
