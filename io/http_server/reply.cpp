// SPDX-License-Identifier: BSD-3-Clause
#include "io/http_server/reply.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>

namespace troupe::io {

namespace {

constexpr std::string_view retry_after_s = "1";

void append_number(std::string& out, std::uint64_t n, int base = 10) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, n, base).ptr;
  out.append(digits, end);
}

} // namespace

std::string_view reason_of(int status) {
  switch (status) {
  case 100:
    return "Continue";
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  case 206:
    return "Partial Content";
  case 301:
    return "Moved Permanently";
  case 302:
    return "Found";
  case 303:
    return "See Other";
  case 304:
    return "Not Modified";
  case 307:
    return "Temporary Redirect";
  case 308:
    return "Permanent Redirect";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 406:
    return "Not Acceptable";
  case 408:
    return "Request Timeout";
  case 409:
    return "Conflict";
  case 410:
    return "Gone";
  case 411:
    return "Length Required";
  case 412:
    return "Precondition Failed";
  case 413:
    return "Content Too Large";
  case 414:
    return "URI Too Long";
  case 415:
    return "Unsupported Media Type";
  case 417:
    return "Expectation Failed";
  case 421:
    return "Misdirected Request";
  case 422:
    return "Unprocessable Content";
  case 425:
    return "Too Early";
  case 428:
    return "Precondition Required";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  case 500:
    return "Internal Server Error";
  case 501:
    return "Not Implemented";
  case 502:
    return "Bad Gateway";
  case 503:
    return "Service Unavailable";
  case 504:
    return "Gateway Timeout";
  case 505:
    return "HTTP Version Not Supported";
  case 507:
    return "Insufficient Storage";
  default:
    return "";
  }
}

server_answer refusal(int status, std::string_view code, std::string_view why) {
  server_answer a;
  a.status = status;
  a.content_type = "application/problem+json";
  a.body = R"({"type":"about:blank","title":")";
  a.body.append(reason_of(status)).append(R"(","status":)");
  append_number(a.body, static_cast<std::uint64_t>(status));
  a.body.append(R"(,"code":")").append(code);
  a.body.append(R"(","detail":")").append(why).append("\"}\n");
  a.fields = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  if (status == 503)
    a.fields.append("Retry-After: ").append(retry_after_s).append("\r\n");
  return a;
}

void append_head(std::string& out, const server_answer& a, std::string_view date, body_form form,
                 std::uint64_t body_bytes, after_answer after) {
  if (a.status == 200) {
    out += "HTTP/1.1 200 OK\r\nDate: ";
  } else {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::uint64_t>(a.status));
    out.append(" ").append(reason_of(a.status)).append("\r\nDate: ");
  }
  out += date;
  if (!a.content_type.empty())
    out.append("\r\nContent-Type: ").append(a.content_type);
  if (form == body_form::chunked) {
    out += "\r\nTransfer-Encoding: chunked";
  } else if (form == body_form::sized && !is_bodiless(a.status)) {
    out += "\r\nContent-Length: ";
    append_number(out, body_bytes);
  }
  out += "\r\n";
  out += a.fields;
  if (after == after_answer::close)
    out += "Connection: close\r\n";
  else if (after == after_answer::keep_old)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string refusal_bytes(const server_answer& refusal, std::string_view date) {
  std::string out;
  append_head(out, refusal, date, body_form::sized, refusal.body.size(), after_answer::close);
  return out += refusal.body;
}

void append_chunk(std::string& out, std::string_view bytes) {
  append_number(out, bytes.size(), 16);
  out.append("\r\n").append(bytes).append("\r\n");
}

std::string_view date_text::now() {
  const std::time_t now = std::time(nullptr);
  if (now != second_) {
    // strftime's names depend on the locale, HTTP's do not.
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    gmtime_r(&now, &t);
    char text[80];
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t.tm_wday],
                  t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
    text_ = text;
    second_ = now;
  }
  return text_;
}

} // namespace troupe::io
