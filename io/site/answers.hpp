// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/site/pages.hpp"

namespace troupe::io {

/// One answer of the demo site in the form in which it is sent. Shared and immutable: a request
/// costs no copy of it.
struct site_answer {
  struct form {
    std::string fields; ///< header lines from Content-Type on, with the empty line that ends them
    std::string body;
  };
  int status = 200;
  std::string status_line; ///< "HTTP/1.1 200 OK\r\n"
  form plain;
  form gzip; ///< fields are empty where compression does not pay
};

/// The answers of a demo site. What fits into `bytes_max` is made, and compressed, once by
/// prepare(); the rest for each request.
/// Threads: find() from any, prepare() before it.
class site_answers {
public:
  explicit site_answers(const site::pages& site, std::size_t bytes_max = 256u << 20);
  /// Makes home, lists, posts and graph pages, in that order, until the memory is used up.
  /// Cost: 1,000 posts and 50 lists 0.15 s; 10,000 graph pages 1 s.
  void prepare();
  /// Takes: a request's path, without a query. Returns: never null; a 404 where nothing is.
  std::shared_ptr<const site_answer> find(std::string_view path) const;
  std::size_t prepared() const { return ready_.size(); }

private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  const site::pages site_;
  const std::size_t bytes_max_;
  std::unordered_map<std::string, std::shared_ptr<const site_answer>, text_hash, std::equal_to<>>
      ready_;
};

/// Takes: an Accept-Encoding header's value. Returns: true if gzip may be sent (RFC 9110, 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

} // namespace troupe::io
