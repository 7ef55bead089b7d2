// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/system.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

#include <caf/thread_hook.hpp>

#if !TROUPE_CAF1
#include <caf/atom.hpp>
#endif

namespace troupe::runtime {

namespace {

class batch_threads final : public caf::thread_hook {
public:
  void init(caf::actor_system&) override {}
#if TROUPE_CAF1
  void thread_started(caf::thread_owner) override { begin(); }
#else
  void thread_started() override { begin(); }
#endif
  void thread_terminates() override {}

private:
  // Where the system does not let us, they are only slower.
  static void begin() {
    const sched_param none{};
    sched_setscheduler(0, SCHED_BATCH, &none); // 0: this thread
  }
};

} // namespace

system_config::system_config(const system_options& options) {
  const unsigned threads =
      options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  if (options.batch)
    add_thread_hook<batch_threads>();
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
  if (options.network)
    options.network(*this);
}

} // namespace troupe::runtime
