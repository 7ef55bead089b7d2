// SPDX-License-Identifier: BSD-3-Clause
// The front without a server: which route, which refusal.

#include <stdexcept>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "io/gateway/answers.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/health_routes.hpp"
#include "tests/io/gateway_fake.hpp"

using namespace troupe;
using namespace troupe::gateway;
using io::http_method;
using test::fake_request;

namespace {

struct front_fixture {
  front f;
  std::string called; // by which route, with which parameters

  void add(http_method m, const std::string& pattern, gateway::access who = gateway::access::open,
           bool writes = false) {
    f.add({.method = m,
           .pattern = pattern,
           .who = who,
           .handle =
               [this, pattern](const exchange& x) {
                 called = pattern;
                 for (const auto p : x.parameters)
                   called.append(" ").append(p);
                 x.answer.send(json_answer(200, "{}"));
               },
           .writes = writes});
  }

  test::fake_answers ask(const fake_request& r) {
    called.clear();
    auto got = std::make_shared<test::fake_answers>();
    f.handle(r, test::answerer_to(got));
    BOOST_REQUIRE(got->first);
    BOOST_TEST(got->sent == 1);
    return *got;
  }
  int status(const fake_request& r) { return ask(r).first->status; }
  std::string route_of(http_method m, const std::string& path) {
    const int code = status({m, path});
    return code == 200 ? called : std::to_string(code);
  }
};

std::string code_of(const test::fake_answers& a) {
  BOOST_TEST(a.first->content_type == "application/problem+json");
  BOOST_TEST(a.first->fields.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
  const auto o = boost::json::parse(a.first->body).as_object();
  BOOST_TEST(o.at("type").as_string() == "about:blank");
  BOOST_TEST(o.at("status").as_int64() == a.first->status);
  BOOST_TEST(!o.at("title").as_string().empty());
  BOOST_TEST(!o.at("detail").as_string().empty());
  return std::string{o.at("code").as_string()};
}

fake_request json_post(const std::string& path) {
  return fake_request{http_method::post, path}
      .with("Host", "localhost:8080")
      .with("Content-Type", "application/json")
      .with_body("{}");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(gateway_front, front_fixture)

BOOST_AUTO_TEST_CASE(finds_the_route) {
  using enum http_method;
  for (const char* pattern : {"/", "/is_prime/{list}", "/a/b", "/a/{x}", "/a/{x}/c", "/{y}/b/d",
                              "/ui/", "/ui/{file}", "/deep/{a}/{b}"})
    add(get, pattern);
  const std::vector<std::pair<std::string, std::string>> rows{
      {"/", "/"},
      {"/is_prime/17,18", "/is_prime/{list} 17,18"},
      {"/is_prime/", "404"},
      {"/is_prime", "404"},
      {"/is_prime/1/2", "404"},
      {"/a/b", "/a/b"},
      {"/a/c", "/a/{x} c"},
      {"/a/b/c", "/a/{x}/c b"},
      {"/a/b/d", "/{y}/b/d a"},
      {"/a/b/", "404"},
      {"/a//c", "404"},
      {"//", "404"},
      {"/ui/", "/ui/"},
      {"/ui", "404"},
      {"/ui/app.js", "/ui/{file} app.js"},
      {"/deep/{a}/%", "/deep/{a}/{b} {a} %"},
      {"", "404"},
      {"*", "404"},
  };
  for (const auto& [path, expected] : rows)
    BOOST_TEST(route_of(get, path) == expected, path << ": " << called);
  BOOST_TEST(ask({http_method::options, "*"}).first->status == 204);
  BOOST_TEST(code_of(ask({get, "/nothing"})) == "not_found");
  BOOST_TEST(ask({get, "/nothing"}).label.empty());
  BOOST_TEST(ask({get, "/a/zz"}).label == "/a/{x}");
}

BOOST_AUTO_TEST_CASE(refuses_patterns_that_are_none) {
  add(http_method::get, "/a/{x}");
  for (const char* pattern : {"", "a", "/a//b", "/a/x{y}", "/{}", "/a/{z}"})
    BOOST_CHECK_THROW(add(http_method::get, pattern), std::logic_error);
  BOOST_CHECK_THROW(add(http_method::other, "/b"), std::logic_error);
  BOOST_TEST(f.routes().size() == 1u);
}

BOOST_AUTO_TEST_CASE(answers_methods_that_have_no_route) {
  using enum http_method;
  add(get, "/a/{x}");
  add(delete_, "/a/{x}");
  add(post, "/b");
  const auto refused = ask({post, "/a/1"});
  BOOST_TEST(refused.first->status == 405);
  BOOST_TEST(code_of(refused) == "method_not_allowed");
  BOOST_TEST(refused.first->fields.find("Allow: GET, HEAD, DELETE, OPTIONS\r\n")
             != std::string::npos);
  BOOST_TEST(refused.label == "/a/{x}");
  const auto asked = ask({http_method::options, "/b"});
  BOOST_TEST(asked.first->status == 204);
  BOOST_TEST(asked.first->fields == "Allow: POST, OPTIONS\r\n");
  BOOST_TEST(asked.first->body.empty());
  BOOST_TEST(route_of(head, "/a/1") == "/a/{x} 1");
  BOOST_TEST(route_of(head, "/b") == "405");
  BOOST_TEST(route_of(http_method::options, "/c") == "404");
  BOOST_TEST(status({other, "/a/1"}) == 501);
  BOOST_TEST(status({other, "/nothing"}) == 501);
}

BOOST_AUTO_TEST_CASE(a_literal_path_is_one_thing_whatever_its_methods) {
  add(http_method::get, "/crawls/list");
  add(http_method::delete_, "/crawls/{id}");
  BOOST_TEST(route_of(http_method::delete_, "/crawls/list") == "405");
  BOOST_TEST(route_of(http_method::delete_, "/crawls/7") == "/crawls/{id} 7");
}

BOOST_AUTO_TEST_CASE(guarded_routes_ask_for_the_token) {
  add(http_method::get, "/bank", gateway::access::guarded);
  add(http_method::get, "/open");
  BOOST_TEST(status({http_method::get, "/bank"}) == 200); // no check was set
  f.set_token_check([](std::string_view a) { return a == "Bearer right"; });
  const auto none = ask({http_method::get, "/bank"});
  BOOST_TEST(none.first->status == 401);
  BOOST_TEST(code_of(none) == "no_token");
  BOOST_TEST(none.first->fields.find("WWW-Authenticate: Bearer realm=\"troupe\"\r\n")
             != std::string::npos);
  BOOST_TEST(called.empty());
  const auto bank = [] { return fake_request{http_method::get, "/bank"}; };
  const auto wrong = ask(bank().with("Authorization", "Bearer wrong"));
  BOOST_TEST(code_of(wrong) == "wrong_token");
  BOOST_TEST(wrong.first->fields.find("error=\"invalid_token\"") != std::string::npos);
  BOOST_TEST(wrong.first->body.find("This token opens nothing") != std::string::npos);
  const auto basic = ask(bank().with("Authorization", "Basic cmlnaHQ6"));
  BOOST_TEST(code_of(basic) == "wrong_token");
  BOOST_TEST(basic.first->body.find("Bearer TOKEN") != std::string::npos);
  BOOST_TEST(status(bank().with("Authorization", "Bearer right")) == 200);
  BOOST_TEST(
      status(bank().with("Authorization", "Bearer right").with("authorization", "Bearer wrong"))
      == 401);
  BOOST_TEST(status({http_method::head, "/bank"}) == 401);
  BOOST_TEST(status({http_method::get, "/open"}) == 200);
}

BOOST_AUTO_TEST_CASE(pages_of_others_change_nothing) {
  add(http_method::post, "/w", gateway::access::open, true);
  add(http_method::get, "/r");
  f.allow_origin("https://bank.example");
  struct row {
    const char *origin, *site;
    int status;
  };
  // "-": the field is not there.
  for (const auto& r : {row{"-", "-", 200},
                        row{"http://localhost:8080", "same-origin", 200},
                        row{"HTTP://LOCALHOST:8080", "-", 200},
                        row{"https://localhost:8080", "-", 200},
                        row{"-", "same-origin", 200},
                        row{"-", "none", 200},
                        row{"-", "cross-site", 403},
                        row{"-", "same-site", 403},
                        row{"-", "", 403},
                        row{"-", "anything", 403},
                        row{"null", "-", 403},
                        row{"", "-", 403},
                        row{"http://", "-", 403},
                        row{"http://localhost", "-", 403},
                        row{"http://localhost:8081", "-", 403},
                        row{"http://localhost:8080.evil.example", "-", 403},
                        row{"http://evil.example", "same-origin", 403},
                        row{"ftp://localhost:8080", "-", 403},
                        row{"http://localhost:8080", "cross-site", 403},
                        row{"https://bank.example", "cross-site", 200},
                        row{"http://bank.example", "cross-site", 403},
                        row{"https://bank.example:444", "-", 403}}) {
    auto request = json_post("/w");
    if (std::string_view{r.origin} != "-")
      request.with("Origin", r.origin);
    if (std::string_view{r.site} != "-")
      request.with("Sec-Fetch-Site", r.site);
    BOOST_TEST(status(request) == r.status, "Origin " << r.origin << ", site " << r.site);
    BOOST_TEST(called.empty() == (r.status != 200));
  }
  BOOST_TEST(code_of(ask(json_post("/w").with("Origin", "null"))) == "foreign_page");
  BOOST_TEST(status(json_post("/w")
                        .with("Origin", "http://localhost:8080")
                        .with("Origin", "http://localhost:8080"))
             == 403);
  BOOST_TEST(status(json_post("/w").with_tls().with("Origin", "http://localhost:8080")) == 403);
  BOOST_TEST(status(json_post("/w").with_tls().with("Origin", "https://localhost:8080")) == 200);
  BOOST_TEST(status(fake_request{http_method::get, "/r"}.with("Origin", "http://evil.example"))
             == 200);
  // The port that a scheme has anyway.
  const auto bare = [] {
    return fake_request{http_method::post, "/w"}
        .with("Host", "a.example")
        .with("Content-Type", "application/json");
  };
  BOOST_TEST(status(bare().with("Origin", "http://a.example:80")) == 200);
  BOOST_TEST(status(bare().with("Origin", "http://a.example:443")) == 403);
}

BOOST_AUTO_TEST_CASE(what_writes_takes_json_alone) {
  add(http_method::post, "/w", gateway::access::open, true);
  add(http_method::delete_, "/w", gateway::access::open, true);
  add(http_method::post, "/free");
  const auto post_as = [&](const char* type) {
    return status(fake_request{http_method::post, "/w"}.with("Content-Type", type).with_body("{}"));
  };
  for (const char* good :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"", "application/json ; x=y"})
    BOOST_TEST(post_as(good) == 200, good);
  for (const char* bad :
       {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded",
        "text/plain; application/json", "application/json; charset=utf-16",
        "application/json; x=y; Charset = latin1", "application/problem+json"})
    BOOST_TEST(post_as(bad) == 415, bad);
  BOOST_TEST(status(fake_request{http_method::post, "/w"}) == 415);
  BOOST_TEST(status(json_post("/w").with("Content-Type", "text/plain")) == 415);
  BOOST_TEST(status(json_post("/w").with("Content-Encoding", "gzip")) == 415);
  BOOST_TEST(status(json_post("/w").with("Content-Encoding", "identity")) == 200);
  BOOST_TEST(status(fake_request{http_method::delete_, "/w"}) == 200);
  BOOST_TEST(status(fake_request{http_method::delete_, "/w"}.with_body("x")) == 415);
  BOOST_TEST(status(fake_request{http_method::post, "/free"}.with_body("x")) == 200);
  BOOST_TEST(code_of(ask(fake_request{http_method::post, "/w"})) == "not_json");
}

BOOST_AUTO_TEST_CASE(a_host_that_is_not_ours_gets_nothing) {
  add(http_method::get, "/");
  const auto asked = [&](const char* host) {
    return status(fake_request{http_method::get, "/"}.with("Host", host));
  };
  BOOST_TEST(asked("evil.example") == 200); // no host was named
  for (const char* name : {"localhost", "127.0.0.1", "[::1]"})
    f.allow_host(name);
  for (const char* good :
       {"localhost", "localhost:8080", "LocalHost:1", "127.0.0.1:8080", "[::1]:8080", "[::1]"})
    BOOST_TEST(asked(good) == 200, good);
  for (const char* bad : {"evil.example", "evil.example:8080", "localhost.evil.example", "", ":80",
                          "127.0.0.10", "[::2]:80", "[::1", "::1", "localhost."})
    BOOST_TEST(asked(bad) == 421, bad);
  BOOST_TEST(status({http_method::get, "/"}) == 200); // HTTP/1.0
  BOOST_TEST(
      status(
          fake_request{http_method::get, "/"}.with("Host", "localhost").with("Host", "localhost"))
      == 421);
  BOOST_TEST(code_of(ask(fake_request{http_method::get, "/"}.with("Host", "x"))) == "wrong_host");
}

BOOST_AUTO_TEST_CASE(a_route_that_throws_is_answered_500) {
  f.add({.method = http_method::get, .pattern = "/", .handle = [](const exchange&) {
           throw std::runtime_error("the password is x");
         }});
  const auto a = ask({http_method::get, "/"});
  BOOST_TEST(a.first->status == 500);
  BOOST_TEST(code_of(a) == "internal");
  BOOST_TEST(a.first->body.find("password") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(faults_of_services_have_their_answers) {
  struct row {
    fault f;
    int status;
    const char* code;
    bool again;
  };
  for (const auto& r :
       {row{fault::unavailable, 503, "unavailable", true},
        row{fault::overloaded, 503, "overloaded", true}, row{fault::late, 504, "late", false},
        row{fault::none, 500, "internal", false}}) {
    test::fake_answers a{problem(r.f)};
    BOOST_TEST(a.first->status == r.status);
    BOOST_TEST(code_of(a) == r.code);
    BOOST_TEST((a.first->fields.find("Retry-After: 1\r\n") != std::string::npos) == r.again);
  }
  const std::string odd = "\"\\\r\n\x1b\xff \xc2\x9b \xf0\x9f\x98\x80";
  const auto a = problem(400, "odd", odd);
  for (const char c : a.body.substr(0, a.body.size() - 1))
    BOOST_TEST((c >= ' ' && c <= '~'));
  const auto back = boost::json::parse(a.body).at("detail").as_string();
  BOOST_TEST(back == "\"\\\r\n\x1b\xef\xbf\xbd \xc2\x9b \xf0\x9f\x98\x80");
}

namespace {
struct moody final : service {
  std::string mood;
  std::string not_ready() override { return mood; }
  reading read() override { return {}; }
};
} // namespace

BOOST_AUTO_TEST_CASE(tells_whether_it_is_ready) {
  moody primes, bank;
  bool draining = false;
  add_health_routes(f, {{"primes", &primes}, {"bank", &bank}}, [&] { return draining; });
  BOOST_TEST(status({http_method::get, "/readyz"}) == 200);
  bank.mood = "its disk is full";
  const auto no = ask({http_method::get, "/readyz"});
  BOOST_TEST(no.first->status == 503);
  BOOST_TEST(code_of(no) == "not_ready");
  BOOST_TEST(no.first->body.find("\"bank: its disk is full\"") != std::string::npos);
  primes.mood = "stopped";
  BOOST_TEST(ask({http_method::get, "/readyz"})
                 .first->body.find("\"primes: stopped; bank: its disk is full\"")
             != std::string::npos);
  draining = true;
  BOOST_TEST(code_of(ask({http_method::get, "/readyz"})) == "draining");
  BOOST_TEST(status({http_method::get, "/healthz"}) == 200);
  BOOST_TEST(status({http_method::head, "/healthz"}) == 200);
}

BOOST_AUTO_TEST_SUITE_END()
