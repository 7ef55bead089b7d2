// SPDX-License-Identifier: BSD-3-Clause
#include "apps/tracing.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "io/trace/recorder.hpp"

namespace troupe::apps {

namespace {

struct asked {
  std::string file;
  trace::limits bounds;
};

// A process has one command line.
asked& asked_for() {
  static asked what;
  return what;
}

} // namespace

void declare_trace(CLI::App& app) {
  auto& a = asked_for();
  app.add_option("--trace", a.file,
                 "Write a timeline to this file: who did what when, who waited for whom; for "
                 "ui.perfetto.dev")
      ->group("Timeline")
      ->check([](const std::string& file) {
        return file.empty() || file == "-" ? std::string{"needs the name of a file"} : "";
      });
  app.add_option("--trace-events-max", a.bounds.events_max, "Events; later ones are counted only")
      ->group("Timeline")
      ->check(CLI::Range(std::size_t{1'000}, std::size_t{10'000'000}))
      ->capture_default_str();
}

tracing::tracing(const char* program) : program_(program), file_(asked_for().file) {
  if (file_.empty())
    return;
  std::FILE* const to = std::fopen(file_.c_str(), "w");
  if (!to)
    throw std::runtime_error("--trace " + file_ + ": " + std::strerror(errno));
  std::fclose(to);
  trace::start(program, asked_for().bounds);
}

tracing::~tracing() { finish(0); }

int tracing::finish(int code) {
  const auto file = std::exchange(file_, "");
  if (file.empty())
    return code;
  std::size_t left_out = 0;
  const auto error = trace::finish(file, left_out);
  if (!error.empty()) {
    std::fprintf(stderr, "%s: --trace %s: %s\n", program_, file.c_str(), error.c_str());
    return code ? code : 1;
  }
  if (left_out > 0)
    std::fprintf(stderr,
                 "%s: the timeline has the first %zu events; %zu more were left out "
                 "(--trace-events-max)\n",
                 program_, asked_for().bounds.events_max, left_out);
  return code;
}

} // namespace troupe::apps
