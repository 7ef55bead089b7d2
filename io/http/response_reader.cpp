// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/response_reader.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/version.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace troupe::io {

namespace http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;
using crawl::fault;

namespace {

constexpr std::size_t reserve_max = 1u << 20; // what a Content-Length alone can make us allocate
constexpr std::size_t body_kept_max = 256u << 10;       // of a buffer, for the next response
constexpr std::uint64_t framing_bytes_free = 64u << 10; // of chunks, recorded whatever they hold
constexpr int interim_max = 16;                         // 1xx answers before the real one
constexpr std::string_view begins = "HTTP/";            // every answer

void append_joined(std::string& to, string_view value) {
  if (!to.empty())
    to += ", ";
  to.append(value.data(), value.size());
}

// Takes: as many bytes as there are, and at least one.
bool begins_as_http(std::string_view bytes) {
  return bytes.substr(0, begins.size()) == begins.substr(0, bytes.size());
}

} // namespace

struct response_reader::impl {
  // Beast's parser calls these as it goes; no message object is built.
  struct parser final : http::basic_parser<false> {
    explicit parser(impl& o) : owner(o) {}
    impl& owner;

    void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
    void on_response_impl(int code, string_view, int version, error_code& error) override {
      if (code < 100)
        error = http::make_error_code(http::error::bad_status);
      else
        owner.into->status = code;
      http10 = version < 11;
    }
    void on_field_impl(http::field id, string_view name, string_view value,
                       error_code& error) override {
      if (!is_header_done()) // before 1.90, trailers come this way too
        owner.on_field(id, name, value, http10, error);
    }
#if BOOST_VERSION >= 109000
    void on_trailer_field_impl(http::field, string_view, string_view, error_code&) override {}
#endif
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(string_view bytes, error_code& error) override {
      return owner.on_body(bytes, error);
    }
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& error) override {
      return owner.on_body(bytes, error);
    }
    void on_finish_impl(error_code&) override {}
    bool http10 = false;
  };

  std::optional<parser> machine;
  bounds limit;
  crawl::fetched* into = nullptr;
  std::string encoding;
  std::string body;
  std::string detail;
  std::string header; // recorded
  std::string chunks; // recorded
  std::uint64_t wire_max = 0;
  std::uint64_t wire_bytes = 0;
  std::size_t header_bytes = 0;
  int interims = 0;
  fault error = fault::none;
  bool started = false;
  bool at_start = true; // of this answer, interim or not: none of its bytes has been taken
  bool in_body = false;
  bool done = false;
  bool cut = false;
  bool keep = false;
  bool chunks_cut = false;

  void restart() {
    at_start = true;
    machine.emplace(*this);
    machine->body_limit(boost::none); // ours is exact, and knows about cutting
    machine->header_limit(std::numeric_limits<std::uint32_t>::max());
  }

  // Chunks of a byte each, with extensions, must not cost more memory than a body may.
  void record_chunks(const char* bytes, std::size_t size) {
    if (chunks_cut || !machine->chunked())
      return;
    chunks_cut = chunks.size() + size > 2 * limit.body_bytes_max + framing_bytes_free;
    if (!chunks_cut)
      chunks.append(bytes, size);
  }

  void fail(fault what, std::string words) {
    error = what;
    detail = std::move(words);
  }

  void on_field(http::field id, string_view name, string_view value, bool http10,
                error_code& stop) {
    switch (id) {
    case http::field::content_type:
      into->content_type.assign(value.data(), value.size());
      break;
    case http::field::location: // which of two was meant, and by whom, nobody can tell
      if (into->status / 100 == 3 && !into->location.empty() && value != into->location) {
        fail(fault::redirect_bad, "two different Locations");
        stop = http::make_error_code(http::error::bad_field);
      }
      into->location.assign(value.data(), value.size());
      break;
    case http::field::retry_after:
      into->retry_after.assign(value.data(), value.size());
      break;
    case http::field::link:
      append_joined(into->link, value);
      break;
    case http::field::etag:
      into->now.etag.assign(value.data(), value.size());
      break;
    case http::field::last_modified:
      into->now.last_modified.assign(value.data(), value.size());
      break;
    case http::field::set_cookie:
      if (limit.cookies)
        into->set_cookies.emplace_back(value);
      break;
    case http::field::content_encoding:
      append_joined(encoding, value);
      break;
    case http::field::transfer_encoding:
      if (!boost::beast::iequals(value, "chunked") || http10) {
        fail(fault::bad_response, http10 ? "Transfer-Encoding in an HTTP/1.0 response"
                                         : "transfer coding other than chunked");
        stop = http::make_error_code(http::error::bad_transfer_encoding);
      }
      break;
    case http::field::unknown:
      if (boost::beast::iequals(name, "X-Robots-Tag"))
        append_joined(into->robots_tag, value);
      break;
    default:
      break;
    }
  }

  std::size_t on_body(string_view bytes, error_code& stop) {
    auto room = wire_max - wire_bytes;
    if (bytes.size() <= room) {
      body.append(bytes.data(), bytes.size());
      wire_bytes += bytes.size();
      return bytes.size();
    }
    stop = http::make_error_code(http::error::body_limit);
    if (!limit.cut) {
      fail(fault::body_too_large, "body above " + std::to_string(wire_max) + " bytes");
    } else {
      body.append(bytes.data(), static_cast<std::size_t>(room));
      wire_bytes += room;
      cut = true;
    }
    return bytes.size();
  }

  // The header is complete: decides what is known about the body already.
  void enter_body(std::size_t in_hand) {
    in_body = true;
    if (limit.connect) // what its header says about a body means nothing (RFC 9110, 9.3.6)
      return;
    wire_max = limit.body_bytes_max;
    if (limit.cut) {
      // Compressed data is decoded to find the cut; it is hardly ever longer than its content, and
      // by no more than this.
      auto slack = encoding.empty() ? 0 : limit.body_bytes_max / 1024 + 256;
      wire_max = limit.body_bytes_max + slack;
    }
    auto length = machine->content_length();
    if (length && *length > wire_max && !limit.cut && !machine->is_done())
      return fail(fault::body_too_large, "body of " + std::to_string(*length) + " bytes, above "
                                             + std::to_string(wire_max));
    auto expected = length ? std::min<std::uint64_t>({*length, wire_max, reserve_max}) : in_hand;
    if (!machine->is_done())
      body.reserve(static_cast<std::size_t>(expected));
  }
};

response_reader::response_reader() : impl_(std::make_unique<impl>()) {}
response_reader::~response_reader() = default;

void response_reader::begin(const bounds& limit, crawl::fetched& into) {
  auto& m = *impl_;
  m.limit = limit;
  m.into = &into;
  m.encoding.clear();
  if (m.body.capacity() > body_kept_max)
    m.body = {};
  m.body.clear();
  m.detail.clear();
  m.header.clear();
  m.chunks.clear();
  m.wire_bytes = 0;
  m.header_bytes = 0;
  m.interims = 0;
  m.error = fault::none;
  m.started = m.in_body = m.done = m.cut = m.keep = m.chunks_cut = false;
  m.restart();
}

std::size_t response_reader::feed(const char* bytes, std::size_t size) {
  auto& m = *impl_;
  std::size_t used = 0;
  m.started = m.started || size > 0;
  error_code error;
  while (!m.in_body && m.error == fault::none && used < size) {
    if (m.at_start && !begins_as_http({bytes + used, size - used})) {
      // Told at once: other protocols greet without the end of a line, and wait.
      m.fail(fault::bad_response, "does not begin with HTTP/");
      return used;
    }
    m.machine->eager(false); // stops behind the header, so that its length is known
    auto taken = m.machine->put({bytes + used, size - used}, error);
    if (m.limit.record)
      m.header.append(bytes + used, taken);
    used += taken;
    m.at_start = m.at_start && taken == 0;
    m.header_bytes += taken;
    bool complete = m.machine->is_header_done();
    auto seen = m.header_bytes + (complete ? 0 : size - used);
    if (seen > m.limit.header_bytes_max) {
      m.fail(fault::header_too_large,
             "header above " + std::to_string(m.limit.header_bytes_max) + " bytes");
      return used;
    }
    if (error == http::error::need_more)
      return used;
    if (error) {
      if (m.error == fault::none)
        m.fail(fault::bad_response, error.message());
      return used;
    }
    if (!complete)
      continue;
    int status = m.into->status;
    if (status / 100 != 1 || m.limit.connect) {
      m.enter_body(size - used);
    } else if (status == 101 || ++m.interims > interim_max) {
      m.fail(fault::bad_response,
             status == 101 ? "switched to a protocol nobody asked for" : "too many 1xx responses");
    } else { // an interim response: what it said is forgotten
      *m.into = {};
      m.encoding.clear();
      m.header.clear();
      m.restart();
    }
  }
  if (!m.in_body || m.error != fault::none)
    return used;

  if (m.limit.connect) {
    m.done = true;
    return used;
  }
  m.machine->eager(true);
  error = {};
  if (used < size && !m.machine->is_done()) {
    const auto taken = m.machine->put({bytes + used, size - used}, error);
    if (m.limit.record)
      m.record_chunks(bytes + used, taken);
    used += taken;
  }
  m.into->wire_bytes = m.wire_bytes;
  if (m.cut) {
    m.done = true;
  } else if (error && error != http::error::need_more) {
    if (m.error == fault::none)
      m.fail(fault::bad_response, error.message());
  } else if (m.machine->is_done()) {
    m.done = true;
    m.keep = m.machine->keep_alive();
  }
  return used;
}

void response_reader::feed_end() {
  auto& m = *impl_;
  if (m.done || m.error != fault::none)
    return;
  if (ends_by_close())
    m.done = true;
  else
    m.fail(fault::connection_lost, !m.started   ? "closed before an answer"
                                   : !m.in_body ? "closed inside the header"
                                                : "closed inside the body");
}

bool response_reader::done() const { return impl_->done; }
bool response_reader::started() const { return impl_->started; }
bool response_reader::in_body() const { return impl_->in_body; }
bool response_reader::keep_alive() const { return impl_->keep; }
bool response_reader::ends_by_close() const {
  return impl_->in_body && !impl_->done && impl_->machine->need_eof();
}
fault response_reader::error() const { return impl_->error; }
const std::string& response_reader::detail() const { return impl_->detail; }
const std::string& response_reader::content_encoding() const { return impl_->encoding; }
bool response_reader::cut() const { return impl_->cut; }
std::string& response_reader::body() { return impl_->body; }
std::string& response_reader::header() { return impl_->header; }
std::string& response_reader::chunks() { return impl_->chunks; }
bool response_reader::chunks_cut() const { return impl_->chunks_cut; }

} // namespace troupe::io
