// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/cookies.hpp"

#include "domain/crawl/cookie_text.hpp"
#include "io/unix_time.hpp"

namespace troupe::io {

namespace {
std::int64_t now() { return now_unix_ms() / 1000; }
} // namespace

void cookie_keeper::take(const crawl::url& from, const std::vector<std::string>& headers) {
  const std::lock_guard hold{gate_};
  for (const auto& header : headers)
    if (jar_.take(from, header, now()))
      ++version_;
}

void cookie_keeper::write_line(const crawl::url& target, std::string& out) {
  const std::lock_guard hold{gate_};
  if (const auto line = jar_.line_for(target, now()); !line.empty())
    out += "Cookie: " + line + "\r\n";
}

std::string cookie_keeper::read(std::string_view text) {
  const std::lock_guard hold{gate_};
  return crawl::read_cookies(text, jar_, now());
}

std::string cookie_keeper::text() const {
  const std::lock_guard hold{gate_};
  return crawl::cookies_text(jar_, now());
}

std::uint64_t cookie_keeper::version() const {
  const std::lock_guard hold{gate_};
  return version_;
}

} // namespace troupe::io
