// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/service.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "actors/crawl/real_ports.hpp"
#include "actors/crawl/registrar.hpp"
#include "io/crawl/setting.hpp"
#include "io/gateway/last_reading.hpp"
#include "io/gateway/pending.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::crawl {

namespace {

// What a crawl writes into, and what that writes into.
struct kept_output {
  explicit kept_output(std::shared_ptr<io::job_results> where)
      : results(std::move(where)), output(results->output()) {}
  std::shared_ptr<io::job_results> results;
  io::crawl_output output;
};

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

class crawl_actors final : public gateway::crawl_service {
public:
  explicit crawl_actors(const crawl_service_options& options)
      : options_(options.common), room_(options.waiting_max),
        // Parsers may all be in large pages: the others have threads besides.
        actors_({.threads = threads_for(options)}) {
    io::job_results{options_.folder, 0, false}; // says now if there is no place for rows
    loop_.start();
    crew_limits crew;
    crew.parsers = options.parsers;
    crew.progress_interval = std::chrono::milliseconds(250);
    registrar_ = runtime::spawn<registrar>(actors_.system(), ports(), options_.bounds, crew);
  }

  ~crawl_actors() override {
    room_.close("stopping");
    runtime::stop(registrar_);
    registrar_ = nullptr;
    actors_.system().await_all_actors_done(); // with the last of them goes the last client
    loop_.stop();
  }

  gateway::canceler start(crawl_plan plan, gateway::callback<gateway::crawl_answer> done) override {
    return ask(std::move(done), crawl_asked{0, std::make_shared<crawl_plan>(std::move(plan))});
  }
  gateway::canceler list(gateway::callback<gateway::crawl_answer> done) override {
    return ask(std::move(done), crawls_wanted{});
  }
  gateway::canceler look(std::uint64_t id, gateway::callback<gateway::crawl_answer> done) override {
    return ask(std::move(done), crawl_wanted{0, id});
  }
  gateway::canceler drop(std::uint64_t id, gateway::callback<gateway::crawl_answer> done) override {
    return ask(std::move(done), crawl_dropped{0, id});
  }

  std::string not_ready() override { return room_.close_reason(); }

  gateway::reading read() override {
    auto now = reading_.get();
    now.actors.push_back(
        {"registrar", room_.close_reason().empty() ? 1u : 0u, room_.waiting(), room_.answered()});
    return now;
  }

private:
  static unsigned threads_for(const crawl_service_options& options) {
    return static_cast<unsigned>(options.common.bounds.running_max) * std::max(1u, options.parsers)
           + 2;
  }

  // An answer that nobody wants any more is dropped by the room: it costs the registrar nothing.
  template <class Question>
  gateway::canceler ask(gateway::callback<gateway::crawl_answer> done, Question question) {
    question.ticket = room_.add(done);
    if (question.ticket == 0) {
      done({room_.refusal(), {}});
      return {};
    }
    const auto cancel = [this, ticket = question.ticket] { room_.drop(ticket); };
    runtime::post(registrar_, std::move(question));
    return cancel;
  }

  registrar_ports ports() {
    return {
        [this](std::uint64_t ticket, gateway::crawl_answer a) {
          room_.answer(ticket, std::move(a));
        },
        [this](const crawl_plan& plan) { return make_results(plan); },
        [this](const crawl_plan& plan, const std::shared_ptr<io::job_results>& results) {
          auto kept = std::make_shared<kept_output>(results);
          io::crawl_setting setting;
          setting.http = options_.http;
          return real_ports(
              plan, {kept, &kept->output},
              std::make_shared<io::http_client>(loop_, io::http_options_of(plan, setting)));
        },
        wall_clock_ms,
        [this](gateway::reading now) { reading_.set(std::move(now)); },
        [this](std::string why) { room_.close(std::move(why)); },
    };
  }

  std::shared_ptr<io::job_results> make_results(const crawl_plan& plan) const {
    try {
      return std::make_shared<io::job_results>(options_.folder, options_.results_bytes_max,
                                               plan.extract.how != extract_spec::kind::none);
    } catch (const std::runtime_error&) { // no descriptor, no place
      return nullptr;
    }
  }

  const gateway::crawl_service_options options_;
  gateway::pending<gateway::crawl_answer> room_;
  gateway::last_reading reading_;
  // In this order: what clients still hold at the end are handles of actors.
  runtime::actor_runtime<caf::id_block::troupe> actors_;
  io::io_loop loop_;
  registrar_actor registrar_;
};

} // namespace

std::unique_ptr<gateway::crawl_service> make_crawl_service(const crawl_service_options& options) {
  return std::make_unique<crawl_actors>(options);
}

} // namespace troupe::crawl
