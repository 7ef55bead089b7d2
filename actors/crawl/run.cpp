// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/run.hpp"

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "actors/crawl/real_ports.hpp"
#include "actors/crawl/supervisor.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::crawl {

namespace {

// A pointer to what somebody else owns, and outlives it.
template <class T>
std::shared_ptr<T> lent(T* owned_elsewhere) {
  return {std::shared_ptr<void>{}, owned_elsewhere};
}

// Two threads more than parsers: a parser that is stuck in a page, and a reader of standard output
// that has stopped reading, leave the others one to work on, and deadlines one to come in by.
runtime::system_options scheduling(const crew_limits& crew) {
  return {.threads = crew.parsers + 2};
}

// Notes where the outputs stand each time that they were flushed: so much is not written again.
auto marking(decltype(crawl_ports::write) write, io::crawl_book& book, io::crawl_output& output,
             io::crawl_book::mark at) {
  return [write = std::move(write), &book, &output, at = std::move(at),
          noted = std::uint64_t{0}](const std::vector<row_and_items>& rows, bool flush) mutable {
    auto error = write(rows, flush);
    if (!error.empty())
      return error;
    at.rows += rows.size();
    if (!flush || at.rows == noted)
      return error;
    at.positions = output.positions();
    noted = at.rows;
    return book.put_mark(at);
  };
}

} // namespace

crawl_summary crawl_actors(const crawl_plan& plan, const io::crawl_setting& setting) {
  if (const auto wrong = check_extract(plan.extract); !wrong.empty())
    throw std::invalid_argument(wrong);
  std::promise<crawl_summary> ended;
  auto summary = ended.get_future();
  std::exception_ptr failure; // of the caller's own callback; it gets it back when all is over
  std::stop_source failed;
  crew_limits crew;
  crew.parsers = std::max(1u, std::thread::hardware_concurrency());
  // In this order: what the client still holds at the end are handles of actors, and go before
  // their system.
  runtime::actor_runtime<caf::id_block::troupe> actors{scheduling(crew)};
  io::io_loop loop;
  io::http_client client{loop, io::http_options_of(plan, setting)};
  loop.start();
  auto ports = real_ports(plan, lent(setting.output), lent(&client));
  if (setting.book) {
    ports.write = marking(std::move(ports.write), *setting.book, *setting.output, setting.mark);
    ports.fetch_robots = [&client, &plan,
                          book = setting.book](const std::string& origin,
                                               std::function<void(io::robots_answer)> done) {
      io::fetch_robots_once(client, *book, origin, plan.user_agent, plan.bounds, std::move(done));
    };
  }
  if (setting.earlier)
    ports.fetch = [&client, &plan, earlier = setting.earlier](const page_job& job,
                                                              std::function<void(fetched)> done) {
      io::get_if_changed(client, *earlier, job.target,
                         {.body_bytes_max = body_bytes_max_of(job, plan.bounds)}, std::move(done));
    };
  const auto guarded = [&](const auto& call) {
    try {
      call();
    } catch (...) {
      failure = std::current_exception();
      failed.request_stop();
    }
  };
  if (setting.progress)
    ports.progress = [&](const crawl_counts& now) { guarded([&] { setting.progress(now); }); };
  if (setting.explain)
    ports.explain = [&](standstill why) {
      add_reason(why, {wait_reason::dns, client.lookups(), {}});
      guarded([&] { setting.explain(why); });
    };
  {
    const auto head =
        runtime::spawn<supervisor>(actors.system(), plan, std::move(ports), crew,
                                   std::function<void(crawl_summary)>{[&ended](crawl_summary s) {
                                     ended.set_value(std::move(s));
                                   }},
                                   lent(setting.book), setting.mark.rows);
    const std::stop_callback on_stop{setting.stop, [&head] { runtime::post(head, stop_crawl{}); }};
    const std::stop_callback on_failure{failed.get_token(),
                                        [&head] { runtime::post(head, stop_crawl{true}); }};
    summary.wait();
  }
  client.cancel(); // what is in flight after a stop
  actors.system().await_all_actors_done();
  loop.stop();
  if (failure)
    std::rethrow_exception(failure);
  auto result = summary.get();
  if (setting.progress)
    setting.progress(result.counts);
  return result;
}

} // namespace troupe::crawl
