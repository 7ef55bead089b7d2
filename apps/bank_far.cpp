// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_far.hpp"

#include <utility>

#include "actors/cluster/follower.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

// The follower may call until the process has ended: so what it calls is its own too.
struct bank_at::impl {
  explicit impl(const bank_at_options& o)
      : here(o.process), bank(std::make_shared<bank::far_bank>(here.system(), o.bounds)) {}
  cluster::process here;
  std::shared_ptr<bank::far_bank> bank;
  cluster::follower_actor follower;
};

bank_at::bank_at(bank_at_options options) : impl_(std::make_unique<impl>(options)) {
  impl& my = *impl_;
  my.here.start();
  const auto said = std::make_shared<std::string>(); // the last trouble: told once
  const auto say = [tell = options.say](const std::string& line) {
    if (tell)
      tell(line);
  };
  cluster::follower_ports ports;
  ports.found = [bank = my.bank, said, say](const cluster::heads& whom) {
    if (!whom.bank)
      say("that coordinator has no bank");
    else if (!said->empty())
      say("connected again");
    said->clear();
    bank->use(whom.bank);
  };
  ports.lost = [bank = my.bank, said, say](const std::string& why) {
    if (*said != why)
      say("no coordinator: " + why + "; trying again");
    *said = why;
    bank->lose("no coordinator: " + why);
  };
  my.follower = runtime::spawn<cluster::follower>(my.here.system(), options.coordinators, ports,
                                                  my.here.seeking(), cluster::cluster_limits{});
}

bank_at::~bank_at() {
  runtime::stop(impl_->follower);
  impl_->follower = nullptr;
}

bank::far_bank& bank_at::bank() { return *impl_->bank; }

} // namespace troupe::apps
