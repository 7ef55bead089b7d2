// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/system.hpp"

#include <algorithm>
#include <thread>

#if !TROUPE_CAF1
#include <caf/atom.hpp>
#endif

namespace troupe::runtime {

system_config::system_config(const system_options& options) {
  const unsigned threads =
      options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  const std::string policy = options.stealing ? "stealing" : "sharing";
#if TROUPE_CAF1
  set("caf.scheduler.max-threads", static_cast<std::size_t>(threads));
  set("caf.scheduler.policy", policy);
#else
  set("scheduler.max-threads", static_cast<std::size_t>(threads));
  set("scheduler.policy", caf::atom_from_string(policy));
  set("logger.file-verbosity", caf::atom("quiet"));
  set("logger.console", caf::atom("none"));
#endif
}

} // namespace troupe::runtime
