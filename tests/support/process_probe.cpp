// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/process_probe.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace troupe::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

struct process_state {
  char letter = 0; // 0: there is no such process
  pid_t parent = 0;
};

process_state state_of(const std::string& pid) {
  std::ifstream in{"/proc/" + pid + "/stat"};
  std::string text;
  std::getline(in, text, '\0'); // fails, and does not throw, if it ends in between
  const auto name_end = text.rfind(')'); // the name may hold anything
  process_state found;
  if (name_end != std::string::npos)
    std::istringstream{text.substr(name_end + 1)} >> found.letter >> found.parent;
  return found;
}

} // namespace

process_probe::process_probe(io::process_limits limits) {
  // Boost.Test takes a SIGCHLD for the end of its test, on whichever thread it comes.
  ::signal(SIGCHLD, SIG_DFL);
  runner_ = std::make_unique<io::process_runner>(limits);
}

std::future<heard> process_probe::start(io::process_spec spec, listener listen) {
  struct state {
    heard so_far;
    std::promise<heard> done;
    std::promise<id> its_id;
    std::shared_future<id> id_known{its_id.get_future()};
  };
  const auto kept = std::make_shared<state>();
  auto future = kept->done.get_future();
  const auto started = runner_->start(
      std::move(spec),
      [kept, listen = std::move(listen)](const io::process_text& text) {
        auto& all = kept->so_far;
        auto& lines = text.err ? all.err : all.out;
        lines.insert(lines.end(), text.lines.begin(), text.lines.end());
        (text.err ? all.err_bytes : all.out_bytes) += text.chunk;
        all.told_bytes += text.bytes;
        if (listen)
          listen(kept->id_known.get(), text);
      },
      [kept](io::process_end end) {
        kept->so_far.end = std::move(end);
        kept->done.set_value(std::move(kept->so_far));
      });
  kept->its_id.set_value(started);
  return future;
}

heard process_probe::run(io::process_spec spec, listener listen) {
  return get(start(std::move(spec), std::move(listen)));
}

heard get(std::future<heard> future) {
  if (future.wait_for(60s) != std::future_status::ready)
    throw std::runtime_error("no end within a minute");
  return future.get();
}

io::process_spec command(std::vector<std::string> argv) {
  io::process_spec spec;
  spec.argv = std::move(argv);
  return spec;
}

io::process_spec shell(std::string script) { return command({"sh", "-c", std::move(script)}); }

std::size_t open_descriptors() {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{}));
}

std::size_t zombie_children() {
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto name = entry.path().filename().string();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    const auto state = state_of(name);
    found += state.letter == 'Z' && state.parent == ::getpid();
  }
  return found;
}

bool gone(pid_t pid) {
  for (int i = 0; i < 1'000; ++i) {
    const auto state = state_of(std::to_string(pid));
    if (state.letter == 0
        || ((state.letter == 'Z' || state.letter == 'X') && state.parent != ::getpid()))
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

} // namespace troupe::test
