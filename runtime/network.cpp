// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/network.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "runtime/guarded_scribe.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#if TROUPE_CAF1
#include <caf/anon_mail.hpp>
#endif

namespace troupe::runtime {

namespace {

// A port number by which CAF's broker tells our ports apart; no socket ever has it.
std::uint16_t next_number() {
  static std::atomic<std::uint16_t> last{0};
  std::uint16_t number = 0;
  while (number == 0) // 0 means "none" to the broker
    number = ++last;
  return number;
}

caf::actor broker_of(caf::actor_system& system) {
#if TROUPE_CAF1
  return system.middleman().named_broker<caf::io::basp_broker>("BASP");
#else
  return system.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
#endif
}

// CAF answers every peer under these names: one starts actors, the other gives settings away.
void close_servers(caf::actor_registry& registry) {
#if TROUPE_CAF1
  registry.erase("SpawnServ");
  registry.erase("ConfigServ");
#else
  registry.erase(caf::atom("SpawnServ"));
  registry.erase(caf::atom("ConfigServ"));
#endif
}

bool is_stream(int fd) {
  int type = 0;
  socklen_t size = sizeof(type);
  sockaddr_storage peer{};
  socklen_t peer_size = sizeof(peer);
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM
         && getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0;
}

// A few names are enough for a person; ours are as many as the interface has messages.
std::string list(const std::vector<std::string>& names) {
  constexpr std::size_t shown_max = 5;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < shown_max; ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown_max)
    text += " and " + std::to_string(names.size() - shown_max) + " more";
  return text;
}

// Calls back exactly once, at the latest when nobody is left who could.
class once {
public:
  using callback = std::function<void(caf::strong_actor_ptr, network_fault, std::string)>;
  explicit once(callback then) : then_(std::move(then)) {}
  ~once() { operator()(nullptr, network_fault::closed, "the port or its system ended"); }
  once(const once&) = delete;
  once& operator=(const once&) = delete;

  void operator()(caf::strong_actor_ptr peer, network_fault fault, std::string words) {
    if (const auto then = std::exchange(then_, nullptr))
      then(std::move(peer), fault, std::move(words));
  }

private:
  callback then_;
};

} // namespace

void network_layer(caf::actor_system_config& config) {
#if TROUPE_CAF1
  caf::io::middleman::init_global_meta_objects();
  const std::string group = "caf.middleman.";
#else
  const std::string group = "middleman.";
#endif
  config.load<caf::io::middleman>();
  config.set(group + "app-identifiers", std::vector<std::string>{"troupe"});
  config.set(group + "enable-automatic-connections", false);
  config.set(group + "heartbeat-interval", caf::timespan{0});
  config.set(group + "connection-timeout", caf::timespan{0});
  config.set(group + "attach-utility-actors", true); // no thread for what is never asked
  // Messages are read where they arrive. A worker could still be at one when its connection ends,
  // and CAF would tidy up only after that: by then another connection may have the same number.
  config.set(group + "workers", std::size_t{0});
}

const char* to_string(network_fault fault) {
  switch (fault) {
  case network_fault::none:
    return "none";
  case network_fault::deadline:
    return "deadline";
  case network_fault::closed:
    return "closed";
  case network_fault::nobody:
    return "nobody";
  case network_fault::wrong_interface:
    return "wrong_interface";
  case network_fault::not_a_stream:
    return "not_a_stream";
  }
  return "?";
}

struct network_port::state {
  std::size_t message_bytes_max;
  std::uint16_t number = next_number();
  caf::actor broker;
  std::shared_ptr<socket_table> sockets = std::make_shared<socket_table>();
  mutable std::mutex mutex; // what is published
  caf::strong_actor_ptr whom;
  interface_names names;
  std::set<caf::actor_id> ever_published;

  // Returns: null if the port ended or `fd` is no stream; `fd` is closed then.
  caf::intrusive_ptr<guarded_scribe> adopt(caf::actor_system& system, int fd, peer_role peer) {
    if (!is_stream(fd)) {
      ::close(fd);
      return nullptr;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    auto& multiplexer =
        static_cast<caf::io::network::default_multiplexer&>(system.middleman().backend());
    return caf::make_counted<guarded_scribe>(multiplexer, fd, peer, message_bytes_max, sockets);
  }
};

network_port::network_port(caf::actor_system& system, std::size_t message_bytes_max)
    : system_(&system) {
  if (!system.has_middleman())
    throw std::logic_error("a network port needs a system that has network_layer in its options");
  state_ = std::make_unique<state>();
  state_->message_bytes_max = message_bytes_max;
  state_->broker = broker_of(system);
  close_servers(system.registry());
}

network_port::~network_port() {
  state_->sockets->end_all();
  // The broker is asked, not told: it registers what it publishes, and has done so for the last
  // time when it answers.
  caf::scoped_actor self{*system_};
  const auto patience = std::chrono::seconds{5};
#if TROUPE_CAF1
  self->mail(caf::close_atom_v, state_->number)
      .request(state_->broker, patience)
      .receive([] {}, [](const caf::error&) {});
#else
  self->request(state_->broker, patience, caf::close_atom_v, state_->number)
      .receive([] {}, [](const caf::error&) {});
#endif
  for (const auto id : state_->ever_published)
    system_->registry().erase(id);
}

void network_port::publish_it(caf::strong_actor_ptr whom, interface_names names) {
  const std::lock_guard lock{state_->mutex};
  if (whom)
    state_->ever_published.insert(whom->id());
  state_->whom = std::move(whom);
  state_->names = std::move(names);
}

void network_port::accept(int fd) {
  caf::io::scribe_ptr scribe = state_->adopt(*system_, fd, peer_role::client);
  if (!scribe)
    return;
  const std::lock_guard lock{state_->mutex};
#if TROUPE_CAF1
  caf::anon_mail(caf::publish_atom_v, std::move(scribe), state_->number, state_->whom,
                 state_->names)
      .send(state_->broker);
#else
  caf::anon_send(state_->broker, caf::publish_atom_v, std::move(scribe), state_->number,
                 state_->whom, state_->names);
#endif
}

void network_port::connect_it(int fd, caf::timespan deadline, interface_names wanted,
                              answer callback) {
  auto then = std::make_shared<once>(std::move(callback));
  auto scribe = state_->adopt(*system_, fd, peer_role::server);
  if (!scribe) {
    (*then)(nullptr, network_fault::not_a_stream, "this is no connected stream socket");
    return;
  }
  const auto fail = [then, sockets = state_->sockets, key = scribe->key()](network_fault fault,
                                                                           std::string words) {
    sockets->end(key);
    (*then)(nullptr, fault, std::move(words));
  };
  const auto arrived = [then, fail, wanted = std::move(wanted)](const caf::strong_actor_ptr& peer,
                                                                const interface_names& offered) {
    if (!peer)
      return fail(network_fault::nobody, "the peer has published no actor");
    std::vector<std::string> missing;
    for (const auto& name : wanted)
      if (offered.count(name) == 0)
        missing.push_back(name);
    if (!missing.empty())
      return fail(network_fault::wrong_interface,
                  "the peer's actor does not take " + list(missing));
    (*then)(peer, network_fault::none, "");
  };
  // An actor for the time of the handshake: the deadline is its request's. The argument is for
  // 0.17.6, which dereferences a null tuple where there is none.
  system_->spawn(
      [deadline, fail, arrived, broker = state_->broker, number = state_->number,
       base = caf::io::scribe_ptr{std::move(scribe)}](caf::event_based_actor* self, bool) {
        const auto on_answer = [arrived](const caf::node_id&, const caf::strong_actor_ptr& peer,
                                         const interface_names& offered) {
          arrived(peer, offered);
        };
        const auto on_error = [self, fail](const caf::error& err) {
          if (err == caf::sec::request_timeout)
            fail(network_fault::deadline, "no handshake in time");
          else
            fail(network_fault::closed, "no handshake: " + text(self->system(), err));
        };
#if TROUPE_CAF1
        self->mail(caf::connect_atom_v, base, number)
            .request(broker, deadline)
            .then(on_answer, on_error);
#else
        self->request(broker, deadline, caf::connect_atom_v, base, number)
            .then(on_answer, on_error);
#endif
      },
      true);
}

std::size_t network_port::connections() const { return state_->sockets->size(); }

} // namespace troupe::runtime
