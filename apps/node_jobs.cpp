// SPDX-License-Identifier: BSD-3-Clause
#include <csignal>
#include <memory>
#include <utility>

#include "actors/jobs/job_head.hpp"
#include "actors/jobs/real_ports.hpp"
#include "actors/jobs/team.hpp"
#include "apps/node_parts.hpp"
#include "domain/cluster/hello.hpp"
#include "domain/jobs/program_list.hpp"
#include "io/process/descriptor_limit.hpp"
#include "io/process/runner.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

namespace {

class jobs_head_part final : public head_part {
public:
  explicit jobs_head_part(cluster::process& here)
      : head_(runtime::spawn<jobs::job_head>(here.system(), jobs::far_job_limits{})) {}
  ~jobs_head_part() override { runtime::stop(head_); }
  void show(cluster::heads& to) const override { to.jobs = head_; }

private:
  jobs::job_head_actor head_;
};

// Programs of others: begun in the node's folder, and only those that the operator lets through.
// The slots that use it hold it; it ends with the last of them, and kills what is left.
jobs::job_ports ports_of(std::shared_ptr<io::process_runner> processes,
                         const node_jobs_options& options) {
  jobs::job_ports ports;
  ports.start = [processes, folder = options.folder, list = jobs::program_list{options.allowed}](
                    io::process_spec spec, std::function<void(io::process_text)> on_text,
                    std::function<void(io::process_end)> on_end) -> std::uint64_t {
    if (auto why = list.refusal(spec.argv.front()); !why.empty()) {
      io::process_end refused;
      refused.reason = std::move(why);
      on_end(std::move(refused));
      return 0;
    }
    spec.directory = folder;
    return processes->start(std::move(spec), std::move(on_text), std::move(on_end));
  };
  ports.more = [processes](std::uint64_t id, std::uint64_t bytes) { processes->more(id, bytes); };
  ports.cancel = [processes](std::uint64_t id) { processes->cancel(id); };
  ports.abandon = [processes](std::uint64_t id) { processes->kill(id); };
  ports.wall_clock_s = jobs::wall_clock_s;
  return ports;
}

class jobs_work final : public work_part {
public:
  jobs_work(cluster::process& here, const node_jobs_options& options, const say_line& say)
      : here_(here), done_(std::make_shared<std::function<void()>>()) {
    std::signal(SIGCHLD, SIG_DFL); // where it is ignored, exit codes are lost
    ports_.slots = options.slots != 0 ? options.slots : here.self().processors;
    io::process_limits bounds;
    bounds.children_max = ports_.slots;
    bounds.program_descriptors_max = io::raise_descriptor_limit().before;
    ports_.outside = ports_of(std::make_shared<io::process_runner>(bounds), options);
    ports_.node = here.self().name;
    ports_.say = say;
    ports_.left = [done = done_] {
      if (*done)
        (*done)();
    };
  }
  ~jobs_work() override { stop(); }

  bool start(const cluster::heads& whom) override {
    if (whom.jobs)
      team_ = runtime::spawn<jobs::team>(here_.system(), whom.jobs, ports_, jobs::job_crew_limits{},
                                         jobs::far_job_limits{});
    return whom.jobs != nullptr;
  }
  void stop() override {
    runtime::stop(team_);
    team_ = nullptr;
  }
  // Set before the message that has it called.
  void drain(std::function<void()> done) override {
    if (!team_)
      return done();
    *done_ = std::move(done);
    runtime::post(team_, jobs::hands_leave{});
  }

private:
  cluster::process& here_;
  std::shared_ptr<std::function<void()>> done_;
  jobs::job_team_ports ports_;
  jobs::job_team_actor team_;
};

} // namespace

node_role jobs_role() {
  return {cluster::jobs,
          [](cluster::process& here, const node_options&) -> std::unique_ptr<head_part> {
            return std::make_unique<jobs_head_part>(here);
          },
          [](cluster::process& here, const node_options& o,
             const say_line& say) -> std::unique_ptr<work_part> {
            return std::make_unique<jobs_work>(here, o.jobs, say);
          }};
}

} // namespace troupe::apps
