// SPDX-License-Identifier: BSD-3-Clause
//
// What a crawl's actors say between processes, beside what they say anyway (messages/crawl.hpp).
//
// clang-format off
//   a client's process           the coordinator's process                  a node's process
//   customer - crawl_ordered ->  head        <- team_offered -------------- team         here are hands
//   customer - seeds_ordered ->  head        -- crawl_opened, crawl_closed -> team       which has a
//                                |                                          foreman a crawl, and he
//                                | starts a crawl's                         the fetchers and parsers
//                                v
//   customer <- crawl_ended ---  steward     <- foreman_ready ------------- foreman
//   customer <- teams_there ---  steward
//                                robots desk -- robots_text_wanted -------> foreman      answered
//   customer - stop_crawl, progress_wanted -> coordinator
//   sink     <- write_rows ----  coordinator <- want_page, page_part, page_done - foreman <- fetchers
//                                coordinator -- page_wanted -------------------------------> fetchers
// clang-format on
//
// All goes through the coordinator's process: a node and a client know nobody else. Pages' bodies
// stay at the node that fetched them; a page's links and items go to the coordinator, its row and
// items on to the client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/crawl.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

struct crawl_ordered;
struct seeds_ordered;
struct crawl_taken;
struct crawl_begun;
struct crawl_over;
struct team_offered;
struct crawl_opened;
struct crawl_closed;
struct team_leaves;
struct foreman_ready;
struct foreman_left;
struct robots_text_wanted;
struct robots_text;
struct teams_there;
struct use_head;
struct head_lost;

/// At a client: orders a crawl, shows how far it is, tells how it ended.
using customer_actor =
    runtime::interface<caf::result<void>(use_head), caf::result<void>(head_lost),
                       caf::result<void>(teams_there), caf::result<void>(crawl_ended),
                       caf::result<void>(stop_crawl),
                       caf::result<void>(tick)>; // to itself: the end is overdue

/// At a node, one a crawl: has its fetchers, and is the coordinator to them.
using foreman_actor =
    runtime::interface<caf::result<void>(want_page), caf::result<void>(page_done),
                       caf::result<void>(page_part), caf::result<hands_left>(hands_leave),
                       caf::result<progress_report>(progress_wanted), caf::result<void>(stop_crawl),
                       caf::result<void>(tick), caf::result<robots_text>(robots_text_wanted),
                       caf::result<void>(robots_text)>; // from the HTTP client

/// At a node: takes part in all crawls of one head.
using team_actor =
    runtime::interface<caf::result<void>(crawl_opened), caf::result<void>(crawl_closed),
                       caf::result<void>(team_leaves), caf::result<void>(foreman_left)>;

/// At the coordinator, one a crawl: has robots.txt files fetched by whoever is there.
using robots_desk_actor =
    runtime::interface<caf::result<robots_known>(robots_wanted), caf::result<void>(robots_known),
                       caf::result<void>(foreman_ready)>;

/// At the coordinator, one a crawl: starts the others of it, sees who takes part.
using steward_actor =
    runtime::interface<caf::result<void>(crawl_ended), caf::result<void>(stop_crawl),
                       caf::result<void>(foreman_ready)>;

/// At the coordinator: takes crawls, and hands for them.
using crawl_head_actor =
    runtime::interface<caf::result<crawl_taken>(crawl_ordered),
                       caf::result<crawl_taken>(seeds_ordered), caf::result<void>(team_offered),
                       caf::result<void>(crawl_begun), caf::result<void>(crawl_over),
                       caf::result<void>(tick)>; // to itself: an order's further seeds are overdue

/// What of a client's HTTP settings holds at the nodes too; its bounds and User-Agent are the
/// plan's. Where connections may go is asked at the node that makes them, of the address that it is
/// about to connect to: for pages, for robots.txt, and for what either redirects to.
struct far_http {
  bool accept_compressed = true;
  bool verify_tls = true;
  bool public_only = false; ///< public addresses (domain/crawl/address_rule), and no proxy
  std::vector<std::string> allowed = {}; ///< ranges besides, as address_rule::allow() takes them
};

/// Client to head: crawl this. Reply: crawl_taken.
struct crawl_ordered {
  crawl_plan plan;
  far_http http;
  bool more_seeds = false; ///< the plan's are not all: seeds_ordered follows
  sink_actor sink;         ///< gets the rows; one batch is under way at a time
  customer_actor who;      ///< hears the end; if it is gone, so is the crawl
  std::string key = {};    ///< of this crawl and no other, should it have to be ordered again
  bool again = false;      ///< it was taken before, by a coordinator that was lost
  std::uint64_t rows = 0;  ///< that are written
};

/// Client to head: further seeds of an order, which begins when all are there. Reply: crawl_taken.
/// An order whose next seeds have not come within head_limits::seeds_deadline is forgotten.
struct seeds_ordered {
  std::uint64_t id = 0;
  std::vector<url> seeds;
  bool more = false;
};
struct crawl_taken {
  std::string refused;           ///< "", or why not, as a sentence
  std::uint64_t id = 0;          ///< of the crawl at this head
  coordinator_actor coordinator; ///< of the crawl; empty while seeds are missing
  bool kept = false;             ///< it can be ordered again if this coordinator is lost
};

/// Steward to head: whom to ask for its pages; later, that it has ended.
struct crawl_begun {
  std::uint64_t id = 0;
  coordinator_actor coordinator;
};
struct crawl_over {
  std::uint64_t id = 0;
};

/// Node to crawl head: I fetch and read pages for you.
struct team_offered {
  team_actor who;
};

/// Head to team: take part in this.
struct crawl_opened {
  std::uint64_t id = 0;
  std::uint64_t team = 0; ///< your number in it: nobody has had it before
  crawl_plan plan;        ///< without seeds
  far_http http;
  coordinator_actor coordinator;
  steward_actor steward;
};
/// Head to team: it has ended.
struct crawl_closed {
  std::uint64_t id = 0;
};

/// A node to its team: finish what you have, and take no more.
struct team_leaves {};
/// Foreman to team: his crawl's hands have left it.
struct foreman_left {
  std::uint64_t crawl = 0;
};

/// Foreman to steward, and on to the robots desk: here I am.
struct foreman_ready {
  foreman_actor who;
};

/// Robots desk to foreman: what does this origin's robots.txt say? Reply: robots_text.
struct robots_text_wanted {
  std::string origin;
};
struct robots_text {
  std::string origin;
  robots_outcome outcome;
};

/// Steward to customer: so many nodes take part now.
struct teams_there {
  std::uint64_t teams = 0;
};

/// A client to its customer: order there; nobody is there any more.
struct use_head {
  crawl_head_actor head;
};
struct head_lost {
  std::string why;
};

template <class Inspector>
auto inspect(Inspector& f, far_http& x) {
  return runtime::fields(f, x, "far_http", runtime::field("accept_compressed", x.accept_compressed),
                         runtime::field("verify_tls", x.verify_tls),
                         runtime::field("public_only", x.public_only),
                         runtime::field("allowed", x.allowed));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_ordered& x) {
  using runtime::field;
  return runtime::fields(f, x, "crawl_ordered", field("plan", x.plan), field("http", x.http),
                         field("more_seeds", x.more_seeds), field("key", x.key),
                         field("again", x.again), field("rows", x.rows), field("sink", x.sink),
                         field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, seeds_ordered& x) {
  return runtime::fields(f, x, "seeds_ordered", runtime::field("id", x.id),
                         runtime::field("seeds", x.seeds), runtime::field("more", x.more));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_taken& x) {
  return runtime::fields(f, x, "crawl_taken", runtime::field("refused", x.refused),
                         runtime::field("id", x.id), runtime::field("coordinator", x.coordinator),
                         runtime::field("kept", x.kept));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_begun& x) {
  return runtime::fields(f, x, "crawl_begun", runtime::field("id", x.id),
                         runtime::field("coordinator", x.coordinator));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_over& x) {
  return runtime::fields(f, x, "crawl_over", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, team_offered& x) {
  return runtime::fields(f, x, "team_offered", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_opened& x) {
  using runtime::field;
  return runtime::fields(f, x, "crawl_opened", field("id", x.id), field("team", x.team),
                         field("plan", x.plan), field("http", x.http),
                         field("coordinator", x.coordinator), field("steward", x.steward));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_closed& x) {
  return runtime::fields(f, x, "crawl_closed", runtime::field("id", x.id));
}
template <class Inspector>
auto inspect(Inspector& f, team_leaves& x) {
  return runtime::fields(f, x, "team_leaves");
}
template <class Inspector>
auto inspect(Inspector& f, foreman_left& x) {
  return runtime::fields(f, x, "foreman_left", runtime::field("crawl", x.crawl));
}
template <class Inspector>
auto inspect(Inspector& f, foreman_ready& x) {
  return runtime::fields(f, x, "foreman_ready", runtime::field("who", x.who));
}
template <class Inspector>
auto inspect(Inspector& f, robots_text_wanted& x) {
  return runtime::fields(f, x, "robots_text_wanted", runtime::field("origin", x.origin));
}
template <class Inspector>
auto inspect(Inspector& f, robots_text& x) {
  return runtime::fields(f, x, "robots_text", runtime::field("origin", x.origin),
                         runtime::field("outcome", x.outcome));
}
template <class Inspector>
auto inspect(Inspector& f, teams_there& x) {
  return runtime::fields(f, x, "teams_there", runtime::field("teams", x.teams));
}
template <class Inspector>
auto inspect(Inspector& f, use_head& x) {
  return runtime::fields(f, x, "use_head", runtime::field("head", x.head));
}
template <class Inspector>
auto inspect(Inspector& f, head_lost& x) {
  return runtime::fields(f, x, "head_lost", runtime::field("why", x.why));
}

} // namespace troupe::crawl
