// SPDX-License-Identifier: BSD-3-Clause
// A connection's way in: bytes to requests to the handler.
#include <boost/asio/ssl/error.hpp>

#include "domain/gateway/characters.hpp"
#include "io/http_server/connection.hpp"
#include "io/http_server/loop.hpp"
#include "io/http_server/second_reader.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

namespace {

constexpr std::size_t read_bytes_min = 1u << 10;
constexpr std::size_t read_bytes_max = 64u << 10;

class request_view final : public server_request {
public:
  request_view(std::string_view bytes, const gateway::request_head& head, std::string_view body,
               std::string_view peer, bool over_tls)
      : bytes_(bytes), head_(head), body_(body), peer_(peer), over_tls_(over_tls) {}

  http_method method() const override {
    // The same names in the same order.
    return static_cast<http_method>(head_.method);
  }
  std::string_view path() const override { return head_.path; }
  std::string_view query() const override { return head_.query.in(bytes_); }
  std::string_view field(std::string_view name) const override {
    for (const auto& f : head_.fields)
      if (is_name(f, name))
        return f.value.in(bytes_);
    return {};
  }
  std::size_t field_count(std::string_view name) const override {
    std::size_t n = 0;
    for (const auto& f : head_.fields)
      n += is_name(f, name);
    return n;
  }
  std::string_view body() const override { return body_; }
  std::string_view peer() const override { return peer_; }
  bool over_tls() const override { return over_tls_; }

private:
  bool is_name(const gateway::head_field& f, std::string_view name) const {
    if (f.name.size != name.size())
      return false;
    const auto own = f.name.in(bytes_);
    for (std::size_t i = 0; i < own.size(); ++i)
      if (gateway::lower(own[i]) != gateway::lower(name[i]))
        return false;
    return true;
  }

  std::string_view bytes_;
  const gateway::request_head& head_;
  std::string_view body_, peer_;
  bool over_tls_;
};

} // namespace

std::string_view to_string(http_method m) {
  switch (m) {
  case http_method::get:
    return "GET";
  case http_method::head:
    return "HEAD";
  case http_method::post:
    return "POST";
  case http_method::put:
    return "PUT";
  case http_method::patch:
    return "PATCH";
  case http_method::delete_:
    return "DELETE";
  case http_method::options:
    return "OPTIONS";
  case http_method::other:
    break;
  }
  return "";
}

void server_connection::on_read(error_code e, std::size_t bytes) {
  reading_ = false;
  if (closed_)
    return;
  loop_.touch_clock();
  if (e) {
    if (e != asio::error::eof && e != asio::ssl::error::stream_truncated)
      return end();
    eof_ = true;
    if (eof_deadline_ms_ == 0)
      eof_deadline_ms_ = loop_.now_ms() + bounds().half_closed_ms_max;
    if (lingering_)
      return end();
    await_reset();
    return process();
  }
  in_.commit(bytes);
  if (stage_ == stage::done) {
    in_.clear();
    heard_ += bytes;
    if (lingering_ && heard_ > linger_bytes_max)
      return end();
    return start_read();
  }
  process();
}

/// Takes what can be taken, sends what can be sent, and then waits for the one or the other.
void server_connection::process() {
  if (processing_ || closed_)
    return;
  processing_ = true;
  bool taken = false;
  do {
    taken = true;
    while (taken && may_take())
      taken = take_one();
    emit();
    flush();
  } while (taken && may_take());
  processing_ = false;
  settle();
  start_read();
}

/// What there is to do when nothing is on its way out.
void server_connection::settle() {
  if (closed_ || lingering_ || write_pending_)
    return;
  if (reset_when_written_) {
    reset_on_close();
    return end();
  }
  if (close_when_written_ || (draining_ && pending_.empty() && stage_ != stage::body))
    return begin_linger();
  if (!eof_ || !pending_.empty())
    return;
  if (in_.size() == 0 || stage_ == stage::done)
    return end();
  refuse(400, "malformed_request", "the request ends before its end");
  process();
}

bool server_connection::may_take() const {
  return !closed_ && stage_ != stage::done && pending_.size() < bounds().pipeline_max
         && out_.size() < unsent_bytes_max && (!draining_ || stage_ == stage::body);
}

/// Returns: false if more bytes are needed for it.
bool server_connection::take_one() {
  using gateway::framing_state;
  if (stage_ == stage::start) {
    if (in_.size() == 0)
      return false;
    stage_ = stage::head;
    expect_within(bounds().header_ms_max);
  }
  if (stage_ == stage::head) {
    const auto r = reader_.read(in_.view(), head_);
    if (r.state == framing_state::more)
      return false;
    if (r.state == framing_state::refused) {
      refuse(r.status, r.code, r.detail());
      return false;
    }
    if (!second_reader_agrees(in_.view().substr(0, head_.bytes), head_)) {
      refuse(400, "malformed_request", "the request can be read in two ways");
      return false;
    }
    stage_ = stage::body;
    expect_within(bounds().body_ms_max);
    if (head_.body == gateway::body_kind::chunked)
      chunks_ = gateway::chunk_reader(bounds().body_bytes_max);
    continue_due_ = head_.expects_continue && in_.size() == head_.bytes;
  }
  const auto come = in_.size() - head_.bytes;
  std::size_t body = 0, used = 0;
  if (head_.body == gateway::body_kind::sized) {
    body = used = static_cast<std::size_t>(head_.body_bytes);
    if (come < used)
      return false;
  } else if (head_.body == gateway::body_kind::chunked) {
    const auto r = chunks_.read(in_.data() + head_.bytes, come);
    if (r.state == framing_state::more) {
      in_.shrink_to(head_.bytes + chunks_.compact(in_.data() + head_.bytes, come));
      return false;
    }
    if (r.state == framing_state::refused) {
      refuse(r.status, r.code, r.detail());
      return false;
    }
    body = chunks_.body_bytes();
    used = chunks_.used();
  }
  dispatch(in_.view().substr(head_.bytes, body), head_.bytes + used);
  return true;
}

/// The client ended its side long ago; what it has not got by now, nobody waits for.
void server_connection::give_up_answers() {
  const auto& front = pending_.front();
  reset_when_written_ = front.head_sent && front.http10; // else it would look whole
  close_when_written_ = true;
  stage_ = stage::done;
  in_.clear();
  drop_pending();
}

/// Returns: whether in_ may grow so that so much more fits.
bool server_connection::take_room(std::size_t bytes) {
  const auto growth = in_.growth(bytes);
  return growth == 0
         || loop_.setting().total(&loop_counts::incoming_bytes) + growth
                <= bounds().incoming_bytes_max;
}

void server_connection::count_room() {
  const auto now = closed_ ? 0 : in_.extra_bytes();
  if (now == counted_bytes_)
    return;
  loop_counts::add(loop_.counts().incoming_bytes,
                   static_cast<std::int64_t>(now) - static_cast<std::int64_t>(counted_bytes_));
  counted_bytes_ = now;
}

/// The last answer of this connection, without a request for the handler.
void server_connection::refuse(int status, std::string_view code, std::string_view why) {
  auto& p = pending_.push();
  p.reset();
  p.at = pending_request::phase::ready;
  p.close = true;
  p.answer = refusal(status, code, why);
  p.facts.method = stage_ == stage::body ? head_.method_name.in(in_.view()) : "-";
  p.facts.target = stage_ == stage::body ? head_.target.in(in_.view()) : "-";
  p.facts.agent.clear();
  p.facts.begun_ns = 0;
  p.head_only = stage_ == stage::body && head_.method == gateway::request_method::head;
  stage_ = stage::done;
  continue_due_ = false;
  in_.clear();
}

void server_connection::dispatch(std::string_view body, std::size_t used) {
  const auto number = pending_.next_number();
  auto& p = pending_.push();
  p.head_only = head_.method == gateway::request_method::head;
  p.http10 = head_.http10;
  p.close = !head_.keep_alive;
  p.deadline_ms = bounds().answer_ms_max == 0 ? 0 : loop_.now_ms() + bounds().answer_ms_max;
  p.counted = true;
  loop_counts::add(loop_.counts().requests, 1);
  loop_counts::add(loop_.counts().in_flight, 1);
  const request_view view(in_.view(), head_, body, peer_, over_tls_);
  if (loop_.setting().options.report || trace::on()) {
    p.facts.method = head_.method_name.in(in_.view());
    p.facts.target = head_.target.in(in_.view());
    p.facts.agent = view.field("user-agent");
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    p.facts.begun_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
  }
  if (loop_.setting().total(&loop_counts::in_flight) > bounds().requests_in_flight_max) {
    p.at = pending_request::phase::ready;
    p.answer = refusal(503, "overloaded", "too many requests are being answered");
  } else {
    auto state = loop_.take_state();
    state->to = id;
    state->request = number;
    bool threw = false;
    {
      const handler_scope scope(*this, *state);
      const trace::slice asks{"request", [&] { return view.path(); }};
      try {
        loop_.setting().handle(view, answerer(state));
      } catch (...) {
        threw = true;
      }
    }
    // Nobody else can take a copy once ours is the only one.
    const bool kept = state.use_count() != 1;
    std::atomic_thread_fence(std::memory_order_acquire);
    if ((threw || !kept) && !state->answered.exchange(true)) {
      answer_mail m;
      m.what = answer_mail::kind::abandoned;
      m.request = number;
      deliver(m);
    }
    // Used again only if no other thread can ever have read it.
    if (!kept && state->answered_inside)
      loop_.give_back_state(std::move(state));
  }
  in_.consume(used);
  reader_.restart();
  continue_due_ = false;
  stage_ = head_.keep_alive ? stage::start : stage::done;
  if (stage_ == stage::done)
    in_.clear();
  expect_within(bounds().idle_ms_max);
  emit();
}

void server_connection::start_read() {
  if (reading_ || eof_ || closed_)
    return;
  if (lingering_ ? !hears_after_goodbye() : stage_ == stage::done && heard_ > linger_bytes_max)
    return;
  if (stage_ != stage::done && !may_take())
    return;
  auto wanted = read_bytes_min;
  if (stage_ == stage::body && head_.body == gateway::body_kind::sized) {
    // No more than twice what has come, whatever the length says.
    const auto rest = head_.bytes + static_cast<std::size_t>(head_.body_bytes) - in_.size();
    wanted = std::clamp(std::min(rest, in_.size()), std::size_t{1}, read_bytes_max);
  }
  if (!take_room(wanted)) {
    refuse(503, "overloaded", "too many requests are on their way");
    return process();
  }
  const auto room = in_.prepare(wanted);
  count_room();
  reading_ = true;
  read_some(in_.free(), std::min(room, read_bytes_max));
}

} // namespace troupe::io
