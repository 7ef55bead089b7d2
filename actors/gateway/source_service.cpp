// SPDX-License-Identifier: BSD-3-Clause
#include "actors/gateway/source_service.hpp"

#include <chrono>
#include <utility>

#include "actors/gateway/collector.hpp"
#include "actors/gateway/source.hpp"
#include "io/gateway/pending.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"
#include "runtime/system.hpp"

namespace troupe::gateway {

namespace {

using waiting_room = pending<trio_answer>;

source_read to_message(source_answer a) {
  return {std::move(a.text), std::move(a.error), a.late, a.took_ms, a.cut};
}

source_actor start_source(collector_actor::pointer self, source_kind which,
                          const std::shared_ptr<const source_set>& from) {
  const caf::timespan delay =
      std::chrono::milliseconds{from->options().delay_ms[static_cast<std::size_t>(which)]};
  source_port read;
  switch (which) {
  case source_kind::file:
    read = [from](const std::function<void(source_read)>& done) {
      done(to_message(from->read_file()));
    };
    return runtime::spawn_detached<source>(self, std::move(read), delay);
  case source_kind::db:
    read = [from](const std::function<void(source_read)>& done) {
      done(to_message(from->query_database()));
    };
    return runtime::spawn_detached<source>(self, std::move(read), delay);
  case source_kind::api:
    break;
  }
  read = [from](std::function<void(source_read)> done) {
    from->call_api([done = std::move(done)](source_answer a) { done(to_message(std::move(a))); });
  };
  return runtime::spawn<source>(self, std::move(read), delay);
}

class source_actors final : public source_service {
public:
  source_actors(std::shared_ptr<const source_set> from, const source_actors_options& options)
      : waiting_(options.waiting_max) {
    const auto deadline = std::chrono::milliseconds{from->options().source_ms_max};
    head_ = runtime::spawn<collector>(
        actors_.system(),
        collector_port{
            [from = std::move(from)](collector_actor::pointer self, source_kind which) {
              return start_source(self, which, from);
            },
            [this](std::uint64_t ticket, trio_answer a) { waiting_.answer(ticket, std::move(a)); },
            [this](std::string why) { waiting_.close(std::move(why)); }},
        caf::timespan{deadline});
  }

  ~source_actors() override {
    waiting_.close("stopping");
    runtime::stop(head_);
    head_ = nullptr;
    actors_.system().await_all_actors_done();
  }

  canceler read_all(callback<trio_answer> done) override {
    const auto ticket = waiting_.add(done);
    if (ticket == 0) {
      done({waiting_.refusal(), {}});
      return {};
    }
    runtime::post(head_, trio_wanted{ticket});
    return [this, ticket] {
      if (waiting_.drop(ticket))
        runtime::post(head_, trio_dropped{ticket});
    };
  }

  std::string not_ready() override { return waiting_.close_reason(); }

  reading read() override {
    const std::uint64_t alive = waiting_.close_reason().empty() ? 1 : 0;
    reading r;
    r.actors = {{"collector", alive, waiting_.waiting(), waiting_.answered()},
                {"source", alive * sources, 0, waiting_.answered() * sources}};
    r.counters = {{"trios_answered", waiting_.answered(), true},
                  {"trios_waiting", waiting_.waiting(), false}};
    return r;
  }

private:
  waiting_room waiting_;
  runtime::actor_runtime<caf::id_block::troupe> actors_{{.threads = 2}};
  collector_actor head_;
};

} // namespace

std::unique_ptr<source_service> make_source_actors(std::shared_ptr<const source_set> from,
                                                   const source_actors_options& options) {
  return std::make_unique<source_actors>(std::move(from), options);
}

} // namespace troupe::gateway
