// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_measure.hpp"

#include <algorithm>
#include <fstream>
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

  done run(const compare_cell& c, const cell& as) {
    for (const auto& name : plan_.outputs)
      fs::remove(folder_ / name);
    done out;
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
};

// Which cells gave which answer, and where the first two of them differ.
[[noreturn]] void refuse(const std::string& title, const std::vector<cell>& cells,
                         const std::vector<std::string>& answers) {
  std::vector<std::string> kinds;
  std::vector<std::size_t> firsts;
  std::string who;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::find(kinds.begin(), kinds.end(), answers[i]) != kinds.end())
      continue;
    kinds.push_back(answers[i]);
    firsts.push_back(i);
    std::string names;
    for (std::size_t k = i; k < cells.size(); ++k)
      if (answers[k] == answers[i])
        names += (names.empty() ? "" : ", ") + cells[k].label();
    who += (who.empty() ? "" : "; ") + names + ": " + compare::hash_of(answers[i]);
  }
  const auto &a = cells[firsts[0]], &b = cells[firsts[1]];
  throw std::runtime_error(title + ": the answers differ, so no time is shown: " + who
                           + "; the first difference of " + a.label() + " and " + b.label() + ": "
                           + compare::first_difference(answers[firsts[0]], answers[firsts[1]]));
}

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
  std::vector<std::string> answers(w.cells.size());
  std::uint64_t position = 0;
  for (unsigned round = 0; round < o.warmups + o.runs; ++round) {
    for (const auto i : compare::drawn_order(o.seed, round, w.cells.size())) {
      auto got = all.run(plan.cells[i], w.cells[i]);
      answers[i] = std::move(got.answer);
      got.cost.position = position++;
      if (round < o.warmups)
        continue;
      w.cells[i].samples.push_back(got.cost);
      auto& latencies = w.cells[i].latencies_ms;
      latencies.insert(latencies.end(), got.latencies_ms.begin(), got.latencies_ms.end());
    }
    if (std::any_of(answers.begin(), answers.end(),
                    [&](const auto& a) { return a != answers.front(); }))
      refuse(all.title(), w.cells, answers);
  }
  for (auto& c : w.cells)
    std::sort(c.latencies_ms.begin(), c.latencies_ms.end());
  w.answer_hash = compare::hash_of(answers.front());
  w.answer_lines =
      static_cast<std::uint64_t>(std::count(answers.front().begin(), answers.front().end(), '\n'));
  return w;
}

} // namespace troupe::apps
