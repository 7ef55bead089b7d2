// SPDX-License-Identifier: BSD-3-Clause
//
// What the keeper of many crawls hears. Questions come from outside and are answered outside, under
// their tickets.
//
//   anybody    -- crawl_asked, crawls_wanted, crawl_wanted, crawl_dropped --> registrar
//   progress   -- job_progressed --> registrar      a few times a second for each crawl
//   supervisor -- job_ended -------> registrar
//   registrar  -- stop_crawl ------> supervisor     see messages/crawl.hpp
//
// Where a cluster crawls there is a customer in a supervisor's place (messages/crawl_far.hpp):
//
//   follower   -- use_head, head_lost --> registrar, and on to each customer
//   customer   -- job_waits ------------> registrar
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "domain/crawl/plan.hpp"
#include "messages/crawl_far.hpp"
#include "messages/crawl_values.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

struct crawl_asked;
struct crawls_wanted;
struct crawl_wanted;
struct crawl_dropped;
struct job_progressed;
struct job_waits;
struct job_ended;

/// Keeps the table of crawls; starts and stops them.
using registrar_actor =
    runtime::interface<caf::result<void>(crawl_asked), caf::result<void>(crawls_wanted),
                       caf::result<void>(crawl_wanted), caf::result<void>(crawl_dropped),
                       caf::result<void>(job_progressed), caf::result<void>(job_waits),
                       caf::result<void>(job_ended), caf::result<void>(use_head),
                       caf::result<void>(head_lost)>;

/// From outside: crawl this, as soon as there is a place. Never leaves the process.
struct crawl_asked {
  std::uint64_t ticket = 0; ///< never 0; each once
  std::shared_ptr<const crawl_plan> plan;
};

/// From outside: which crawls are there?
struct crawls_wanted {
  std::uint64_t ticket = 0;
};

/// From outside: how does this one stand?
struct crawl_wanted {
  std::uint64_t ticket = 0;
  std::uint64_t id = 0;
};

/// From outside: cancel this one, or forget it if it has ended.
struct crawl_dropped {
  std::uint64_t ticket = 0;
  std::uint64_t id = 0;
};

/// A running crawl to the registrar: so far it is.
struct job_progressed {
  std::uint64_t id = 0;
  crawl_counts counts;
};

/// A crawl that a cluster does to the registrar: it goes on only when this has changed. "": it
/// does.
struct job_waits {
  std::uint64_t id = 0;
  std::string why;
};

/// A crawl's crew to the registrar, last: it has ended, and all its rows are written.
struct job_ended {
  std::uint64_t id = 0;
  crawl_summary summary;
};

template <class Inspector>
auto inspect(Inspector& f, crawls_wanted& x) {
  return runtime::fields(f, x, "crawls_wanted", runtime::field("ticket", x.ticket));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_wanted& x) {
  return runtime::fields(f, x, "crawl_wanted", runtime::field("ticket", x.ticket),
                         runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_dropped& x) {
  return runtime::fields(f, x, "crawl_dropped", runtime::field("ticket", x.ticket),
                         runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, job_progressed& x) {
  return runtime::fields(f, x, "job_progressed", runtime::field("id", x.id),
                         runtime::field("counts", x.counts));
}
template <class Inspector>
auto inspect(Inspector& f, job_waits& x) {
  return runtime::fields(f, x, "job_waits", runtime::field("id", x.id),
                         runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, job_ended& x) {
  return runtime::fields(f, x, "job_ended", runtime::field("id", x.id),
                         runtime::field("summary", x.summary));
}

} // namespace troupe::crawl
