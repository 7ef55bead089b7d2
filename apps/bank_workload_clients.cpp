// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_workload_clients.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

namespace troupe::apps {

namespace {

using bank::event_type;
using bank::fault;
using bank::operation_kind;
using std::chrono::milliseconds;

// Processes of the history: a client that does not know what came of its transfer goes on as
// another one, `clients` further.
constexpr std::uint64_t opening_process = 1'000'000'000;
constexpr std::uint64_t reading_process = 2'000'000'000;
constexpr std::uint64_t looking_process = 3'000'000'000;

constexpr milliseconds pause_before_again{100};

bool is_unknown(fault f) { return f == fault::unreachable || f == fault::store_failed; }

bank::operation any_transfer(std::mt19937_64& random, const workload_plan& plan, bank::op_id id) {
  const auto from = 1 + random() % plan.accounts;
  const auto to = 1 + (from + random() % (plan.accounts - 1)) % plan.accounts;
  return {.id = id,
          .kind = operation_kind::transfer,
          .from = from,
          .to = to,
          .value = static_cast<bank::amount>(1 + random() % 5)};
}

} // namespace

workload::workload(const workload_plan& plan, bank::far_bank& to, history_log& log,
                   std::stop_token stop)
    : plan_(plan), to_(to), log_(log), stop_(std::move(stop)), ids_(plan.clients) {}

// -- what a run is

void workload::open_accounts() {
  const auto deadline = clock::now() + std::chrono::seconds(plan_.settle_s_max);
  std::uint64_t n = 0;
  for (bank::account_id a = 1; a <= plan_.accounts; ++a)
    for (const auto kind : {operation_kind::open, operation_kind::deposit}) {
      bank::history_event e{.process = opening_process};
      e.asked = {.id = {plan_.seed, ++n}, .kind = kind, .to = a};
      if (kind == operation_kind::open)
        e.asked.unit = bank::parse_currency("EUR");
      else
        e.asked.value = plan_.opening;
      log_.write(e, event_type::invoke);
      const auto r = post(e.asked, deadline);
      if (r.error != fault::none)
        throw std::runtime_error("account " + std::to_string(a) + " cannot be opened: "
                                 + std::string{to_string(r.error)} + " " + to_.failure());
      log_.write(e, event_type::ok);
    }
}

void workload::run() {
  const auto end = clock::now() + std::chrono::seconds(plan_.seconds);
  in_threads(plan_.clients + 1, [&](std::uint32_t number) {
    if (number < plan_.clients)
      transfer_on(number, end);
    else
      read_on(end);
  });
}

void workload::finish() {
  in_threads(plan_.clients, [&](std::uint32_t number) { look_up(number); });
  const auto deadline = clock::now() + std::chrono::seconds(plan_.settle_s_max);
  while (!read_once()) {
    if (clock::now() > deadline)
      throw std::runtime_error("no last whole read: " + last_trouble_);
    pause(pause_before_again, deadline);
  }
}

std::string workload::summary() const {
  const auto text = [](const auto& n) { return std::to_string(n.load()); };
  return "transfers: " + text(ok_) + " ok, " + text(refused_) + " refused, " + text(unknown_)
         + " unknown, " + text(again_) + " sent again; whole reads: " + text(reads_) + ", "
         + text(reads_failed_) + " without an answer"
         + (last_trouble_.empty() ? "" : " (the last: " + last_trouble_ + ")") + "; "
         + text(looked_up_) + " looked up";
}

// -- its parts

bank::receipt workload::post(const bank::operation& op, clock::time_point deadline) {
  for (;;) {
    auto r = to_.post({op}).at(0);
    if (!is_unknown(r.error) || clock::now() >= deadline || stop_.stop_requested())
      return r;
    ++again_;
    pause(pause_before_again, deadline);
  }
}

template <class Work>
void workload::in_threads(std::uint32_t count, Work work) {
  std::vector<std::future<void>> all;
  for (std::uint32_t number = 0; number < count; ++number)
    all.push_back(std::async(std::launch::async, [work, number] { work(number); }));
  for (auto& one : all)
    one.wait();
  for (auto& one : all)
    one.get();
}

void workload::transfer_on(std::uint32_t number, clock::time_point end) {
  std::mt19937_64 random{plan_.seed * 1'000 + number};
  std::uint64_t process = number;
  auto& ids = ids_[number];
  while (clock::now() < end && !stop_.stop_requested()) {
    const bank::op_id id{plan_.seed, (std::uint64_t{number} + 1) << 40 | (ids.size() + 1)};
    ids.push_back(id);
    bank::history_event e{.process = process};
    e.asked = any_transfer(random, plan_, id);
    log_.write(e, event_type::invoke);
    const auto r = post(e.asked, clock::now() + milliseconds(plan_.again_ms_max));
    e.error = r.error;
    if (r.error == fault::none) {
      ++ok_;
      log_.write(e, event_type::ok);
    } else if (is_unknown(r.error)) {
      ++unknown_;
      log_.write(e, event_type::info);
      process += plan_.clients;
    } else {
      ++refused_;
      log_.write(e, event_type::fail);
    }
    pause(milliseconds(plan_.pause_ms), end);
  }
}

void workload::read_on(clock::time_point end) {
  while (clock::now() < end && !stop_.stop_requested()) {
    const auto next = clock::now() + milliseconds(plan_.reads_every_ms);
    read_once();
    pause(std::chrono::duration_cast<milliseconds>(next - clock::now()), end);
  }
}

bool workload::read_once() {
  bank::history_event e{.process = reading_process, .op = bank::event_op::whole_read};
  log_.write(e, event_type::invoke);
  const auto w = to_.whole_read();
  if (w.error != bank::whole_fault::none) {
    ++reads_failed_;
    last_trouble_ = std::string{to_string(w.error)} + ": " + w.why;
    e.error = fault::unreachable; // a read has no effects: nothing about it is unknown
    log_.write(e, event_type::fail);
    return false;
  }
  ++reads_;
  // The bank counts what is on its way where it comes from; a history counts it apart.
  std::map<bank::account_id, bank::amount> balances;
  for (const auto& a : w.accounts) {
    if (!bank::is_system(a.id))
      balances[a.id] = a.balance;
  }
  for (const auto& t : w.on_the_way) {
    balances[t.from] -= t.value;
    e.in_transit += t.value;
  }
  e.balances.assign(balances.begin(), balances.end());
  log_.write(e, event_type::ok);
  return true;
}

void workload::look_up(std::uint32_t number) {
  const auto deadline = clock::now() + std::chrono::seconds(plan_.settle_s_max);
  for (const auto& id : ids_[number]) {
    if (stop_.stop_requested())
      return;
    bank::history_event e{.process = looking_process + number, .op = bank::event_op::lookup};
    e.asked.id = id;
    log_.write(e, event_type::invoke);
    fault error = fault::none;
    do {
      if (error != fault::none)
        pause(pause_before_again, deadline);
      std::promise<std::pair<fault, std::vector<bank::record>>> told;
      auto answer = told.get_future();
      const auto shared = std::make_shared<decltype(told)>(std::move(told));
      to_.find_operation(id, [shared](fault f, std::vector<bank::record> found) {
        shared->set_value({f, std::move(found)});
      });
      std::tie(error, e.found) = answer.get();
    } while (error != fault::none && clock::now() < deadline);
    if (error != fault::none)
      throw std::runtime_error("no answer to what came of " + to_string(id) + ": "
                               + std::string{to_string(error)});
    ++looked_up_;
    log_.write(e, event_type::ok);
  }
}

/// Until then, or until the run is over or to be stopped.
void workload::pause(milliseconds time, clock::time_point end) const {
  constexpr milliseconds step{20};
  const auto until = std::min(clock::now() + time, end);
  while (clock::now() < until && !stop_.stop_requested())
    std::this_thread::sleep_for(std::min<clock::duration>(step, until - clock::now()));
}

} // namespace troupe::apps
