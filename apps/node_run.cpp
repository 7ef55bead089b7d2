// SPDX-License-Identifier: BSD-3-Clause
#include "apps/node_run.hpp"

#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "actors/cluster/agent.hpp"
#include "actors/cluster/coordinator.hpp"
#include "actors/cluster/signpost.hpp"
#include "apps/node_parts.hpp"
#include "io/bank/open_files.hpp"
#include "io/unix_time.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

namespace {

// Lines for the log, from any thread; a stranger at the door can cause no more than some a second.
class log {
public:
  explicit log(bool quiet) : quiet_(quiet) {}
  void say(const std::string& line) {
    if (quiet_)
      return;
    const auto now = io::now_unix_ms() / 1'000;
    const std::lock_guard hold{lock_};
    if (now != second_)
      second_ = now, said_ = 0;
    if (++said_ < lines_a_second_max)
      std::fprintf(stderr, "troupe-node: %s\n", line.c_str());
    else if (said_ == lines_a_second_max)
      std::fputs("troupe-node: more lines than may be said in a second\n", stderr);
  }

private:
  static constexpr int lines_a_second_max = 100;
  const bool quiet_;
  std::mutex lock_;
  std::int64_t second_ = 0;
  int said_ = 0;
};

void announce(const std::string& line) {
  std::printf("%s\n", line.c_str());
  if (std::fflush(stdout) != 0)
    throw std::runtime_error("standard output cannot be written");
}

void wait_for(const stop_signal& stop) {
  std::promise<void> told;
  const std::stop_callback when{stop.token(), [&told] { told.set_value(); }};
  told.get_future().wait();
}

std::string where(const cluster::process& p, const node_options& options) {
  const auto& a = options.process.address;
  return (a.find(':') == std::string::npos ? a : "[" + a + "]") + ":" + std::to_string(p.port());
}

// An actor that ends with its owner, whichever way that goes: its process waits for it.
template <class Handle>
class owned {
public:
  explicit owned(Handle who) : who_(std::move(who)) {}
  ~owned() { stop(); }
  owned(const owned&) = delete;
  owned& operator=(const owned&) = delete;
  const Handle& get() const { return who_; }
  void stop() { runtime::stop(std::exchange(who_, Handle{})); }

private:
  Handle who_;
};

cluster::process_options with_log(const node_options& options, log& lines) {
  auto p = options.process;
  p.say = [&lines](const std::string& line) { lines.say(line); };
  return p;
}

} // namespace

int coordinate(const node_options& options, const stop_signal& stop) {
  io::raise_open_files(); // a link has three
  log lines{options.quiet};
  auto told = options;
  told.process = with_log(options, lines);
  cluster::process here{told.process};
  cluster::heads whom;
  std::vector<std::unique_ptr<head_part>> parts;
  for (const auto& role : node_roles()) {
    parts.push_back(role.head(here, told));
    parts.back()->show(whom);
  }
  cluster::coordinator_ports ports;
  ports.now_unix_ms = io::now_unix_ms;
  ports.roles = options.process.roles;
  ports.changed = [&lines](const cluster::node_report& n) {
    lines.say("node " + n.facts.name + " (" + n.facts.address + ") is "
              + std::string{to_string(n.state)} + (n.why.empty() ? "" : ": " + n.why));
  };
  owned head{runtime::spawn<cluster::coordinator>(here.system(), whom, ports, options.bounds)};
  here.serve(head.get());
  announce("listening on " + where(here, options) + " (coordinator " + here.self().name + ")");
  wait_for(stop);
  here.stop();
  return 0;
}

int work(const node_options& options, const stop_signal& stop) {
  io::raise_open_files();
  log lines{options.quiet};
  cluster::process here{with_log(options, lines)};
  work_parts parts{here, options, [&lines](const std::string& line) { lines.say(line); }};
  std::promise<bool> ended;
  const owned signpost{runtime::spawn<cluster::signpost>(here.system())};
  const bool listens = options.process.port.has_value();
  cluster::agent_ports ports;
  ports.at = [to = signpost.get()](const std::string& address) {
    runtime::post(to, cluster::coordinator_at{address});
  };
  ports.start = [&parts](const cluster::heads& whom) { parts.start(whom); };
  ports.stop = [&parts] { parts.stop(); };
  ports.drain = [&parts](std::function<void()> done) { parts.drain(std::move(done)); };
  ports.say = [&lines](const std::string& line) { lines.say(line); };
  ports.ended = [&ended](bool in_time) { ended.set_value(in_time); };
  if (listens)
    here.serve_door(signpost.get());
  else
    here.start();
  // Before there is an agent: it uses what stands here, and this may throw.
  announce("working as " + here.self().name
           + (listens ? ", listening on " + where(here, options) : ""));
  owned agent{runtime::spawn<cluster::agent>(here.system(), here.self().instance,
                                             options.coordinators, ports, here.seeking(),
                                             options.bounds)};
  bool in_time = true;
  {
    const std::stop_callback when{stop.token(),
                                  [&agent] { runtime::post(agent.get(), cluster::drain{}); }};
    in_time = ended.get_future().get();
  }
  agent.stop();
  if (!in_time && !options.quiet)
    std::fprintf(stderr, "troupe-node: what was not finished within %u ms was left to others\n",
                 options.drain_ms_max);
  return in_time ? 0 : 1;
}

} // namespace troupe::apps
