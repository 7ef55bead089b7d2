// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/url.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/host.hpp"
#include "domain/crawl/percent.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t npos = std::string_view::npos;

/// Returns: where the scheme's ':' stands; none if the text begins with no scheme.
std::optional<std::size_t> find_scheme_end(std::string_view text) {
  if (text.empty() || !ascii_alpha(text[0]))
    return std::nullopt;
  std::size_t at = 1;
  while (at < text.size() && (class_of(text[at]) & scheme_char) != 0)
    ++at;
  return at < text.size() && text[at] == ':' ? std::optional{at} : std::nullopt;
}

bool equals_lower(std::string_view text, std::string_view lower) {
  return text.size() == lower.size()
         && std::equal(text.begin(), text.end(), lower.begin(),
                       [](char a, char b) { return ascii_lower(a) == b; });
}

bool is_slash(char c) { return (class_of(c) & slash_like) != 0; }

std::size_t find_slash_or_question(std::string_view text, std::size_t from = 0) {
  while (from < text.size() && !is_slash(text[from]) && text[from] != '?')
    ++from;
  return from;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

enum class dots { none, one, two };

/// Reads "." and ".." in all spellings; "%2e" is a dot.
dots dot_segment(std::string_view segment) {
  int count = 0;
  while (!segment.empty() && count < 3) {
    if (segment[0] == '.')
      segment.remove_prefix(1);
    else if (segment.size() >= 3 && segment[0] == '%' && segment[1] == '2'
             && ascii_lower(segment[2]) == 'e')
      segment.remove_prefix(3);
    else
      return dots::none;
    ++count;
  }
  return count == 1 ? dots::one : count == 2 ? dots::two : dots::none;
}

} // namespace

/// Writes one url, from left to right, into the string that it will keep.
class url_parser {
public:
  url_parser(const url* base, const charset* query_charset)
      : base_(base), charset_(query_charset) {}

  url_result run(std::string_view text);

private:
  using fault = std::optional<url_fault>;

  std::string_view cleaned(std::string_view text);
  fault relative(std::string_view text);
  fault absolute(std::string_view scheme, std::string_view text);
  fault authority(std::string_view text);
  fault port(std::string_view text);
  bool same_origin(std::string_view text);
  void begin_at_base(std::size_t kept_bytes, std::size_t more);
  void path_and_query(std::string_view text);
  void path(std::string_view text);
  void query(std::string_view text);

  const url* base_;
  const charset* charset_;
  std::string scratch_; // the text again, where something had to be removed from it
  url out_;
};

/// Drops the fragment, tabs and newlines, and mends UTF-8; a text that needs nothing is not copied.
std::string_view url_parser::cleaned(std::string_view text) {
  unsigned seen = 0;
  std::size_t end = 0;
  for (; end < text.size() && text[end] != '#'; ++end)
    seen |= class_of(text[end]);
  text = text.substr(0, end); // in every state of the parser '#' ends what comes before it
  if ((seen & dropped) != 0) {
    scratch_.reserve(text.size());
    for (const char c : text)
      if ((class_of(c) & dropped) == 0)
        scratch_.push_back(c);
    text = scratch_;
  }
  if ((seen & above_ascii) != 0 && !is_valid_utf8(text)) {
    scratch_ = repair_utf8(text);
    text = scratch_;
  }
  return text;
}

url_result url_parser::run(std::string_view text) {
  if (text.size() > url_text_bytes_max)
    return tl::unexpected(url_fault::too_long);
  text = trimmed(text);
  if (text.empty() && base_ == nullptr)
    return tl::unexpected(url_fault::empty);
  text = cleaned(text);
  fault failed;
  if (base_ != nullptr && same_origin(text)) {
    path_and_query(text.substr(base_->path_begin_));
  } else if (const auto colon = find_scheme_end(text)) {
    const std::string_view scheme = text.substr(0, *colon);
    text.remove_prefix(*colon + 1);
    const bool https = equals_lower(scheme, "https");
    if (!https && !equals_lower(scheme, "http"))
      return tl::unexpected(url_fault::other_scheme);
    const bool two_slashes = text.starts_with("//");
    if (base_ != nullptr && base_->https() == https && !two_slashes)
      failed = relative(text); // "http:page" is a relative link on an http page
    else
      failed = absolute(https ? "https" : "http", text);
  } else if (base_ == nullptr) {
    failed = url_fault::no_scheme;
  } else {
    failed = relative(text);
  }
  if (failed)
    return tl::unexpected(*failed);
  if (out_.text_.size() > url_normalized_bytes_max)
    return tl::unexpected(url_fault::too_long); // or each page could lead to a longer one for ever
  return std::move(out_);
}

/// The usual absolute link leads to another page of the same host: its origin is parsed already.
bool url_parser::same_origin(std::string_view text) {
  const std::string_view origin = base_->origin();
  if (!text.starts_with(origin))
    return false;
  const std::size_t next = origin.size();
  if (next < text.size() && !is_slash(text[next]) && text[next] != '?')
    return false;
  begin_at_base(base_->path_begin_, text.size() - next);
  return true;
}

/// Takes over the origin and, up to `kept_bytes`, the path of the base.
void url_parser::begin_at_base(std::size_t kept_bytes, std::size_t more) {
  out_.text_.reserve(kept_bytes + more + 1);
  out_.text_.assign(base_->text_, 0, kept_bytes);
  out_.scheme_end_ = base_->scheme_end_;
  out_.host_end_ = base_->host_end_;
  out_.path_begin_ = base_->path_begin_;
  out_.port_ = base_->port_;
}

url_parser::fault url_parser::relative(std::string_view text) {
  if (text.size() >= 2 && is_slash(text[0]) && is_slash(text[1]))
    return absolute(base_->scheme(), text);
  out_.credentials_ = base_->credentials_;
  if (text.empty()) {
    begin_at_base(base_->text_.size(), 0);
    out_.query_begin_ = base_->query_begin_;
  } else if (is_slash(text[0])) {
    begin_at_base(base_->path_begin_, text.size());
    path_and_query(text);
  } else if (text[0] == '?') {
    begin_at_base(base_->query_begin_, text.size());
    query(text);
  } else {
    const std::size_t directory = base_->text_.rfind('/', base_->query_begin_ - 1) + 1;
    begin_at_base(directory, text.size());
    path_and_query(text);
  }
  return std::nullopt;
}

/// Takes: `text` after the scheme's ':'; any number of slashes leads to the host, even none.
url_parser::fault url_parser::absolute(std::string_view scheme, std::string_view text) {
  while (!text.empty() && is_slash(text[0]))
    text.remove_prefix(1);
  out_.text_.reserve(scheme.size() + 3 + text.size() + 1);
  out_.text_ = scheme;
  out_.text_ += "://";
  out_.scheme_end_ = static_cast<std::uint32_t>(scheme.size());
  const std::size_t end = find_slash_or_question(text);
  if (const fault failed = authority(text.substr(0, end)))
    return failed;
  path_and_query(text.substr(end));
  return std::nullopt;
}

url_parser::fault url_parser::authority(std::string_view text) {
  if (const std::size_t at = text.rfind('@'); at != npos) {
    const std::string_view user_info = text.substr(0, at);
    const std::size_t colon = user_info.find(':');
    const std::string_view user = user_info.substr(0, colon);
    const std::string_view password = colon == npos ? "" : user_info.substr(colon + 1);
    if (!user.empty() || !password.empty())
      out_.credentials_ = percent_decode(user) + ':' + percent_decode(password);
    text.remove_prefix(at + 1);
  }
  std::size_t host_end = 0;
  for (bool bracketed = false; host_end < text.size(); ++host_end) {
    const char c = text[host_end];
    if (c == ':' && !bracketed)
      break;
    bracketed = c == '[' || (bracketed && c != ']');
  }
  if (const fault failed = append_host(out_.text_, text.substr(0, host_end)))
    return failed;
  out_.host_end_ = static_cast<std::uint32_t>(out_.text_.size());
  out_.port_ = out_.https() ? 443 : 80;
  if (host_end < text.size())
    if (const fault failed = port(text.substr(host_end + 1)))
      return failed;
  out_.path_begin_ = static_cast<std::uint32_t>(out_.text_.size());
  return std::nullopt;
}

url_parser::fault url_parser::port(std::string_view text) {
  if (text.empty())
    return std::nullopt; // "http://host:/" has the default port
  std::uint32_t value = 0;
  for (const char c : text) {
    if (!ascii_digit(c))
      return url_fault::bad_port;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
    if (value > 65'535)
      return url_fault::bad_port;
  }
  if (value != out_.port_) {
    out_.text_ += ':';
    out_.text_ += std::to_string(value);
    out_.port_ = static_cast<std::uint16_t>(value);
  }
  return std::nullopt;
}

void url_parser::path_and_query(std::string_view text) {
  if (out_.text_.size() == out_.path_begin_) {
    out_.text_ += '/';
    if (!text.empty() && is_slash(text[0]))
      text.remove_prefix(1);
  }
  path(text);
}

/// Appends segments. Each round begins with a text_ that ends in '/', and so with a complete path:
/// a dot segment then only has to shorten it.
void url_parser::path(std::string_view text) {
  std::string& out = out_.text_;
  while (true) {
    std::size_t end = 0;
    unsigned seen = 0;
    for (; end < text.size(); ++end) {
      const unsigned c = class_of(text[end]);
      if ((c & slash_like) != 0 || text[end] == '?')
        break;
      seen |= c;
    }
    const std::string_view segment = text.substr(0, end);
    const bool slash = end < text.size() && text[end] != '?';
    const bool may_be_dots = !segment.empty() && (segment[0] == '.' || segment[0] == '%');
    const dots kind = may_be_dots ? dot_segment(segment) : dots::none;
    if (kind == dots::none) {
      if ((seen & escaped_in_path) != 0)
        append_escaped(out, segment, escaped_in_path);
      else
        out += segment;
      if (slash)
        out += '/';
    } else if (kind == dots::two && out.size() > out_.path_begin_ + 1) {
      out.resize(out.rfind('/', out.size() - 2) + 1);
    }
    text.remove_prefix(end + (slash ? 1 : 0));
    if (!slash)
      break;
  }
  out_.query_begin_ = static_cast<std::uint32_t>(out.size());
  if (!text.empty())
    query(text);
}

/// Takes: `text` from its '?' on.
void url_parser::query(std::string_view text) {
  out_.query_begin_ = static_cast<std::uint32_t>(out_.text_.size());
  out_.text_ += '?';
  text.remove_prefix(1);
  unsigned seen = 0;
  for (const char c : text)
    seen |= class_of(c);
  if ((seen & escaped_in_query) == 0)
    out_.text_ += text;
  else if (charset_ != nullptr && !charset_->utf8())
    out_.text_ += charset_->encode_query(text);
  else
    append_escaped(out_.text_, text, escaped_in_query);
}

std::string_view to_string(url_fault f) {
  switch (f) {
  case url_fault::empty:
    return "empty";
  case url_fault::no_scheme:
    return "no scheme, and no base to resolve against";
  case url_fault::other_scheme:
    return "not an http or https URL";
  case url_fault::bad_host:
    return "bad host name";
  case url_fault::bad_ipv4:
    return "bad IPv4 address";
  case url_fault::bad_ipv6:
    return "bad IPv6 address";
  case url_fault::bad_port:
    return "bad port";
  case url_fault::too_long:
    return "too long";
  }
  return "unknown fault";
}

std::string_view url::scheme() const { return std::string_view{text_}.substr(0, scheme_end_); }

std::string_view url::host() const {
  return empty() ? std::string_view{}
                 : std::string_view{text_}.substr(scheme_end_ + 3, host_end_ - scheme_end_ - 3);
}

std::uint16_t url::port() const { return port_; }

std::string_view url::authority() const {
  return empty() ? std::string_view{}
                 : std::string_view{text_}.substr(scheme_end_ + 3, path_begin_ - scheme_end_ - 3);
}

std::string_view url::origin() const { return std::string_view{text_}.substr(0, path_begin_); }

std::string_view url::path() const {
  return std::string_view{text_}.substr(path_begin_, query_begin_ - path_begin_);
}

std::string_view url::query() const {
  return query_begin_ < text_.size() ? std::string_view{text_}.substr(query_begin_ + 1)
                                     : std::string_view{};
}

std::string_view url::target() const { return std::string_view{text_}.substr(path_begin_); }

url url::from_normalized(std::string text, std::string credentials) {
  const std::string_view view = text;
  const bool https = view.starts_with("https://");
  if (view.size() > url_normalized_bytes_max || (!https && !view.starts_with("http://")))
    return {};
  // What could end a request line or a header early is refused, wherever the text came from.
  const bool printable = std::all_of(view.begin(), view.end(),
                                     [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  url u;
  u.scheme_end_ = https ? 5 : 4;
  const std::size_t host_begin = u.scheme_end_ + 3;
  const std::size_t path_begin = view.find('/', host_begin);
  if (!printable || path_begin == npos)
    return {};
  const std::string_view authority = view.substr(host_begin, path_begin - host_begin);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  if (host.empty() || authority.find_first_of("@?\\") != npos)
    return {};
  std::uint32_t port = https ? 443 : 80;
  if (colon != npos) {
    const std::string_view digits = authority.substr(colon + 1);
    if (digits.empty() || digits.size() > 5
        || !std::all_of(digits.begin(), digits.end(), ascii_digit))
      return {};
    port = 0;
    for (const char c : digits)
      port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 65'535)
      return {};
  }
  u.host_end_ = static_cast<std::uint32_t>(host_begin + host.size());
  u.path_begin_ = static_cast<std::uint32_t>(path_begin);
  u.query_begin_ = static_cast<std::uint32_t>(std::min(view.find('?', path_begin), view.size()));
  u.port_ = static_cast<std::uint16_t>(port);
  u.text_ = std::move(text);
  u.credentials_ = std::move(credentials);
  return u;
}

url_result parse_url(std::string_view text) { return url_parser{nullptr, nullptr}.run(text); }

url_result resolve(const url& base, std::string_view reference, const charset* query_charset) {
  return url_parser{base.empty() ? nullptr : &base, query_charset}.run(reference);
}

url_result parse_typed_url(std::string_view text) {
  text = trimmed(text);
  if (text.empty())
    return tl::unexpected(url_fault::empty);
  const auto colon = find_scheme_end(text);
  if (colon) {
    const std::string_view scheme = text.substr(0, *colon);
    const std::string_view rest = text.substr(*colon + 1);
    const std::size_t digits = static_cast<std::size_t>(
        std::find_if_not(rest.begin(), rest.end(), ascii_digit) - rest.begin());
    const bool then_path = digits == rest.size() || is_slash(rest[digits]) || rest[digits] == '?'
                           || rest[digits] == '#';
    // "localhost:8080/x" has a port, "tel:117" and "https:8080" have not.
    bool host_and_port = digits > 0 && then_path;
    for (const std::string_view known : {"http", "https", "tel", "sms"})
      host_and_port = host_and_port && !equals_lower(scheme, known);
    // No scheme in use has a dot: in "example.org:8o" the port is what is wrong.
    if (!host_and_port && scheme.find('.') == npos)
      return parse_url(text);
  } else if (text[0] == '.' || (is_slash(text[0]) && !(text.size() > 1 && is_slash(text[1])))) {
    return tl::unexpected(url_fault::no_scheme); // a path is no seed
  }
  std::string with_scheme = "http://";
  with_scheme += text;
  return parse_url(with_scheme);
}

} // namespace troupe::crawl
