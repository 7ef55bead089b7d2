// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <future>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "io/http/client.hpp"

namespace troupe::crawl {
inline std::ostream& operator<<(std::ostream& out, fault f) { // for a failed check's message
  return out << (f == fault::none ? "none" : to_string(f));
}
} // namespace troupe::crawl

namespace troupe::test {

inline crawl::url url_of(const std::string& text) {
  auto parsed = crawl::parse_url(text);
  if (!parsed)
    throw std::runtime_error("no URL: " + text);
  return *parsed;
}

/// Small size limits, patience with a busy machine, and no proxy from outside.
inline io::http_options patient_options() {
  io::http_options options;
  options.user_agent = "probe/1.0";
  options.bounds.connect_ms_max = 10'000;
  options.bounds.header_ms_max = 10'000;
  options.bounds.body_ms_max = 10'000;
  options.bounds.body_bytes_max = 100'000;
  options.bounds.header_bytes_max = 8'192;
  options.use_proxy_environment = false;
  return options;
}

/// The same, for tests of time-outs, which are to end soon.
inline io::http_options hasty_options() {
  auto options = patient_options();
  options.bounds.connect_ms_max = 300;
  options.bounds.header_ms_max = 300;
  options.bounds.body_ms_max = 300;
  return options;
}

/// The callback client on a loop of its own, asked and waited for.
class http_probe {
public:
  explicit http_probe(io::http_options options = patient_options())
      : client(loop, std::move(options)) {
    loop.start();
  }

  std::future<crawl::fetched> ask(const std::string& url, std::uint64_t cut_body_at = 0) {
    auto promise = std::make_shared<std::promise<crawl::fetched>>();
    auto future = promise->get_future();
    client.get(
        url_of(url), [promise](crawl::fetched got) { promise->set_value(std::move(got)); },
        {.body_bytes_max = cut_body_at, .cut = cut_body_at != 0});
    return future;
  }

  crawl::fetched get(const std::string& url, std::uint64_t cut_body_at = 0) {
    auto future = ask(url, cut_body_at);
    if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready)
      throw std::runtime_error("no callback for " + url);
    return future.get();
  }

  io::io_loop loop;
  io::http_client client;
};

inline std::string text(const crawl::fetched& answer) { return answer.body ? *answer.body : ""; }

} // namespace troupe::test
