// SPDX-License-Identifier: BSD-3-Clause
// troupe-node: a process of a cluster, coordinator or worker; who is there; have one leave.

#include <cstdio>
#include <exception>

#include "apps/describe.hpp"
#include "apps/node_options.hpp"
#include "apps/node_run.hpp"
#include "apps/node_status.hpp"
#include "apps/standard_streams.hpp"
#include "apps/stop_signal.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"

namespace {

using namespace troupe;

int node_main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = apps::parse_node_options(argc, argv, exit_code);
  if (!options)
    return exit_code;
  using task = apps::node_options::task;
  // A question has nothing to finish: a signal ends it at once.
  if (options->what == task::status)
    return apps::show_status(*options);
  if (options->what == task::drain)
    return apps::drain_node(*options);
  const apps::stop_signal stop;
  apps::tracing trace{"troupe-node"};
  apps::trace_letters();
  return trace.finish(options->what == task::coordinate ? apps::coordinate(*options, stop)
                                                        : apps::work(*options, stop));
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  try {
    if (const auto code = apps::describe_program(argc, argv, "troupe-node", {{"", node_main}}))
      return *code;
    const int code = node_main(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
      return code;
    std::fputs("troupe-node: standard output cannot be written\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe-node: %s\n", e.what());
  }
  return 1;
}
