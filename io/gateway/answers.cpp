// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/answers.hpp"

#include "io/gateway/json_text.hpp"
#include "io/http_server/reply.hpp"

namespace troupe::gateway {

namespace {

// What we say is of this moment, and is what its type says.
constexpr std::string_view json_fields =
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
constexpr std::string_view retry_soon = "Retry-After: 1\r\n";

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
  append_json_string(a.body, io::reason_of(status));
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
