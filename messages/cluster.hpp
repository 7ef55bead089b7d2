// SPDX-License-Identifier: BSD-3-Clause
//
// What the processes of a cluster may say to each other about the cluster. What they then do
// together they say in their domains' own messages.
//
// clang-format off
//   a node's process                     the coordinator's process
//   agent  ---- join ------------------> coordinator    answered by joined: here is whom to ask
//   agent  ---- leaving, left_now -----> coordinator    it drains; it has drained, and goes
//   agent  <--- drain ------------------ coordinator    answered by drained, when it has
//
//   a client's process
//   anybody ---- heads_wanted ---------> coordinator    answered by heads_known
//   anybody ---- cluster_wanted -------> coordinator    answered by cluster_report
//   anybody ---- drain_node -----------> coordinator    answered by node_drained
//
//   a process that looks for a coordinator
//   seeker ---- whereabouts_wanted ----> whoever is shown to those who connect: a coordinator, or
//                                        a node's signpost. Answered by whereabouts
//
//   inside one process
//   links  ---- link_came, link_changed --> coordinator whoever watches the connections
//   seeker ---- coordinator_found, coordinator_lost --> agent, or a client's follower
//   seeker ---- dial_due, find_over -------> itself
//   agent  ---- coordinator_at --------------> its process's signpost
//   agent  ---- work_over -------------------> itself
//   follower ---- report_due ----------------> itself
// clang-format on
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/cluster/node.hpp"
#include "messages/bank_far.hpp"
#include "messages/crawl_far.hpp"
#include "messages/jobs_far.hpp"
#include "messages/primes.hpp"
#include "runtime/port.hpp"

namespace troupe::cluster {

struct join;
struct joined;
struct leaving;
struct left_now;
struct drain;
struct drained;
struct heads_wanted;
struct heads_known;
struct cluster_wanted;
struct cluster_report;
struct drain_node;
struct node_drained;
struct link_came;
struct link_changed;
struct whereabouts_wanted;
struct whereabouts;
struct coordinator_at;
struct coordinator_found;
struct coordinator_lost;
struct join_again;
struct dial_due;
struct find_over;
struct work_over;
struct report_due;

/// What a process shows to those who connect.
using door_actor = runtime::interface<caf::result<whereabouts>(whereabouts_wanted)>;

/// A node's door: says where the coordinator is.
using signpost_actor = runtime::interface<caf::result<whereabouts>(whereabouts_wanted),
                                          caf::result<void>(coordinator_at)>;

/// Knows who is there, and tells each whom to ask for work. The one actor that a coordinator's
/// process shows to others first.
using coordinator_actor = runtime::interface<
    caf::result<joined>(join), caf::result<void>(leaving), caf::result<void>(left_now),
    caf::result<heads_known>(heads_wanted), caf::result<cluster_report>(cluster_wanted),
    caf::result<node_drained>(drain_node), caf::result<void>(link_came),
    caf::result<void>(link_changed), caf::result<whereabouts>(whereabouts_wanted)>;

/// Is told which coordinator there is.
using follower_actor =
    runtime::interface<caf::result<void>(coordinator_found), caf::result<void>(coordinator_lost)>;

/// A client's follower.
using client_actor =
    runtime::interface<caf::result<void>(coordinator_found), caf::result<void>(coordinator_lost),
                       caf::result<void>(report_due)>; // to itself

/// Finds a coordinator, and another one when that is lost.
using seeker_actor = runtime::interface<caf::result<void>(join_again), caf::result<void>(dial_due),
                                        caf::result<void>(find_over)>;

/// Does a node's work for as long as there is a coordinator.
using agent_actor =
    runtime::interface<caf::result<void>(coordinator_found), caf::result<void>(coordinator_lost),
                       caf::result<drained>(drain), caf::result<void>(work_over)>;

/// Whom to ask, a domain each. A handle is empty where the coordinator does not serve its domain.
struct heads {
  primes::dispatcher_actor primes;
  crawl::crawl_head_actor crawls;
  bank::bank_head_actor bank;
  jobs::job_head_actor jobs;
};

/// Node to coordinator, once its link is up: I am the process of that link, and this is who
/// listens there. Reply: joined.
struct join {
  std::uint64_t instance = 0;
  agent_actor agent;
};
struct joined {
  std::string refused; ///< "", or why not, as a sentence
  heads whom;
};

/// Node to coordinator: I finish what I have, and want no more.
struct leaving {
  std::uint64_t instance = 0;
};
/// Node to coordinator: I have nothing more, and go as soon as this is answered.
struct left_now {
  std::uint64_t instance = 0;
};

/// Coordinator to agent: finish what you have, and end. Reply: drained, when that is so.
struct drain {};
struct drained {};

/// Anybody to coordinator: whom do I ask? Reply: heads_known.
struct heads_wanted {};
struct heads_known {
  heads whom;
};

/// Anybody to coordinator: who is there? Reply: cluster_report.
struct cluster_wanted {};
struct cluster_report {
  std::vector<node_report> nodes; ///< by their names
  std::uint64_t clients = 0;      ///< connected, without a role
  std::uint32_t own_roles = 0;    ///< that the coordinator's process has itself
};

/// Anybody to coordinator: have that node finish and end. Reply: node_drained, when it has.
struct drain_node {
  std::string name;
};
struct node_drained {
  std::string refused; ///< "", or why not, as a sentence
};

/// The links' thread to coordinator: this process has come.
struct link_came {
  node_facts facts;
};
struct link_changed {
  std::uint64_t instance = 0;
  node_state state = node_state::up; ///< up, suspect or down
  std::string why;
};

/// Whoever connects to a door: where is the coordinator? Reply: whereabouts.
struct whereabouts_wanted {};
struct whereabouts {
  coordinator_actor who;              ///< here; else empty
  std::vector<std::string> elsewhere; ///< or there, as HOST:PORT; empty: not known at the moment
};
/// Agent to signpost: it is at this address; "": nowhere now.
struct coordinator_at {
  std::string address;
};

/// Seeker to its follower: this one answers.
struct coordinator_found {
  coordinator_actor who;
  std::string address;
};
/// And: there is none at the moment, because of this.
struct coordinator_lost {
  std::string why;
};
/// Follower to seeker: that one would not have me; try once more, later.
struct join_again {
  std::string why;
};

/// A seeker to itself: try the next address; what has come of it.
struct dial_due {};
struct find_over {
  std::uint64_t attempt = 0;
  std::uint64_t link = 0; ///< 0 if there is an error
  door_actor who;         ///< empty if there is an error
  std::string error;
};

/// An agent to itself: what it had is finished, or has had its time.
struct work_over {
  bool in_time = true;
};

/// A follower to itself: ask again who is there.
struct report_due {};

TROUPE_INSPECT_ENUM(node_state)

template <class Inspector>
auto inspect(Inspector& f, node_facts& x) {
  using runtime::field;
  return runtime::fields(f, x, "node_facts", field("name", x.name), field("instance", x.instance),
                         field("roles", x.roles), field("processors", x.processors),
                         field("address", x.address));
}
template <class Inspector>
auto inspect(Inspector& f, node_report& x) {
  using runtime::field;
  return runtime::fields(f, x, "node_report", field("facts", x.facts), field("state", x.state),
                         field("why", x.why), field("since_unix_ms", x.since_unix_ms),
                         field("joins", x.joins));
}
template <class Inspector>
auto inspect(Inspector& f, heads& x) {
  using runtime::field;
  return runtime::fields(f, x, "heads", field("primes", x.primes), field("crawls", x.crawls),
                         field("bank", x.bank), field("jobs", x.jobs));
}
template <class Inspector>
auto inspect(Inspector& f, join& x) {
  return runtime::fields(f, x, "join", runtime::field("instance", x.instance),
                         runtime::field("agent", x.agent));
}
template <class Inspector>
auto inspect(Inspector& f, joined& x) {
  return runtime::fields(f, x, "joined", runtime::field("refused", x.refused),
                         runtime::field("whom", x.whom));
}
template <class Inspector>
auto inspect(Inspector& f, leaving& x) {
  return runtime::fields(f, x, "leaving", runtime::field("instance", x.instance));
}
template <class Inspector>
auto inspect(Inspector& f, left_now& x) {
  return runtime::fields(f, x, "left_now", runtime::field("instance", x.instance));
}
template <class Inspector>
auto inspect(Inspector& f, drain& x) {
  return runtime::fields(f, x, "drain");
}
template <class Inspector>
auto inspect(Inspector& f, drained& x) {
  return runtime::fields(f, x, "drained");
}
template <class Inspector>
auto inspect(Inspector& f, heads_wanted& x) {
  return runtime::fields(f, x, "heads_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, heads_known& x) {
  return runtime::fields(f, x, "heads_known", runtime::field("whom", x.whom));
}
template <class Inspector>
auto inspect(Inspector& f, cluster_wanted& x) {
  return runtime::fields(f, x, "cluster_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, cluster_report& x) {
  return runtime::fields(f, x, "cluster_report", runtime::field("nodes", x.nodes),
                         runtime::field("clients", x.clients),
                         runtime::field("own_roles", x.own_roles));
}
template <class Inspector>
auto inspect(Inspector& f, drain_node& x) {
  return runtime::fields(f, x, "drain_node", runtime::field("name", x.name));
}
template <class Inspector>
auto inspect(Inspector& f, node_drained& x) {
  return runtime::fields(f, x, "node_drained", runtime::field("refused", x.refused));
}
template <class Inspector>
auto inspect(Inspector& f, link_came& x) {
  return runtime::fields(f, x, "link_came", runtime::field("facts", x.facts));
}
template <class Inspector>
auto inspect(Inspector& f, link_changed& x) {
  return runtime::fields(f, x, "link_changed", runtime::field("instance", x.instance),
                         runtime::field("state", x.state), runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, whereabouts_wanted& x) {
  return runtime::fields(f, x, "whereabouts_wanted");
}
template <class Inspector>
auto inspect(Inspector& f, whereabouts& x) {
  return runtime::fields(f, x, "whereabouts", runtime::field("who", x.who),
                         runtime::field("elsewhere", x.elsewhere));
}
template <class Inspector>
auto inspect(Inspector& f, coordinator_at& x) {
  return runtime::fields(f, x, "coordinator_at", runtime::field("address", x.address));
}
template <class Inspector>
auto inspect(Inspector& f, coordinator_found& x) {
  return runtime::fields(f, x, "coordinator_found", runtime::field("who", x.who),
                         runtime::field("address", x.address));
}
template <class Inspector>
auto inspect(Inspector& f, coordinator_lost& x) {
  return runtime::fields(f, x, "coordinator_lost", runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, join_again& x) {
  return runtime::fields(f, x, "join_again", runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, dial_due& x) {
  return runtime::fields(f, x, "dial_due");
}
template <class Inspector>
auto inspect(Inspector& f, find_over& x) {
  using runtime::field;
  return runtime::fields(f, x, "find_over", field("attempt", x.attempt), field("link", x.link),
                         field("who", x.who), field("error", x.error));
}
template <class Inspector>
auto inspect(Inspector& f, work_over& x) {
  return runtime::fields(f, x, "work_over", runtime::field("in_time", x.in_time));
}

template <class Inspector>
auto inspect(Inspector& f, report_due& x) {
  return runtime::fields(f, x, "report_due");
}

} // namespace troupe::cluster
