// SPDX-License-Identifier: BSD-3-Clause
// A connection's way out: answers, in order, to bytes.
#include "io/http_server/connection.hpp"
#include "io/http_server/loop.hpp"
#include "io/trace/trace.hpp"

namespace troupe::io {

/// Puts out what has its turn.
void server_connection::emit() {
  while (!close_when_written_ && !pending_.empty()) {
    auto& p = pending_.front();
    const auto before = out_.size();
    const bool done = emit_front(p);
    put_out_ += out_.size() - before;
    if (!done)
      return;
    const bool close = p.close;
    finish_front();
    if (close) {
      close_when_written_ = true;
      stage_ = stage::done;
      in_.clear();
      drop_pending();
    }
  }
  if (continue_due_ && pending_.empty() && !close_when_written_) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    out_ += go_on;
    put_out_ += go_on.size();
    continue_due_ = false;
  }
}

/// Returns: whether all of its answer was put out.
bool server_connection::emit_front(pending_request& p) {
  switch (p.at) {
  case pending_request::phase::waiting:
    return false;
  case pending_request::phase::ready:
    return emit_answer(p);
  case pending_request::phase::streaming:
    break;
  }
  return emit_stream(p);
}

after_answer server_connection::after(const pending_request& p) const {
  if (p.close)
    return after_answer::close;
  return p.http10 ? after_answer::keep_old : after_answer::keep;
}

bool server_connection::emit_answer(pending_request& p) {
  p.close = p.close || (draining_ && pending_.size() == 1 && stage_ != stage::body);
  const std::string& body = p.answer.shared_body ? *p.answer.shared_body : p.answer.body;
  append_head(out_, p.answer, loop_.date(), body_form::sized, body.size(), after(p));
  if (!p.head_only && !is_bodiless(p.answer.status)) {
    out_ += body;
    p.facts.body_bytes = body.size();
  }
  p.facts.status = p.answer.status;
  return true;
}

bool server_connection::emit_stream(pending_request& p) {
  if (!p.head_sent) {
    p.head_sent = true;
    p.facts.status = p.answer.status;
    // HEAD has no body, so it does not have to end by a close either.
    p.close = p.close || (p.http10 && !p.head_only)
              || (draining_ && pending_.size() == 1 && stage_ != stage::body);
    append_head(out_, p.answer, loop_.date(),
                p.http10 ? body_form::until_close : body_form::chunked, 0, after(p));
    if (p.head_only || is_bodiless(p.answer.status)) { // nobody reads what is written from here on
      p.stream->end_reading();
      p.stream->tell_room();
      if (p.gone)
        p.gone();
      p.gone = nullptr;
      return true;
    }
  }
  if (!p.pieces.empty()) {
    put_body(p, p.pieces);
    p.pieces.clear();
  }
  if (p.ended && !p.http10)
    out_ += last_chunk;
  else if (p.cut) // without its end: the client sees it by the close, or by the reset
    (p.http10 ? reset_when_written_ : p.close) = true;
  return p.ended || p.cut;
}

void server_connection::put_body(pending_request& p, std::string_view bytes) {
  if (p.http10)
    out_ += bytes;
  else
    append_chunk(out_, bytes);
  p.facts.body_bytes += bytes.size();
  out_credits_.push_back({p.stream, bytes.size()});
}

void server_connection::finish_front() {
  auto& p = pending_.front();
  uncount(p);
  if (loop_.setting().options.report || trace::on())
    finished_.push_back({put_out_, p.facts});
  pending_.pop();
}

void server_connection::deliver_stream(pending_request* p, answer_mail& m) {
  const bool known = p && p->stream == m.stream;
  switch (m.what) {
  case answer_mail::kind::stream:
    if (!p || p->at != pending_request::phase::waiting) {
      m.stream->end_reading();
      break;
    }
    p->at = pending_request::phase::streaming;
    p->deadline_ms = 0;
    p->pieces = m.answer.shared_body ? *m.answer.shared_body : std::move(m.answer.body);
    p->answer = std::move(m.answer);
    p->close = p->close || p->answer.close;
    p->stream = std::move(m.stream);
    loop_counts::add(loop_.counts().streams, 1);
    break;
  case answer_mail::kind::bytes:
    if (known && m.answer.body.empty())
      return end(); // a slow reader, and more than stream_bytes_max for it
    if (known && p->pieces.empty())
      p->pieces = std::move(m.answer.body);
    else if (known)
      p->pieces += m.answer.body;
    break;
  case answer_mail::kind::end:
  case answer_mail::kind::cut:
    if (known) {
      (m.what == answer_mail::kind::end ? p->ended : p->cut) = true;
      p->gone = nullptr;
    }
    break;
  case answer_mail::kind::room:
    if (!known)
      m.stream->end_reading();
    m.stream->tell_room();
    break;
  case answer_mail::kind::answer:
  case answer_mail::kind::abandoned:
    break;
  }
}

void server_connection::flush() {
  while (!closed_ && !write_pending_) {
    if (written_ == writing_.size()) {
      writing_.clear();
      written_ = 0;
      if (writing_.capacity() > out_kept_bytes_max)
        std::string().swap(writing_);
      if (out_.empty())
        return;
      writing_.swap(out_);
      writing_credits_.swap(out_credits_);
      write_deadline_ms_ = loop_.now_ms() + bounds().write_ms_max;
    }
    const auto rest = std::string_view(writing_).substr(written_);
    error_code e;
    const auto n = write_now(rest, e);
    if (n != 0)
      on_progress(n);
    if (e == asio::error::would_block) {
      write_pending_ = true;
      write_some(std::string_view(writing_).substr(written_));
    } else if (e) {
      end();
    }
  }
}

void server_connection::on_written(error_code e, std::size_t bytes) {
  write_pending_ = false;
  if (closed_)
    return;
  loop_.touch_clock();
  if (e)
    return end();
  on_progress(bytes);
  process();
}

void server_connection::on_progress(std::size_t bytes) {
  written_ += bytes;
  sent_ += bytes;
  write_deadline_ms_ = loop_.now_ms() + bounds().write_ms_max;
  // Headers and chunk sizes are taken for body here; the last byte of all evens it out.
  const bool all = written_ == writing_.size();
  for (auto& c : writing_credits_) {
    const auto n = all ? c.bytes : std::min(bytes, c.bytes);
    c.bytes -= n;
    bytes -= std::min(bytes, n);
    c.stream->sent(n);
    if (n != 0)
      c.stream->tell_room();
  }
  if (all)
    writing_credits_.clear();
  std::size_t over = 0;
  while (over < finished_.size() && finished_[over].at <= sent_) {
    report(finished_[over].facts, finished_[over].facts.status);
    ++over;
  }
  if (over != 0)
    finished_.erase(finished_.begin(), finished_.begin() + static_cast<std::ptrdiff_t>(over));
}

void server_connection::begin_linger() {
  if (eof_)
    return end();
  lingering_ = true;
  stage_ = stage::done;
  in_.clear();
  expect_within(linger_ms_max);
  send_goodbye();
}

} // namespace troupe::io
