// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/request_extras.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

struct owned_name {
  std::string_view name, why;
};

// What decides how a message is framed, which connection it goes over, or what an answer means: two
// opinions about any of these end in a request that says something else to each who reads it.
constexpr std::string_view framing =
    "is the client's own, which writes what is true of the request";
constexpr std::string_view partial = "would make answers mean something else than the page";
constexpr std::array<owned_name, 23> owned{{
    {"host", "is the client's own, made from each URL"},
    {"connection", framing},
    {"keep-alive", framing},
    {"proxy-connection", framing},
    {"content-length", framing},
    {"transfer-encoding", framing},
    {"te", framing},
    {"trailer", framing},
    {"upgrade", framing},
    {"http2-settings", framing},
    {"expect", framing},
    {"accept-encoding", "is the client's own, which has to decode what comes (--no-compression)"},
    {"user-agent", "has an option of its own: --user-agent"},
    {"proxy-authorization", "belongs into the proxy's URL, http_proxy=http://user:password@host"},
    {"if-none-match", "is what --recrawl sends, for each page the one that fits"},
    {"if-modified-since", "is what --recrawl sends, for each page the one that fits"},
    {"if-match", partial},
    {"if-unmodified-since", partial},
    {"if-range", partial},
    {"range", partial},
    {"content-type", "describes a body, and no request has one"},
    {"content-encoding", "describes a body, and no request has one"},
    {"set-cookie", "is a server's to send; a request has Cookie"},
}};

bool is_token_char(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || others.find(c) != others.npos;
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

} // namespace

bool request_extras::at_home(const url& target) const {
  return std::binary_search(home.begin(), home.end(), target.origin(), std::less<>{});
}

void request_extras::add_home(const std::vector<url>& seeds) {
  std::set<std::string, std::less<>> all(home.begin(), home.end());
  for (const auto& seed : seeds) {
    all.emplace(seed.origin());
    if (!seed.https() && seed.port() == 80)
      all.insert("https://" + std::string(seed.host()));
  }
  home.assign(all.begin(), all.end());
}

const std::string* request_extras::find(std::string_view name) const {
  for (const auto& h : headers)
    if (equals_any_case(h.name, name))
      return &h.value;
  return nullptr;
}

std::string read_header(std::string_view text, header_field& into) {
  const auto colon = text.find(':');
  if (colon == text.npos) // all of it may be a value
    return "a header is 'Name: value'; there is no colon";
  const auto name = text.substr(0, colon);
  if (name.empty())
    return "a header is 'Name: value'; there is no name before the colon";
  for (const char c : name)
    if (!is_token_char(c)) {
      std::string shown(name.substr(0, 40));
      std::replace_if(
          shown.begin(), shown.end(), [](char x) { return is_control(x) || x == '\t'; }, '?');
      return "'" + shown + "' is no header's name: letters, digits and !#$%&'*+-.^_`|~ alone";
    }
  const auto key = lower(name);
  for (const auto& [other, why] : owned)
    if (key == other)
      return std::string(name) + " " + std::string(why);
  const auto value = trim(text.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), is_control))
    return std::string(name) + ": its value has a line break or another control character";
  into = {std::string(name), std::string(value)};
  return "";
}

std::string check_headers(const std::vector<header_field>& headers, const request_limits& bounds) {
  if (headers.size() > bounds.headers_max)
    return "there are more than " + std::to_string(bounds.headers_max) + " of them";
  std::size_t bytes = 0;
  std::set<std::string> names;
  for (const auto& h : headers) {
    bytes += h.name.size() + h.value.size();
    if (!names.insert(lower(h.name)).second)
      return h.name + " is given twice; where a list is meant, one header has it with commas";
  }
  return bytes > bounds.headers_bytes_max
             ? "they are longer than " + std::to_string(bounds.headers_bytes_max)
                   + " bytes together"
             : "";
}

std::string check_credentials(std::string_view text, const request_limits& bounds) {
  if (text.find(':') == text.npos)
    return "needs USER:PASSWORD; there is no colon";
  if (std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) || c == '\t'; }))
    return "has a control character in it, which no name or password may have (RFC 7617)";
  return text.size() > bounds.credentials_bytes_max
             ? "is longer than " + std::to_string(bounds.credentials_bytes_max) + " bytes"
             : "";
}

} // namespace troupe::crawl
