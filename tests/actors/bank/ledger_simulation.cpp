// SPDX-License-Identifier: BSD-3-Clause
#include "tests/actors/bank/ledger_simulation.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "actors/bank/ledger_keeper.hpp"
#include "actors/bank/router.hpp"
#include "actors/bank/whole_reader.hpp"
#include "domain/bank/audit.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"
#include "tests/actors/bank/whole_doubles.hpp"

namespace troupe::test {

using namespace bank;

/// One process, from its start to its crash or its end.
struct ledger_simulation::life {
  runtime::test_system<caf::id_block::troupe> actors;
  std::vector<std::shared_ptr<ledger>> books;
  std::vector<ledger_actor> ledgers;
  std::vector<ledger_actor> doors; // by which the whole reader comes to them, later than others
  router_actor head;
  whole_actor reader;
  std::vector<courier_actor> couriers; // besides the router's
  std::vector<asker_actor> askers;
  bool over = false; // what is told now, nobody hears

  life(ledger_simulation& all, std::uint64_t seed) : actors(seed) {
    for (std::uint32_t i = 0; i < all.partitions_; ++i) {
      all.disks_[i]->restart();
      ledger_ports ports;
      ports.store = std::make_shared<fake_store>(*all.disks_[i]);
      ports.books = std::make_shared<ledger>(partition{i, all.partitions_});
      ports.store->load(*ports.books);
      ports.now_ms = [&all] { return all.now_ms_; };
      ports.stopped = [](const std::string&) {};
      ports.uncommitted_operations_max = 1 + all.roll(20);
      books.push_back(ports.books);
      ports.instance = ++all.instances_;
      ledgers.push_back(runtime::spawn<ledger_keeper>(actors.system(), std::move(ports)));
      doors.push_back(ledger_actor{runtime::spawn<far_ledger>(actors.system(), ledgers.back())});
    }
    router_limits bounds;
    bounds.courier.batch_operations_max = 1 + all.roll(4);
    head = runtime::spawn<router>(actors.system(), ledgers, bounds);
    reader = runtime::spawn<whole_reader>(
        actors.system(), doors, [&all] { return ++all.cut_; }, bank_far_limits{});
  }
  ~life() {
    over = true;
    runtime::stop(head);
    for (const auto& c : couriers)
      runtime::stop(c);
    couriers.clear();
    for (const auto& a : askers)
      runtime::stop(a);
    askers.clear();
    runtime::stop(reader);
    for (const auto& d : doors)
      runtime::stop(d);
    for (const auto& l : ledgers)
      runtime::stop(l);
    head = nullptr;
    reader = nullptr;
    doors.clear();
    ledgers.clear();
    actors.run();
  }
};

ledger_simulation::ledger_simulation(std::uint64_t seed, simulation_options options)
    : draw_(seed), seed_(seed), partitions_(1 + static_cast<std::uint32_t>(roll(3))),
      accounts_(2 + static_cast<std::uint32_t>(roll(7))) {
  for (std::uint32_t i = 0; i < partitions_; ++i) {
    disks_.push_back(std::make_unique<fake_disk>());
    disks_.back()->syncs_late = options.syncs_late;
    disks_.back()->at_commit = [this] {
      using event = fake_disk::event;
      const auto what = roll(60);
      return what == 0 ? event::crash_before : what == 1 ? event::crash_after : event::none;
    };
  }
  for (account_id a = 1; a <= accounts_; ++a)
    asked_.push_back({.id = {seed, a},
                      .kind = operation_kind::open,
                      .to = a,
                      .value = roll(3) == 0 ? 50 : 0,
                      .unit = parse_currency(a % 4 == 0 ? "USD" : "EUR")});
  for (const operation& op : asked_)
    by_id_[op.id] = op;
}

ledger_simulation::~ledger_simulation() = default;

std::string ledger_simulation::run() {
  const auto lives = 1 + roll(4);
  for (std::uint64_t i = 0; i < lives && wrong_.empty(); ++i)
    live(false);
  if (wrong_.empty())
    live(true);
  if (wrong_.empty())
    check_disks();
  return wrong_;
}

void ledger_simulation::fail(const std::string& what) {
  if (wrong_.empty())
    wrong_ = "seed " + std::to_string(seed_) + ": " + what;
}

// -- a life

void ledger_simulation::live(bool last) {
  life now{*this, draw_() | 1};
  ++lives_;
  if (last)
    return finish(now);
  const auto turns = 20 + roll(150);
  for (std::uint64_t turn = 0; turn < turns && wrong_.empty(); ++turn) {
    if (roll(3) == 0)
      send_something(now);
    if (roll(30) == 0)
      replace_courier(now);
    if (roll(6) == 0)
      read_all(now);
    for (auto steps = roll(8); steps > 0 && now.actors.step(); --steps) {
    }
    if (roll(4) == 0)
      now_ms_ += static_cast<std::int64_t>(roll(400));
    if (roll(10) == 0 && now.actors.has_timer())
      now.actors.next_timer();
    const bool crashed =
        std::any_of(disks_.begin(), disks_.end(), [](const auto& disk) { return disk->crashed; });
    if (crashed)
      break;
  }
  now.over = true;
  crash();
}

/// All disks at once: one process holds all partitions.
void ledger_simulation::crash() {
  ++crashes_;
  for (const auto& disk : disks_)
    disk->crash();
}

operation ledger_simulation::invent() {
  const auto any = [this] { return static_cast<account_id>(1 + roll(accounts_ + 1)); };
  operation op{.id = {seed_ + 1, draw_()}, .value = static_cast<amount>(roll(100))};
  switch (roll(10)) {
  case 0:
  case 1:
    op.kind = operation_kind::deposit;
    op.to = any();
    break;
  case 2:
    op.kind = operation_kind::withdraw;
    op.from = any();
    break;
  case 3:
    op.kind = operation_kind::hold;
    op.from = any();
    op.expires_ms = roll(3) == 0 ? 0 : now_ms_ + static_cast<std::int64_t>(roll(2'000));
    holds_.push_back(op);
    break;
  case 4:
    if (!holds_.empty()) {
      // Mostly the newest: older ones are over by now.
      const operation& held = holds_[roll(4) == 0 ? roll(holds_.size()) : holds_.size() - 1];
      const bool post = roll(4) != 0;
      op.kind = post ? operation_kind::post : operation_kind::release;
      op.hold = held.id;
      op.from = held.from;
      op.to = post ? any() : no_account;
      op.value = post && roll(2) == 0 ? static_cast<amount>(roll(60)) : 0;
      break;
    }
    [[fallthrough]];
  default:
    op.kind = operation_kind::transfer;
    op.from = any();
    op.to = any();
    break;
  }
  return op;
}

void ledger_simulation::send_something(life& now) {
  post_batch batch;
  for (auto n = 1 + roll(4); n > 0; --n) {
    if (!asked_.empty() && roll(3) == 0) {
      batch.operations.push_back(asked_[roll(asked_.size())]); // again, answered or not
      continue;
    }
    const operation op = invent();
    asked_.push_back(op);
    by_id_[op.id] = op;
    batch.operations.push_back(op);
  }
  batch.all_or_nothing = roll(8) == 0;
  auto done = std::make_shared<std::function<void(batch_receipts)>>(
      [this, &now, ops = batch.operations, all = batch.all_or_nothing](const batch_receipts& x) {
        if (now.over)
          return;
        if (x.receipts.size() != ops.size())
          return fail("a batch with " + std::to_string(x.receipts.size()) + " receipts");
        const bool refused = std::any_of(x.receipts.begin(), x.receipts.end(),
                                         [](const auto& r) { return r.error != fault::none; });
        if (all && refused)
          return; // leaves no trace
        for (std::size_t i = 0; i < ops.size(); ++i)
          take(ops[i], x.receipts[i]);
      });
  runtime::post(now.head, batch_call{std::move(batch), std::move(done)});
}

/// A courier that is replaced while it lives and works on: steps are then done by two at once.
void ledger_simulation::replace_courier(life& now) {
  const auto whose = static_cast<std::uint32_t>(roll(partitions_));
  now.couriers.push_back(
      runtime::spawn<courier>(now.actors.system(), now.ledgers, whose, courier_limits{}));
}

void ledger_simulation::read_all(life& now) {
  const std::function<void(whole_state)> then = [this, &now](const whole_state& w) {
    if (!now.over)
      take(w);
  };
  now.askers.push_back(runtime::spawn<asker>(now.actors.system(), now.reader, then));
}

void ledger_simulation::take(const whole_state& w) {
  if (w.error != whole_fault::none)
    return; // a disk has crashed
  ++whole_reads_;
  whole_crossings_ += !w.on_the_way.empty();
  if (!adds_up(w.accounts))
    fail("a whole read does not add up");
  for (const auto& a : w.accounts)
    if (!is_system(a.id) && (a.held < 0 || a.balance - a.held < -a.overdraft_max))
      fail("a whole read shows account " + std::to_string(a.id) + " overdrawn");
}

void ledger_simulation::take(const operation& asked, const receipt& r) {
  if (r.id != asked.id)
    return fail("a receipt of another operation");
  if (r.pending)
    return fail("a client saw a pending receipt");
  if (r.sequence == 0)
    return; // refused without a trace, or the store failed
  const auto [known, fresh] = acknowledged_.emplace(asked.id, r);
  if (!fresh && known->second != r)
    fail("another receipt for the same operation " + to_string(asked.id));
}

/// No more crashes: what was answered is asked again, and some of the rest; other clients gave up,
/// and what was done for them has to be whole without their help.
void ledger_simulation::finish(life& now) {
  for (const auto& disk : disks_) {
    disk->at_commit = nullptr;
    disk->syncs_late = false;
  }
  std::size_t answered = 0, posted = 0;
  for (const operation& op : asked_) {
    if (!acknowledged_.contains(op.id) && roll(2) == 0)
      continue;
    ++posted;
    auto done = std::make_shared<std::function<void(batch_receipts)>>(
        [this, op, &answered, &now](const batch_receipts& x) {
          if (now.over)
            return;
          ++answered;
          take(op, x.receipts.at(0));
        });
    runtime::post(now.head, batch_call{{{op}, false}, std::move(done)});
  }
  const bool ended = now.actors.run_until(
      [&] {
        const bool at_rest = std::all_of(now.books.begin(), now.books.end(),
                                         [](const auto& b) { return b->open_transfers().empty(); });
        return (answered == posted && at_rest) || !wrong_.empty();
      },
      1'000);
  if (!ended)
    fail(std::to_string(posted - answered) + " operations were never answered");
  now.actors.run();
  now.over = true;
}

// -- what must hold

void ledger_simulation::check_disks() {
  for (std::uint32_t i = 0; i < partitions_ && wrong_.empty(); ++i)
    check_history(*disks_[i], i);
  check_flights();
  check_acknowledged();
  check_audit();
}

/// Adds up the history and compares: it knows how money moves, not why.
void ledger_simulation::check_history(const fake_disk& disk, std::uint32_t p) {
  const std::string where = "partition " + std::to_string(p) + ": ";
  std::map<account_id, amount> balance, held;
  std::map<op_id, amount> open;
  std::set<std::tuple<op_id, int>> ids;
  const auto& accounts = disk.synced.accounts;
  for (const auto& [asked, answer] : disk.synced.records) {
    const auto leg =
        asked.kind == operation_kind::receive                                             ? 1
        : asked.kind == operation_kind::settle || asked.kind == operation_kind::give_back ? 2
                                                                                          : 0;
    if (asked.id && !ids.emplace(asked.id, leg).second)
      return fail(where + "the id " + to_string(asked.id) + " was applied twice");
    if (answer.error != fault::none)
      continue;
    const auto unit_at = [&](account_id a) { return accounts.at(a).unit; };
    switch (asked.kind) {
    case operation_kind::deposit:
      balance[account_of(system_account::outside, unit_at(asked.to))] -= answer.moved;
      balance[asked.to] += answer.moved;
      break;
    case operation_kind::receive:
      balance[account_of(system_account::in_flight, unit_at(asked.to))] -= answer.moved;
      balance[asked.to] += answer.moved;
      break;
    case operation_kind::withdraw:
      balance[asked.from] -= answer.moved;
      balance[account_of(system_account::outside, unit_at(asked.from))] += answer.moved;
      break;
    case operation_kind::transfer:
      if (answer.pending) {
        held[asked.from] += answer.moved;
        open[asked.id] = answer.moved;
        ++crossings_;
        break;
      }
      balance[asked.from] -= answer.moved;
      balance[asked.to] += answer.moved;
      break;
    case operation_kind::hold:
      held[asked.from] += answer.moved;
      open[asked.id] = answer.moved;
      break;
    case operation_kind::post:
      if (answer.pending) { // the hold ends, and what leaves is held under the post's id
        held[asked.from] += answer.moved - open[asked.hold];
        open.erase(asked.hold);
        open[asked.id] = answer.moved;
        ++posts_away_;
        break;
      }
      balance[asked.from] -= answer.moved;
      balance[asked.to] += answer.moved;
      held[asked.from] -= open[asked.hold];
      open.erase(asked.hold);
      break;
    case operation_kind::settle:
      balance[asked.from] -= answer.moved;
      balance[account_of(system_account::in_flight, unit_at(asked.from))] += answer.moved;
      [[fallthrough]];
    case operation_kind::release:
    case operation_kind::expire:
    case operation_kind::give_back:
      if (!open.contains(asked.hold))
        return fail(where + "a hold ended twice");
      held[asked.from] -= open[asked.hold];
      open.erase(asked.hold);
      break;
    default:
      break;
    }
    if (asked.from != no_account && accounts.contains(asked.from)) {
      const account& a = accounts.at(asked.from);
      if (balance[a.id] - held[a.id] < -a.overdraft_max)
        return fail(where + "account " + std::to_string(a.id) + " is overdrawn");
      if (answer.from_balance != balance[a.id] || answer.from_held != held[a.id])
        return fail(where + "a receipt tells another balance");
    }
  }
  std::map<currency, amount> sums;
  for (const auto& [id, a] : accounts) {
    if (a.balance != balance[id] || a.held != held[id])
      return fail(where + "account " + account_name(id) + " does not follow from the history");
    sums[a.unit] += a.balance;
  }
  for (const auto& [unit, sum] : sums)
    if (sum != 0)
      fail(where + to_string(unit) + " does not add up");
}

/// At rest nothing is on its way, and each end tells what the far end's history tells.
void ledger_simulation::check_flights() {
  std::map<std::pair<op_id, account_id>, receipt> arrived;
  for (const auto& disk : disks_)
    for (const auto& [asked, answer] : disk->synced.records)
      if (asked.kind == operation_kind::receive)
        arrived[{asked.id, asked.from}] = answer;
  for (const auto& disk : disks_)
    for (const record& r : disk->synced.records) {
      if (r.asked.kind != operation_kind::settle && r.asked.kind != operation_kind::give_back)
        continue;
      const receipt& far = arrived[{r.asked.id, r.asked.from}];
      const receipt end = final_receipt(r);
      if (far.sequence == 0 || far.error != end.error || far.moved != end.moved
          || far.to_balance != end.to_balance || end.given_back != (far.error != fault::none))
        return fail("the end of " + to_string(r.asked.id) + " tells other than its arrival");
    }
  std::map<currency, amount> sums;
  for (const auto& disk : disks_)
    for (const auto& [id, a] : disk->synced.accounts)
      if (id == account_of(system_account::in_flight, a.unit))
        sums[a.unit] += a.balance;
  for (const auto& [unit, sum] : sums)
    if (sum != 0)
      fail(std::to_string(sum) + " " + to_string(unit) + " got lost between partitions");
}

/// What users run on their files has to call this bank good too.
void ledger_simulation::check_audit() {
  audit books{partitions_};
  for (const auto& disk : disks_) {
    books.begin_partition();
    for (const auto& r : disk->synced.records)
      books.take(r);
    for (const auto& [id, a] : disk->synced.accounts)
      books.take(a);
    for (const auto& [id, h] : disk->synced.holds)
      books.take(h);
    books.end_partition();
  }
  if (!books.finish())
    fail("audit: " + books.difference());
}

void ledger_simulation::check_acknowledged() {
  for (const auto& [id, r] : acknowledged_) {
    const operation& op = by_id_.at(id);
    const account_id at = op.from != no_account ? op.from : op.to;
    const auto& records = disks_[at % partitions_]->synced.records;
    if (r.sequence > records.size())
      return fail("the acknowledged operation " + to_string(id) + " is lost");
    const record& found = records[r.sequence - 1];
    if (found.asked.id != id || (!found.answer.pending && final_receipt(found) != r))
      return fail("the acknowledged operation " + to_string(id) + " is another now");
  }
}

} // namespace troupe::test
