// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/loop.hpp"

#include <netinet/tcp.h>

#include "io/http_server/stream_core.hpp"

namespace troupe::io {

namespace {

constexpr std::size_t mail_kept_max = 4'096;

// A peer whose machine or cable is gone says nothing, not even that: after a minute of silence the
// kernel asks whether anybody is there, four times.
void have_watched(tcp_socket& socket) {
  using interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
  using idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
  using probes = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
  error_code ignored;
  socket.set_option(idle(60), ignored);
  socket.set_option(interval(10), ignored);
  socket.set_option(probes(4), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

std::string text_of(const asio::ip::address& a) {
  if (a.is_v6() && a.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, a.to_v6()).to_string();
  return a.to_string();
}

} // namespace

server_loop::server_loop(const server_setting& setting, std::shared_ptr<answer_inbox> in)
    : setting_(setting), inbox_(std::move(in)), acceptor_(inbox_->context),
      accept_retry_(inbox_->context), sweep_timer_(inbox_->context) {
  inbox_->on_mail = [this] { on_mail(); };
}

server_loop::~server_loop() {
  inbox_->close();
  cut_all();
  error_code ignored;
  acceptor_.close(ignored);
  accept_retry_.cancel();
  sweep_timer_.cancel();
  spare_state_.reset();
  // What was cut off hears of it, and goes.
  inbox_->context.restart();
  inbox_->context.poll();
}

bool server_loop::run() {
  touch_clock();
  accept();
  const auto work = asio::make_work_guard(inbox_->context);
  inbox_->context.run();
  return clean_;
}

void server_loop::touch_clock() {
  now_ms_ = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(steady::now().time_since_epoch())
          .count());
}

// -- coming and going

void server_loop::accept() {
  if (stopping_)
    return;
  auto peer = std::make_shared<tcp::endpoint>();
  acceptor_.async_accept(*peer, [this, peer](error_code e, tcp_socket socket) {
    on_accept(e, std::move(socket), *peer);
  });
}

void server_loop::on_accept(error_code e, tcp_socket socket, const tcp::endpoint& peer) {
  if (stopping_ || e == asio::error::operation_aborted)
    return;
  if (e == asio::error::no_descriptors || e == asio::error::no_memory
      || e == asio::error::no_buffer_space
      || e == boost::system::errc::too_many_files_open_in_system) {
    accept_retry_.expires_after(std::chrono::milliseconds(accept_retry_ms));
    accept_retry_.async_wait([this](error_code canceled) {
      if (!canceled)
        accept();
    });
    return;
  }
  if (!e) {
    touch_clock();
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    have_watched(socket);
    const bool too_many =
        setting_.total(&loop_counts::connections) >= setting_.options.bounds.connections_max;
    // With TLS nothing can be said before a handshake, so it is closed.
    if (!too_many || (!setting_.tls && turned_away_ < turned_away_max)) {
      auto c = make_connection(*this, std::move(socket), text_of(peer.address()), setting_.tls);
      c->turned_away = too_many;
      add(std::move(c));
    }
  }
  accept();
}

void server_loop::add(std::shared_ptr<server_connection> c) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(table_.size());
    table_.emplace_back();
    generations_.push_back(0);
  } else {
    index = free_.back();
    free_.pop_back();
  }
  table_[index] = c;
  c->id = {index, generations_[index]};
  ++connected_;
  if (c->turned_away)
    ++turned_away_;
  else
    loop_counts::add(counts_.connections, 1);
  arm_sweep();
  if (c->turned_away)
    c->turn_away();
  else
    c->begin();
}

void server_loop::forget(server_connection& c) {
  const auto index = c.id.index;
  table_[index].reset();
  ++generations_[index];
  free_.push_back(index);
  --connected_;
  if (c.turned_away)
    --turned_away_;
  else
    loop_counts::add(counts_.connections, -1);
  if (stopping_)
    end_if_empty();
}

std::shared_ptr<answerer::state> server_loop::take_state() {
  if (!spare_state_)
    return std::make_shared<answerer::state>(inbox_, setting_.options.bounds.stream_bytes_max);
  spare_state_->answered.store(false, std::memory_order_relaxed);
  spare_state_->answered_inside = false;
  return std::move(spare_state_);
}

void server_loop::on_mail() {
  touch_clock();
  inbox_->take(mail_);
  for (auto& m : mail_) {
    // A copy: what is delivered may end the connection.
    std::shared_ptr<server_connection> c;
    if (m.to.index < table_.size() && table_[m.to.index] && table_[m.to.index]->id == m.to)
      c = table_[m.to.index];
    if (!c) {
      if (m.stream) {
        m.stream->end_reading();
        m.stream->tell_room();
      }
      continue;
    }
    c->deliver(m);
    if (!c->dirty) {
      c->dirty = true;
      dirty_.push_back(std::move(c));
    }
  }
  mail_.clear();
  if (mail_.capacity() > mail_kept_max)
    std::vector<answer_mail>().swap(mail_);
  for (const auto& c : dirty_) {
    c->dirty = false;
    c->flush_now();
  }
  dirty_.clear();
}

// -- deadlines

void server_loop::arm_sweep() {
  if (sweeping_)
    return;
  sweeping_ = true;
  sweep_timer_.expires_after(std::chrono::milliseconds(sweep_ms));
  sweep_timer_.async_wait([this](error_code canceled) {
    sweeping_ = false;
    if (!canceled)
      sweep();
  });
}

void server_loop::sweep() {
  touch_clock();
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (const auto c = table_[i])
      c->sweep(now_ms_);
  if (stopping_ && now_ms_ >= drain_deadline_ms_)
    cut_all();
  if (connected_ != 0)
    arm_sweep();
}

// -- the end

void server_loop::stop() {
  asio::post(inbox_->context, [this] { drain(); });
}

void server_loop::stop_now() {
  asio::post(inbox_->context, [this] {
    drain();
    cut_all();
  });
}

void server_loop::drain() {
  if (stopping_)
    return;
  touch_clock();
  stopping_ = true;
  drain_deadline_ms_ = now_ms_ + setting_.options.bounds.drain_ms_max;
  error_code ignored;
  acceptor_.close(ignored);
  accept_retry_.cancel();
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (const auto c = table_[i])
      c->drain();
  end_if_empty();
}

void server_loop::cut_all() {
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (const auto c = table_[i])
      clean_ = !c->cut() && clean_;
}

void server_loop::end_if_empty() {
  if (connected_ == 0)
    inbox_->context.stop();
}

} // namespace troupe::io
