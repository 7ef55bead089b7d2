// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/trace.hpp"

#include <deque>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::race {

namespace {

namespace json = boost::json;

constexpr std::int64_t step_us = 1000, slice_us = 900;
constexpr std::int64_t handled_us = 100, sent_us = 800; // inside a slice: an arrow's ends

class timeline {
public:
  explicit timeline(const report& r) : m_(*r.made), s_(r.shown) {
    name_rows(r);
    steps();
    for (std::size_t lock = 0; lock < m_.lock_names().size(); ++lock)
      holders(lock);
    for (std::size_t who = 0; who < m_.cast().size(); ++who)
      waits(who);
    curves();
  }

  std::string text() && {
    return json::serialize(
        json::object{{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events_)}});
  }

private:
  std::int64_t person_row(std::size_t who) const { return static_cast<std::int64_t>(who) + 1; }
  std::int64_t lock_row(std::size_t lock) const {
    return static_cast<std::int64_t>(m_.cast().size() + lock) + 1;
  }
  std::int64_t begin_of(std::size_t step) const {
    return static_cast<std::int64_t>(step) * step_us;
  }

  json::object& event(const char* kind, const std::string& name, std::int64_t row,
                      std::int64_t at) {
    events_.emplace_back(
        json::object{{"ph", kind}, {"name", name}, {"pid", 1}, {"tid", row}, {"ts", at}});
    return events_.back().as_object();
  }

  void meta(const char* what, std::int64_t row, json::object args) {
    event("M", what, row, 0)["args"] = std::move(args);
  }

  void name_row(std::int64_t row, const std::string& name) {
    meta("thread_name", row, {{"name", name}});
    meta("thread_sort_index", row, {{"sort_index", row}});
  }

  void name_rows(const report& r) {
    meta("process_name", 0, {{"name", r.asked.model + ", " + r.asked.engine}});
    for (std::size_t i = 0; i < m_.cast().size(); ++i)
      name_row(person_row(i), m_.cast()[i].name);
    for (std::size_t i = 0; i < m_.lock_names().size(); ++i)
      name_row(lock_row(i), m_.lock_names()[i] + ": held by");
  }

  // Mailboxes are first in, first out: so the oldest unmet sending belongs to the next handling.
  void steps() {
    std::vector<std::deque<std::int64_t>> underway(m_.cast().size());
    std::int64_t letters = 0;
    for (std::size_t i = 0; i < s_.told.size(); ++i) {
      const auto& x = s_.told[i];
      const auto row = person_row(x.who);
      auto& slice = event("X", x.told.text, row, begin_of(i));
      slice["dur"] = slice_us;
      slice["cat"] = "step";
      slice["args"] = json::object{{"step", i + 1}, {"standing", standing(m_, x.after)}};
      if (x.told.got && !underway[x.who].empty()) {
        arrow("f", underway[x.who].front(), row, begin_of(i) + handled_us)["bp"] = "e";
        underway[x.who].pop_front();
      }
      for (const auto to : x.told.sent) {
        underway[to].push_back(++letters);
        // One that is never handled has no end, and so no beginning either.
        if (is_handled(i, to, underway[to].size()))
          arrow("s", letters, row, begin_of(i) + sent_us);
      }
      if (x.after.wrong != flaw::none) {
        auto& mark = event("i", std::string{to_string(x.after.wrong)}, row, begin_of(i) + slice_us);
        mark["s"] = "g";
      }
    }
  }

  // Takes: how many letters lie in the mailbox at the end of the step, with the one that is asked
  // for.
  bool is_handled(std::size_t step, std::size_t who, std::size_t place) const {
    for (auto i = step + 1; i < s_.told.size() && place > 0; ++i)
      if (s_.told[i].who == who && s_.told[i].told.got)
        --place;
    return place == 0;
  }

  json::object& arrow(const char* kind, std::int64_t id, std::int64_t row, std::int64_t at) {
    auto& out = event(kind, "letter", row, at);
    out["cat"] = "letter";
    out["id"] = id;
    return out;
  }

  std::int8_t holder(std::size_t step, std::size_t lock) const {
    return s_.told[step].after.locks[lock];
  }

  // From the middle of the step that took it to the middle of the one that gave it back.
  void holders(std::size_t lock) {
    for (std::size_t from = 0; from < s_.told.size();) {
      auto to = from + 1;
      while (to < s_.told.size() && holder(to, lock) == holder(from, lock))
        ++to;
      if (const auto who = holder(from, lock); who != nobody) {
        auto& slice = event("X", m_.cast()[static_cast<std::size_t>(who)].name, lock_row(lock),
                            begin_of(from) + slice_us / 2);
        slice["dur"] = begin_of(to) - begin_of(from);
        slice["cat"] = "held";
      }
      from = to;
    }
  }

  void waits(std::size_t who) {
    for (std::size_t from = 0; from < s_.told.size();) {
      const auto& what = s_.told[from].waits[who];
      auto to = from + 1;
      while (to < s_.told.size() && s_.told[to].waits[who] == what)
        ++to;
      if (!what.empty()) {
        const auto id = ++spans_;
        for (const auto& [kind, at] : {std::pair{"b", from}, std::pair{"e", to}}) {
          auto& end = event(kind, m_.cast()[who].name + " waits for " + what, person_row(who),
                            begin_of(at) + slice_us);
          end["cat"] = "wait";
          end["id"] = id;
        }
      }
      from = to;
    }
  }

  void curves() {
    const auto value = [this](std::size_t account, std::int64_t at, const world& w) {
      event("C", "balance of " + m_.account_names()[account], 0, at)["args"] =
          json::object{{"balance", w.accounts[account]}};
    };
    for (std::size_t account = 0; account < m_.account_names().size(); ++account) {
      value(account, 0, m_.begin());
      for (std::size_t i = 0; i < s_.told.size(); ++i)
        value(account, begin_of(i) + slice_us, s_.told[i].after);
    }
  }

  const model& m_;
  const story& s_;
  std::int64_t spans_ = 0;
  json::array events_;
};

} // namespace

std::string trace_json(const report& r) { return timeline{r}.text(); }

} // namespace troupe::race
