// SPDX-License-Identifier: BSD-3-Clause
#include "domain/gateway/framing.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "domain/gateway/characters.hpp"

namespace troupe::gateway {

namespace {

constexpr std::size_t version_bytes = 8; // "HTTP/1.1"
constexpr std::array<std::string_view, 7> methods = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};

/// Takes: `part`, a part of `bytes`.
piece place(std::string_view bytes, std::string_view part) {
  return {static_cast<std::uint32_t>(part.data() - bytes.data()),
          static_cast<std::uint32_t>(part.size())};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool same_authority(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// Returns: nothing to complain of, or why this is not the one transfer coding that we know.
framing check_coding(std::string_view value) {
  if (is_word(value, "chunked"))
    return {};
  std::string_view element;
  bool unknown = false;
  while (next_element(value, element)) {
    if (element.empty() || !all_are(element, in_token))
      return refused(400, "Transfer-Encoding is malformed");
    unknown = unknown || !is_word(element, "chunked");
  }
  return unknown ? refused(501, "a transfer coding other than chunked", "not_implemented")
                 : refused(400, "Transfer-Encoding is not exactly chunked");
}

} // namespace

std::string framing::detail() const {
  std::string text = why;
  if (*unit != '\0')
    text.append(" ").append(std::to_string(bound)).append(" ").append(unit);
  return text;
}

void head_reader::restart() { *this = head_reader(bounds_); }

framing head_reader::read(std::string_view bytes, request_head& head) {
  for (;;) {
    const void* found = searched_ < bytes.size()
                            ? std::memchr(bytes.data() + searched_, '\n', bytes.size() - searched_)
                            : nullptr;
    if (!found) {
      searched_ = bytes.size();
      return unfinished(bytes);
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    searched_ = at + 1;
    if (at + 1 > bounds_.header_bytes_max)
      return unfinished(bytes.substr(0, at + 1));
    if (at == line_ || bytes[at - 1] != '\r')
      return refused(400, "a line does not end in CR LF");
    const auto line = bytes.substr(line_, at - 1 - line_);
    line_ = at + 1;
    framing result;
    if (!request_line_) {
      if (line.empty()) {
        if (blank_line_)
          return refused(400, "empty lines before the request");
        blank_line_ = true;
        continue;
      }
      request_line_ = true;
      result = request_line(bytes, line, head);
    } else if (line.empty()) {
      return finish(bytes, head);
    } else {
      result = field_line(bytes, line, head);
    }
    if (result.state == framing_state::refused)
      return result;
  }
}

framing head_reader::unfinished(std::string_view bytes) const {
  const auto tail = bytes.substr(line_);
  if (!request_line_ && !tail.empty() && tail[0] != '\r') {
    const auto space = tail.find(' ');
    if (!is(tail[0], in_token))
      return refused(400, "this does not begin as a request");
    if (std::min(space, tail.size()) > method_bytes_max)
      return refused(501, "the method is too long to be one of ours", "unknown_method");
    if (space != tail.npos && tail.size() > space + bounds_.target_bytes_max + version_bytes + 4)
      return beyond(414, "target_too_long", "the target is longer than", bounds_.target_bytes_max);
  }
  if (bytes.size() > bounds_.header_bytes_max)
    return beyond(431, "header_too_large", "the header is larger than", bounds_.header_bytes_max);
  if (tail.size() > 1 && std::memchr(tail.data(), '\r', tail.size() - 1))
    return refused(400, "a CR without its LF");
  return {};
}

framing head_reader::request_line(std::string_view bytes, std::string_view line,
                                  request_head& head) {
  head.path.clear();
  head.fields.clear();
  head.expects_continue = false;
  head.body_bytes = 0;
  const auto method = line.substr(0, line.find(' '));
  if (method.empty() || method.size() == line.size() || !all_are(method, in_token))
    return refused(400, "the request line is malformed");
  if (method.size() > method_bytes_max)
    return refused(501, "the method is too long to be one of ours", "unknown_method");
  const auto rest = line.substr(method.size() + 1);
  const auto target = rest.substr(0, rest.find(' '));
  if (target.size() > bounds_.target_bytes_max)
    return beyond(414, "target_too_long", "the target is longer than", bounds_.target_bytes_max);
  if (target.empty() || target.size() == rest.size())
    return refused(400, "the request line is malformed");
  const auto version = rest.substr(target.size() + 1);
  if (version.size() != version_bytes || !version.starts_with("HTTP/") || !is_digit(version[5])
      || version[6] != '.' || !is_digit(version[7]))
    return refused(400, "the request line is malformed");
  if (version[5] != '1' || version[7] > '1')
    return refused(505, "HTTP/1.1 and HTTP/1.0 only", "version_not_supported");
  const auto known = std::find(methods.begin(), methods.end(), method);
  if (known == methods.end())
    return refused(501, "an unknown method", "unknown_method");
  head.method = static_cast<request_method>(known - methods.begin());
  head.method_name = place(bytes, method);
  head.target = place(bytes, target);
  head.http10 = version[7] == '0';

  auto path = target;
  if (path[0] != '/' && path != "*") { // absolute form, RFC 9112, 3.2.2
    const auto colon = path.find("://");
    if (colon == path.npos
        || (!is_word(path.substr(0, colon), "http") && !is_word(path.substr(0, colon), "https")))
      return refused(400, "the target is neither a path nor an http URL");
    path.remove_prefix(colon + 3);
    const auto authority = path.substr(0, path.find_first_of("/?"));
    if (!is_authority(authority))
      return refused(400, "the target's host is malformed");
    authority_ = place(bytes, authority);
    path.remove_prefix(authority.size());
  }
  const auto question = path.find('?');
  const auto query = question == path.npos ? path.substr(path.size()) : path.substr(question + 1);
  path = path.substr(0, question);
  head.query = place(bytes, query);
  if (target == "*") {
    if (head.method != request_method::options)
      return refused(400, "* is a target for OPTIONS only");
    head.path = "*";
    return {};
  }
  if (const char* why = append_path(path.empty() ? "/" : path, head.path))
    return refused(400, why);
  if (const char* why = check_query(query))
    return refused(400, why);
  return {};
}

framing head_reader::field_line(std::string_view bytes, std::string_view line, request_head& head) {
  if (line[0] == ' ' || line[0] == '\t')
    return refused(400, "a folded line");
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0)
    return refused(400, "a field without a name");
  const auto name = line.substr(0, colon);
  if (!all_are(name, in_token))
    return refused(400, "a field's name is malformed");
  const auto value = trim(line.substr(colon + 1));
  if (!all_are(value, in_value))
    return refused(400, "a control character in a field");
  if (head.fields.size() >= bounds_.fields_max)
    return beyond(431, "header_too_large", "more than", bounds_.fields_max, "fields");
  head.fields.push_back({place(bytes, name), place(bytes, value)});
  // The lengths of the names that matter, so that the others cost a comparison of numbers.
  switch (name.size()) {
  case 4:
  case 6:
  case 10:
  case 14:
  case 16:
  case 17:
    return known_field(name, value, head);
  default:
    return {};
  }
}

framing head_reader::known_field(std::string_view name, std::string_view value,
                                 request_head& head) {
  if (is_word(name, "host")) {
    if (++hosts_ > 1)
      return refused(400, "Host twice");
    if (!is_authority(value))
      return refused(400, "Host is malformed");
    host_ = head.fields.back().value;
  } else if (is_word(name, "content-length")) {
    if (++lengths_ > 1)
      return refused(400, "Content-Length twice");
    if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
      return refused(400, "Content-Length is no number");
    while (value.size() > 1 && value[0] == '0')
      value.remove_prefix(1);
    huge_ = value.size() > 18;
    head.body_bytes = 0;
    for (const char c : value.substr(0, 18))
      head.body_bytes = head.body_bytes * 10 + static_cast<unsigned>(c - '0');
  } else if (is_word(name, "transfer-encoding")) {
    if (++codings_ > 1)
      return refused(400, "Transfer-Encoding twice");
    if (head.http10)
      return refused(400, "Transfer-Encoding on HTTP/1.0");
    return check_coding(value);
  } else if (is_word(name, "connection") || is_word(name, "proxy-connection")) {
    std::string_view element;
    while (next_element(value, element)) {
      if (!all_are(element, in_token))
        return refused(400, "Connection is malformed");
      if (name.size() != std::string_view("connection").size())
        continue; // nobody's standard
      close_ = close_ || is_word(element, "close");
      keep_alive_ = keep_alive_ || is_word(element, "keep-alive");
    }
  } else if (is_word(name, "expect") && !head.http10) {
    if (!is_word(value, "100-continue"))
      return refused(417, "an expectation other than 100-continue", "expectation_failed");
    head.expects_continue = true;
  }
  return {};
}

framing head_reader::finish(std::string_view bytes, request_head& head) const {
  if (hosts_ == 0 && !head.http10)
    return refused(400, "no Host");
  if (authority_.size != 0 && hosts_ != 0 && !same_authority(authority_.in(bytes), host_.in(bytes)))
    return refused(400, "the target and Host name different hosts");
  if (codings_ != 0 && lengths_ != 0)
    return refused(400, "Content-Length beside Transfer-Encoding");
  if (lengths_ != 0 && (huge_ || head.body_bytes > bounds_.body_bytes_max))
    return beyond(413, "body_too_large", "the body is larger than", bounds_.body_bytes_max);
  head.body = codings_ != 0                           ? body_kind::chunked
              : lengths_ != 0 && head.body_bytes != 0 ? body_kind::sized
                                                      : body_kind::none;
  head.keep_alive = !close_ && (!head.http10 || keep_alive_);
  head.expects_continue = head.expects_continue && head.body != body_kind::none;
  head.bytes = line_;
  return {framing_state::whole, 0, ""};
}

} // namespace troupe::gateway
