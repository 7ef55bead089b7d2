// SPDX-License-Identifier: BSD-3-Clause
// /openapi.json tells of all that there is, and of nothing else.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "io/gateway/bank_routes.hpp"
#include "io/gateway/cluster_readings.hpp"
#include "io/gateway/crawl_routes.hpp"
#include "io/gateway/metrics.hpp"
#include "io/gateway/openapi.hpp"
#include "io/gateway/page_routes.hpp"
#include "io/gateway/prime_routes.hpp"
#include "io/gateway/race_routes.hpp"
#include "io/gateway/source_routes.hpp"
#include "tests/io/gateway_idle_services.hpp"

using namespace troupe;
using namespace troupe::test;
namespace json = boost::json;

namespace {

// Every room's routes.
struct all_routes {
  idle_primes primes;
  idle_sources sources;
  idle_bank bank;
  idle_crawls crawls;
  gateway::metrics seen{{}, [] { return io::http_server_counts{}; }};
  gateway::pages files;
  gateway::live_feed live{{}, [] { return io::http_server_counts{}; }};
  gateway::cluster_readings cluster;
  gateway::front front;

  explicit all_routes(bool with_guarded = true) {
    add_source_routes(front, sources);
    add_prime_routes(front, primes);
    if (with_guarded) {
      add_bank_routes(front, bank);
      add_crawl_routes(front, crawls);
    }
    add_cluster_route(front, cluster);
    add_health_routes(front, {}, {});
    add_metrics_routes(front, seen);
    add_page_routes(front, files, live);
    gateway::add_race_routes(front);
    add_openapi_route(front);
  }
};

json::object document_of(const gateway::front& f) {
  return json::parse(gateway::make_openapi(f.routes())).as_object();
}

std::string lower(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return word;
}

std::string name_of(const gateway::route& r) {
  return lower(std::string(io::to_string(r.method))) + " " + r.pattern;
}

// Every operation of the document: "get /healthz".
std::map<std::string, json::object> operations_of(const json::object& document) {
  std::map<std::string, json::object> out;
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object())
      out.emplace(std::string(method) + " " + std::string(path), operation.as_object());
  return out;
}

// Takes: what may be a reference. Returns: what it stands for; fails if there is nothing.
const json::value& resolved(const json::object& document, const json::value& v) {
  const auto* ref = v.is_object() ? v.get_object().if_contains("$ref") : nullptr;
  if (!ref)
    return v;
  const std::string at(ref->as_string());
  BOOST_REQUIRE_MESSAGE(at.starts_with("#/components/"), at);
  const std::string within = "#/components";
  json::error_code e;
  const auto* found = document.at("components").find_pointer(at.substr(within.size()), e);
  BOOST_REQUIRE_MESSAGE(found, at << " stands for nothing");
  return *found;
}

void resolve_all(const json::object& document, const json::value& v) {
  if (v.is_array())
    for (const auto& x : v.get_array())
      resolve_all(document, x);
  if (!v.is_object())
    return;
  resolved(document, v);
  for (const auto& [key, x] : v.get_object())
    resolve_all(document, x);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_route_is_documented) {
  const all_routes all;
  const auto documented = operations_of(document_of(all.front));
  for (const auto& r : all.front.routes())
    BOOST_TEST(documented.count(name_of(r)) == 1u, name_of(r) << " is not in web/api");
  BOOST_TEST(documented.size() == all.front.routes().size());
}

BOOST_AUTO_TEST_CASE(everything_documented_is_routed) {
  const all_routes all;
  std::set<std::string> routed;
  for (const auto& r : all.front.routes())
    routed.insert(name_of(r));
  std::size_t parts = 0;
  for (const auto& f : gateway::embedded_files()) {
    if (!f.name.starts_with("api/") || f.name == "api/common.json")
      continue;
    ++parts;
    const auto part = json::parse({f.bytes.data(), f.bytes.size()}).as_object();
    for (const auto& [name, operation] : operations_of(part))
      BOOST_TEST(routed.count(name) == 1u,
                 "web/" << f.name << " tells of " << name << ", which is no route");
  }
  BOOST_TEST(parts >= 4u);
}

BOOST_AUTO_TEST_CASE(what_is_not_offered_is_not_told_of) {
  const all_routes some(false);
  const auto document = document_of(some.front);
  for (const auto& [name, operation] : operations_of(document))
    BOOST_TEST((name.find("/bank") == name.npos && name.find("/crawls") == name.npos), name);
  BOOST_TEST(!document.at("components").at("schemas").as_object().contains("receipt"));
  for (const auto& tag : document.at("tags").as_array())
    BOOST_TEST((tag.at("name").as_string() != "bank" && tag.at("name").as_string() != "crawls"));
  resolve_all(document, document);
}

BOOST_AUTO_TEST_CASE(it_is_an_openapi_document) {
  const all_routes all;
  const auto document = document_of(all.front);
  BOOST_TEST(document.at("openapi").as_string() == "3.1.0");
  BOOST_TEST(!document.at("info").at("title").as_string().empty());
  BOOST_TEST(!document.at("info").at("version").as_string().empty());
  resolve_all(document, document);
  std::set<std::string> tags, ids;
  for (const auto& tag : document.at("tags").as_array())
    BOOST_TEST(tags.insert(std::string(tag.at("name").as_string())).second);
  for (const auto& [name, operation] : operations_of(document)) {
    BOOST_TEST(ids.insert(std::string(operation.at("operationId").as_string())).second, name);
    BOOST_TEST(!operation.at("summary").as_string().empty(), name);
    for (const auto& tag : operation.at("tags").as_array())
      BOOST_TEST(tags.count(std::string(tag.as_string())) == 1u, name);
    bool good = false;
    for (const auto& [status, response] : operation.at("responses").as_object()) {
      const bool number = status.size() == 3 && status >= "200" && status < "600";
      BOOST_TEST((number || status == "default"), name << " " << status);
      good = good || status < "400";
      const auto& r = resolved(document, response).as_object();
      BOOST_TEST(!r.at("description").as_string().empty(), name);
      if (status >= "400" && status != "default")
        BOOST_TEST(r.at("content").as_object().contains("application/problem+json"),
                   name << " " << status);
    }
    BOOST_TEST(good, name << " never goes well");
  }
}

BOOST_AUTO_TEST_CASE(parameters_are_those_of_the_path) {
  const all_routes all;
  const auto document = document_of(all.front);
  for (const auto& [name, operation] : operations_of(document)) {
    std::set<std::string> in_path, told, seen;
    for (auto at = name.find('{'); at != name.npos; at = name.find('{', at + 1))
      in_path.insert(name.substr(at + 1, name.find('}', at) - at - 1));
    if (const auto* parameters = operation.if_contains("parameters"))
      for (const auto& p : parameters->as_array()) {
        const auto& o = resolved(document, p).as_object();
        const std::string where(o.at("in").as_string()), what(o.at("name").as_string());
        BOOST_TEST(seen.insert(where + " " + what).second, name);
        BOOST_TEST(o.contains("schema"), name << " " << what);
        if (where == "path") {
          told.insert(what);
          BOOST_TEST((o.at("required") == json::value(true)), name << " " << what);
        }
      }
    BOOST_TEST(told == in_path, name);
  }
}

BOOST_AUTO_TEST_CASE(who_may_and_what_it_takes_is_told) {
  const all_routes all;
  const auto document = document_of(all.front);
  const auto documented = operations_of(document);
  for (const auto& r : all.front.routes()) {
    const auto& operation = documented.at(name_of(r));
    const auto& responses = operation.at("responses").as_object();
    const bool guarded = r.who == gateway::access::guarded;
    BOOST_TEST(responses.contains("401") == guarded, name_of(r));
    BOOST_TEST(operation.contains("security") == guarded, name_of(r));
    BOOST_TEST(responses.contains("403") == r.writes, name_of(r));
    BOOST_TEST(responses.contains("415") == r.writes, name_of(r));
    const bool sends = r.method == io::http_method::post;
    BOOST_TEST(operation.contains("requestBody") == sends, name_of(r));
    if (sends)
      BOOST_TEST(operation.at("requestBody").at("content").as_object().contains("application/json"),
                 name_of(r));
  }
}

BOOST_AUTO_TEST_CASE(two_parts_may_not_say_the_same) {
  const all_routes all;
  const std::string part = R"({"paths":{"/healthz":{"get":{}}}})";
  const std::vector<gateway::embedded_file> twice{{"api/a.json", part}, {"api/b.json", part}};
  BOOST_CHECK_THROW(gateway::make_openapi(all.front.routes(), twice), std::logic_error);
  const std::vector<gateway::embedded_file> broken{{"api/a.json", "{"}};
  BOOST_CHECK_THROW(gateway::make_openapi(all.front.routes(), broken), std::logic_error);
}
