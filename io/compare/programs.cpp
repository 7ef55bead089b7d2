// SPDX-License-Identifier: BSD-3-Clause
#include "io/compare/programs.hpp"

#include <charconv>
#include <future>
#include <stdexcept>
#include <utility>

namespace troupe::compare {

using io::process_end;

// Written on the runner's thread; read by who waited for `ended`, or for `port`.
struct programs::collected {
  program_run run;
  std::promise<void> ended;
  std::promise<std::uint16_t> port;
  bool port_known = false;

  void took(io::process_text text) {
    if (text.err) {
      for (auto& line : text.lines)
        if (!line.empty())
          run.last_error_line = std::move(line);
      return;
    }
    run.out += text.chunk;
    if (!port_known)
      look_for_port();
  }
  void look_for_port() {
    constexpr std::string_view before = "http://127.0.0.1:";
    const auto at = run.out.find(before);
    if (at == run.out.npos || run.out.find('\n', at) == run.out.npos)
      return;
    std::uint16_t number = 0;
    const auto* from = run.out.data() + at + before.size();
    const auto read = std::from_chars(from, run.out.data() + run.out.size(), number);
    if (read.ec != std::errc{} || number == 0)
      return;
    port_known = true;
    port.set_value(number);
  }
};

struct programs::server {
  std::shared_ptr<collected> what;
  std::future<void> ended;
  io::process_runner::process_id id = 0;
  std::uint16_t port = 0;
};

programs::programs(std::stop_token stop, std::chrono::milliseconds deadline,
                   std::uint64_t output_bytes_max)
    : stop_(std::move(stop)), deadline_(deadline), output_bytes_max_(output_bytes_max) {}

programs::~programs() = default;

io::process_runner::process_id programs::begin(io::process_spec spec,
                                               std::shared_ptr<collected> into) {
  spec.out = io::process_output::chunks;
  spec.err = io::process_output::lines;
  spec.output_bytes_max = output_bytes_max_;
  spec.at_output_max = io::process_excess::kill;
  return runner_.start(
      std::move(spec), [into](io::process_text text) { into->took(std::move(text)); },
      [into](process_end end) {
        into->run.end = std::move(end);
        into->ended.set_value();
      });
}

program_run programs::run(io::process_spec spec) {
  spec.deadline = deadline_;
  const auto what = std::make_shared<collected>();
  auto ended = what->ended.get_future();
  const auto id = begin(std::move(spec), what);
  // Called here and now if the request was there before.
  const std::stop_callback on_stop(stop_, [this, id] { runner_.cancel(id); });
  ended.wait();
  return std::move(what->run);
}

std::shared_ptr<programs::server> programs::serve(io::process_spec spec) {
  const auto its = std::make_shared<server>();
  its->what = std::make_shared<collected>();
  its->ended = its->what->ended.get_future();
  auto port = its->what->port.get_future();
  const auto name = spec.argv.front();
  its->id = begin(std::move(spec), its->what);
  const auto until = std::chrono::steady_clock::now() + deadline_;
  while (port.wait_for(std::chrono::milliseconds{20}) != std::future_status::ready) {
    const bool over = its->ended.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
    if (!over && !stop_.stop_requested() && std::chrono::steady_clock::now() < until)
      continue;
    const auto run = end(*its);
    throw std::runtime_error(
        name + " did not begin to listen: "
        + (run.last_error_line.empty() ? run.end.reason : run.last_error_line));
  }
  its->port = port.get();
  return its;
}

std::uint16_t programs::port_of(const server& s) { return s.port; }

program_run programs::end(server& s) {
  runner_.cancel(s.id);
  s.ended.wait();
  return std::move(s.what->run);
}

} // namespace troupe::compare
