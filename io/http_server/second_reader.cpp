// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/second_reader.hpp"

#include <limits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace troupe::io {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using error_code = boost::system::error_code;

/// Compares as it reads.
class comparer final : public http::basic_parser<true> {
public:
  comparer(std::string_view bytes, const gateway::request_head& head) : bytes_(bytes), head_(head) {
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
  }
  bool agrees() const { return same_ && next_ == head_.fields.size(); }

private:
  bool is(gateway::piece p, beast::string_view text) const {
    return p.in(bytes_) == std::string_view(text.data(), text.size());
  }

  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code&) override {
    same_ = is(head_.method_name, method) && is(head_.target, target)
            && version == (head_.http10 ? 10 : 11);
  }
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     error_code&) override {
    same_ = same_ && next_ < head_.fields.size() && is(head_.fields[next_].name, name)
            && is(head_.fields[next_].value, value);
    ++next_;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override { same_ = false; }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view text, error_code&) override { return text.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view text, error_code&) override {
    return text.size();
  }
  void on_finish_impl(error_code&) override {}

  std::string_view bytes_;
  const gateway::request_head& head_;
  std::size_t next_ = 0;
  bool same_ = false;
};

} // namespace

bool second_reader_agrees(std::string_view bytes, const gateway::request_head& head) {
  // The one empty line that may come first is ours to skip.
  const auto text = bytes.starts_with("\r\n") ? bytes.substr(2) : bytes;
  comparer second(bytes, head);
  error_code e;
  const auto used = second.put(boost::asio::buffer(text.data(), text.size()), e);
  if (e || used != text.size() || !second.is_header_done() || !second.agrees())
    return false;
  if (second.chunked() != (head.body == gateway::body_kind::chunked))
    return false;
  return second.content_length().value_or(0) == (second.chunked() ? 0 : head.body_bytes);
}

} // namespace troupe::io
