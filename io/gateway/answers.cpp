// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/answers.hpp"

#include "io/gateway/json_text.hpp"

namespace troupe::gateway {

namespace {

// What we say is of this moment, and is what its type says.
constexpr std::string_view json_fields =
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
constexpr std::string_view retry_soon = "Retry-After: 1\r\n";

// Source: RFC 9110, 15; RFC 6585.
std::string_view phrase(int status) {
  switch (status) {
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
  case 412:
    return "Precondition Failed";
  case 413:
    return "Content Too Large";
  case 414:
    return "URI Too Long";
  case 415:
    return "Unsupported Media Type";
  case 421:
    return "Misdirected Request";
  case 422:
    return "Unprocessable Content";
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
  default:
    return status < 500 ? "Bad Request" : "Internal Server Error";
  }
}

} // namespace

io::server_answer json_answer(int status, std::string json_text) {
  io::server_answer a;
  a.status = status;
  a.content_type = "application/json";
  a.fields = json_fields;
  a.body = std::move(json_text);
  return a;
}

io::server_answer problem(int status, std::string_view code, std::string_view detail) {
  io::server_answer a;
  a.status = status;
  a.content_type = "application/problem+json";
  a.fields = json_fields;
  a.body = R"({"type":"about:blank","title":)";
  append_json_string(a.body, phrase(status));
  a.body += ",\"status\":" + std::to_string(status) + ",\"code\":";
  append_json_string(a.body, code);
  a.body += ",\"detail\":";
  append_json_string(a.body, detail);
  a.body += "}\n";
  return a;
}

io::server_answer problem(fault f) {
  auto a = f == fault::late ? problem(504, "late", "The answer did not come in time.")
           : f == fault::overloaded
               ? problem(503, "overloaded", "Too much waits already; come again later.")
           : f == fault::unavailable
               ? problem(503, "unavailable", "What would answer this has stopped.")
               : problem(500, "internal", "Something went wrong here.");
  if (a.status == 503)
    a.fields += retry_soon;
  return a;
}

} // namespace troupe::gateway
