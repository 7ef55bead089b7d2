// SPDX-License-Identifier: BSD-3-Clause
#include "io/cluster/links.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "io/cluster/certificates.hpp"
#include "io/cluster/connection.hpp"
#include "io/cluster/dialer.hpp"

namespace troupe::cluster {

namespace {

using milliseconds = std::chrono::milliseconds;
using acceptor = asio::basic_socket_acceptor<io::tcp, io::loop_executor>;
constexpr milliseconds accept_retry{100};
constexpr milliseconds names_ttl{1000};

std::runtime_error cannot_listen(const io::tcp::endpoint& where, const error_code& e) {
  return std::runtime_error("cannot listen on " + text_of(where) + ": " + e.message());
}

bool is_out_of_descriptors(const error_code& e) {
  return e == asio::error::no_descriptors || e == asio::error::no_memory
         || e == asio::error::no_buffer_space
         || e == boost::system::errc::too_many_files_open_in_system;
}

} // namespace

struct links::impl final : link_home {
  explicit impl(links_options o);

  // links_home, on the links' thread
  const links_options& options() const override { return options_; }
  asio::io_context& context() override { return context_; }
  asio::ssl::context* tls() override { return tls_.get(); }
  bool take_slot() override;
  void went_up(link_connection& c, link l) override;
  void changed(link_connection& c, link_state state, const std::string& reason) override;
  void not_let_in(link_connection& c, const std::string& reason) override;
  void left(link_connection& c, bool gives_slot_back) override;
  void forget(link_connection& c) override { connections_.erase(c.id()); }

  void check_options();
  void listen();
  void accept();
  void on_accept(const error_code& e, io::tcp_socket socket, const io::tcp::endpoint& from);
  void make_room_for_unvetted();
  void dial(const std::string& where, up_callback up, failed_callback failed);
  void dialed(std::uint64_t id, const std::string& where, io::tcp_socket socket,
              const std::string& why, up_callback up, const failed_callback& failed);
  void dial_failed(const std::string& where, const std::string& why, const failed_callback& failed);
  void add(std::shared_ptr<link_connection> c);
  void arm_tick();
  void tick();
  void count();
  void run();
  void begin_to_stop();

  links_options options_;
  asio::io_context context_{1};
  std::unique_ptr<asio::ssl::context> tls_;
  acceptor acceptor_{context_.get_executor()};
  io::loop_timer accept_retry_{context_.get_executor()};
  io::loop_timer tick_timer_{context_.get_executor()};
  io::resolver_cache names_{context_, names_ttl};
  asio::executor_work_guard<io::loop_executor> work_{context_.get_executor()};
  milliseconds tick_every_{100};
  io::steady::time_point tick_due_;
  bool ticking_ = false, stopping_ = false;
  std::uint64_t last_id_ = 0;
  std::size_t slots_ = 0; // links that are up, and those that will be if the peer agrees
  std::map<std::uint64_t, std::shared_ptr<link_connection>> connections_; // the oldest first
  std::map<std::uint64_t, std::shared_ptr<dialer>> dialers_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  bool started_ = false, joined_ = false; // of the owner's threads, behind gate_
  std::mutex gate_;
  std::uint64_t up_ = 0, accepted_ = 0, refused_ = 0, buffered_ = 0;
  std::mutex counts_gate_;
  links_counts counts_; // behind counts_gate_
};

links::impl::impl(links_options o) : options_(std::move(o)) {
  if (!options_.tls_dir.empty()) {
    auto made = make_cluster_tls(options_.tls_dir);
    tls_ = std::move(made.context);
    if (options_.self.node.empty())
      options_.self.node = made.node;
    if (options_.self.node != made.node)
      throw std::invalid_argument("this node is '" + options_.self.node + "', its certificate is '"
                                  + made.node + "'");
  }
  check_options();
  const auto& b = options_.bounds;
  tick_every_ =
      milliseconds(std::clamp<std::uint32_t>(std::min(b.ping_ms, b.suspect_ms) / 4, 5, 100));
  if (options_.port)
    listen();
}

void links::impl::check_options() {
  const auto& b = options_.bounds;
  if (!is_node_name(options_.self.node))
    throw std::invalid_argument("'" + options_.self.node
                                + "' names no node: letters, digits, '-', '.' and '_', at most 63");
  if (b.ping_ms == 0 || b.ping_ms >= b.suspect_ms || b.suspect_ms >= b.down_ms)
    throw std::invalid_argument("ping_ms has to be below suspect_ms, and that below down_ms");
  if (b.frame_bytes_max == 0 || b.buffer_bytes_max < b.frame_bytes_max)
    throw std::invalid_argument("a buffer has to hold a frame, and that a byte");
}

void links::impl::listen() {
  error_code e;
  const auto address = asio::ip::make_address(options_.address, e);
  if (e)
    throw std::invalid_argument("'" + options_.address
                                + "' is no address to listen on (such as 127.0.0.1 or ::1)");
  if (!tls_ && !is_loopback(address))
    throw std::invalid_argument("to listen on " + options_.address
                                + " takes certificates (tls_dir): off loopback every link is TLS "
                                  "on both sides");
  io::tcp::endpoint where(address, *options_.port);
  acceptor_.open(where.protocol(), e);
  if (!e)
    acceptor_.set_option(io::tcp::acceptor::reuse_address(true), e);
  if (!e)
    acceptor_.bind(where, e);
  if (!e)
    acceptor_.listen(asio::socket_base::max_listen_connections, e);
  if (e)
    throw cannot_listen(where, e);
  port_ = acceptor_.local_endpoint().port();
}

void links::impl::accept() {
  if (stopping_)
    return;
  auto from = std::make_shared<io::tcp::endpoint>();
  acceptor_.async_accept(*from, [this, from](const error_code& e, io::tcp_socket socket) {
    on_accept(e, std::move(socket), *from);
  });
}

void links::impl::on_accept(const error_code& e, io::tcp_socket socket,
                            const io::tcp::endpoint& from) {
  if (stopping_ || e == asio::error::operation_aborted)
    return;
  if (is_out_of_descriptors(e)) {
    accept_retry_.expires_after(accept_retry);
    accept_retry_.async_wait([this](const error_code& canceled) {
      if (!canceled)
        accept();
    });
    return;
  }
  if (!e) {
    ++accepted_;
    make_room_for_unvetted();
    add(std::make_shared<link_connection>(*this, ++last_id_, std::move(socket), text_of(from),
                                          true));
  }
  accept();
}

void links::impl::make_room_for_unvetted() {
  std::vector<std::shared_ptr<link_connection>> unvetted;
  for (const auto& [id, c] : connections_)
    if (c->is_unvetted())
      unvetted.push_back(c);
  if (unvetted.size() >= options_.bounds.unvetted_max)
    unvetted.front()->drop("dropped: " + std::to_string(unvetted.size())
                           + " connections without a hello, and this was the oldest");
}

void links::impl::dial(const std::string& where, up_callback up, failed_callback failed) {
  if (stopping_)
    return;
  const auto to = host_and_port_of(where);
  if (!to)
    return dial_failed(where, "no address to dial (such as example.org:7000 or [::1]:7000)",
                       failed);
  if (slots_ + dialers_.size() >= options_.bounds.links_max)
    return dial_failed(
        where, "this node has its " + std::to_string(options_.bounds.links_max) + " links already",
        failed);
  const auto id = ++last_id_;
  auto d =
      std::make_shared<dialer>(context_, names_, tls_ != nullptr, options_.bounds.connect_ms_max);
  dialers_.emplace(id, d);
  arm_tick();
  d->start(*to, [this, id, where, up = std::move(up),
                 failed = std::move(failed)](io::tcp_socket socket, const std::string& why) {
    dialed(id, where, std::move(socket), why, up, failed);
  });
}

void links::impl::dialed(std::uint64_t id, const std::string& where, io::tcp_socket socket,
                         const std::string& why, up_callback up, const failed_callback& failed) {
  dialers_.erase(id);
  if (!why.empty())
    return dial_failed(where, why, failed);
  auto c = std::make_shared<link_connection>(*this, id, std::move(socket), where, false);
  c->on_up = std::move(up);
  c->on_failed = failed;
  add(std::move(c));
}

void links::impl::dial_failed(const std::string& where, const std::string& why,
                              const failed_callback& failed) {
  ++refused_;
  if (failed)
    failed(where + ": " + why);
  else if (options_.on_refused)
    options_.on_refused(where, why);
}

void links::impl::add(std::shared_ptr<link_connection> c) {
  connections_.emplace(c->id(), c);
  arm_tick();
  c->begin();
}

bool links::impl::take_slot() {
  if (slots_ >= options_.bounds.links_max)
    return false;
  ++slots_;
  return true;
}

void links::impl::went_up(link_connection& c, link l) {
  ++up_;
  count();
  if (c.on_up)
    c.on_up(std::move(l));
  else if (options_.on_up)
    options_.on_up(std::move(l));
  else
    ::close(l.fd);
}

void links::impl::changed(link_connection& c, link_state state, const std::string& reason) {
  if (state == link_state::down)
    --up_;
  count();
  if (options_.on_state)
    options_.on_state(c.id(), state, c.where() + ": " + reason);
}

void links::impl::not_let_in(link_connection& c, const std::string& reason) {
  count();
  dial_failed(c.where(), reason, c.on_failed);
}

void links::impl::left(link_connection&, bool gives_slot_back) { slots_ -= gives_slot_back; }

void links::impl::arm_tick() {
  if (ticking_)
    return;
  ticking_ = true;
  tick_due_ = io::steady::now() + tick_every_;
  tick_timer_.expires_at(tick_due_);
  tick_timer_.async_wait([this](const error_code&) {
    ticking_ = false;
    tick();
  });
}

void links::impl::tick() {
  const auto now = io::steady::now();
  const bool own_gap = now - tick_due_ >= milliseconds(options_.bounds.ping_ms);
  std::vector<std::shared_ptr<link_connection>> connections;
  for (const auto& [id, c] : connections_)
    connections.push_back(c);
  for (const auto& c : connections)
    c->tick(now, own_gap);
  std::vector<std::shared_ptr<dialer>> dialers;
  for (const auto& [id, d] : dialers_)
    dialers.push_back(d);
  for (const auto& d : dialers)
    d->tick(now);
  count();
  if (!connections_.empty() || !dialers_.empty())
    arm_tick();
}

void links::impl::count() {
  links_counts now;
  now.up = up_;
  now.dialing = dialers_.size();
  now.accepted = accepted_;
  now.refused = refused_;
  for (const auto& [id, c] : connections_) {
    now.unvetted += c->is_unvetted();
    now.buffered_bytes += c->buffered_bytes();
  }
  const std::lock_guard lock(counts_gate_);
  counts_ = now;
}

void links::impl::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr); // signals are for the program's own threads
  context_.run();
}

void links::impl::begin_to_stop() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  accept_retry_.cancel();
  for (const auto& [id, d] : dialers_)
    d->cancel();
  dialers_.clear();
  std::vector<std::shared_ptr<link_connection>> connections;
  for (const auto& [id, c] : connections_)
    connections.push_back(c);
  for (const auto& c : connections)
    c->say_goodbye("this node stops");
  work_.reset(); // the loop ends with the last connection, and the tick sees to that
}

links::links(links_options options) : impl_(std::make_unique<impl>(std::move(options))) {}

links::~links() { stop(); }

std::uint16_t links::port() const { return impl_->port_; }

const hello& links::self() const { return impl_->options_.self; }

links_counts links::counts() const {
  const std::lock_guard lock(impl_->counts_gate_);
  return impl_->counts_;
}

void links::start() {
  const std::lock_guard lock(impl_->gate_);
  if (std::exchange(impl_->started_, true))
    return;
  if (impl_->acceptor_.is_open())
    impl_->accept();
  impl_->thread_ = std::thread([i = impl_.get()] { i->run(); });
}

void links::dial(std::string where, up_callback up, failed_callback failed) {
  asio::post(impl_->context_, [i = impl_.get(), where = std::move(where), up = std::move(up),
                               failed = std::move(failed)]() mutable {
    i->dial(where, std::move(up), std::move(failed));
  });
}

void links::close(std::uint64_t id) {
  asio::post(impl_->context_, [i = impl_.get(), id] {
    if (const auto found = i->connections_.find(id); found != i->connections_.end()) {
      const auto c = found->second;
      c->say_goodbye("closed");
    }
  });
}

void links::stop() {
  const std::lock_guard lock(impl_->gate_);
  if (!impl_->started_ || std::exchange(impl_->joined_, true))
    return;
  impl_->names_.close();
  asio::post(impl_->context_, [i = impl_.get()] { i->begin_to_stop(); });
  impl_->thread_.join();
}

} // namespace troupe::cluster
