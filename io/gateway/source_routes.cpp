// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/source_routes.hpp"

#include <algorithm>
#include <utility>

#include "io/gateway/answers.hpp"
#include "io/gateway/json_text.hpp"

namespace troupe::gateway {

namespace {

io::server_answer told(const trio_answer& a) {
  if (a.error != fault::none)
    return problem(a.error);
  std::string json = "{", errors, words, cut;
  bool all_late = true;
  for (std::size_t i = 0; i < sources; ++i) {
    const auto& part = a.parts[i];
    const std::string name{to_string(static_cast<source_kind>(i))};
    json += i == 0 ? "\"result_" : ",\"result_";
    json += name + "\":";
    if (part.error.empty()) {
      append_json_string(json, part.text);
      if (part.cut)
        cut += (cut.empty() ? "\"" : ",\"") + name + "\"";
      continue;
    }
    json += "null";
    errors += (errors.empty() ? "\"" : ",\"") + name + "\":";
    append_json_string(errors, part.error);
    words += (words.empty() ? "" : "; ") + name + ": " + part.error;
    all_late = all_late && part.late;
  }
  const auto failed = static_cast<std::size_t>(std::count_if(
      a.parts.begin(), a.parts.end(), [](const source_answer& p) { return !p.error.empty(); }));
  if (failed == sources)
    return all_late ? problem(504, "sources_late", words) : problem(502, "sources_failed", words);
  if (failed > 0)
    json += ",\"errors\":{" + errors + "}";
  if (!cut.empty())
    json += ",\"cut\":[" + cut + "]";
  return json_answer(200, json + "}");
}

} // namespace

std::string_view to_string(source_kind k) {
  switch (k) {
  case source_kind::file:
    return "file";
  case source_kind::db:
    return "db";
  case source_kind::api:
    return "api";
  }
  return "";
}

void add_source_routes(front& to, source_service& service) {
  to.add({io::http_method::get, "/", access::open, [&service](const exchange& x) {
            auto cancel = service.read_all(
                [answer = x.answer](const trio_answer& a) { answer.send(told(a)); });
            if (cancel)
              x.answer.when_gone(std::move(cancel));
          }});
}

} // namespace troupe::gateway
