// SPDX-License-Identifier: BSD-3-Clause
// What the routes answer is what /openapi.json says of them: for each operation the right request,
// and all that can be wrong with one. Every status that comes out is told of, with its type, its
// members and its fields; and every status that is told of comes out.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "io/gateway/bank_routes.hpp"
#include "io/gateway/cluster_readings.hpp"
#include "io/gateway/crawl_routes.hpp"
#include "io/gateway/health_routes.hpp"
#include "io/gateway/metrics.hpp"
#include "io/gateway/openapi.hpp"
#include "io/gateway/page_routes.hpp"
#include "io/gateway/prime_routes.hpp"
#include "io/gateway/race_routes.hpp"
#include "io/gateway/source_routes.hpp"
#include "tests/io/gateway_fake_bank.hpp"
#include "tests/support/json_shape.hpp"

using namespace troupe;
using namespace troupe::test;
using io::http_method;
namespace json = boost::json;

namespace {

constexpr const char* id = "0000000000000000000000000000000a";
constexpr const char* token = "Bearer sesame";

// -- services that say what the test wants

template <class Service>
struct told_service : Service {
  gateway::fault says = gateway::fault::none;
  std::string why;
  std::string not_ready() override { return why; }
  gateway::reading read() override { return {}; }
};

struct told_primes final : told_service<gateway::prime_service> {
  gateway::canceler check(primes::number_list,
                          gateway::callback<gateway::prime_answer> done) override {
    done({says, {primes::verdict::prime, primes::verdict::composite}});
    return {};
  }
};

struct told_sources final : told_service<gateway::source_service> {
  gateway::trio_answer trio;
  gateway::canceler read_all(gateway::callback<gateway::trio_answer> done) override {
    trio.error = says;
    done(trio);
    return {};
  }
};

/// Has one crawl: 7.
struct told_crawls final : told_service<gateway::crawl_service> {
  using done_t = gateway::callback<gateway::crawl_answer>;
  gateway::canceler start(crawl::crawl_plan, done_t done) override { return tell(7, done); }
  gateway::canceler list(done_t done) override { return tell(7, done); }
  gateway::canceler look(std::uint64_t n, done_t done) override { return tell(n, done); }
  gateway::canceler drop(std::uint64_t n, done_t done) override { return tell(n, done); }

private:
  gateway::canceler tell(std::uint64_t n, const done_t& done) const {
    gateway::crawl_answer a{says, {}};
    if (says == gateway::fault::none && n == 7) {
      crawl::job_report job;
      job.id = 7;
      job.seeds = {"http://example.org/"};
      job.asked_unix_ms = 1'700'000'000'000;
      auto rows = std::make_shared<io::job_results>("", 1u << 20, false);
      rows->end(); // else its readers wait for more
      a.crawls.push_back({job, std::move(rows)});
    }
    done(std::move(a));
    return {};
  }
};

/// All that a server can offer, with a token.
struct world {
  told_primes primes;
  told_sources sources;
  fake_bank bank;
  told_crawls crawls;
  gateway::metrics seen{{}, [] { return io::http_server_counts{}; }};
  gateway::pages files;
  gateway::live_feed live{{}, [] { return io::http_server_counts{}; }, {.streams_max = 1}};
  gateway::cluster_readings cluster;
  gateway::front front;

  world() {
    add_source_routes(front, sources);
    add_prime_routes(front, primes, {.numbers_max = 2});
    add_bank_routes(front, bank, {.batch_operations_max = 2});
    add_crawl_routes(front, crawls);
    add_cluster_route(front, cluster);
    add_health_routes(front, {{"primes", &primes}}, {});
    add_metrics_routes(front, seen);
    add_page_routes(front, files, live);
    gateway::add_race_routes(front);
    add_openapi_route(front);
    front.set_token_check([](std::string_view shown) { return shown == token; });
    calm();
  }
  void calm() {
    says(gateway::fault::none);
    primes.why = "";
    cluster.set({{{"w1", 7, cluster::primes, 2, "127.0.0.1:41000"},
                  cluster::node_state::suspect,
                  "not heard for 1.2 s",
                  1'700'000'000'000,
                  3}},
                1, "127.0.0.1:7000", 1'700'000'000'500);
    sources.trio = {};
    bank.refusal = bank::fault::none;
    const bank::operation op{
        .id = {0, 10}, .kind = bank::operation_kind::deposit, .to = 17, .value = 1};
    bank.records = {{op, {.id = op.id, .sequence = 7}}};
    bank.holds = {{.id = {0, 10}, .from = 17, .value = 1}};
  }
  void says(gateway::fault f) { primes.says = sources.says = bank.error = crawls.says = f; }
};

// -- requests

struct request_row {
  std::string operation; ///< "post /bank/deposits"
  std::string path;      ///< the right one; "": that of the operation
  std::string body;      ///< the right one
};

const std::vector<request_row>& right_requests() {
  const std::string account = "/bank/accounts/17", hold = std::string("/bank/holds/") + id;
  static const std::vector<request_row> rows{
      {"get /", "", ""},
      {"get /is_prime/{numbers}", "/is_prime/17,91", ""},
      {"post /is_prime", "", R"([17,"91"])"},
      {"post /bank/accounts", "", R"({"account":17,"currency":"EUR"})"},
      {"get /bank/accounts/{id}", account, ""},
      {"get /bank/accounts/{id}/history", account + "/history", ""},
      {"post /bank/accounts/{id}/close", account + "/close", "{}"},
      {"post /bank/deposits", "", R"({"to":17,"amount":1})"},
      {"post /bank/withdrawals", "", R"({"from":17,"amount":1})"},
      {"post /bank/transfers", "", R"({"from":17,"to":18,"amount":1})"},
      {"get /bank/operations/{id}", std::string("/bank/operations/") + id, ""},
      {"post /bank/holds", "", R"({"from":17,"amount":1,"expires_ms":9})"},
      {"get /bank/holds/{id}", hold, ""},
      {"post /bank/holds/{id}/post", hold + "/post", R"({"from":17,"to":18})"},
      {"post /bank/holds/{id}/void", hold + "/void", R"({"from":17})"},
      {"post /bank/batches", "",
       R"({"all_or_nothing":true,"operations":[{"id":"0000000000000000000000000000000b",)"
       R"("kind":"deposit","to":17,"amount":1}]})"},
      {"post /crawls", "", R"({"url":"http://example.org/"})"},
      {"get /crawls", "", ""},
      {"get /crawls/{id}", "/crawls/7", ""},
      {"delete /crawls/{id}", "/crawls/7", ""},
      {"get /crawls/{id}/results", "/crawls/7/results", ""},
      {"get /crawls/{id}/pages", "/crawls/7/pages", ""},
      {"get /cluster", "", ""},
      {"get /races", "", ""},
      {"get /races/{model}/{engine}", "/races/account/none", ""},
      {"get /healthz", "", ""},
      {"get /readyz", "", ""},
      {"get /metrics", "", ""},
      {"get /openapi.json", "", ""},
      {"get /ui", "", ""},
      {"get /ui/", "", ""},
      {"get /ui/{file}", "/ui/style.css", ""},
      {"get /ui/events", "", ""}};
  return rows;
}

std::string with_parameters(std::string pattern, const std::string& value) {
  for (auto at = pattern.find('{'); at != pattern.npos; at = pattern.find('{', at))
    pattern.replace(at, pattern.find('}', at) + 1 - at, value);
  return pattern;
}

using fields = std::map<std::string, std::string>;

/// One operation of the document, and what is asked of it.
class contract {
public:
  contract(const json::object& document, const request_row& row)
      : document_(document), row_(row), method_(row.operation.substr(0, row.operation.find(' '))),
        pattern_(row.operation.substr(method_.size() + 1)),
        path_(row.path.empty() ? pattern_ : row.path),
        operation_(document.at("paths").at(pattern_).at(method_).as_object()) {
    if (const auto* all = operation_.if_contains("parameters"))
      for (const auto& p : all->as_array())
        takes_key_ =
            takes_key_ || referred(document_, p).at("name").as_string() == "Idempotency-Key";
    takes_body_ = operation_.contains("requestBody");
    guarded_ = operation_.contains("security");
    writes_ = operation_.at("responses").as_object().contains("403");
  }

  world& in() { return world_; }
  bool takes_key() const { return takes_key_; }
  bool takes_body() const { return takes_body_; }
  bool writes() const { return writes_; }
  bool is(std::string_view operation) const { return row_.operation == operation; }
  const request_row& row() const { return row_; }
  const std::string& pattern() const { return pattern_; }

  fields usual() const {
    fields f;
    if (guarded_)
      f["Authorization"] = token;
    if (takes_key_)
      f["Idempotency-Key"] = id;
    if (takes_body_)
      f["Content-Type"] = "application/json";
    return f;
  }

  io::server_answer ask(http_method method, const std::string& path, const fields& with,
                        const std::string& body, const std::string& query = "") {
    asked_request r{method, path, query};
    for (const auto& [name, value] : with)
      r.plain().with(name, value);
    r.plain().with_body(body);
    auto got = std::make_shared<fake_answers>();
    world_.front.handle(r, answerer_to(got));
    BOOST_REQUIRE_MESSAGE(got->first, row_.operation << " has no answer");
    return *got->first;
  }

  /// Asks, and compares. Takes: `what` is wrong this time.
  void probe(const std::string& what, const std::string& path, const fields& with,
             const std::string& body, const std::string& query = "") {
    const auto method = method_ == "get"    ? http_method::get
                        : method_ == "post" ? http_method::post
                                            : http_method::delete_;
    const auto a = ask(method, path, with, body, query);
    const auto status = std::to_string(a.status);
    seen_.insert(status);
    const auto* told = operation_.at("responses").as_object().if_contains(status);
    BOOST_TEST(told != nullptr,
               row_.operation << ", " << what << ": " << status << " is not told of: " << a.body);
    if (told)
      compare(what + ": " + status, referred(document_, *told).as_object(), a);
  }
  /// The right request, while services say something special.
  void probe(const std::string& what, const std::function<void(world&)>& special = {}) {
    if (special)
      special(world_);
    probe(what, path_, usual(), row_.body);
    world_.calm();
  }
  void probe_wrong_method() {
    const auto a = ask(http_method::put, path_, usual(), row_.body);
    BOOST_TEST(a.status == 405, row_.operation);
    compare("a wrong method",
            referred(document_, operation_.at("responses").at("default")).as_object(), a);
  }
  /// Is each status that is told of one that came?
  void all_came() const {
    for (const auto& [status, response] : operation_.at("responses").as_object())
      BOOST_TEST((status == "default" || seen_.count(std::string(status)) == 1),
                 row_.operation << " tells of " << status << ", which never came");
  }

private:
  void compare(const std::string& what, const json::object& response, const io::server_answer& a) {
    const auto where = row_.operation + ", " + what + ": ";
    const auto& body = a.shared_body ? *a.shared_body : a.body;
    if (const auto* all = response.if_contains("headers"))
      for (const auto& [name, header] : all->as_object()) {
        const auto* required = referred(document_, header).as_object().if_contains("required");
        const bool there =
            ("\r\n" + a.fields).find("\r\n" + std::string(name) + ": ") != std::string::npos;
        BOOST_TEST((there || !required || !required->as_bool()), where << name << " is missing");
      }
    const auto* content = response.if_contains("content");
    if (!content) {
      BOOST_TEST(a.content_type == "", where);
      BOOST_TEST(body == "", where);
      return;
    }
    const auto type = a.content_type.substr(0, a.content_type.find(';'));
    const auto& types = content->as_object();
    const auto* media = types.if_contains(type);
    BOOST_TEST((media || types.contains("*/*")), where << type << " is not told of");
    if (!media || (type != "application/json" && type != "application/problem+json"))
      return;
    json::error_code e;
    const auto value = json::parse(body, e);
    BOOST_REQUIRE_MESSAGE(!e, where << "no JSON: " << body);
    BOOST_TEST(wrong_shape(document_, media->at("schema"), value) == "", where << body);
    if (a.status >= 400)
      BOOST_TEST(value.at("status").as_int64() == a.status, where);
  }

  const json::object& document_;
  const request_row& row_;
  const std::string method_, pattern_, path_;
  const json::object& operation_;
  bool takes_key_ = false, takes_body_ = false, guarded_ = false, writes_ = false;
  world world_;
  std::set<std::string> seen_;
};

void probe_what_all_have(contract& c) {
  const auto& right = c.row();
  const auto path = right.path.empty() ? c.pattern() : right.path;
  const auto without = [&](const char* name) {
    auto f = c.usual();
    f.erase(name);
    return f;
  };
  const auto changed = [&](const char* name, const char* value) {
    auto f = c.usual();
    f[name] = value;
    return f;
  };
  c.probe("right");
  c.probe("no token", path, without("Authorization"), right.body);
  c.probe("wrong token", path, changed("Authorization", "Bearer x"), right.body);
  c.probe("another page", path, changed("Origin", "http://elsewhere.example"), right.body);
  c.probe("malformed path", with_parameters(c.pattern(), "x"), c.usual(), right.body);
  c.probe("overloaded", [](world& w) { w.says(gateway::fault::overloaded); });
  c.probe("unavailable", [](world& w) { w.says(gateway::fault::unavailable); });
  c.probe("late", [](world& w) { w.says(gateway::fault::late); });
  if (c.writes())
    c.probe("a form", path, changed("Content-Type", "text/plain"),
            right.body.empty() ? "x" : right.body);
  if (c.takes_body())
    for (const char* body : {"", "{", "[]", "7", R"({"unknown":1})"})
      c.probe(std::string("body '") + body + "'", path, c.usual(), body);
  if (c.takes_key()) {
    c.probe("no key", path, without("Idempotency-Key"), right.body);
    c.probe("bad key", path, changed("Idempotency-Key", "x"), right.body);
  }
  c.probe_wrong_method();
}

void probe_bank(contract& c) {
  if (c.pattern().find("/bank/") != 0)
    return;
  using bank::fault;
  const auto refused = [&](fault f) {
    c.probe(std::string(to_string(f)), [f](world& w) { w.bank.refusal = f; });
  };
  for (const auto f : {fault::store_failed, fault::unreachable})
    refused(f);
  if (c.takes_body()) {
    for (int f = 1; !to_string(static_cast<fault>(f)).empty(); ++f)
      if (static_cast<fault>(f) != fault::batch_too_large || c.is("post /bank/batches"))
        refused(static_cast<fault>(f));
  } else if (c.pattern().find("/bank/accounts/") == 0) {
    refused(fault::no_account);
  } else {
    c.probe("unknown", [](world& w) {
      w.bank.records.clear();
      w.bank.holds.clear();
    });
    c.probe("known twice", [](world& w) {
      w.bank.records.push_back(w.bank.records.front());
      w.bank.holds.push_back(w.bank.holds.front());
    });
    for (const auto f : {fault::insufficient_funds, fault::store_failed, fault::unreachable})
      c.probe("a receipt with " + std::string(to_string(f)),
              [f](world& w) { w.bank.records.front().answer.error = f; });
  }
}

void probe_special(contract& c) {
  const auto path = c.row().path.empty() ? c.pattern() : c.row().path;
  auto has_it = c.usual();
  has_it["If-None-Match"] = "*";
  if (c.pattern() == "/openapi.json" || c.pattern().find("/ui") == 0)
    c.probe("not modified", path, has_it, "");
  if (c.is("get /")) {
    const auto all_fail = [](bool late) {
      return [late](world& w) {
        for (auto& p : w.sources.trio.parts)
          p = {"", "failed", late, 1};
      };
    };
    c.probe("one source failed", [](world& w) { w.sources.trio.parts[1].error = "failed"; });
    c.probe("one text cut", [](world& w) { w.sources.trio.parts[0].cut = true; });
    c.probe("all sources failed", all_fail(false));
    c.probe("all sources late", all_fail(true));
  }
  if (c.is("get /is_prime/{numbers}"))
    c.probe("too many", "/is_prime/1,2,3", c.usual(), "");
  if (c.is("post /is_prime"))
    c.probe("too many", path, c.usual(), "[1,2,3]");
  if (c.is("post /bank/batches"))
    c.probe("too many", path, c.usual(), R"({"operations":[{},{},{}]})");
  if (c.is("get /bank/accounts/{id}/history"))
    c.probe("a bad query", path, c.usual(), "", "limit=0");
  if (c.pattern().find("/crawls/{id}") == 0)
    c.probe("unknown", "/crawls/8" + c.pattern().substr(std::string("/crawls/{id}").size()),
            c.usual(), "");
  if (c.is("get /races/{model}/{engine}"))
    for (const char* name : {"transfer/lock", "get-then-set/actor", "philosophers/semaphore",
                             "philosophers/actor-forks", "philosophers/none"})
      c.probe(name, "/races/" + std::string{name}, c.usual(), "");
  if (c.is("get /cluster"))
    c.probe("lost", [](world& w) { w.cluster.lose("connection refused"); });
  if (c.is("get /readyz"))
    c.probe("not ready", [](world& w) { w.primes.why = "its checkers have died"; });
}

} // namespace

BOOST_AUTO_TEST_CASE(answers_are_what_the_document_says) {
  world any;
  const auto document = json::parse(gateway::make_openapi(any.front.routes())).as_object();
  std::set<std::string> asked;
  for (const auto& row : right_requests()) {
    contract c{document, row};
    probe_what_all_have(c);
    probe_bank(c);
    probe_special(c);
    c.all_came();
    asked.insert(row.operation);
  }
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object())
      BOOST_TEST(asked.count(std::string(method) + " " + std::string(path)) == 1u,
                 method << " " << path << " has no row here");
}

BOOST_AUTO_TEST_CASE(a_wrong_shape_is_seen) {
  const auto document = json::parse(R"({"components":{"schemas":{
    "thing":{"type":"object","required":["id"],"properties":{
      "id":{"type":"string"},"n":{"type":["integer","null"]},"state":{"enum":["a","b"]},
      "all":{"type":"array","items":{"$ref":"#/components/schemas/thing"}},
      "either":{"anyOf":[{"type":"integer"},{"type":"string"}]},"fixed":{"const":1}}},
    "map":{"type":"object","additionalProperties":{"type":"boolean"}}}}})")
                            .as_object();
  const auto wrong = [&](const char* name, const char* text) {
    const json::value schema = {{"$ref", std::string("#/components/schemas/") + name}};
    return wrong_shape(document, schema, json::parse(text));
  };
  BOOST_TEST(wrong("thing", R"({"id":"x","n":null,"state":"a","all":[{"id":"y"}],"either":"z",)"
                            R"("fixed":1})")
             == "");
  BOOST_TEST(wrong("map", R"({"17":true})") == "");
  BOOST_TEST(wrong("thing", "{}") == "/id is missing");
  BOOST_TEST(wrong("thing", R"({"id":7})") == "/id is no \"string\": 7");
  BOOST_TEST(wrong("thing", R"({"id":"x","other":1})") == "/other is not told of");
  BOOST_TEST(wrong("thing", R"({"id":"x","all":[{"id":"y"},{}]})") == "/all/1/id is missing");
  for (const char* text :
       {"[]", R"({"id":"x","n":1.5})", R"({"id":"x","state":"c"})", R"({"id":"x","either":null})",
        R"({"id":"x","fixed":2})", R"({"id":"x","all":{}})"})
    BOOST_TEST(wrong("thing", text) != "", text);
  BOOST_TEST(wrong("map", R"({"17":1})") == "/17 is no \"boolean\": 1");
  BOOST_CHECK_THROW(wrong("nothing", "{}"), std::runtime_error);
}
