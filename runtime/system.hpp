// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part four: starting and ending an actor system. No program of ours lets CAF read
// the command line or a configuration file: these options are all there is.
#pragma once

#include <memory>
#include <string>

#include "runtime/port.hpp"

#include <caf/actor_system_config.hpp>
#if TROUPE_CAF1
#include <caf/init_global_meta_objects.hpp>
#endif

namespace troupe::runtime {

/// How a program's actors are scheduled.
struct system_options {
  unsigned threads = 0; ///< workers; 0: one a core
  /// One queue for all workers, who sleep while it is empty. Stealing has a queue a worker and
  /// polls: quicker between actors, ten times slower to wake for a socket or a thread, and it burns
  /// a little CPU when idle.
  bool stealing = false;
  /// Its threads do not push aside who wakes them (SCHED_BATCH): on a processor that they share
  /// with a socket's thread, that one sends all it has before they begin. A fifth as many switches.
  bool batch = false;
  /// How its actors reach others'; null: not at all. Programs that do link troupe::network and say
  /// network_layer (network.hpp): only they need CAF's io library.
  void (*network)(caf::actor_system_config& config) = nullptr;
};

/// Makes message types known to CAF; call once in a program, before the first system.
/// Takes: the type-id blocks (caf::id_block::...).
template <class... Blocks>
void register_types() {
#if TROUPE_CAF1
  caf::core::init_global_meta_objects();
  (caf::init_global_meta_objects<Blocks>(), ...);
#endif
}

/// A CAF configuration with our defaults: quiet, no files read, no arguments taken.
class system_config : public caf::actor_system_config {
public:
  explicit system_config(const system_options& options = {});

  /// Compiles code for each of the blocks' types: who has many has it done once, by an `extern
  /// template` beside the block.
  template <class... Blocks>
  void add_types();
};

template <class... Blocks>
void system_config::add_types() {
#if !TROUPE_CAF1
  (this->add_message_types<Blocks>(), ...);
#endif
}

/// CAF starts its threads one by one and waits for ever for those that it has if one cannot be had:
/// so whether they can is tried before. Throws: std::system_error, in words.
void require_threads(const system_options& options);

/// A running actor system for the given type-id blocks. Destroying it waits until its actors ended.
template <class... Blocks>
class actor_runtime {
public:
  /// Throws: std::system_error if the machine does not have that many threads to give.
  explicit actor_runtime(const system_options& options = {}) : config_(options) {
    require_threads(options);
    register_once();
    config_.template add_types<Blocks...>();
    system_ = std::make_unique<caf::actor_system>(config_);
  }
  caf::actor_system& system() { return *system_; }

private:
  static void register_once() {
    static const bool done = (register_types<Blocks...>(), true);
    static_cast<void>(done);
  }
  system_config config_;
  std::unique_ptr<caf::actor_system> system_;
};

} // namespace troupe::runtime
