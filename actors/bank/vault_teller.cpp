// SPDX-License-Identifier: BSD-3-Clause
#include "actors/bank/vault_teller.hpp"

#include <algorithm>
#include <utility>

#include "messages/type_ids.hpp"

namespace troupe::bank {

vault_teller_actor::behavior_type vault_teller::make_behavior() {
  watcher_.watch(self_, vault_, [this](const caf::error&) { end("the vault ended"); });
  check_again();
  for (std::size_t i = 0; i < bounds_.batches_in_flight_max && done_; ++i)
    send_next({});
  return {
      [this](batch_applied& x) {
        --in_flight_;
        ++answers_;
        report_.applied += x.transfers.size();
        report_.refused += x.refused;
        send_next(std::move(x.transfers));
      },
      [this](teller_check x) {
        if (x.answers == answers_)
          end("the vault does not answer");
        else
          check_again();
      },
  };
}

vault_teller::vault_teller(vault_teller_actor::pointer self, vault_actor vault,
                           transfer_source source, vault_limits bounds,
                           std::function<void(teller_report)> done)
    : self_(self), watcher_(self), vault_(std::move(vault)), source_(std::move(source)),
      bounds_(bounds), done_(std::move(done)) {
  bounds_.batch_transfers_max = std::max<std::size_t>(1, bounds_.batch_transfers_max);
  bounds_.batches_in_flight_max = std::max<std::size_t>(1, bounds_.batches_in_flight_max);
}

// The list's memory is used again: what it holds is done.
void vault_teller::send_next(std::vector<quick_transfer> paper) {
  paper.clear();
  source_(paper, bounds_.batch_transfers_max);
  if (!paper.empty()) {
    ++in_flight_;
    // A message and not a request: its deadline would cost a timer a batch, ours is one for all.
    runtime::send(self_, vault_, apply_batch{std::move(paper)});
  } else if (in_flight_ == 0) {
    end("");
  }
}

void vault_teller::check_again() {
  runtime::send_after(self_, bounds_.answer_ms_max, vault_teller_actor{self_},
                      teller_check{answers_});
}

void vault_teller::end(std::string error) {
  if (!done_)
    return;
  report_.error = std::move(error);
  std::exchange(done_, nullptr)(std::move(report_));
  self_->quit();
}

} // namespace troupe::bank
