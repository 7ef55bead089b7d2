// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/far_team.hpp"

#include <algorithm>
#include <utility>

#include "actors/crawl/keeper.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/schema.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

namespace {

keeper_actor make_keeper(caf::actor_system& system, const std::string& folder) {
  if (folder.empty())
    return {};
  auto state =
      std::make_shared<io::crawl_state>(folder, runtime::schema_hash<caf::id_block::troupe>());
  return runtime::spawn_detached<keeper>(&system, std::move(state));
}

} // namespace

far_head::far_head(caf::actor_system& system, const std::string& state_folder, head_limits bounds)
    : keeper_(make_keeper(system, state_folder)),
      head_(runtime::spawn<crawl::head>(system, bounds, crew_limits{}, keeper_)) {}

far_head::~far_head() {
  runtime::stop(head_);
  runtime::stop(keeper_);
}

far_team::far_team(caf::actor_system& system, const crawl_head_actor& head, unsigned parsers,
                   make_ports make)
    : done_(std::make_shared<std::function<void()>>()) {
  crew_limits crew;
  crew.parsers = std::max(1u, parsers);
  team_ports ports;
  ports.make_ports = std::move(make);
  ports.left = [done = done_] { (*done)(); };
  team_ = runtime::spawn<team>(system, head, std::move(ports), crew);
}

far_team::~far_team() { runtime::stop(team_); }

// Set before the message that has it called.
void far_team::drain(std::function<void()> done) {
  *done_ = std::move(done);
  runtime::post(team_, team_leaves{});
}

} // namespace troupe::crawl
