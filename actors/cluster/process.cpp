// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/process.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <thread>
#include <utility>

#include <unistd.h>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/network.hpp"
#include "runtime/schema.hpp"
#include "runtime/system.hpp"

namespace troupe::cluster {

namespace {

std::uint64_t drawn() {
  std::random_device source;
  return (std::uint64_t{source()} << 32 | source()) | 1;
}

// "anna-4711": as much of the host's name as a node's name may have.
std::string own_name() {
  std::string host(256, '\0');
  if (::gethostname(host.data(), host.size() - 1) != 0)
    host = "node";
  host.resize(std::min<std::size_t>(host.find('\0'), 40));
  if (!is_node_name(host))
    host = "node";
  return host + "-" + std::to_string(::getpid());
}

hello greeting(const process_options& o) {
  hello h;
  h.carrier = runtime::carrier();
  h.types_hash = runtime::schema_hash<caf::id_block::troupe>();
  h.node = o.name;
  h.instance = drawn();
  h.roles = o.roles;
  h.processors =
      o.processors != 0 ? o.processors : std::max(1u, std::thread::hardware_concurrency());
  return h;
}

node_state state_of(link_state s) {
  switch (s) {
  case link_state::up:
    return node_state::up;
  case link_state::suspect:
    return node_state::suspect;
  case link_state::down:
    break;
  }
  return node_state::down;
}

} // namespace

struct process::impl {
  explicit impl(process_options o);
  void came(link l);
  void changed(std::uint64_t id, link_state state, const std::string& why);
  void greet(const link& l, const std::shared_ptr<std::function<void(find_over)>>& tell);

  process_options options;
  runtime::actor_runtime<caf::id_block::troupe> actors;
  std::optional<runtime::network_port> door;
  coordinator_actor coordinator; // is told of links; may be empty
  struct peer {
    std::uint64_t instance;
    std::string address;
  };
  std::map<std::uint64_t, peer> peers; // by link; of the links' thread
  std::optional<links> net;            // the last: its thread uses the others
  node_facts self;
};

process::impl::impl(process_options o)
    : options(std::move(o)),
      actors({.threads = options.threads != 0
                             ? options.threads
                             : std::max(1u, std::thread::hardware_concurrency()) + 2,
              .batch = options.batch,
              .network = runtime::network_layer}) {
  if (options.name.empty() && options.tls_dir.empty())
    options.name = own_name(); // a certificate has a name of its own
  door.emplace(actors.system(), options.bounds.message_bytes_max);
  links_options l;
  l.self = greeting(options);
  l.address = options.address;
  l.port = options.port;
  l.tls_dir = options.tls_dir;
  l.bounds = options.bounds;
  l.on_up = [this](link up) { came(std::move(up)); };
  l.on_state = [this](std::uint64_t id, link_state s, const std::string& why) {
    changed(id, s, why);
  };
  l.on_refused = [this](const std::string& address, const std::string& why) {
    if (options.say)
      options.say("not let in: " + address + ": " + why);
  };
  net.emplace(std::move(l));
  const auto& h = net->self();
  self = {h.node, h.instance, h.roles, h.processors, ""};
}

void process::impl::came(link l) {
  if (coordinator) {
    // It has noticed the loss of its last link before we have: that one ends first. It is let in
    // again at its next attempt, when all who watched it have heard of the loss.
    for (const auto& [id, p] : peers)
      if (p.instance == l.peer.instance)
        net->close(id);
    peers[l.id] = {l.peer.instance, l.peer_address};
    runtime::post(coordinator, link_came{{l.peer.node, l.peer.instance, l.peer.roles,
                                          l.peer.processors, l.peer_address}});
  }
  door->accept(l.fd);
}

void process::impl::changed(std::uint64_t id, link_state state, const std::string& why) {
  const auto i = peers.find(id);
  if (i == peers.end())
    return; // one that we dialed: whoever uses it sees its end
  // The address stands beside it already, wherever this is told.
  const auto prefix = i->second.address + ": ";
  runtime::post(coordinator,
                link_changed{i->second.instance, state_of(state),
                             why.starts_with(prefix) ? why.substr(prefix.size()) : why});
  if (state == link_state::down)
    peers.erase(i);
}

// Whom the other end of a link that we dialed shows.
void process::impl::greet(const link& l,
                          const std::shared_ptr<std::function<void(find_over)>>& tell) {
  door->connect<door_actor>(l.fd, std::chrono::milliseconds(options.bounds.hello_ms_max),
                            [this, id = l.id, tell](runtime::network_answer<door_actor> a) {
                              if (a.fault == runtime::network_fault::none)
                                return (*tell)({0, id, std::move(a.peer), ""});
                              net->close(id);
                              (*tell)({0, 0, {}, "no coordinator there: " + a.words});
                            });
}

process::process(process_options options) : impl_(std::make_unique<impl>(std::move(options))) {}

process::~process() {
  stop();
  impl_->coordinator = nullptr;
  impl_->door.reset();
  impl_->actors.system().await_all_actors_done(); // the last of them still close their links
}

caf::actor_system& process::system() { return impl_->actors.system(); }
const node_facts& process::self() const { return impl_->self; }
std::uint16_t process::port() const { return impl_->net->port(); }

void process::serve(const coordinator_actor& whom) {
  impl_->coordinator = whom;
  serve_door(whom);
}

void process::serve_door(const door_actor& whom) {
  impl_->door->publish(whom);
  impl_->net->start();
}

void process::start() { impl_->net->start(); }

seeker_ports process::seeking() {
  seeker_ports p;
  p.find = [i = impl_.get()](const std::string& address, std::function<void(find_over)> then) {
    const auto tell = std::make_shared<std::function<void(find_over)>>(std::move(then));
    i->net->dial(
        address, [i, tell](const link& l) { i->greet(l, tell); },
        [tell](const std::string& why) {
          (*tell)({0, 0, {}, why});
        });
  };
  p.close = [i = impl_.get()](std::uint64_t link) { i->net->close(link); };
  return p;
}

void process::stop() { impl_->net->stop(); }

} // namespace troupe::cluster
