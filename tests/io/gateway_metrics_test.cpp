// SPDX-License-Identifier: BSD-3-Clause
// What Prometheus is told: counted right, named right, and never more than there are routes for.
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "domain/cluster/hello.hpp"
#include "io/gateway/cluster_readings.hpp"
#include "io/gateway/counted_primes.hpp"
#include "io/gateway/metrics.hpp"
#include "tests/io/gateway_idle_services.hpp"
#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;
using gateway::front;
using gateway::metrics;

namespace {

// Some routes, and their metrics.
struct counted {
  front routes;
  idle_primes primes;
  metrics seen{{{"primes", &primes}}, [] {
                 return io::http_server_counts{
                     .connections = 3, .requests = 9, .in_flight = 2, .streams = 1};
               }};
  counted() {
    for (const auto method : {io::http_method::get, io::http_method::post})
      routes.add(
          {.method = method, .pattern = "/things/{id}", .handle = [](const gateway::exchange& x) {
             x.answer.send(text_answer("thing"));
           }});
    add_metrics_routes(routes, seen);
    seen.know_routes(routes.routes());
  }
  void count(std::string_view method, std::string_view label, int status,
             std::uint64_t took_ns = 1'000, std::uint64_t bytes = 10) {
    seen.count({.method = method,
                .status = status,
                .body_bytes = bytes,
                .took_ns = took_ns,
                .label = label});
  }
};

// Every series of the text, with its value; fails where the format is broken.
// Source: Prometheus' exposition formats, text-based format.
std::map<std::string, double> series_of(const std::string& text) {
  static const std::regex sample{
      R"re(([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*",?)*\})?) (\S+))re"};
  std::map<std::string, double> out;
  std::set<std::string> types;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# TYPE ")) {
      BOOST_TEST(types.insert(line.substr(0, line.rfind(' '))).second, "twice: " << line);
      continue;
    }
    if (line.starts_with("#"))
      continue;
    std::smatch m;
    BOOST_REQUIRE_MESSAGE(std::regex_match(line, m, sample), line);
    BOOST_TEST(out.emplace(m[1], m[2] == "+Inf" ? 0 : std::stod(m[2])).second, "twice: " << line);
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(requests_count_by_route_method_and_status) {
  counted c;
  const std::string_view known = c.routes.routes()[0].pattern;
  c.count("GET", known, 200);
  c.count("GET", known, 200);
  c.count("POST", c.routes.routes()[1].pattern, 503);
  c.count("GET", "/things/{id}", 404); // the same words elsewhere
  c.count("BREW", known, 0);
  c.count("GET", known, 799);
  const auto all = series_of(c.seen.text());
  const auto of = [&](const std::string& method, const std::string& status) {
    return all.at("troupe_http_requests_total{route=\"/things/{id}\",method=\"" + method
                  + "\",status=\"" + status + "\"}");
  };
  BOOST_TEST(of("GET", "200") == 2);
  BOOST_TEST(of("POST", "503") == 1);
  BOOST_TEST(of("GET", "404") == 1);
  BOOST_TEST(of("other", "gone") == 1);
  BOOST_TEST(of("GET", "other") == 1);
  BOOST_TEST(all.at("troupe_http_answer_bytes_total{route=\"/things/{id}\"}") == 60);
}

BOOST_AUTO_TEST_CASE(latencies_are_cumulative) {
  counted c;
  const std::string_view route = c.routes.routes()[0].pattern;
  c.count("GET", route, 200, 100'000); // a bucket's bound is in it
  c.count("GET", route, 200, 100'001);
  c.count("GET", route, 200, 3'000'000);
  c.count("GET", route, 200, 40'000'000'000);
  const auto all = series_of(c.seen.text());
  const auto bucket = [&](const std::string& le) {
    return all.at("troupe_http_request_seconds_bucket{route=\"/things/{id}\",le=\"" + le + "\"}");
  };
  BOOST_TEST(bucket("0.0001") == 1);
  BOOST_TEST(bucket("0.00025") == 2);
  BOOST_TEST(bucket("0.0025") == 2);
  BOOST_TEST(bucket("0.005") == 3);
  BOOST_TEST(bucket("30") == 3);
  BOOST_TEST(bucket("+Inf") == 4);
  BOOST_TEST(all.at("troupe_http_request_seconds_count{route=\"/things/{id}\"}") == 4);
  BOOST_TEST(all.at("troupe_http_request_seconds_sum{route=\"/things/{id}\"}") == 40.003200001,
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(clients_cannot_make_series) {
  counted c;
  for (int i = 0; i < 2'000; ++i) {
    const auto text = "/made/up/" + std::to_string(i);
    c.count("M" + std::to_string(i), text, i);
  }
  c.count("GET", "", 404);
  const auto once = series_of(c.seen.text());
  for (int i = 2'000; i < 4'000; ++i) {
    const auto text = "/made/up/" + std::to_string(i);
    c.count("M" + std::to_string(i), text, i % 1'000);
  }
  const auto twice = series_of(c.seen.text());
  BOOST_TEST(twice.size() == once.size());
  double requests = 0;
  for (const auto& [name, value] : twice)
    if (name.starts_with("troupe_http_requests_total")) {
      BOOST_TEST(name.find("route=\"other\"") != name.npos, name);
      requests += value;
    }
  BOOST_TEST(requests == 4'001);
}

BOOST_AUTO_TEST_CASE(no_count_is_lost_among_threads) {
  counted c;
  constexpr int threads = 12; // more than there are copies
  constexpr int each = 20'000;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&] {
      for (int i = 0; i < each; ++i)
        c.count("GET", c.routes.routes()[0].pattern, 200);
    });
  for (auto& t : all)
    t.join();
  BOOST_TEST(c.seen.requests().total() == std::uint64_t{threads} * each);
}

BOOST_AUTO_TEST_CASE(services_are_told_of_under_valid_names) {
  counted c;
  c.primes.now.actors = {
      {"checker", 2, 5, 70}, {"checker", 1, 1, 30}, {"a \"quoted\\ kind\n", 1, 0, 0}};
  c.primes.now.counters = {{"numbers_checked", 17, true},
                           {"Pages, crawled-now", 3, false},
                           {"numbers_checked", 99, true}}; // a name may be there once
  auto all = series_of(c.seen.text());
  BOOST_TEST(all.at("troupe_actors_alive{service=\"primes\",kind=\"checker\"}") == 3);
  BOOST_TEST(all.at("troupe_mailbox_depth{service=\"primes\",kind=\"checker\"}") == 6);
  BOOST_TEST(all.at("troupe_actor_messages_total{service=\"primes\",kind=\"checker\"}") == 100);
  BOOST_TEST(all.at("troupe_numbers_checked_total{service=\"primes\"}") == 17);
  BOOST_TEST(all.at("troupe_pages__crawled_now{service=\"primes\"}") == 3);
  BOOST_TEST(all.at("troupe_service_ready{service=\"primes\"}") == 1);
  BOOST_TEST(all.at("troupe_http_connections") == 3);
  BOOST_TEST(all.at("troupe_http_in_flight") == 2);
  BOOST_TEST(all.at("troupe_http_streams") == 1);
  BOOST_TEST(all.at("process_resident_memory_bytes") > 1e6);
  c.primes.why = "its checkers have died";
  all = series_of(c.seen.text());
  BOOST_TEST(all.at("troupe_service_ready{service=\"primes\"}") == 0);
}

BOOST_AUTO_TEST_CASE(nodes_are_told_of_as_long_as_they_are_known) {
  gateway::cluster_readings readings;
  BOOST_TEST(readings.not_ready() == "no coordinator was found yet");
  const auto node = [](const char* name, cluster::node_state state) {
    return cluster::node_report{
        {name, 7, cluster::primes | cluster::bank, 2, "127.0.0.1:41000"}, state, "", 5, 1};
  };
  readings.set({node("w1", cluster::node_state::up), node("w2", cluster::node_state::draining),
                node("w3", cluster::node_state::down)},
               4, "127.0.0.1:7000", 1000);
  BOOST_TEST(readings.not_ready() == "");
  gateway::metrics seen{{{"cluster", &readings}}, [] { return io::http_server_counts{}; }};
  auto all = series_of(seen.text());
  BOOST_TEST(all.at("troupe_node_up{service=\"cluster\",node=\"w1\"}") == 1);
  BOOST_TEST(all.at("troupe_node_up{service=\"cluster\",node=\"w2\"}") == 1);
  BOOST_TEST(all.at("troupe_node_up{service=\"cluster\",node=\"w3\"}") == 0);
  BOOST_TEST(all.at("troupe_node_processors{service=\"cluster\",node=\"w1\"}") == 2);
  BOOST_TEST(all.at("troupe_nodes_up{service=\"cluster\"}") == 1);
  BOOST_TEST(all.at("troupe_nodes_down{service=\"cluster\"}") == 1);
  BOOST_TEST(all.at("troupe_cluster_clients{service=\"cluster\"}") == 4);
  BOOST_TEST(all.at("troupe_service_ready{service=\"cluster\"}") == 1);
  readings.lose("connection refused");
  all = series_of(seen.text());
  BOOST_TEST(all.at("troupe_service_ready{service=\"cluster\"}") == 0);
  BOOST_TEST(all.at("troupe_node_up{service=\"cluster\",node=\"w1\"}") == 1); // as it was
  const auto text = readings.text();
  BOOST_TEST(text.find("\"connected\":false,\"why_not\":\"no coordinator: connection refused\"")
             != text.npos);
}

BOOST_AUTO_TEST_CASE(a_rare_reading_is_taken_once_an_interval) {
  using clock = gateway::rare_reading::clock;
  clock::time_point now{};
  std::uint64_t taken = 0;
  const gateway::rare_reading rare{[&] {
                                     now += std::chrono::milliseconds(300); // it takes its time
                                     return ++taken;
                                   },
                                   std::chrono::seconds(1), [&] { return now; }};
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(rare.get() == 1u);
  now += std::chrono::milliseconds(999);
  BOOST_TEST(rare.get() == 1u);
  now += std::chrono::milliseconds(1);
  BOOST_TEST(rare.get() == 2u);
  BOOST_TEST(rare.get() == 2u);
}

BOOST_AUTO_TEST_CASE(descriptors_are_not_counted_for_each_that_asks) {
  std::uint64_t taken = 0;
  const metrics seen{{}, [] { return io::http_server_counts{}; }, [&] { return 40 + ++taken; }};
  BOOST_TEST(series_of(seen.text()).at("process_open_fds") == 41);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 500; ++i)
    seen.text();
  // Once a second, however slow this machine is.
  const auto took = std::chrono::steady_clock::now() - begun;
  BOOST_TEST(taken <= 2 + static_cast<std::uint64_t>(took / std::chrono::seconds(1)));
  const metrics blind{{}, [] { return io::http_server_counts{}; }, [] { return 0; }};
  BOOST_TEST(series_of(blind.text()).count("process_open_fds") == 0u);
  BOOST_TEST(gateway::count_descriptors() > 2u);
}

BOOST_AUTO_TEST_CASE(a_service_has_no_more_series_than_readings_max) {
  counted c;
  for (std::size_t i = 0; i < 1'000; ++i) {
    c.primes.now.actors.push_back({"kind" + std::to_string(i), 1, 0, 0});
    c.primes.now.counters.push_back({"counter" + std::to_string(i), 1, true});
  }
  std::size_t kinds = 0, counters = 0;
  for (const auto& [name, value] : series_of(c.seen.text())) {
    kinds += name.starts_with("troupe_actors_alive") ? 1 : 0;
    counters += name.starts_with("troupe_counter") ? 1 : 0;
  }
  BOOST_TEST(kinds == gateway::readings_max);
  BOOST_TEST(counters == gateway::readings_max);
}

BOOST_AUTO_TEST_CASE(a_server_counts_what_it_answers) {
  counted c;
  io::http_server_options options;
  options.report = [&](const io::request_report& r) { c.seen.count(r); };
  io::http_server server(
      options, [&](const io::server_request& r, io::answerer a) { c.routes.handle(r, a); });
  server.start();
  raw_client client(server.port());
  for (const char* path : {"/things/1", "/things/2", "/nothing"}) {
    client.send(get(path));
    client.read_answer();
  }
  BOOST_TEST(soon([&] { return c.seen.requests().total() == 3; }));
  client.send(get("/metrics"));
  const auto answer = client.read_answer();
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  const auto all = series_of(answer.body);
  BOOST_TEST(
      all.at("troupe_http_requests_total{route=\"/things/{id}\",method=\"GET\",status=\"200\"}")
      == 2);
  BOOST_TEST(all.at("troupe_http_requests_total{route=\"other\",method=\"GET\",status=\"404\"}")
             == 1);
}

BOOST_AUTO_TEST_CASE(numbers_are_counted_whatever_the_engine) {
  auto engine = std::make_unique<idle_primes>();
  engine->now.counters = {{"of_the_engine", 1, true}};
  const auto service = gateway::count_numbers(std::move(engine));
  int answers = 0;
  for (int i = 0; i < 3; ++i)
    service->check({{17, 0}, {{1, "18446744073709551629"}}}, [&](const gateway::prime_answer& a) {
      answers += a.error == gateway::fault::overloaded ? 1 : 0;
    });
  BOOST_TEST(answers == 3);
  const auto now = service->read();
  BOOST_REQUIRE(now.counters.size() == 2u);
  BOOST_TEST(now.counters[0].name == "of_the_engine");
  BOOST_TEST(now.counters[1].name == "numbers_asked");
  BOOST_TEST(now.counters[1].value == 6u);
}
