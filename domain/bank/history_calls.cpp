// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/history_calls.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace troupe::bank {

namespace {

struct process_state {
  std::size_t call = 0; // index of its last one
  bool open = false;
  bool over = false; // it has had an info
};

class pairing {
public:
  pairing(const history& h, std::vector<history_call>& calls, check_result& told)
      : h_(h), calls_(calls), told_(told) {}

  void take(const history_event& e) {
    ++told_.checked;
    auto& last = last_ns_[e.file];
    if (e.time_ns < last)
      tell(e, "time runs back, to " + std::to_string(e.time_ns) + " after " + std::to_string(last));
    last = std::max(last, e.time_ns);
    auto& p = processes_[{e.file, e.process}];
    if (p.over)
      tell(e, "goes on, though it does not know what came of " + earlier(p));
    if (e.type == event_type::invoke)
      begin(e, p);
    else
      end(e, p);
  }

private:
  void begin(const history_event& e, process_state& p) {
    if (p.open)
      tell(e, "begins something while there is no end of " + earlier(p));
    if (e.op == event_op::post && !ids_.insert(e.asked.id).second)
      tell(e, "uses an id that was used before: " + words_of(e.asked));
    p = {calls_.size(), true, p.over};
    calls_.push_back({&e, nullptr});
  }

  void end(const history_event& e, process_state& p) {
    if (!p.open) {
      tell(e, "ends what was not begun");
      return;
    }
    auto& c = calls_[p.call];
    if (c.begin->op != e.op || c.begin->asked.id != e.asked.id
        || c.begin->asked.kind != e.asked.kind) {
      tell(e, "ends something else than " + earlier(p));
      return;
    }
    c.end = &e;
    p.open = false;
    p.over = e.type == event_type::info;
  }

  std::string earlier(const process_state& p) const {
    return "what it began in " + place_of(h_, *calls_[p.call].begin);
  }

  void tell(const history_event& e, const std::string& wrong) {
    if (told_.counterexample.empty())
      told_.counterexample = said_by(h_, e) + wrong;
  }

  const history& h_;
  std::vector<history_call>& calls_;
  check_result& told_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, process_state> processes_;
  std::map<std::uint32_t, std::int64_t> last_ns_;
  std::set<op_id> ids_;
};

} // namespace

history_index::history_index(const history& h)
    : of(h), processes{"processes", "each process does one thing at a time, under ids of its own"} {
  pairing pairs{h, calls, processes};
  for (const auto& e : h.events)
    pairs.take(e);
  std::stable_sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) {
    return a.begin->time_ns < b.begin->time_ns;
  });
  for (std::uint32_t p = 0; p < h.partitions.size(); ++p)
    for (const auto& r : h.partitions[p])
      if (r.asked.id)
        places[r.asked.id].push_back({p, r.answer.sequence, &r});
}

std::string said_by(const history& h, const history_event& e) {
  return place_of(h, e) + ": process " + std::to_string(e.process) + ": ";
}

std::string words_of(const operation& op) {
  std::string text =
      std::string{to_string(op.kind)} + " " + to_string(op.id) + " of " + std::to_string(op.value);
  if (op.from != no_account)
    text += " from " + account_name(op.from);
  if (op.to != no_account)
    text += " to " + account_name(op.to);
  return text;
}

} // namespace troupe::bank
