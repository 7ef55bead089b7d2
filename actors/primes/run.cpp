// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/run.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <stop_token>
#include <utility>

#include "actors/primes/check_list.hpp"
#include "actors/primes/ports.hpp"
#include "actors/primes/supervisor.hpp"
#include "io/primes/answer_writer.hpp"
#include "io/primes/line_reader.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::primes {

namespace {

// Real I/O behind the actors' ports. `stop` reaches those who are waiting or busy.
check_ports real_ports(const io::prime_plan& plan, const io::prime_setting& setting,
                       io::line_reader& in, io::answer_writer& out, const std::stop_token& stop) {
  auto ports = checking_ports(plan, stop);
  ports.read = [&in](std::size_t bytes_wanted) {
    read_result got;
    if (auto lines = in.read(bytes_wanted))
      got.lines = std::make_shared<const std::string>(std::move(*lines));
    else
      got = {nullptr, in.done(), in.error()};
    return got;
  };
  ports.write = [&out](const block_answer& answer) { return out.write(answer); };
  ports.progress = setting.progress;
  return ports;
}

} // namespace

io::prime_summary check_stream(caf::actor_system& system, const io::prime_plan& plan,
                               const io::prime_setting& setting, unsigned checkers,
                               dispatcher_actor whose, const std::function<void()>& ended) {
  std::stop_source halt; // by the caller, or because no more is wanted
  io::line_reader in{setting.in, setting.in_name, plan.job.line_bytes_max, halt.get_token()};
  auto writer_setting = setting;
  writer_setting.progress = nullptr; // an actor's
  io::answer_writer out{plan, writer_setting};
  crew_limits crew;
  crew.checkers = checkers;
  crew.batch_deaths_max = plan.block_deaths_max;
  crew.restarts_max = plan.restarts_max;
  std::promise<stream_ended> over;
  auto ports = real_ports(plan, setting, in, out, halt.get_token());
  const auto head =
      runtime::spawn<supervisor>(system, std::move(ports), crew, std::optional{plan},
                                 std::function<void(stream_ended)>{[&](stream_ended how) {
                                   halt.request_stop();
                                   over.set_value(std::move(how));
                                 }},
                                 std::move(whose));
  auto end = over.get_future();
  const std::stop_callback on_stop{setting.stop, [&] {
                                     runtime::post(head, stop_check{});
                                     halt.request_stop();
                                   }};
  const auto how = end.get();
  if (ended)
    ended();
  system.await_all_actors_done();
  auto sum = out.finish(how.complete, how.error);
  if (setting.progress)
    setting.progress(sum.counts);
  return sum;
}

io::prime_summary check_actors(const io::prime_plan& plan, const io::prime_setting& setting) {
  // Beside the checkers: one thread for the reader, one for the writer, both of which wait for
  // others, and one for those who do the talking.
  runtime::actor_runtime<caf::id_block::troupe> actors{{.threads = plan.workers + 3}};
  return check_stream(actors.system(), plan, setting, std::max(1u, plan.workers), {}, {});
}

} // namespace troupe::primes
