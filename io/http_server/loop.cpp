// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/loop.hpp"

#include "io/http_server/stream_core.hpp"

namespace troupe::io {

namespace {

constexpr std::size_t mail_kept_max = 4'096;

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
  error_code ignored;
  acceptor_.non_blocking(true, ignored); // for turn_away_at_the_door()
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
    turned_away_.push_back(c->id);
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
    std::erase(turned_away_, c.id);
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
