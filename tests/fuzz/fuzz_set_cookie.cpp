// SPDX-License-Identifier: BSD-3-Clause
//
// Any lines as Set-Cookie headers, from a host over http and over https. Whatever they are, the jar
// keeps its bounds, says nothing that would end a header's line, tells a Secure cookie to https
// alone and a host-only one to its host alone, and reads its own text back.
//
//     input = header *( LF header )

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "domain/crawl/cookie_jar.hpp"
#include "domain/crawl/cookie_text.hpp"

using namespace troupe::crawl;

namespace {

constexpr std::int64_t now = 1'700'000'000;

void require(bool holds, const char* what, std::string_view shown) {
  if (holds)
    return;
  std::cerr << what << ": '" << shown << "'\n";
  std::abort();
}

void check_line(std::string_view line, const cookie_limits& bounds) {
  require(line.size() <= bounds.cookie_line_bytes_max, "a line is too long", line);
  for (const char c : line)
    require((static_cast<unsigned char>(c) >= 0x20 || c == '\t') && c != 0x7f, "a control", line);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  cookie_limits bounds;
  bounds.cookies_max = 8;
  bounds.cookies_per_domain_max = 5;
  bounds.jar_bytes_max = 2'000;
  bounds.cookie_line_bytes_max = 1'000;
  cookie_jar jar{bounds};
  const auto plain = parse_url("http://www.example.com/a/b/c").value();
  const auto secure = parse_url("https://www.example.com/a/b/c").value();
  const auto above = parse_url("https://example.com/a/b/c").value();
  const auto other = parse_url("https://other.example.org/a/b/c").value();
  for (bool over_tls = false; !input.empty(); over_tls = !over_tls) {
    const auto end = std::min(input.find('\n'), input.size());
    const auto header = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    parse_cookie_date(header);
    const auto before = jar.line_for(other, now);
    jar.take(over_tls ? secure : plain, header, now);
    require(jar.line_for(other, now) == before && before.empty(), "another site hears of it",
            header);
    require(jar.size() <= bounds.cookies_max && jar.bytes() <= bounds.jar_bytes_max,
            "the jar has no bounds", header);
    for (const auto& c : jar.all(now)) {
      require(c.path.starts_with('/') && cookie_domain_matches("www.example.com", c.domain),
              "a cookie that is not this site's", header);
      require(c.domain != "com", "a cookie for all of com", header);
    }
    check_line(jar.line_for(secure, now), bounds);
    check_line(jar.line_for(plain, now), bounds);
    check_line(jar.line_for(above, now), bounds);
  }
  const auto text = cookies_text(jar, now);
  cookie_jar again{bounds};
  require(read_cookies(text, again, now).empty(), "its own text cannot be read", text);
  require(cookies_text(again, now) == text, "read back, the text is another", text);
  return 0;
}
