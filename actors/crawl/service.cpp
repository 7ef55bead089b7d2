// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/service.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "actors/crawl/far_crawl.hpp"
#include "actors/crawl/far_http.hpp"
#include "actors/crawl/real_ports.hpp"
#include "actors/crawl/registrar.hpp"
#include "io/crawl/setting.hpp"
#include "io/gateway/last_reading.hpp"
#include "io/gateway/pending.hpp"
#include "io/unix_time.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"
#include "runtime/wait.hpp"

namespace troupe::crawl {

namespace {

// What a crawl writes into, and what that writes into.
struct kept_output {
  explicit kept_output(std::shared_ptr<io::job_results> where)
      : results(std::move(where)), output(results->output()) {}
  std::shared_ptr<io::job_results> results;
  io::crawl_output output;
};

/// Questions to a registrar; whose crawls they are is the others' affair.
class crawl_questions : public gateway::crawl_service {
public:
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

protected:
  explicit crawl_questions(const crawl_service_options& options)
      : options_(options.common), room_(options.waiting_max) {
    io::job_results{options_.folder, 0, false}; // says now if there is no place for rows
  }

  void start_registrar(caf::actor_system& system, const crawl_service_options& options,
                       registrar_ports ports) {
    crew_limits crew;
    crew.parsers = options.parsers;
    crew.progress_interval = std::chrono::milliseconds(250);
    registrar_ = runtime::spawn<registrar>(system, std::move(ports), options_.bounds, crew);
  }
  void stop_registrar() {
    room_.close("stopping");
    runtime::stop(registrar_);
  }

  // Takes: how one crawl's rows and its way out come together.
  registrar_ports
  ports(std::function<crawl_ports(const crawl_plan&, std::shared_ptr<io::crawl_output>)> make) {
    return {
        [this](std::uint64_t ticket, gateway::crawl_answer a) {
          room_.answer(ticket, std::move(a));
        },
        [this](const crawl_plan& plan) { return make_results(plan); },
        [make = std::move(make)](const crawl_plan& plan,
                                 const std::shared_ptr<io::job_results>& results) {
          auto kept = std::make_shared<kept_output>(results);
          return make(plan, {kept, &kept->output});
        },
        io::now_unix_ms,
        [this](gateway::reading now) { reading_.set(std::move(now)); },
        [this](std::string why) { room_.close(std::move(why)); },
    };
  }

  const gateway::crawl_service_options options_;
  gateway::pending<gateway::crawl_answer> room_;
  gateway::last_reading reading_;
  registrar_actor registrar_; // goes before its system does

private:
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

  std::shared_ptr<io::job_results> make_results(const crawl_plan& plan) const {
    try {
      return std::make_shared<io::job_results>(options_.folder, options_.results_bytes_max,
                                               plan.extract.how != extract_spec::kind::none);
    } catch (const std::runtime_error&) { // no descriptor, no place
      return nullptr;
    }
  }
};

class crawl_actors final : public crawl_questions {
public:
  explicit crawl_actors(const crawl_service_options& options)
      : crawl_questions(options),
        // Parsers may all be in large pages: the others have threads besides.
        actors_({.threads = threads_for(options)}) {
    loop_.start();
    start_registrar(actors_.system(), options,
                    ports([this](const crawl_plan& plan, std::shared_ptr<io::crawl_output> output) {
                      io::crawl_setting setting;
                      setting.http = options_.http;
                      return real_ports(plan, std::move(output),
                                        std::make_shared<io::http_client>(
                                            loop_, io::http_options_of(plan, setting)));
                    }));
  }

  ~crawl_actors() override {
    stop_registrar();
    registrar_ = nullptr;
    actors_.system().await_all_actors_done(); // with the last of them goes the last client
    loop_.stop();
  }

private:
  static unsigned threads_for(const crawl_service_options& options) {
    return static_cast<unsigned>(options.common.bounds.running_max) * std::max(1u, options.parsers)
           + 2;
  }

  // In this order: what clients still hold at the end are handles of actors.
  runtime::actor_runtime<caf::id_block::troupe> actors_;
  io::io_loop loop_;
};

class far_crawl_actors final : public crawl_questions {
public:
  far_crawl_actors(const crawl_service_options& options, caf::actor_system& system,
                   std::function<std::string()> why_not)
      : crawl_questions(options), system_(system), why_not_(std::move(why_not)) {
    auto outside = ports([](const crawl_plan& plan, std::shared_ptr<io::crawl_output> output) {
      return real_ports(plan, std::move(output), nullptr); // pages are fetched elsewhere
    });
    outside.far = far_jobs{far_http_of(options_.http),
                           std::chrono::milliseconds(options.away_ms_max), draw_crawl_key};
    start_registrar(system, options, std::move(outside));
  }

  ~far_crawl_actors() override {
    stop_registrar();
    runtime::wait_for_end(system_, registrar_); // it calls us back
  }

  std::string not_ready() override {
    auto why = crawl_questions::not_ready();
    return why.empty() ? why_not_() : why;
  }

  const registrar_actor& registrar() const { return registrar_; }

private:
  caf::actor_system& system_;
  const std::function<std::string()> why_not_;
};

} // namespace

std::unique_ptr<gateway::crawl_service> make_crawl_service(const crawl_service_options& options) {
  return std::make_unique<crawl_actors>(options);
}

far_crawl_service make_far_crawl_service(const crawl_service_options& options,
                                         caf::actor_system& system,
                                         std::function<std::string()> why_not) {
  auto service = std::make_unique<far_crawl_actors>(options, system, std::move(why_not));
  auto registrar = service->registrar();
  return {std::move(service), std::move(registrar)};
}

} // namespace troupe::crawl
