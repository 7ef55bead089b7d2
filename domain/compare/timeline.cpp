// SPDX-License-Identifier: BSD-3-Clause
#include "domain/compare/timeline.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::compare {

namespace json = boost::json;

namespace {

enum kind : int { work, waiting, held };

json::object parsed(const traced_run& run) {
  boost::system::error_code error;
  auto value = json::parse(run.text, error);
  if (error || !value.is_object() || !value.as_object().contains("traceEvents")
      || !value.at("traceEvents").is_array())
    throw std::runtime_error(run.title + " wrote no timeline");
  return std::move(value.as_object());
}

bool is(const json::object& e, std::string_view ph) { return e.at("ph").as_string() == ph; }
double time_of(const json::object& e) { return e.at("ts").to_number<double>(); }
double length_of(const json::object& e) { return e.at("dur").to_number<double>(); }

// Names of rows have no time of their own.
double begin_of(const json::array& events) {
  double first = std::numeric_limits<double>::max();
  for (const auto& e : events)
    if (!is(e.as_object(), "M"))
      first = std::min(first, time_of(e.as_object()));
  return first == std::numeric_limits<double>::max() ? 0 : first;
}

std::int64_t left_out_of(const json::object& trace) {
  const auto* other = trace.if_contains("otherData");
  return other ? other->at("left_out").to_number<std::int64_t>() : 0;
}

// Whole nanoseconds: differences of microseconds with decimals would have too many of them.
double rounded(double us) {
  return static_cast<double>(static_cast<std::int64_t>(us * 1000 + .5)) / 1000;
}

struct slice {
  double begin, us;
  std::string name;
  int depth = 0;
};

struct row {
  std::int64_t number = 0;
  std::string name;
  std::vector<slice> slices;
  double busy = 0; // of the outermost
};

// What begins together is around what ends sooner.
void find_depths(row& r) {
  std::sort(r.slices.begin(), r.slices.end(), [](const slice& a, const slice& b) {
    return std::pair{a.begin, -a.us} < std::pair{b.begin, -b.us};
  });
  std::vector<double> around;
  for (auto& s : r.slices) {
    while (!around.empty() && around.back() <= s.begin)
      around.pop_back();
    s.depth = static_cast<int>(around.size());
    if (around.empty())
      r.busy += s.us;
    around.push_back(s.begin + s.us);
  }
}

int kind_of(const std::string& row, const std::string& slice) {
  if (row.ends_with(": held by") || slice == "account" || slice == "fork")
    return held;
  return slice.starts_with("waits for ") || slice == "pauses" || slice == "GET" ? waiting : work;
}

class picture {
public:
  picture(const traced_run& run, const picture_limits& bounds) : bounds_(bounds) {
    const auto trace = parsed(run);
    const auto& events = trace.at("traceEvents").as_array();
    begin_ = begin_of(events);
    read(events);
    out_ = {{"label", run.label}, {"command", run.command}, {"left_out", left_out_of(trace)}};
    pick_rows();
    draw_rows();
    draw_letters(events);
    out_["took_us"] = rounded(took_);
    out_["names"] = std::move(names_);
  }
  json::object take() { return std::move(out_); }

private:
  void read(const json::array& events) {
    for (const auto& any : events) {
      const auto& e = any.as_object();
      auto& r = rows_[e.at("tid").to_number<std::int64_t>()];
      if (is(e, "M") && e.at("name").as_string() == "thread_name")
        r.name = e.at("args").at("name").as_string();
      if (!is(e, "X"))
        continue;
      r.slices.push_back(
          {time_of(e) - begin_, length_of(e), std::string{e.at("name").as_string()}});
      took_ = std::max(took_, r.slices.back().begin + r.slices.back().us);
    }
  }

  void pick_rows() {
    std::vector<const row*> all;
    for (auto& [number, r] : rows_) {
      r.number = number;
      find_depths(r);
      if (!r.slices.empty())
        all.push_back(&r);
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const row* a, const row* b) { return a->busy > b->busy; });
    out_["rows_more"] = all.size() - std::min(all.size(), bounds_.rows_max);
    all.resize(std::min(all.size(), bounds_.rows_max));
    std::sort(all.begin(), all.end(),
              [](const row* a, const row* b) { return a->number < b->number; });
    chosen_ = std::move(all);
  }

  void draw_rows() {
    json::array rows;
    for (std::size_t place = 0; place < chosen_.size(); ++place) {
      const auto& r = *chosen_[place];
      places_[r.number] = place;
      std::vector<const slice*> longest;
      for (const auto& s : r.slices)
        longest.push_back(&s);
      std::stable_sort(longest.begin(), longest.end(),
                       [](const slice* a, const slice* b) { return a->us > b->us; });
      const auto fit = std::min(longest.size(), bounds_.slices_max);
      json::array drawn;
      for (std::size_t i = 0; i < fit; ++i) {
        const auto& s = *longest[i];
        drawn.emplace_back(json::array{rounded(s.begin), rounded(s.us), name(s.name),
                                       kind_of(r.name, s.name), s.depth});
      }
      rows.emplace_back(json::object{
          {"name", r.name}, {"more", longest.size() - fit}, {"slices", std::move(drawn)}});
    }
    out_["rows"] = std::move(rows);
  }

  // Arrows between rows that are there.
  void draw_letters(const json::array& events) {
    std::map<std::int64_t, const json::object*> sent;
    json::array letters;
    for (const auto& any : events)
      if (is(any.as_object(), "s"))
        sent[any.at("id").to_number<std::int64_t>()] = &any.as_object();
    std::uint64_t more = 0;
    for (const auto& any : events) {
      const auto& e = any.as_object();
      if (!is(e, "f"))
        continue;
      const auto from = sent.find(e.at("id").to_number<std::int64_t>());
      if (from == sent.end())
        continue;
      const auto a = places_.find(from->second->at("tid").to_number<std::int64_t>()),
                 b = places_.find(e.at("tid").to_number<std::int64_t>());
      if (a == places_.end() || b == places_.end() || a == b)
        continue;
      if (letters.size() >= bounds_.letters_max) {
        ++more;
        continue;
      }
      letters.emplace_back(json::array{a->second, rounded(time_of(*from->second) - begin_),
                                       b->second, rounded(time_of(e) - begin_),
                                       name(std::string{e.at("name").as_string()})});
    }
    out_["letters"] = std::move(letters);
    out_["letters_more"] = more;
  }

  std::size_t name(const std::string& text) {
    const auto [at, fresh] = numbers_.emplace(text, names_.size());
    if (fresh)
      names_.emplace_back(text);
    return at->second;
  }

  const picture_limits& bounds_;
  double begin_ = 0, took_ = 0;
  std::map<std::int64_t, row> rows_;
  std::vector<const row*> chosen_;
  std::map<std::int64_t, std::size_t> places_;
  json::array names_;
  std::map<std::string, std::size_t> numbers_;
  json::object out_;
};

} // namespace

std::string merged_timeline(const std::vector<traced_run>& runs) {
  std::string out;
  std::int64_t left_out = 0, ids = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    auto trace = parsed(runs[i]);
    auto& events = trace.at("traceEvents").as_array();
    left_out += left_out_of(trace);
    const auto begin = begin_of(events);
    const auto before = ids;
    for (auto& any : events) {
      auto& e = any.as_object();
      e["pid"] = i + 1;
      if (auto* id = e.if_contains("id")) {
        const auto number = before + id->to_number<std::int64_t>();
        ids = std::max(ids, number);
        *id = number;
      }
      if (!is(e, "M"))
        e["ts"] = rounded(time_of(e) - begin);
      else if (e.at("name").as_string() == "process_name")
        e["args"] = json::object{{"name", runs[i].title}};
      out += (out.empty() ? "" : ",\n") + json::serialize(e);
    }
  }
  return "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"left_out\":" + std::to_string(left_out)
         + "},\"traceEvents\":[\n" + out + "\n]}\n";
}

json::array timeline_pictures(const std::vector<traced_run>& runs, const picture_limits& bounds) {
  json::array all;
  for (const auto& run : runs) {
    if (all.empty() || all.back().at("workload").to_number<std::size_t>() != run.workload)
      all.emplace_back(json::object{{"workload", run.workload}, {"runs", json::array{}}});
    all.back().at("runs").as_array().emplace_back(picture{run, bounds}.take());
  }
  return all;
}

} // namespace troupe::compare
