// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/connection.hpp"

#include <sys/socket.h>

#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <cstring>

#include "domain/crawl/retry.hpp"
#include "io/unix_time.hpp"

namespace troupe::io {

using crawl::fault;

namespace {

crawl::ip_address value_of(const asio::ip::address& address) {
  crawl::ip_address out;
  out.v6 = address.is_v6();
  if (out.v6) {
    const auto bytes = address.to_v6().to_bytes();
    std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  } else {
    const auto bytes = address.to_v4().to_bytes();
    std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  }
  return out;
}

crawl::truncation why_cut(fault what) {
  switch (what) {
  case fault::body_too_large:
    return crawl::truncation::length;
  case fault::body_timeout:
    return crawl::truncation::time;
  case fault::connection_lost:
    return crawl::truncation::disconnect;
  default:
    return crawl::truncation::unspecified;
  }
}

// A date is of use to those alone who know what time it is, and who comes later does not.
void date_to_seconds(std::string& retry_after) {
  if (std::all_of(retry_after.begin(), retry_after.end(),
                  [](char c) { return c >= '0' && c <= '9'; }))
    return;
  if (const auto wait = crawl::parse_retry_after(retry_after, now_unix_ms() / 1000))
    retry_after = std::to_string(wait->count() / 1000);
}

bool sends_elsewhere(const crawl::fetched& answer) {
  constexpr std::array redirects{301, 302, 303, 307, 308};
  return !answer.location.empty()
         && std::find(redirects.begin(), redirects.end(), answer.status) != redirects.end();
}

} // namespace

void connection::start(std::unique_ptr<exchange> work) {
  work_ = std::move(work);
  if (state_ == state::idle)
    return send_request();
  state_ = state::resolving;
  within(host_.options.bounds.connect_ms_max);
  auto name = work_->via ? std::string_view(work_->via->host) : work_->target.host();
  auto known = host_.dns.resolve(name, [self = shared_from_this()](const auto& found) {
    if (self->state_ == state::resolving)
      self->resolved(found);
  });
  if (known)
    resolved(known);
}

void connection::resolved(const resolver_cache::answer& found) {
  if (found->addresses.empty())
    return unreachable(fault::dns_failed, found->error);
  if (!host_.options.addresses)
    return connect(found->addresses);
  // What is judged here is what the connector gets: nobody looks the name up again in between.
  std::vector<asio::ip::address> allowed;
  std::string refused;
  for (const auto& address : found->addresses) {
    const auto kind = host_.options.addresses->refusal(value_of(address));
    if (kind.empty())
      allowed.push_back(address);
    else if (refused.empty())
      refused = address.to_string() + " may not be reached from here: " + std::string{kind};
  }
  if (allowed.empty())
    return fail(fault::address_refused, std::move(refused));
  connect(allowed);
}

void connection::connect(const std::vector<asio::ip::address>& addresses) {
  state_ = state::connecting;
  connector_ = std::make_shared<connector>(host_.context);
  connector_->start(addresses, work_->via ? work_->via->port : work_->target.port(),
                    [self = shared_from_this()](error_code error, tcp_socket socket) {
                      if (self->state_ == state::connecting)
                        self->connected(error, std::move(socket));
                    });
}

void connection::connected(const error_code& error, tcp_socket socket) {
  connector_ = nullptr;
  if (error) {
    const auto what = error == asio::error::timed_out ? fault::connect_timeout
                      : error == asio::error::connection_reset // accepted, and then not wanted
                          ? fault::connection_lost
                          : fault::connect_refused;
    return unreachable(what, error.message());
  }
  socket_ = std::move(socket);
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored); // write() tries without waiting first
  if (!work_->target.https())
    send_request();
  else if (work_->via)
    open_tunnel();
  else
    handshake();
}

void connection::open_tunnel() {
  write_connect(host_, *work_, out_);
  tunnel_answer_.emplace();
  reader_.begin({.header_bytes_max = host_.options.bounds.header_bytes_max, .connect = true},
                *tunnel_answer_);
  write(state::tunneling);
}

void connection::tunnel_opened() {
  int status = tunnel_answer_->status;
  tunnel_answer_.reset();
  if (status / 100 != 2)
    return fail(fault::proxy_failed, "the proxy answered CONNECT with " + std::to_string(status));
  if (in_bytes_ != 0)
    return fail(fault::proxy_failed, "the proxy sent more than an answer to CONNECT");
  handshake();
}

void connection::handshake() {
  state_ = state::handshaking;
  std::string why;
  tls_ = host_.tls.make_stream(socket_, work_->target.host(), key_, why);
  if (!tls_)
    return fail(fault::tls_failed, why);
  tls_->async_handshake(tls_stream::client, [self = shared_from_this()](const error_code& error) {
    if (self->state_ != state::handshaking)
      return;
    if (error)
      self->fail(fault::tls_failed, tls_engine::explain(*self->tls_, error));
    else
      self->send_request();
  });
}

void connection::send_request() {
  const auto& bounds = host_.options.bounds;
  within(bounds.header_ms_max);
  write_request(host_, *work_, out_);
  work_->answer = {};
  if (bounds.per_ip != 0 || bounds.ip_delay_ms != 0)
    work_->answer.address = peer_address();
  if (host_.options.record && !work_->how.cut)
    begin_record();
  reader_.begin({.header_bytes_max = bounds.header_bytes_max,
                 .body_bytes_max = work_->how.body_bytes_max,
                 .cut = work_->how.cut,
                 .cookies = host_.options.cookies != nullptr,
                 .record = work_->record != nullptr},
                work_->answer);
  write(state::header);
}

// A request nearly always fits the socket's buffer: one call to the kernel, no operation to wait
// for.
void connection::write(state then) {
  state_ = state::writing;
  std::size_t sent = 0;
  if (!tls_) {
    error_code error;
    sent = socket_.write_some(asio::buffer(out_), error);
    if (error && error != asio::error::would_block)
      return written(error, then);
    if (sent == out_.size())
      return written({}, then);
  }
  auto report = [self = shared_from_this(), then](const error_code& error, std::size_t) {
    if (self->state_ == state::writing)
      self->written(error, then);
  };
  if (tls_)
    asio::async_write(*tls_, asio::buffer(out_), report);
  else
    asio::async_write(socket_, asio::buffer(out_) + sent, report);
}

void connection::written(const error_code& error, state then) {
  // Even if writing failed there may be an answer to read: a server that says 400 and closes.
  // Only where that fails too, the connection counts as lost.
  state_ = then;
  if (error && tls_)
    return fail(fault::connection_lost, error.message());
  in_bytes_ = 0;
  read();
}

// A plain connection waits without a buffer and takes one when there is something to put into it:
// thousands of waiting requests then cost no memory, and the one buffer in use stays in the cache.
void connection::read() {
  if (!tls_) {
    if (in_bytes_ == 0)
      host_.buffers.give(std::move(in_));
    socket_.async_wait(tcp_socket::wait_read, [self = shared_from_this()](const error_code& error) {
      if (self->state_ != state::closed)
        self->readable(error);
    });
    return;
  }
  if (!in_)
    in_ = host_.buffers.take();
  tls_->async_read_some(asio::buffer(in_.get() + in_bytes_, host_.buffers.size() - in_bytes_),
                        [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                          if (self->state_ != state::closed)
                            self->received(error, bytes);
                        });
}

void connection::readable(const error_code& error) {
  if (error)
    return input_ended(error);
  if (!in_)
    in_ = host_.buffers.take();
  error_code read_error;
  auto bytes = socket_.read_some(
      asio::buffer(in_.get() + in_bytes_, host_.buffers.size() - in_bytes_), read_error);
  if (read_error == asio::error::would_block)
    return read();
  received(read_error, bytes);
}

void connection::received(const error_code& error, std::size_t bytes) {
  if (error)
    return input_ended(error);
  in_bytes_ += bytes;
  auto used = reader_.feed(in_.get(), in_bytes_);
  in_bytes_ -= used;
  if (in_bytes_ != 0 && used != 0)
    std::memmove(in_.get(), in_.get() + used, in_bytes_);
  progress();
}

void connection::progress() {
  if (reader_.error() != fault::none) {
    bool tunnel = state_ == state::tunneling;
    auto what = reader_.error();
    return fail(tunnel ? fault::proxy_failed : what, reader_.detail());
  }
  if (state_ == state::tunneling && reader_.in_body())
    return tunnel_opened();
  if (reader_.done())
    return complete();
  if (state_ == state::header && reader_.in_body()) {
    state_ = state::body;
    within(host_.options.bounds.body_ms_max);
  }
  if (in_bytes_ == host_.buffers.size()) // a chunk header or trailer as long as that is no accident
    return fail(fault::bad_response, "chunk header or trailer too long");
  read();
}

void connection::input_ended(const error_code& error) {
  bool in_order = error == asio::error::eof;
  if (in_order) {
    reader_.feed_end();
    return progress();
  }
  if (tls_engine::truncated(error))
    return fail(fault::connection_lost, reader_.ends_by_close() ? "closed without TLS close_notify"
                                                                : "closed inside the answer");
  fail(fault::connection_lost, error.message());
}

void connection::complete() {
  auto& answer = work_->answer;
  auto& body = reader_.body();
  bool reusable = reader_.keep_alive() && in_bytes_ == 0; // more than one answer: do not trust it
  if (work_->via && !work_->target.https() && answer.status == 407) {
    answer.error = fault::proxy_failed;
    answer.detail = "the proxy wants other credentials (407)";
    work_->record = nullptr; // the proxy's own words
    answer.set_cookies.clear();
    return finish(reusable);
  }
  date_to_seconds(answer.retry_after);
  const auto& how = work_->how;
  if (answer.status == 304 && how.earlier.empty() && !how.cut) {
    answer.error = fault::not_modified_unasked;
    answer.detail = "304 Not Modified, and nobody had asked whether it was";
  }
  if (answer.status == 204 || answer.status == 304) {
    end_record(nullptr);
    return finish(reusable);
  }
  if (reader_.content_encoding().empty()) {
    answer.body = std::make_shared<const std::string>(std::move(body));
    end_record(answer.body);
  } else {
    auto out = std::make_shared<std::string>();
    auto result = host_.decoder.decode(reader_.content_encoding(), body,
                                       {.bytes_max = static_cast<std::size_t>(how.body_bytes_max),
                                        .cut = how.cut,
                                        .part = reader_.cut()},
                                       *out);
    answer.error = result.error;
    answer.detail = std::move(result.detail);
    if (answer.error == fault::none) {
      answer.body = std::move(out);
    } else if (sends_elsewhere(answer)) { // nobody reads that body, so that it need not be readable
      answer.error = fault::none;
      answer.detail.clear();
    }
    if (work_->record)
      end_record(std::make_shared<const std::string>(std::move(body)));
  }
  finish(reusable);
}

void connection::begin_record() {
  auto& record = *(work_->record = std::make_shared<crawl::exchange_record>());
  record.began_unix_ms = now_unix_ms();
  write_request(host_, *work_, record.request, false);
  record.address = peer_address();
}

// Returns: "" where a proxy is in between.
std::string connection::peer_address() const {
  error_code unknown;
  const auto peer = socket_.remote_endpoint(unknown);
  return work_->via || unknown ? "" : peer.address().to_string();
}

// Hands what was received to the answer; without effect where no record is wanted.
void connection::end_record(std::shared_ptr<const std::string> payload, crawl::truncation cut) {
  if (!work_->record)
    return;
  auto& record = *work_->record;
  if (reader_.in_body()) {
    record.header = std::move(reader_.header());
    record.chunks = std::move(reader_.chunks());
    record.payload = std::move(payload);
    record.cut = reader_.chunks_cut() ? crawl::truncation::length : cut;
  }
  work_->answer.record = std::move(work_->record);
}

void connection::unreachable(fault what, std::string detail) {
  if (work_->via)
    fail(fault::proxy_failed, "proxy " + work_->via->host + ": " + detail);
  else
    fail(what, std::move(detail));
}

void connection::fail(fault what, std::string detail) {
  if (!work_)
    return;
  bool stale =
      what == fault::connection_lost && served_ > 0 && !reader_.started() && !work_->retried;
  if (!stale) {
    work_->answer.error = what;
    work_->answer.detail = std::move(detail);
    work_->answer.body = nullptr;
    if (work_->record)
      end_record(std::make_shared<const std::string>(std::move(reader_.body())), why_cut(what));
  }
  work_->record = nullptr;
  auto self = shared_from_this();
  auto work = std::move(work_);
  close();
  host_.finished(*this, std::move(work), stale);
}

void connection::finish(bool reusable) {
  auto self = shared_from_this();
  auto work = std::move(work_);
  ++served_;
  host_.buffers.give(std::move(in_));
  if (reusable)
    state_ = state::idle;
  else
    close();
  host_.finished(*this, std::move(work), false);
}

void connection::close() {
  state_ = state::closed;
  work_ = nullptr;
  if (connector_)
    connector_->cancel();
  connector_ = nullptr;
  if (tls_ && served_ > 0)
    tls_engine::retire(*tls_);
  error_code ignored;
  socket_.close(ignored);
}

void connection::tick(steady::time_point now) {
  if (connector_)
    connector_->tick(now);
  if (now < deadline_)
    return;
  switch (state_) {
  case state::resolving:
    return unreachable(fault::dns_failed, "the name server did not answer in time");
  case state::connecting:
    return unreachable(fault::connect_timeout, "no connection in time");
  case state::tunneling:
    return fail(fault::proxy_failed, "the proxy did not answer CONNECT in time");
  case state::handshaking:
    return fail(fault::connect_timeout, "the TLS handshake took too long");
  case state::writing:
    if (tunnel_answer_)
      return fail(fault::proxy_failed, "the proxy took no request in time");
    [[fallthrough]];
  case state::header:
    return fail(fault::header_timeout, "no answer in time");
  case state::body:
    return fail(fault::body_timeout, "the body did not end in time");
  case state::fresh:
  case state::idle:
  case state::closed:
    return;
  }
}

bool connection::still_usable() {
  if (state_ != state::idle)
    return false;
  char byte = 0;
  auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK;
  // Under TLS there may be session tickets waiting; without it nothing may.
  return got > 0 && tls_;
}

} // namespace troupe::io
