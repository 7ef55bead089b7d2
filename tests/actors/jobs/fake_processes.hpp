// SPDX-License-Identifier: BSD-3-Clause
// Jobs without processes: a run of the whole crew whose programs are the test's own words.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/jobs/crew.hpp"
#include "domain/jobs/log_row.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

namespace troupe::test {

/// Plays the processes, the list, the log and the terminal. Job n is the command "n".
struct fake_processes {
  struct process {
    io::process_spec spec;
    std::function<void(io::process_text)> on_text;
    std::function<void(io::process_end)> on_end;
    bool cancelled = false;
    std::uint64_t credit = 0;
  };

  std::uint64_t jobs = 0;                   ///< in the list
  std::uint64_t read = 0;                   ///< of them
  std::string prefix;                       ///< of their commands
  std::map<std::uint64_t, process> running; ///< by id
  std::map<std::string, int> starts;        ///< by command
  std::size_t running_most = 0;
  std::vector<jobs::log_row> log;
  std::string out, err;
  std::function<int(const std::string& command, int start)> exit_code; ///< of its start-th run
  std::function<void(const std::string& command)> before_start;        ///< may throw
  std::function<std::string()> before_log, before_print;               ///< "" or why it fails
  std::string read_error;                                              ///< at the end of the list

  jobs::job_ports ports() {
    jobs::job_ports p;
    p.start = [this](io::process_spec spec, auto on_text, auto on_end) {
      const auto command = spec.argv.at(0);
      if (before_start)
        before_start(command);
      ++starts[command];
      running.emplace(++last_id_, process{std::move(spec), std::move(on_text), std::move(on_end)});
      running_most = std::max(running_most, running.size());
      return last_id_;
    };
    p.more = [this](std::uint64_t id, std::uint64_t bytes) {
      if (const auto i = running.find(id); i != running.end())
        i->second.credit += bytes;
    };
    p.cancel = [this](std::uint64_t id) {
      if (const auto i = running.find(id); i != running.end())
        i->second.cancelled = true;
    };
    p.read_jobs = [this](std::size_t count) {
      io::job_source::batch b;
      for (; read < jobs && count > 0; --count) {
        jobs::job j;
        j.seq = ++read;
        j.argv = {prefix + std::to_string(j.seq)};
        j.key = jobs::key_of(j.argv);
        j.tag = "t" + j.argv[0];
        b.jobs.push_back(std::move(j));
      }
      b.end = count > 0;
      if (b.end)
        b.error = read_error;
      return b;
    };
    p.log = [this](std::string_view line) {
      if (auto why = before_log ? before_log() : ""; !why.empty())
        return why;
      log.push_back(*jobs::parse_log_line(line.substr(0, line.size() - 1)));
      return std::string{};
    };
    p.print = [this](bool to_err, std::string_view bytes) {
      if (auto why = before_print ? before_print() : ""; !why.empty())
        return why;
      (to_err ? err : out) += bytes;
      return std::string{};
    };
    p.wall_clock_s = [] { return 1e9; };
    p.temporary_folder = "/tmp";
    return p;
  }

  /// Lets a running process write its command and end. Returns: false if none runs.
  bool end_one(std::mt19937_64& draw) {
    if (running.empty())
      return false;
    auto i = running.begin();
    std::advance(i, static_cast<long>(draw() % running.size()));
    auto p = std::move(i->second);
    running.erase(i);
    const auto command = p.spec.argv[0];
    io::process_end end;
    end.how = p.cancelled ? io::process_end::ending::cancelled : io::process_end::ending::exited;
    end.code = p.cancelled ? -1 : exit_code ? exit_code(command, starts[command]) : 0;
    end.reason = "ended";
    io::process_text text;
    if (p.spec.out == io::process_output::lines)
      text.lines = {command};
    else
      text.chunk = command + "\n";
    text.bytes = end.out_bytes = command.size() + 1;
    p.on_text(std::move(text));
    p.on_end(std::move(end));
    return true;
  }

private:
  std::uint64_t last_id_ = 0;
};

/// The crew over such processes, stepped by the test, in orders drawn from a seed.
struct job_run {
  runtime::test_system<caf::id_block::troupe> actors;
  fake_processes& world;
  std::mt19937_64 draw;
  std::optional<jobs::job_summary> ended;
  jobs::crew_actor head;

  job_run(std::uint64_t seed, fake_processes& w, const jobs::job_plan& plan)
      : actors(seed), world(w), draw(seed) {
    head = runtime::spawn<jobs::crew>(actors.system(), plan, world.ports(), jobs::job_crew_limits{},
                                      std::function<void(jobs::job_summary)>{
                                          [this](jobs::job_summary s) { ended = std::move(s); }});
  }
  ~job_run() {
    runtime::stop(head);
    head = nullptr;
    world.running.clear(); // they hold handles of actors
    actors.run();
  }
  /// Ends come between the actors' steps; the clock moves when nothing else can.
  bool finish() {
    for (int turn = 0; turn < 200'000 && !ended; ++turn) {
      const bool stepped = actors.step();
      const bool answer = draw() % 3 == 0 || !stepped;
      if ((answer && world.end_one(draw)) || stepped)
        continue;
      if (!actors.has_timer())
        return false;
      actors.next_timer();
    }
    return ended.has_value();
  }
};

} // namespace troupe::test
