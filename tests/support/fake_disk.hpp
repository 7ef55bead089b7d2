// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/bank/ledger_store.hpp"

namespace troupe::test {

/// What survives a crash, and what does not yet. A real kill -9 cannot show a missing sync, since
/// the kernel keeps what was written; this can.
struct fake_disk {
  struct content {
    std::vector<bank::record> records;
    std::map<bank::account_id, bank::account> accounts;
    std::map<bank::op_id, bank::hold> holds;
  };
  content synced;
  content written; ///< what a process that is alive reads
  bool crashed = false;
  std::uint64_t commits = 0;
  /// Asked at each commit; may be empty.
  enum class event { none, crash_before, crash_after };
  std::function<event()> at_commit;
  bool is_damaged = false; ///< no history can be read
  bool syncs_late = false; ///< the planted bug: a commit is synced by the next one only

  void crash() {
    crashed = true;
    written = synced;
  }
  void restart() { crashed = false; }
};

class fake_store : public io::ledger_store {
public:
  explicit fake_store(fake_disk& disk) : disk_(disk) {}

  std::string load(bank::ledger& into) override {
    for (const auto& [id, a] : disk_.written.accounts)
      into.restore(a);
    for (const auto& [id, h] : disk_.written.holds)
      into.restore(h);
    for (const auto& r : disk_.written.records)
      into.restore(r.asked, r.answer.sequence, r.answer.time_ms);
    return "";
  }

  std::string commit(const bank::change_set& change) override {
    using event = fake_disk::event;
    if (disk_.crashed)
      return "crashed";
    const event what = disk_.at_commit ? disk_.at_commit() : event::none;
    ++disk_.commits;
    if (what == event::crash_before) {
      disk_.crash();
      return "crashed";
    }
    if (disk_.syncs_late)
      disk_.synced = disk_.written;
    auto& w = disk_.written;
    w.records.insert(w.records.end(), change.records.begin(), change.records.end());
    for (const auto& a : change.accounts)
      w.accounts[a.id] = a;
    for (const auto& h : change.holds)
      w.holds[h.id] = h;
    if (!disk_.syncs_late)
      sync(change);
    if (what == event::crash_after) {
      disk_.crash();
      return "crashed";
    }
    return "";
  }

  std::optional<bank::record> record_at(std::uint64_t sequence) override {
    const auto& records = disk_.written.records;
    return sequence >= 1 && sequence <= records.size() ? std::optional{records[sequence - 1]}
                                                       : std::nullopt;
  }

  tl::expected<std::vector<bank::record>, std::string>
  history(bank::account_id account, std::uint64_t before, std::size_t records_max) override {
    if (disk_.is_damaged)
      return tl::unexpected(std::string{"is damaged"});
    std::vector<bank::record> found;
    const auto& records = disk_.written.records;
    for (auto r = records.rbegin(); r != records.rend() && found.size() < records_max; ++r)
      if ((before == 0 || r->answer.sequence < before)
          && (r->asked.from == account || r->asked.to == account))
        found.push_back(*r);
    return found;
  }

private:
  void sync(const bank::change_set& change) {
    auto& s = disk_.synced;
    s.records.insert(s.records.end(), change.records.begin(), change.records.end());
    for (const auto& a : change.accounts)
      s.accounts[a.id] = a;
    for (const auto& h : change.holds)
      s.holds[h.id] = h;
  }
  fake_disk& disk_;
};

} // namespace troupe::test
