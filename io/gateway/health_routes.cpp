// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/health_routes.hpp"

#include "io/gateway/answers.hpp"

namespace troupe::gateway {

void add_health_routes(front& f, std::vector<named_service> services,
                       std::function<bool()> draining) {
  f.add({.method = io::http_method::get, .pattern = "/healthz", .handle = [](const exchange& x) {
           x.answer.send(json_answer(200, R"({"status":"alive"})"
                                          "\n"));
         }});
  const auto ready = [all = std::move(services),
                      draining = std::move(draining)](const exchange& x) {
    if (draining && draining())
      return x.answer.send(problem(503, "draining", "The server is stopping."));
    std::string why;
    for (const auto& one : all)
      if (const auto reason = one.what->not_ready(); !reason.empty())
        why.append(why.empty() ? "" : "; ").append(one.name).append(": ").append(reason);
    if (!why.empty())
      return x.answer.send(problem(503, "not_ready", why));
    x.answer.send(json_answer(200, R"({"status":"ready"})"
                                   "\n"));
  };
  f.add({.method = io::http_method::get, .pattern = "/readyz", .handle = ready});
}

} // namespace troupe::gateway
