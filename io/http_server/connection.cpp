// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "io/http_server/loop.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

server_connection::server_connection(server_loop& home, std::string peer, bool over_tls)
    : loop_(home), peer_(std::move(peer)), over_tls_(over_tls),
      reader_({home.setting().options.bounds.header_bytes_max,
               home.setting().options.bounds.target_bytes_max,
               home.setting().options.bounds.fields_max,
               home.setting().options.bounds.body_bytes_max}),
      chunks_(home.setting().options.bounds.body_bytes_max) {
  expect_within(bounds().header_ms_max); // a handshake has no other deadline
}

const http_server_limits& server_connection::bounds() const {
  return loop_.setting().options.bounds;
}

void server_connection::expect_within(std::uint32_t ms) { read_deadline_ms_ = loop_.now_ms() + ms; }

void server_connection::on_ready() {
  expect_within(bounds().idle_ms_max);
  process();
}

void server_connection::turn_away() {
  refuse(503, "overloaded", "too many connections");
  process();
}

void server_connection::drain() {
  draining_ = true;
  const bool busy = !pending_.empty() || stage_ == stage::body || write_pending_ || lingering_;
  if (!busy)
    end();
}

bool server_connection::cut() {
  const bool in_flight = !pending_.empty() || write_pending_ || stage_ == stage::body;
  end();
  return in_flight && !turned_away;
}

void server_connection::end() {
  if (closed_)
    return;
  closed_ = true;
  const auto self = shared_from_this();
  close_socket();
  count_room();
  for (auto* credits : {&out_credits_, &writing_credits_})
    for (auto& c : *credits) {
      c.stream->end_reading();
      c.stream->tell_room();
    }
  drop_pending();
  for (const auto& f : finished_)
    report(f.facts, 0);
  finished_.clear();
  loop_.forget(*this);
}

/// Every request that was not answered to its end is over.
void server_connection::drop_pending() {
  std::vector<std::function<void()>> gone;
  while (!pending_.empty()) {
    auto& p = pending_.front();
    if (p.stream) {
      p.stream->end_reading();
      p.stream->tell_room();
    }
    if (p.gone)
      gone.push_back(std::move(p.gone));
    if (p.counted)
      report(p.facts, 0);
    uncount(p);
    pending_.pop();
  }
  for (const auto& call : gone)
    call();
}

void server_connection::uncount(pending_request& p) {
  if (p.counted)
    loop_counts::add(loop_.counts().in_flight, -1);
  if (p.stream)
    loop_counts::add(loop_.counts().streams, -1);
  p.counted = false;
  p.stream.reset();
}

void server_connection::report(const request_facts& facts, int status) const {
  const auto& call = loop_.setting().options.report;
  if (auto* to = trace::on(); to && facts.begun_ns != 0)
    to->span(to->here(), to->text("request"), to->text(facts.method + " " + facts.target),
             to->text(std::to_string(status)), static_cast<trace::moment>(facts.begun_ns),
             trace::now());
  if (!call)
    return;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto now_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
  call({peer_, facts.method, facts.target, status, facts.body_bytes,
        facts.begun_ns == 0 ? 0 : now_ns - facts.begun_ns, facts.label, facts.agent});
}

std::string server_connection::bytes_of_refusal(int status, std::string_view code,
                                                std::string_view why) {
  const auto words = refusal(status, code, why);
  request_facts facts;
  facts.method = facts.target = "-";
  facts.body_bytes = words.body.size();
  report(facts, status);
  return refusal_bytes(words, loop_.date());
}

void server_connection::sweep(std::uint64_t now_ms) {
  if (closed_)
    return;
  if (lingering_) {
    if (now_ms >= read_deadline_ms_)
      end();
    return;
  }
  if (write_pending_ && now_ms >= write_deadline_ms_)
    return end();
  bool changed = false;
  std::vector<std::function<void()>> gone;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    auto& p = pending_.at(i);
    if (p.at != pending_request::phase::waiting || p.deadline_ms == 0 || now_ms < p.deadline_ms)
      continue;
    p.at = pending_request::phase::ready;
    p.answer = refusal(504, "late", "the answer did not come in time");
    if (p.gone)
      gone.push_back(std::move(p.gone));
    p.gone = nullptr;
    changed = true;
  }
  if (stage_ != stage::done && !eof_) {
    const bool in_request = stage_ == stage::head || stage_ == stage::body;
    if (!may_take() || (!in_request && (!pending_.empty() || write_pending_))) {
      // It is we who let it wait.
      read_deadline_ms_ = now_ms
                          + (stage_ == stage::start  ? bounds().idle_ms_max
                             : stage_ == stage::head ? bounds().header_ms_max
                                                     : bounds().body_ms_max);
    } else if (now_ms >= read_deadline_ms_) {
      if (!in_request)
        return end();
      const bool in_head = stage_ == stage::head;
      refuse(408, "request_timeout",
             std::string(in_head ? "the request's header" : "the request's body")
                 + " took longer than "
                 + std::to_string(in_head ? bounds().header_ms_max : bounds().body_ms_max) + " ms");
      changed = true;
    }
  }
  for (const auto& call : gone)
    call();
  if (closed_)
    return;
  look_for_end(now_ms);
  if (eof_deadline_ms_ != 0 && now_ms >= eof_deadline_ms_ && !pending_.empty() && !closed_) {
    give_up_answers();
    changed = true;
  }
  if (changed)
    process();
}

/// While nothing is read, because enough waits, nobody tells that the client went: so the kernel is
/// asked.
void server_connection::look_for_end(std::uint64_t now_ms) {
  if (reading_ || eof_ || pending_.empty())
    return;
  tcp_info now{};
  socklen_t size = sizeof now;
  if (::getsockopt(socket_number(), IPPROTO_TCP, TCP_INFO, &now, &size) != 0)
    return;
  if (now.tcpi_state == TCP_CLOSE)
    return end();
  if (now.tcpi_state == TCP_CLOSE_WAIT && eof_deadline_ms_ == 0)
    eof_deadline_ms_ = now_ms + bounds().half_closed_ms_max;
}

// -- what the handler and the inbox bring

void server_connection::set_gone(std::uint64_t request, std::function<void()> gone) {
  if (auto* p = pending_.find(request); p && p->at != pending_request::phase::ready)
    p->gone = std::move(gone);
}

void server_connection::set_deadline(std::uint64_t request, std::uint32_t ms) {
  if (auto* p = pending_.find(request))
    p->deadline_ms = ms == 0 ? 0 : loop_.now_ms() + ms;
}

void server_connection::set_label(std::uint64_t request, std::string_view label) {
  if (auto* p = pending_.find(request))
    p->facts.label = label;
}

void server_connection::deliver(answer_mail& m) {
  auto* p = pending_.find(m.request);
  switch (m.what) {
  case answer_mail::kind::abandoned:
    m.answer = refusal(500, "internal", "nobody answered");
    [[fallthrough]];
  case answer_mail::kind::answer:
    if (p && p->at == pending_request::phase::waiting) {
      p->at = pending_request::phase::ready;
      p->answer = std::move(m.answer);
      p->close = p->close || p->answer.close;
      p->gone = nullptr;
    }
    break;
  default:
    deliver_stream(p, m);
  }
}

void server_connection::flush_now() { process(); }

} // namespace troupe::io
