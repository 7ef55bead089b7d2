// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/vault_bank.hpp"

#include <future>
#include <stdexcept>
#include <utility>

#include <caf/scoped_actor.hpp>

#include "actors/bank/vault.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::bank {

struct vault_bank::inside {
  inside(std::vector<std::int64_t> opening, const runtime::system_options& scheduling)
      : actors(scheduling), head(runtime::spawn<vault>(actors.system(), std::move(opening))) {}
  ~inside() { runtime::stop(head); }

  runtime::actor_runtime<caf::id_block::troupe> actors;
  vault_actor head;
};

vault_bank::vault_bank(std::vector<std::int64_t> opening,
                       const runtime::system_options& scheduling) {
  opening_sum(opening); // here, where the caller hears of it, and not inside an actor
  inside_ = std::make_unique<inside>(std::move(opening), scheduling);
}

vault_bank::~vault_bank() = default;

teller_report vault_bank::run(std::vector<transfer_source> sources, const vault_limits& bounds) {
  std::vector<std::future<teller_report>> reports;
  for (auto& source : sources) {
    const auto ended = std::make_shared<std::promise<teller_report>>();
    reports.push_back(ended->get_future());
    runtime::spawn<vault_teller>(inside_->actors.system(), inside_->head, std::move(source), bounds,
                                 std::function<void(teller_report)>{
                                     [ended](teller_report r) { ended->set_value(std::move(r)); }});
  }
  teller_report all;
  for (auto& report : reports) {
    const auto one = report.get();
    all.applied += one.applied;
    all.refused += one.refused;
    if (all.error.empty())
      all.error = one.error;
  }
  return all;
}

std::vector<std::int64_t> vault_bank::balances(const vault_limits& bounds) {
  std::vector<std::int64_t> all;
  std::string error;
  caf::scoped_actor me{inside_->actors.system()};
  runtime::request(me.ptr(), inside_->head, bounds.answer_ms_max, balances_wanted{})
      .receive(
          [&](balances_known& x) { all = std::move(x.amounts); },
          [&](const caf::error& why) { error = runtime::text(inside_->actors.system(), why); });
  if (!error.empty())
    throw std::runtime_error("the vault does not answer: " + error);
  return all;
}

} // namespace troupe::bank
