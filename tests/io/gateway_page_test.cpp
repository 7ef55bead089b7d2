// SPDX-License-Identifier: BSD-3-Clause
// The pages and their live numbers, as a client on a socket sees them.
#include <boost/test/unit_test.hpp>

#include <regex>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "io/gateway/openapi.hpp"
#include "io/gateway/page_routes.hpp"
#include "tests/io/gateway_idle_services.hpp"
#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
namespace json = boost::json;

namespace {

io::http_server_options narrow(std::size_t stream_bytes_max = 1u << 20) {
  io::http_server_options o;
  o.bounds.stream_bytes_max = stream_bytes_max;
  return o;
}

struct page_server {
  idle_primes primes;
  gateway::pages files;
  gateway::live_feed live;
  gateway::front routes;
  io::http_server server;

  explicit page_server(gateway::live_limits bounds = {.every_ms = 10},
                       io::http_server_options o = narrow())
      : live(
          {{"primes", &primes}}, [] { return io::http_server_counts{.requests = 5}; }, bounds),
        server(std::move(o),
               [this](const io::server_request& r, io::answerer a) { routes.handle(r, a); }) {
    add_page_routes(routes, files, live);
    add_openapi_route(routes);
    server.start();
  }
  ~page_server() { live.stop(); }
  raw_answer ask(const std::string& target, const std::string& fields = "") {
    raw_client c(server.port());
    c.send(get(target, fields));
    return c.read_answer();
  }
  // Returns: a client that gets events, its answer's head read.
  std::unique_ptr<raw_client> watcher(int receive_buffer = 0) {
    auto c = std::make_unique<raw_client>(server.port(), receive_buffer);
    c->send(get("/ui/events"));
    return c;
  }
};

// Returns: the data of the next event, "" if none comes.
std::string next_event(raw_client& c) {
  std::string all;
  for (std::string piece; !all.ends_with("\n\n") || all.find("event: sample") == all.npos;
       all += piece)
    if (piece = c.read_bytes(1); piece.empty())
      return "";
  const auto begin = all.rfind("data: ") + 6;
  return all.substr(begin, all.size() - begin - 2);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_page_comes_with_what_keeps_it_safe) {
  page_server s;
  const auto a = s.ask("/ui/");
  BOOST_TEST(a.status == 200);
  BOOST_TEST(a.field("Content-Type") == "text/html; charset=utf-8");
  BOOST_TEST(a.body.find("<title>Troupe") != a.body.npos);
  const auto policy = a.field("Content-Security-Policy");
  for (const char* rule : {"default-src 'none'", "script-src 'self'", "style-src 'self'",
                           "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"})
    BOOST_TEST(policy.find(rule) != policy.npos, rule);
  BOOST_TEST(policy.find("unsafe") == policy.npos);
  BOOST_TEST(policy.find("http") == policy.npos);
  BOOST_TEST(a.field("X-Content-Type-Options") == "nosniff");
  BOOST_TEST(a.field("Referrer-Policy") == "no-referrer");
  BOOST_TEST(a.field("Server") == "");
  const auto moved = s.ask("/ui");
  BOOST_TEST(moved.status == 308);
  BOOST_TEST(moved.field("Location") == "/ui/");
}

BOOST_AUTO_TEST_CASE(no_file_needs_another_site_or_an_inline_script) {
  const std::regex inline_code{R"(<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:)"};
  const std::regex elsewhere{R"((src|href|url\(|import|from|fetch\()\s*=?\s*["'(]?(https?:)?//)"};
  std::size_t scripts = 0;
  for (const auto& f : gateway::embedded_files()) {
    if (f.name == "chart.js" || f.name.starts_with("api/"))
      continue;
    const std::string text(f.bytes);
    BOOST_TEST(!std::regex_search(text, elsewhere), f.name);
    if (f.name.ends_with(".html"))
      BOOST_TEST(!std::regex_search(text, inline_code), f.name);
    if (f.name.ends_with(".js")) {
      ++scripts;
      BOOST_TEST(text.find("innerHTML") == text.npos, f.name);
      BOOST_TEST(text.find("eval(") == text.npos, f.name);
    }
  }
  BOOST_TEST(scripts > 3u);
}

BOOST_AUTO_TEST_CASE(every_file_is_served_with_its_type) {
  page_server s;
  const std::vector<std::pair<std::string, std::string>> types{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"}};
  std::size_t served = 0;
  for (const auto& f : gateway::embedded_files()) {
    const std::string name(f.name);
    const auto a = s.ask("/ui/" + name);
    if (name.find('/') != name.npos) {
      BOOST_TEST(a.status == 404, name);
      continue;
    }
    ++served;
    BOOST_TEST(a.status == 200, name);
    BOOST_TEST((a.body == f.bytes), name);
    bool known = false;
    for (const auto& [ending, type] : types)
      known = known || (name.ends_with(ending) && a.field("Content-Type") == type);
    BOOST_TEST(known, name << " as " << a.field("Content-Type"));
  }
  BOOST_TEST(served >= 8u);
}

BOOST_AUTO_TEST_CASE(who_has_it_is_told_so) {
  page_server s;
  for (const std::string target : {"/ui/", "/ui/chart.js", "/openapi.json"}) {
    const auto plain = s.ask(target);
    const auto packed = s.ask(target, "Accept-Encoding: gzip\r\n");
    BOOST_TEST(packed.field("Content-Encoding") == "gzip");
    BOOST_TEST(plain.field("Content-Encoding") == "");
    BOOST_TEST(packed.body.size() < plain.body.size());
    BOOST_TEST(plain.field("Vary") == "Accept-Encoding");
    const auto tag = plain.field("ETag");
    BOOST_TEST(tag != packed.field("ETag")); // two forms, two tags
    const auto again = s.ask(target, "If-None-Match: \"x\", W/" + tag + "\r\n");
    BOOST_TEST(again.status == 304, target);
    BOOST_TEST(again.body.empty());
    BOOST_TEST(again.field("ETag") == tag);
    BOOST_TEST(s.ask(target, "If-None-Match: \"other\"\r\n").status == 200);
    BOOST_TEST(s.ask(target, "Accept-Encoding: gzip\r\nIf-None-Match: " + tag + "\r\n").status
               == 200);
    raw_client c(s.server.port());
    c.send("HEAD " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = c.read_answer(true);
    BOOST_TEST(head.status == 200);
    BOOST_TEST(head.field("Content-Length") == std::to_string(plain.body.size()));
  }
}

BOOST_AUTO_TEST_CASE(tags_are_found_in_a_list) {
  using gateway::names_tag;
  BOOST_TEST(names_tag("\"a\"", "\"a\""));
  BOOST_TEST(names_tag("W/\"a\"", "\"a\""));
  BOOST_TEST(names_tag(" \"b\" ,\t\"a\"", "\"a\""));
  BOOST_TEST(names_tag("*", "\"a\""));
  BOOST_TEST(names_tag("\"b,c\",\"a\"", "\"a\"")); // a comma may stand in a tag
  for (const char* other : {"", "\"b\"", "a", "\"a", "\"aa\"", "\"b,\"a", "W/a", ",,"})
    BOOST_TEST(!names_tag(other, "\"a\""), other);
}

BOOST_AUTO_TEST_CASE(nothing_but_the_files_can_be_had) {
  page_server s;
  for (const std::string target :
       {"/ui/nothing.js", "/ui/api/bank.json", "/ui/api%2fbank.json", "/ui/..%2f..%2fetc%2fpasswd",
        "/ui/../../etc/passwd", "/ui/%2e%2e/%2e%2e/etc/passwd", "/ui/%2e%2e%2fetc",
        "/ui//etc/passwd", "/ui/.", "/ui/..", "/ui/index.html%00.js", "/ui/INDEX.HTML",
        "/ui/index.html/", "/ui/\\..\\etc"}) {
    const auto a = s.ask(target);
    const bool itself = target == "/ui/." && a.status == 200; // a dot segment: the page itself
    BOOST_TEST((a.status == 400 || a.status == 404 || itself), target << " gave " << a.status);
    BOOST_TEST(a.body.find("root:") == a.body.npos, target);
  }
}

BOOST_AUTO_TEST_SUITE(events)

BOOST_AUTO_TEST_CASE(samples_come_one_after_the_other) {
  page_server s;
  s.primes.now = {{{"checker", 2, 1, 40}}, {{"numbers_checked", 7, true}}};
  const auto c = s.watcher();
  const auto first = json::parse(next_event(*c)).as_object();
  BOOST_TEST(first.at("http").at("requests").as_int64() == 5);
  const auto& service = first.at("services").at(0).as_object();
  BOOST_TEST(service.at("name").as_string() == "primes");
  BOOST_TEST(service.at("actors").at(0).at("mailbox").as_int64() == 1);
  BOOST_TEST(service.at("counters").at(0).at("value").as_int64() == 7);
  BOOST_TEST(!next_event(*c).empty());
  BOOST_TEST(!next_event(*c).empty());
  BOOST_TEST(s.live.watching() == 1u);
}

BOOST_AUTO_TEST_CASE(the_head_says_what_it_is_and_HEAD_opens_none) {
  page_server s;
  raw_client c(s.server.port());
  c.send("HEAD /ui/events HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = c.read_answer(true);
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.field("Content-Type") == "text/event-stream");
  BOOST_TEST(head.field("Cache-Control") == "no-store");
  BOOST_TEST(head.field("Content-Length") == "");
  BOOST_TEST(s.live.watching() == 0u);
}

BOOST_AUTO_TEST_CASE(more_than_may_watch_are_refused_until_one_goes) {
  page_server s({.every_ms = 10, .streams_max = 2});
  auto one = s.watcher(), two = s.watcher();
  BOOST_TEST(soon([&] { return s.live.watching() == 2; }));
  const auto refused = s.ask("/ui/events");
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(refused.field("Retry-After") == "5");
  BOOST_TEST(refused.field("Content-Type") == "application/problem+json");
  one.reset();
  BOOST_TEST(soon([&] { return s.live.watching() == 1; }));
  auto three = s.watcher();
  BOOST_TEST(!next_event(*three).empty());
  BOOST_TEST(!next_event(*two).empty());
}

BOOST_AUTO_TEST_CASE(who_does_not_read_is_dropped_and_nobody_waits_for_him) {
  // Wide enough that the reader may be held up for most of a second and is not taken for a sleeper.
  page_server s({.every_ms = 10}, narrow(2'000'000));
  for (int i = 0; i < 60; ++i)
    s.primes.now.actors.push_back({"kind " + std::to_string(i) + std::string(400, 'x'), 1, 0, 0});
  auto sleeper = s.watcher(4'096); // never reads
  BOOST_TEST(soon([&] { return s.live.watching() == 1; }));
  auto reader = s.watcher();
  reader->patience = std::chrono::milliseconds(10'000);
  bool dropped = false;
  for (int i = 0; i < 5'000 && !dropped; ++i) {
    BOOST_REQUIRE(!reader->read_bytes(20'000).empty());
    dropped = i > 0 && s.live.watching() == 1;
  }
  BOOST_TEST(dropped);
  BOOST_TEST(!next_event(*reader).empty());
  BOOST_TEST(s.server.counts().streams == 1u);
}

BOOST_AUTO_TEST_CASE(they_end_when_the_feed_stops) {
  page_server s;
  const auto c = s.watcher();
  BOOST_TEST(!next_event(*c).empty());
  s.live.stop();
  std::string rest;
  for (std::string piece; !rest.ends_with("\r\n0\r\n\r\n"); rest += piece)
    if (piece = c->read_bytes(1); piece.empty())
      break;
  BOOST_TEST(rest.ends_with("\r\n0\r\n\r\n")); // in order, not cut
  BOOST_TEST(s.live.watching() == 0u);
  BOOST_TEST(s.ask("/ui/events").status == 503);
  s.live.stop(); // again
  s.server.stop();
  BOOST_TEST(s.server.wait());
}

BOOST_AUTO_TEST_CASE(rates_come_from_two_samples) {
  using namespace std::chrono_literals;
  const auto part = [](std::uint64_t messages, std::uint64_t value) {
    return gateway::live_sample::part{
        "p", "", {{{"a", 1, 0, messages}}, {{"c", value, true}, {"g", value, false}}}};
  };
  const std::chrono::steady_clock::time_point then{};
  const gateway::live_sample before{then, {.requests = 10}, {part(100, 50)}};
  const gateway::live_sample now{then + 2s, {.requests = 15}, {part(300, 40)}};
  const auto all = json::parse(to_json(now, before, 1'000)).as_object();
  BOOST_TEST(all.at("http").at("requests_per_s").as_double() == 2.5);
  const auto& p = all.at("services").at(0).as_object();
  BOOST_TEST(p.at("actors").at(0).at("messages_per_s").as_double() == 100);
  BOOST_TEST(p.at("counters").at(0).at("per_s").as_double() == 0); // it went back: began anew
  BOOST_TEST(p.at("counters").at(1).at("per_s").as_double() == 0); // no total
  const auto first = json::parse(to_json(now, std::nullopt, 1'000)).as_object();
  BOOST_TEST(first.at("http").at("requests_per_s").as_double() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
