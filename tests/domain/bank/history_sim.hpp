// SPDX-License-Identifier: BSD-3-Clause
//
// A bank whose partitions, clients and network are one loop: in each step a random one of all
// things that could happen next does. Messages are late, doubled and lost; the ledgers are right.
// So each of its histories is one that a checker has to accept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "domain/bank/history.hpp"
#include "domain/bank/ledger.hpp"

namespace troupe::bank {

struct sim_plan {
  std::uint64_t seed = 1;
  std::uint32_t partitions = 3;
  std::uint64_t accounts = 12;
  std::uint64_t clients = 5;
  amount opening = 30;
  int steps = 3'000;
};

class simulated_bank {
public:
  explicit simulated_bank(const sim_plan& plan)
      : plan_(plan), random_(plan.seed), clients_(plan.clients) {
    for (std::uint32_t p = 0; p < plan.partitions; ++p)
      parts_.push_back(std::make_unique<part>(partition{p, plan.partitions}));
    for (std::uint64_t c = 0; c < plan.clients; ++c)
      clients_[c].process = c;
  }

  history run() {
    out_.files = {"simulated"};
    out_.total = static_cast<amount>(plan_.accounts) * plan_.opening;
    open_accounts();
    for (int step = 0; step < plan_.steps; ++step)
      do_something(true);
    while (!packets_.empty())
      do_something(false);
    look_all_up();
    for (const auto& p : parts_) {
      out_.partitions.push_back(p->records);
      for (const auto& a : p->book.accounts())
        if (!is_system(a.id))
          out_.accounts[a.id] = a;
    }
    return std::move(out_);
  }

private:
  struct part : record_source {
    explicit part(partition where) : book(where) {}
    std::optional<record> record_at(std::uint64_t sequence) override {
      return records.at(sequence - 1);
    }
    receipt apply(const operation& op) {
      const auto r = book.apply(op, 1000, *this);
      for (const auto& x : book.changes().records) {
        records.push_back(x);
        auto& at = from_client(x.asked.kind) ? left[x.asked.id] : arrived[x.asked.id];
        if (x.asked.kind != operation_kind::settle && x.asked.kind != operation_kind::give_back)
          at = records.size();
      }
      book.committed();
      return r;
    }
    ledger book;
    std::vector<record> records;
    std::map<op_id, std::uint64_t> left, arrived; // sequences
  };
  struct client {
    std::uint64_t process = 0;
    std::optional<history_event> call;
    std::vector<std::uint64_t> base;              // records when it began to read
    std::vector<std::uint64_t> seen;              // a partition each, so far
    std::vector<std::vector<account>> read;       // likewise
    std::vector<std::vector<operation>> outgoing; // likewise
  };
  struct packet {
    operation op;
    std::uint32_t to = 0;          // partition
    std::optional<receipt> answer; // then it goes to the client that asked
  };

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  history_event& note(history_event e, event_type type) {
    e.type = type;
    e.line = out_.events.size() + 1;
    e.time_ns = now_ += static_cast<std::int64_t>(below(3));
    out_.events.push_back(std::move(e));
    return out_.events.back();
  }

  void open_accounts() {
    for (account_id a = 1; a <= plan_.accounts; ++a)
      for (const auto kind : {operation_kind::open, operation_kind::deposit}) {
        history_event e{.process = 1'000'000};
        e.asked = {.id = {9, ++ids_}, .kind = kind, .to = a};
        if (kind == operation_kind::open)
          e.asked.unit = parse_currency("EUR");
        else
          e.asked.value = plan_.opening;
        note(e, event_type::invoke);
        parts_[a % plan_.partitions]->apply(e.asked);
        note(e, event_type::ok);
      }
  }

  void do_something(bool may_begin) {
    const auto which = below(2 + (packets_.empty() ? 0 : 3));
    if (which >= 2)
      return deliver();
    auto& c = clients_[below(clients_.size())];
    if (!c.call && may_begin)
      begin(c);
    else if (c.call && c.call->op == event_op::whole_read)
      read_on(c);
    else if (c.call && below(200) == 0)
      give_up(c);
    else if (c.call && below(20) == 0)
      ask(c.call->asked); // again
  }

  void begin(client& c) {
    history_event e{.process = c.process};
    if (below(5) == 0) {
      e.op = event_op::whole_read;
      begin_to_read(c);
    } else {
      e.asked = {.id = {9, ++ids_},
                 .kind = operation_kind::transfer,
                 .from = 1 + below(plan_.accounts),
                 .value = 1 + static_cast<amount>(below(9))};
      e.asked.to = 1 + (e.asked.from + below(plan_.accounts - 1)) % plan_.accounts;
      ask(e.asked);
    }
    c.call = note(e, event_type::invoke);
  }

  void ask(const operation& op) {
    packets_.push_back({op, static_cast<std::uint32_t>(op.from % plan_.partitions), {}});
  }

  void give_up(client& c) {
    c.call->error = fault::unreachable;
    note(*c.call, event_type::info);
    c.call.reset();
    c.process += plan_.clients;
  }

  void deliver() {
    const auto at = packets_.begin() + static_cast<std::ptrdiff_t>(below(packets_.size()));
    const auto x = *at;
    if (below(10) != 0) // else it comes twice
      packets_.erase(at);
    const bool courier = !from_client(x.op.kind);
    if (!courier && below(15) == 0)
      return; // lost; couriers send again until they are answered
    if (x.answer)
      return answer(x);
    const auto r = parts_[x.to]->apply(x.op);
    const auto home = static_cast<std::uint32_t>(x.op.from % plan_.partitions);
    auto next = x.op;
    if (x.op.kind == operation_kind::receive) {
      next.kind = r.error == fault::none ? operation_kind::settle : operation_kind::give_back;
      next.why = r.error;
      next.hold = x.op.id;
      next.far_balance = r.to_balance;
      packets_.push_back({next, home, {}});
    } else if (r.pending) {
      next.kind = operation_kind::receive;
      next.unit = parse_currency("EUR");
      packets_.push_back({next, static_cast<std::uint32_t>(x.op.to % plan_.partitions), {}});
    } else {
      next.kind = operation_kind::transfer;
      auto told = r;
      if (x.op.kind == operation_kind::give_back)
        told.error = x.op.why;
      packets_.push_back({next, home, told});
    }
  }

  void answer(const packet& x) {
    for (auto& c : clients_)
      if (c.call && c.call->op == event_op::post && c.call->asked.id == x.op.id) {
        c.call->error = x.answer->error;
        note(*c.call, x.answer->error == fault::none ? event_type::ok : event_type::fail);
        c.call.reset();
      }
  }

  void begin_to_read(client& c) {
    c = {.process = c.process, .call = std::move(c.call)};
    for (const auto& p : parts_)
      c.base.push_back(p->records.size());
  }

  /// Looks at one partition more; at last, if what it saw is no consistent cut, all over again.
  void read_on(client& c) {
    if (c.seen.size() < parts_.size()) {
      const auto& p = *parts_[c.seen.size()];
      c.read.push_back(p.book.accounts());
      c.outgoing.push_back(p.book.open_transfers());
      c.seen.push_back(p.records.size());
      return;
    }
    if (!consistent(c))
      return begin_to_read(c);
    std::map<account_id, amount> balances;
    for (const auto& accounts : c.read)
      for (const auto& a : accounts)
        if (!is_system(a.id))
          balances[a.id] = a.balance;
    for (const auto& transfers : c.outgoing)
      for (const auto& op : transfers) {
        balances[op.from] -= op.value;
        c.call->in_transit += has_arrived(c, op) ? 0 : op.value;
      }
    c.call->balances.assign(balances.begin(), balances.end());
    note(*c.call, event_type::ok);
    c.call.reset();
  }

  std::size_t home_of(account_id a) const { return a % plan_.partitions; }

  bool has_arrived(const client& c, const operation& op) const {
    const auto& far = *parts_[home_of(op.to)];
    const auto at = far.arrived.find(op.id);
    return at != far.arrived.end() && at->second <= c.seen[home_of(op.to)]
           && far.records[at->second - 1].answer.error == fault::none;
  }

  /// What all have seen that was there when it began cannot be inconsistent.
  bool consistent(const client& c) const {
    for (std::size_t p = 0; p < parts_.size(); ++p)
      for (auto n = c.base[p]; n < c.seen[p]; ++n) {
        const auto& asked = parts_[p]->records[n].asked;
        if (from_client(asked.kind))
          continue;
        const bool arrives = asked.kind == operation_kind::receive;
        const auto other = home_of(arrives ? asked.from : asked.to);
        const auto& map = arrives ? parts_[other]->left : parts_[other]->arrived;
        if (map.at(asked.id) > c.seen[other])
          return false;
      }
    return true;
  }

  void look_all_up() {
    const auto asked = out_.events;
    for (const auto& a : asked) {
      if (a.type != event_type::invoke || a.op != event_op::post)
        continue;
      history_event e{.process = 2'000'000, .op = event_op::lookup, .asked = {.id = a.asked.id}};
      note(e, event_type::invoke);
      const auto account = a.asked.from != no_account ? a.asked.from : a.asked.to;
      auto& home = *parts_[account % plan_.partitions];
      if (auto known = home.book.find_operation(a.asked.id, home))
        e.found.push_back(*known);
      note(e, event_type::ok);
    }
  }

  sim_plan plan_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<part>> parts_;
  std::vector<client> clients_;
  std::vector<packet> packets_;
  history out_;
  std::int64_t now_ = 0;
  std::uint64_t ids_ = 0;
};

} // namespace troupe::bank
