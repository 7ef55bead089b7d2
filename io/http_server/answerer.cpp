// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/answerer_state.hpp"
#include "io/http_server/connection.hpp"
#include "io/http_server/stream_core.hpp"

namespace troupe::io {

namespace {

thread_local const handler_scope* current_scope = nullptr;

class stream_writer final : public answer_stream {
public:
  stream_writer(const answerer::state& s, std::shared_ptr<stream_core> core)
      : home_(s.home), to_(s.to), request_(s.request), core_(std::move(core)) {}
  ~stream_writer() override {
    if (!ended_.exchange(true))
      tell(answer_mail::kind::cut);
  }

  bool write(std::string bytes) override {
    if (ended_.load())
      return false;
    if (bytes.empty())
      return !core_->is_over();
    const bool goes = core_->add(bytes.size());
    // What is too much is not sent, but the connection has to hear of it.
    if (goes || core_->take_overfull())
      tell(answer_mail::kind::bytes, goes ? std::move(bytes) : std::string{});
    return goes;
  }

  void when_room(std::function<void()> room) override {
    core_->set_room(std::move(room));
    tell(answer_mail::kind::room);
  }

  void end() override {
    if (!ended_.exchange(true))
      tell(answer_mail::kind::end);
  }

private:
  void tell(answer_mail::kind what, std::string bytes = {}) {
    answer_mail m;
    m.what = what;
    m.to = to_;
    m.request = request_;
    m.answer.body = std::move(bytes);
    m.stream = core_;
    home_->push(std::move(m));
  }

  std::shared_ptr<answer_inbox> home_;
  connection_id to_;
  std::uint64_t request_;
  std::shared_ptr<stream_core> core_;
  std::atomic<bool> ended_{false};
};

} // namespace

// -- answerer

namespace {

void hand_over(answerer::state& s, answer_mail& m) {
  if (server_connection* c = handler_scope::of(s)) {
    s.answered_inside = true;
    c->deliver(m);
  } else {
    s.home->push(std::move(m));
  }
}

} // namespace

void answerer::send(server_answer a) const {
  if (!state_ || state_->answered.exchange(true))
    return;
  answer_mail m;
  m.what = answer_mail::kind::answer;
  m.to = state_->to;
  m.request = state_->request;
  m.answer = std::move(a);
  hand_over(*state_, m);
}

std::shared_ptr<answer_stream> answerer::stream(server_answer head) const {
  auto core = std::make_shared<stream_core>(state_->stream_bytes_max);
  if (state_->answered.exchange(true)) {
    core->end_reading();
    return std::make_shared<stream_writer>(*state_, std::move(core));
  }
  core->add_first(head.shared_body ? head.shared_body->size() : head.body.size());
  answer_mail m;
  m.what = answer_mail::kind::stream;
  m.to = state_->to;
  m.request = state_->request;
  m.answer = std::move(head);
  m.stream = core;
  hand_over(*state_, m);
  return std::make_shared<stream_writer>(*state_, std::move(core));
}

void answerer::when_gone(std::function<void()> gone) const {
  if (server_connection* c = state_ ? handler_scope::of(*state_) : nullptr)
    c->set_gone(state_->request, std::move(gone));
}

void answerer::set_deadline(std::uint32_t ms) const {
  if (server_connection* c = state_ ? handler_scope::of(*state_) : nullptr)
    c->set_deadline(state_->request, ms);
}

void answerer::set_label(std::string_view label) const {
  if (server_connection* c = state_ ? handler_scope::of(*state_) : nullptr)
    c->set_label(state_->request, label);
}

answerer::state::~state() {
  if (answered.load())
    return;
  answer_mail m;
  m.what = answer_mail::kind::abandoned;
  m.to = to;
  m.request = request;
  home->push(std::move(m));
}

// -- handler_scope

handler_scope::handler_scope(server_connection& c, const answerer::state& s)
    : connection_(c), state_(s) {
  current_scope = this;
}

handler_scope::~handler_scope() { current_scope = nullptr; }

server_connection* handler_scope::of(const answerer::state& s) {
  return current_scope && &current_scope->state_ == &s ? &current_scope->connection_ : nullptr;
}

// -- stream_core

bool stream_core::add(std::size_t bytes) {
  if (over_.load())
    return false;
  if (waiting_.fetch_add(bytes) + bytes <= bytes_max_)
    return true;
  overfull_.store(true);
  over_.store(true);
  return false;
}

void stream_core::set_room(std::function<void()> room) {
  const std::lock_guard lock(gate_);
  room_ = std::move(room);
  someone_waits_.store(true);
}

void stream_core::tell_room() {
  if (!someone_waits_.load() || (!over_.load() && waiting_.load() >= (bytes_max_ + 1) / 2))
    return;
  std::function<void()> room;
  {
    const std::lock_guard lock(gate_);
    room.swap(room_);
    someone_waits_.store(false);
  }
  if (room)
    room();
}

} // namespace troupe::io
