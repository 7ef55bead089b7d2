// SPDX-License-Identifier: BSD-3-Clause
// Histories of a bank that is right are accepted, whatever the order of things; each kind of lie
// planted in one is found, by the check whose business it is.

#include "domain/bank/history_check.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/domain/bank/history_sim.hpp"

namespace data = boost::unit_test::data;
using namespace troupe::bank;

namespace {

/// A history in which a lie is told.
class liar {
public:
  liar(history h, std::uint64_t seed) : h_(std::move(h)), random_(seed) {}
  history take() { return std::move(h_); }
  history& all() { return h_; }

  /// Takes: what is looked for. Returns: a random one of those events, from the run's middle.
  history_event& event(const std::function<bool(const history_event&)>& wanted) {
    std::vector<history_event*> found;
    for (auto& e : h_.events)
      if (wanted(e))
        found.push_back(&e);
    BOOST_REQUIRE_GE(found.size(), 10u);
    return *found[found.size() / 3 + random_() % (found.size() / 3)];
  }
  history_event& read() { return event(is_read); }
  history_event& end_of_transfer(event_type how) {
    return event([how](const history_event& e) {
      return e.type == how && e.op == event_op::post && e.asked.kind == operation_kind::transfer;
    });
  }
  history_event& begin_of(const op_id& id) {
    for (auto& e : h_.events)
      if (e.asked.id == id && e.type == event_type::invoke)
        return e;
    throw std::logic_error("no such call");
  }
  std::vector<history_event*> reads() {
    std::vector<history_event*> all;
    for (auto& e : h_.events)
      if (is_read(e))
        all.push_back(&e);
    return all;
  }
  /// The record of a transfer that stayed in its partition.
  std::pair<std::size_t, std::size_t> local_transfer() {
    for (std::size_t p = 0; p < h_.partitions.size(); ++p) {
      const auto& records = h_.partitions[p];
      for (std::size_t n = records.size() / 2; n < records.size(); ++n)
        if (records[n].asked.kind == operation_kind::transfer && !records[n].answer.pending
            && records[n].answer.error == fault::none && acknowledged(records[n].asked.id))
          return {p, n};
    }
    throw std::logic_error("no such record");
  }
  void move(const operation& op, amount by) {
    h_.accounts[op.from].balance -= by;
    h_.accounts[op.to].balance += by;
  }

  bool acknowledged(const op_id& id) const {
    for (const auto& e : h_.events)
      if (e.asked.id == id && e.op == event_op::post && e.type == event_type::ok)
        return true;
    return false;
  }

private:
  static bool is_read(const history_event& e) {
    return e.op == event_op::whole_read && e.type == event_type::ok;
  }
  history h_;
  std::mt19937_64 random_;
};

struct lie {
  const char* words;
  const char* check; ///< that has to find it
  std::function<void(liar&)> tell;
};
std::ostream& operator<<(std::ostream& out, const lie& x) { return out << x.words; }

void tell_content_of(history_event& to, const history_event& from) {
  to.balances = from.balances;
  to.in_transit = from.in_transit;
}

const std::vector<lie> lies{
    {"a read has lost money", "totals", [](liar& l) { l.read().balances.at(3).second -= 1; }},
    {"a read has found some", "totals", [](liar& l) { l.read().in_transit += 1; }},
    {"an account is read twice", "totals",
     [](liar& l) {
       auto& e = l.read();
       e.balances.push_back({e.balances[0].first, 0});
     }},
    {"a balance is below zero", "floors",
     [](liar& l) {
       auto& e = l.read();
       const auto by = e.balances[0].second + 1;
       e.balances[0].second -= by;
       e.balances[5].second += by;
     }},
    {"a record takes more than there is", "floors",
     [](liar& l) {
       const auto [p, n] = l.local_transfer();
       l.all().partitions[p][n].answer.moved = 1'000'000;
     }},
    {"a read of what never was", "order",
     [](liar& l) {
       auto& e = l.read();
       e.balances[1].second += e.balances[2].second + e.balances[6].second;
       e.balances[2].second = e.balances[6].second = 0;
     }},
    {"a stale read", "order",
     [](liar& l) { tell_content_of(*l.reads().at(40), *l.reads().at(2)); }},
    {"a read of the future", "order",
     [](liar& l) { tell_content_of(*l.reads().at(2), *l.reads().at(40)); }},
    {"a read of what is not there yet, and adds up", "order",
     [](liar& l) {
       auto& e = l.read();
       e.balances[1].second -= 1;
       e.balances[2].second += 1;
     }},
    {"one partition is stale", "order",
     [](liar& l) {
       const auto now = l.reads().at(40), old = l.reads().at(2);
       const auto count = l.all().partitions.size();
       for (std::size_t i = 0; i < now->balances.size(); ++i)
         if (now->balances[i].first % count == 1)
           now->balances[i] = old->balances[i];
     }},
    {"records are not in the order of time", "order",
     [](liar& l) {
       auto& records = l.all().partitions[0];
       std::swap(records[records.size() / 4].asked, records[records.size() * 3 / 4].asked);
       std::swap(records[records.size() / 4].answer, records[records.size() * 3 / 4].answer);
       std::swap(records[records.size() / 4].answer.sequence,
                 records[records.size() * 3 / 4].answer.sequence);
     }},
    {"done twice", "ids",
     [](liar& l) {
       const auto [p, n] = l.local_transfer();
       auto again = l.all().partitions[p][n];
       again.answer.sequence = l.all().partitions[p].size() + 1;
       l.move(again.asked, again.answer.moved);
       l.all().partitions[p].push_back(again);
     }},
    {"acknowledged, and not done", "ids",
     [](liar& l) {
       const auto [p, n] = l.local_transfer();
       auto& r = l.all().partitions[p][n];
       l.move(r.asked, -r.answer.moved);
       r.answer.error = fault::insufficient_funds;
     }},
    {"refused, and done", "ids",
     [](liar& l) {
       auto& e = l.end_of_transfer(event_type::ok);
       e.type = event_type::fail;
       e.error = fault::insufficient_funds;
     }},
    {"refused for another reason", "ids",
     [](liar& l) { l.end_of_transfer(event_type::fail).error = fault::no_account; }},
    {"done with another amount", "ids",
     [](liar& l) { l.begin_of(l.end_of_transfer(event_type::ok).asked.id).asked.value += 1; }},
    {"done, and never asked for", "ids",
     [](liar& l) {
       const auto id = l.end_of_transfer(event_type::ok).asked.id;
       std::erase_if(l.all().events, [&](const auto& e) { return e.asked.id == id; });
     }},
    {"not known any more", "lookups",
     [](liar& l) {
       l.event([&l](const auto& e) {
          return e.found.size() == 1 && l.acknowledged(e.asked.id);
        }).found.clear();
     }},
    {"known to two partitions", "lookups",
     [](liar& l) {
       auto& e = l.event([](const auto& x) { return x.found.size() == 1; });
       e.found.push_back(e.found[0]);
     }},
    {"an account has more than the records say", "balances",
     [](liar& l) { l.all().accounts[4].balance += 1; }},
    {"a record is missing", "balances",
     [](liar& l) {
       auto& records = l.all().partitions[1];
       records.erase(records.begin() + static_cast<std::ptrdiff_t>(records.size() / 2));
     }},
    {"an id is used twice", "processes",
     [](liar& l) {
       const auto id = l.end_of_transfer(event_type::ok).asked.id;
       auto again = l.begin_of(id);
       again.process = 777;
       again.time_ns = l.all().events.back().time_ns;
       l.all().events.push_back(again);
     }},
    {"two things at a time", "processes",
     [](liar& l) {
       auto& e = l.end_of_transfer(event_type::ok);
       std::erase_if(l.all().events, [id = e.asked.id](const auto& x) {
         return x.asked.id == id && x.type == event_type::ok && x.op == event_op::post;
       });
     }},
    {"goes on after an info", "processes",
     [](liar& l) { l.end_of_transfer(event_type::ok).type = event_type::info; }},
    {"ends what it did not begin", "processes",
     [](liar& l) { l.end_of_transfer(event_type::ok).asked.id.high += 1; }},
    {"time runs back", "processes", [](liar& l) { l.read().time_ns = 0; }},
};

const check_result& find(const std::vector<check_result>& all, const std::string& name) {
  for (const auto& r : all)
    if (r.name == name)
      return r;
  throw std::logic_error("no check " + name);
}

} // namespace

BOOST_DATA_TEST_CASE(accepts_what_a_right_bank_does, data::xrange(60), seed) {
  const auto n = static_cast<std::uint64_t>(seed);
  sim_plan plan{.seed = n + 1};
  plan.partitions = 1 + static_cast<std::uint32_t>(n % 5);
  plan.accounts = 4 + n % 9;
  plan.clients = 1 + n % 8;
  plan.opening = seed % 3 == 0 ? 8 : 40; // with little, much is refused
  const auto h = simulated_bank{plan}.run();
  const auto counts = count_of(h);
  BOOST_TEST(counts.reads > 5u);
  BOOST_TEST(counts.transfers_ok > 20u);
  for (const auto& r : check_history(h))
    BOOST_TEST(r.good(), r.name << " (" << r.checked << "): " << r.counterexample);
}

BOOST_DATA_TEST_CASE(finds_each_lie, data::make(lies) * data::xrange(12), planted, seed) {
  const auto n = static_cast<std::uint64_t>(seed);
  static std::map<int, history> true_ones;
  if (!true_ones.contains(seed))
    true_ones[seed] = simulated_bank{{.seed = n + 1, .clients = 4 + n % 5, .steps = 6'000}}.run();
  liar l{true_ones[seed], n};
  planted.tell(l);
  const auto results = check_history(l.take());
  const auto& r = find(results, planted.check);
  BOOST_TEST(!r.good(), planted.words << " was not found");
  BOOST_TEST(r.counterexample.find('\n') == std::string::npos);
  if (seed == 0)
    BOOST_TEST_MESSAGE(planted.words << ": " << r.counterexample);
}

BOOST_AUTO_TEST_CASE(nothing_to_look_at_is_not_good) {
  for (const auto& r : check_history({})) {
    BOOST_TEST(!r.good(), r.name);
    BOOST_TEST(r.counterexample.empty(), r.name);
  }
}
