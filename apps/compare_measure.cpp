// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_measure.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "domain/compare/answer.hpp"
#include "domain/compare/spread.hpp"
#include "io/compare/machine.hpp"
#include "io/compare/programs.hpp"

namespace troupe::apps {

namespace {

namespace fs = std::filesystem;
using compare::cell;
using compare::program_run;
using compare::programs;
using compare::sample;
using io::process_end;

struct done {
  sample cost;
  std::string answer;
  std::vector<double> latencies_ms;
};

std::string command_text(const std::vector<std::string>& argv) {
  std::string out;
  for (const auto& word : argv) {
    const bool plain = !word.empty() && word.find_first_of(" $*?;|&<>()[]'\"") == word.npos;
    out += (out.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
  }
  return out;
}

// "race" of `troupe-bank race`: what is to come before a command's options.
bool is_command(const std::string& word) {
  return !word.starts_with("-") && word.find('/') == word.npos && word.front() != '{';
}

class runs {
public:
  runs(const compare_plan& plan, const compare_options& o, const fs::path& folder,
       std::stop_token stop)
      : plan_(plan), o_(o), folder_(folder), stop_(stop),
        programs_(stop, std::chrono::milliseconds{o.deadline}, o.output_bytes_max) {
    for (const auto& [name, text] : plan.files)
      if (!(std::ofstream{folder / name, std::ios::binary} << text))
        throw std::runtime_error("a file for " + title() + " cannot be written");
    if (!plan.beside.empty())
      beside_ = serve(plan.beside);
  }
  ~runs() {
    if (beside_)
      programs_.end(*beside_);
  }

  std::string title() const { return plan_.about.scenario + ", " + plan_.about.name; }

  std::uint64_t floor_kib() const { return floor_kib_; }

  done run(const compare_cell& c, const cell& as) {
    for (const auto& name : plan_.outputs)
      fs::remove(folder_ / name);
    done out;
    compare::lower_own_peak();
    floor_kib_ = std::max(floor_kib_, compare::own_rss_kib());
    const auto busy = compare::busy_s();
    try {
      program_run ran;
      if (plan_.load) {
        ran = ask(c, out);
      } else {
        ran = programs_.run(spec_of(c.argv));
        out.cost.wall_s = ran.end.wall_ms / 1000;
      }
      if (stop_.stop_requested())
        throw compare_stopped{};
      check(ran, plan_.load.has_value());
      count(ran.end, out.cost);
      if (out.cost.wall_s > 0)
        out.cost.others = std::max(0., compare::busy_s() - busy - ran.end.user_s - ran.end.system_s)
                          / std::max(out.cost.wall_s, ran.end.wall_ms / 1000);
      if (!plan_.load)
        out.answer = plan_.answer(ran.out, folder_);
    } catch (const compare_stopped&) {
      throw;
    } catch (const std::runtime_error& e) {
      if (stop_.stop_requested())
        throw compare_stopped{};
      throw std::runtime_error(title() + ": " + as.label() + " failed: " + e.what());
    }
    return out;
  }

private:
  io::process_spec spec_of(std::vector<std::string> argv) const {
    if (beside_)
      for (auto& word : argv)
        if (const auto at = word.find("{site}"); at != word.npos)
          word.replace(at, 6, "http://127.0.0.1:" + std::to_string(programs::port_of(*beside_)));
    if (argv.front().starts_with("troupe-"))
      argv.front() = (o_.bin / argv.front()).string();
    io::process_spec spec;
    spec.argv = std::move(argv);
    spec.directory = folder_.string();
    return spec;
  }

  std::shared_ptr<programs::server> serve(const std::vector<std::string>& argv) {
    try {
      return programs_.serve(spec_of(argv));
    } catch (const std::runtime_error& e) {
      if (stop_.stop_requested())
        throw compare_stopped{};
      throw std::runtime_error(title() + ": " + e.what());
    }
  }

  // Time and CPU are those of the load alone; switches and memory the server's from its start.
  program_run ask(const compare_cell& c, done& out) {
    const auto server = programs_.serve(spec_of(c.argv));
    try {
      auto what = *plan_.load;
      what.port = programs::port_of(*server);
      const auto cpu_before = compare::child_cpu_s();
      auto said = compare::ask(what, stop_);
      out.cost.user_s = compare::child_cpu_s() - cpu_before;
      out.cost.wall_s = said.wall_s;
      out.answer = std::move(said.answer) + "\n";
      out.latencies_ms = std::move(said.latencies_ms);
    } catch (...) {
      programs_.end(*server);
      throw;
    }
    return programs_.end(*server);
  }

  static void check(const program_run& ran, bool server) {
    const auto& end = ran.end;
    const bool ended = server && end.how == process_end::ending::cancelled && end.code == 0;
    if (end.ok() || ended)
      return;
    std::string why = end.reason;
    if (!ran.last_error_line.empty())
      why += ": " + ran.last_error_line;
    throw std::runtime_error(why);
  }

  static void count(const process_end& end, sample& cost) {
    // Of a load's CPU we know only the sum: it is parted as that of the server's whole life.
    const auto life = end.user_s + end.system_s;
    const auto total = cost.user_s > 0 ? cost.user_s : life;
    cost.user_s = life > 0 ? total * end.user_s / life : total;
    cost.system_s = total - cost.user_s;
    cost.voluntary = end.voluntary_switches;
    cost.involuntary = end.involuntary_switches;
    cost.rss_kib = end.rss_kib_max;
  }

  const compare_plan& plan_;
  const compare_options& o_;
  const fs::path& folder_;
  std::stop_token stop_;
  programs programs_;
  std::shared_ptr<programs::server> beside_;
  std::uint64_t floor_kib_ = 0;
};

// All answers so far, each text kept once: as a rule there is one.
class answers {
public:
  explicit answers(std::size_t cells) : which_(cells) {}

  void took(std::size_t cell, std::string answer) {
    const auto found = std::find(texts_.begin(), texts_.end(), answer);
    which_[cell] = static_cast<std::size_t>(found - texts_.begin());
    if (found == texts_.end())
      texts_.push_back(std::move(answer));
  }
  const std::string& only() const { return texts_.front(); }

  // Says which cells gave which answer, and where the first two of these differ.
  void check(const std::string& title, const std::vector<cell>& cells) const {
    if (texts_.size() == 1)
      return;
    std::string who;
    std::vector<std::size_t> firsts; // a cell of each answer that is some cell's last one
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto until = which_.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(which_.begin(), until, which_[i]) != until)
        continue;
      firsts.push_back(i);
      std::string names;
      for (std::size_t k = i; k < cells.size(); ++k)
        if (which_[k] == which_[i])
          names += (names.empty() ? "" : ", ") + cells[k].label();
      who += (who.empty() ? "" : "; ") + names + ": " + compare::hash_of(texts_[which_[i]]);
    }
    // All can still have changed their minds together, from one run to the next.
    const bool one = firsts.size() == 1;
    const auto &a = cells[firsts[0]], &b = cells[firsts[one ? 0 : 1]];
    const auto& of_a = texts_[one ? 0 : which_[firsts[0]]];
    const auto& of_b = texts_[one ? 1 : which_[firsts[1]]];
    throw std::runtime_error(title + ": the answers differ, so no time is shown: " + who
                             + "; the first difference of " + a.label() + " and " + b.label() + ": "
                             + compare::first_difference(of_a, of_b));
  }

private:
  std::vector<std::string> texts_;
  std::vector<std::size_t> which_;
};

} // namespace

compare::workload measure(const compare_plan& plan, const compare_options& o,
                          const fs::path& folder, std::stop_token stop) {
  auto w = plan.about;
  for (const auto& c : plan.cells) {
    cell made;
    made.engine = c.engine;
    made.workers = c.workers;
    made.takes_workers = c.takes_workers;
    made.command = command_text(c.argv);
    w.cells.push_back(std::move(made));
  }
  runs all(plan, o, folder, stop);
  answers said(w.cells.size());
  std::uint64_t position = 0;
  for (unsigned round = 0; round < o.warmups + o.runs; ++round) {
    for (const auto i : compare::drawn_order(o.seed, round, w.cells.size())) {
      auto got = all.run(plan.cells[i], w.cells[i]);
      said.took(i, std::move(got.answer));
      got.cost.position = position++;
      if (round < o.warmups)
        continue;
      w.cells[i].samples.push_back(got.cost);
      auto& latencies = w.cells[i].latencies_ms;
      latencies.insert(latencies.end(), got.latencies_ms.begin(), got.latencies_ms.end());
    }
    said.check(all.title(), w.cells);
  }
  for (auto& c : w.cells)
    std::sort(c.latencies_ms.begin(), c.latencies_ms.end());
  w.answer_hash = compare::hash_of(said.only());
  w.rss_floor_kib = all.floor_kib();
  w.answer_lines =
      static_cast<std::uint64_t>(std::count(said.only().begin(), said.only().end(), '\n'));
  return w;
}

std::vector<compare::traced_run> trace_runs(const compare_plan& plan, std::size_t number,
                                            const compare_options& o, const fs::path& folder,
                                            std::stop_token stop) {
  std::vector<compare::traced_run> out;
  runs all(plan, o, folder, stop);
  const auto file = (folder / "trace.json").string();
  for (auto c : plan.cells) {
    if (!c.argv.front().starts_with("troupe-"))
      continue; // a program of others
    cell as;
    as.engine = c.engine;
    as.workers = c.workers;
    as.takes_workers = c.takes_workers;
    const auto command = command_text(c.argv);
    c.argv.insert(
        c.argv.begin() + (c.argv.size() > 1 && is_command(c.argv[1]) ? 2 : 1),
        {"--trace", file, "--trace-events-max", std::to_string(compare_trace_events_max)});
    all.run(c, as);
    std::ifstream in{file, std::ios::binary};
    out.push_back({number,
                   all.title() + ": " + as.label(),
                   as.label(),
                   command,
                   {std::istreambuf_iterator<char>(in), {}}});
  }
  return out;
}

} // namespace troupe::apps
