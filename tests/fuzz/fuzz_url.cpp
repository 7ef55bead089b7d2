// SPDX-License-Identifier: BSD-3-Clause
// Input: a byte that chooses the charset, a line that is the page's URL, and the reference.
// Aborts where a result is not what every result must be.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/url.hpp"

using namespace troupe::crawl;

namespace {

void require(bool holds, const char* what, const std::string& text) {
  if (holds)
    return;
  std::fprintf(stderr, "broken: %s: '%s'\n", what, text.c_str());
  std::abort();
}

bool same_parts(const url& a, const url& b) {
  return a == b && a.str() == b.str() && a.scheme() == b.scheme() && a.host() == b.host()
         && a.port() == b.port() && a.authority() == b.authority() && a.origin() == b.origin()
         && a.path() == b.path() && a.query() == b.query() && a.target() == b.target()
         && a.https() == b.https();
}

void check(const url& u) {
  const std::string& text = u.str();
  require(std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }),
          "printable ASCII", text);
  require(text.find('#') == std::string::npos, "no fragment", text);
  require(!u.host().empty(), "a host", text);
  require(u.path().starts_with('/'), "a path", text);
  const bool has_query = u.target().size() > u.path().size();
  require(text
              == std::string{u.scheme()} + "://" + std::string{u.authority()}
                     + std::string{u.path()} + (has_query ? "?" : "") + std::string{u.query()},
          "the parts are the whole", text);
  const bool usual = u.port() == (u.https() ? 443 : 80);
  require(u.authority() == std::string{u.host()} + (usual ? "" : ":" + std::to_string(u.port())),
          "host and port are the authority", text);
  // No dot segment is left, in any spelling.
  const std::string path = std::string{u.path()} + "/";
  for (const char* dots : {"/./", "/../", "/%2e/", "/%2E/", "/.%2e/", "/%2e./", "/%2E%2e/"})
    require(path.find(dots) == std::string::npos, "no dot segments", text);

  const auto parsed = parse_url(text);
  // An escaped text may be longer than what is parsed at all.
  if (text.size() <= url_text_bytes_max)
    require(parsed && same_parts(*parsed, u), "parses to itself", text);
  require(same_parts(url::from_normalized(text), u), "is taken as normalized", text);
  const auto stayed = resolve(u, "");
  require(stayed && same_parts(*stayed, u), "an empty reference stays", text);
  const auto absolute = resolve(u, text);
  require(absolute && same_parts(*absolute, u), "resolves to itself", text);
  const auto target = resolve(u, u.target());
  // "//x" as a reference would be a host, so that such paths are left out.
  if (!u.path().starts_with("//"))
    require(target && same_parts(*target, u), "its target leads to it", text);
}

constexpr std::array<const char*, 16> labels = {
    "utf-8",       "windows-1252", "gbk",        "gb18030", "big5",     "shift_jis",
    "euc-jp",      "iso-2022-jp",  "euc-kr",     "koi8-r",  "utf-16le", "x-user-defined",
    "iso-8859-16", "windows-1255", "hz-gb-2312", "ibm866"};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string input{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto encoding = charset::by_label(labels[data[0] % labels.size()]);
  require(encoding.has_value(), "a known label", input);

  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string reference = line < input.size() ? input.substr(line + 1) : std::string{};
  if (const auto base = parse_url(input.substr(0, line))) {
    check(*base);
    if (const auto found = resolve(*base, reference, &*encoding)) {
      check(*found);
      const auto again = resolve(*base, found->str(), &*encoding);
      require(again && same_parts(*again, *found), "a result resolves to itself", found->str());
      if (base->https() == found->https() && base->origin() == found->origin())
        require(found->credentials().empty() || !base->credentials().empty()
                    || reference.find('@') != std::string::npos,
                "credentials come from somewhere", found->str());
    }
  }
  if (const auto typed = parse_typed_url(reference))
    check(*typed);

  const std::string text = encoding->decode(reference);
  require(is_valid_utf8(text), "decoded text is UTF-8", text);
  const std::string query = encoding->encode_query(text);
  require(std::all_of(query.begin(), query.end(), [](char c) { return c > 0x20 && c < 0x7f; }),
          "an encoded query is printable ASCII", query);
  const sniffed found = sniff_charset(reference, input.substr(0, line));
  require(is_valid_utf8(found.encoding.decode(reference)), "sniffed text is UTF-8", text);
  require(found.bom_bytes <= reference.size(), "the mark is part of the text", text);
  return 0;
}
