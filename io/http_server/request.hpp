// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::io {

enum class http_method : std::uint8_t {
  get,
  head,
  post,
  put,
  patch,
  delete_,
  options,
  other, ///< well-formed, and nothing we know
};
/// Returns: "GET" and so on; "" for `other`.
std::string_view to_string(http_method m);

/// A request that has come whole and in order: its framing and its target are checked, its body is
/// within bounds. A view: valid only while the handler that was given it runs, so a handler copies
/// what it needs later.
/// Source: RFC 9110, RFC 9112.
class server_request {
public:
  virtual http_method method() const = 0;
  /// The path of the target, percent-decoded, without dot segments: begins with '/', has no NUL,
  /// and no encoded slash became one (such a target is refused before it gets here).
  virtual std::string_view path() const = 0;
  /// What follows '?', as it was sent.
  virtual std::string_view query() const = 0;
  /// The value of a header field; the name in any case. "" if there is none; of several lines of
  /// one name the first.
  virtual std::string_view field(std::string_view name) const = 0;
  /// How many lines of that name there are: where one is meant, two are a fault.
  virtual std::size_t field_count(std::string_view name) const = 0;
  virtual std::string_view body() const = 0;
  /// The client's address, without a port: "127.0.0.1", "::1".
  virtual std::string_view peer() const = 0;
  virtual bool over_tls() const = 0;

protected:
  ~server_request() = default;
};

} // namespace troupe::io
