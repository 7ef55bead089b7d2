// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/system.hpp"

#include <sched.h>

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>
#include <vector>

#include <caf/thread_hook.hpp>

#if !TROUPE_CAF1
#include <caf/atom.hpp>
#endif

namespace troupe::runtime {

namespace {

unsigned threads_of(const system_options& options) {
  return options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

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

void require_threads(const system_options& options) {
  constexpr unsigned others = 2; // CAF's clock, and its network's
  const auto wanted = threads_of(options) + others;
  std::promise<void> enough;
  const auto over = enough.get_future().share();
  std::vector<std::thread> tried;
  std::error_code why;
  try {
    tried.reserve(wanted);
    while (tried.size() < wanted)
      tried.emplace_back([over] { over.wait(); });
  } catch (const std::system_error& e) {
    why = e.code();
  }
  enough.set_value();
  for (auto& t : tried)
    t.join();
  if (why)
    throw std::system_error(why, "only " + std::to_string(tried.size()) + " of "
                                     + std::to_string(wanted)
                                     + " threads can be had (ulimit -u, ulimit -v)");
}

system_config::system_config(const system_options& options) {
  const auto threads = threads_of(options);
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
