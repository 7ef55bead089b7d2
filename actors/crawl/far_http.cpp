// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/far_http.hpp"

#include "io/crawl/setting.hpp"

namespace troupe::crawl {

far_http far_http_of(const io::http_options& here) {
  far_http http;
  http.accept_compressed = here.accept_compressed;
  http.verify_tls = here.verify_tls;
  if (here.addresses) {
    http.public_only = true;
    http.allowed = here.addresses->allowed();
  }
  return http;
}

std::string check_far_http(const far_http& http) {
  if (!http.public_only && !http.allowed.empty())
    return "address ranges are allowed besides public ones, which are not asked for";
  address_rule rule;
  for (const auto& range : http.allowed)
    if (auto wrong = rule.allow(range); !wrong.empty())
      return wrong;
  return "";
}

io::http_options node_http_of(const crawl_plan& plan, const far_http& http,
                              const std::shared_ptr<const address_rule>& own) {
  io::crawl_setting setting;
  setting.http.accept_compressed = http.accept_compressed;
  setting.http.verify_tls = http.verify_tls;
  setting.http.addresses = own;
  if (http.public_only || !http.allowed.empty()) {
    const auto rule = std::make_shared<address_rule>();
    for (const auto& range : http.allowed)
      rule->allow(range);
    rule->narrow(own);
    setting.http.addresses = rule;
  }
  return io::http_options_of(plan, setting);
}

} // namespace troupe::crawl
