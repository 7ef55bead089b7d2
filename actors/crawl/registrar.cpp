// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/registrar.hpp"

#include <utility>

#include "actors/crawl/customer.hpp"
#include "actors/crawl/supervisor.hpp"
#include "io/gateway/crawl_counters.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

registrar_actor::behavior_type registrar::make_behavior() {
  tell();
  return {
      [this](const crawl_asked& x) { take(x); },
      [this](const crawls_wanted& x) {
        gateway::crawl_answer all;
        for (const auto& report : book_.all())
          all.crawls.push_back(status(report));
        ports_.answer(x.ticket, std::move(all));
      },
      [this](const crawl_wanted& x) { answer(x.ticket, x.id); },
      [this](const crawl_dropped& x) { drop(x); },
      [this](const job_progressed& x) {
        book_.progressed(x.id, x.counts);
        tell();
      },
      [this](const job_waits& x) { book_.waits(x.id, x.why); },
      [this](const job_ended& x) { ended(x); },
      [this](const use_head& x) {
        there_ = x.head;
        why_nobody_is_there_.clear();
        tell_customers();
      },
      [this](const head_lost& x) {
        there_ = nullptr;
        why_nobody_is_there_ = x.why;
        tell_customers();
      },
  };
}

registrar::registrar(registrar_actor::pointer self, registrar_ports ports, job_limits bounds,
                     crew_limits crew)
    : self_(self), ports_(std::move(ports)), crew_(crew), book_(bounds) {}

registrar::~registrar() {
  ports_.gone("the registrar of crawls has ended");
  for (auto& [id, x] : jobs_) {
    if (const auto* report = book_.find(id); report && !over(report->state))
      x.results->cut();
    runtime::stop(x.head);
  }
}

void registrar::take(const crawl_asked& x) {
  auto results = ports_.make_results(*x.plan);
  if (!results)
    return ports_.answer(x.ticket, {gateway::fault::unavailable, {}});
  const auto id = book_.add(*x.plan, ports_.now_unix_ms());
  if (!id)
    return ports_.answer(x.ticket, {gateway::fault::overloaded, {}});
  jobs_[*id] = {x.plan, std::move(results), {}, {}};
  start_next();
  answer(x.ticket, *id);
}

void registrar::drop(const crawl_dropped& x) {
  answer(x.ticket, x.id); // as it stands before
  switch (book_.drop(x.id, ports_.now_unix_ms())) {
  case job_book::dropped::canceled:
    jobs_.at(x.id).results->end();
    break;
  case job_book::dropped::canceling:
    runtime::send(self_, jobs_.at(x.id).head, stop_crawl{});
    break;
  case job_book::dropped::forgotten:
  case job_book::dropped::asked:
  case job_book::dropped::unknown:
    break;
  }
  forget_evicted();
  tell();
}

void registrar::ended(const job_ended& x) {
  const auto at = jobs_.find(x.id);
  if (at == jobs_.end())
    return;
  auto& results = *at->second.results;
  book_.ended(x.id, x.summary, results.full(), ports_.now_unix_ms());
  results.end(); // after the book: who has read the last row finds the crawl ended
  at->second.head = nullptr;
  at->second.customer = nullptr;
  forget_evicted();
  start_next();
}

void registrar::start_next() {
  while (const auto id = book_.start_next(ports_.now_unix_ms()))
    start(*id);
  tell();
}

void registrar::start(std::uint64_t id) {
  auto& x = jobs_.at(id);
  auto ports = ports_.make_ports(*x.plan, x.results);
  ports.progress = [me = registrar_actor{self_}, id](const crawl_counts& now) {
    runtime::post(me, job_progressed{id, now});
  };
  if (ports_.far)
    order(id, x, std::move(ports));
  else
    start_crew(id, x, std::move(ports));
  x.plan = nullptr;
}

void registrar::start_crew(std::uint64_t id, job& x, crawl_ports ports) {
  x.head = runtime::spawn<supervisor>(self_, *x.plan, std::move(ports), crew_, when_ended(id));
}

void registrar::order(std::uint64_t id, job& x, crawl_ports outside) {
  customer_ports ports;
  ports.outside = std::move(outside);
  ports.ended = when_ended(id);
  ports.draw_key = ports_.far->draw_key;
  ports.away_max = ports_.far->away_max;
  ports.find_max = ports.idle_max = ports_.far->away_max;
  ports.waits = [me = registrar_actor{self_}, id](const std::string& why) {
    runtime::post(me, job_waits{id, why});
  };
  x.customer = runtime::spawn<customer>(self_, *x.plan, ports_.far->http, std::move(ports), crew_);
  x.head = supervisor_actor{x.customer};
  tell_who_is_there(x.customer);
}

std::function<void(crawl_summary)> registrar::when_ended(std::uint64_t id) {
  return [me = registrar_actor{self_}, id](crawl_summary summary) {
    runtime::post(me, job_ended{id, std::move(summary)});
  };
}

void registrar::tell_customers() {
  for (const auto& [id, x] : jobs_)
    if (x.customer)
      tell_who_is_there(x.customer);
}

void registrar::tell_who_is_there(const customer_actor& whom) {
  if (why_nobody_is_there_.empty())
    runtime::send(self_, whom, use_head{there_});
  else
    runtime::send(self_, whom, head_lost{why_nobody_is_there_});
}

void registrar::forget_evicted() {
  std::erase_if(jobs_, [this](const auto& x) { return !book_.find(x.first); });
}

void registrar::tell() {
  const char* what = ports_.far ? "crawl_customer" : "crawl_supervisor";
  ports_.tell({{{what, book_.running(), 0, 0}}, gateway::crawl_counters(book_)});
}

void registrar::answer(std::uint64_t ticket, std::uint64_t id) {
  gateway::crawl_answer one;
  if (const auto* report = book_.find(id))
    one.crawls.push_back(status(*report));
  ports_.answer(ticket, std::move(one));
}

gateway::crawl_status registrar::status(const job_report& report) const {
  return {report, jobs_.at(report.id).results};
}

} // namespace troupe::crawl
