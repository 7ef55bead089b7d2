// SPDX-License-Identifier: BSD-3-Clause
// Crawls over HTTP, the routes alone: a service that says what the test wants, a real server.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "io/gateway/crawl_routes.hpp"
#include "io/http_server/server.hpp"
#include "tests/support/http_call.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using gateway::crawl_answer;
using gateway::fault;
using test::call;
using test::http_call;

namespace {

/// A service with one crawl, 7, whose rows the test writes.
class one_crawl final : public gateway::crawl_service {
public:
  fault says = fault::none;
  std::shared_ptr<io::job_results> results = std::make_shared<io::job_results>("", 1u << 30, false);
  crawl::crawl_plan asked;
  std::vector<std::uint64_t> dropped;

  gateway::canceler start(crawl::crawl_plan plan, gateway::callback<crawl_answer> done) override {
    asked = std::move(plan);
    return say(7, done);
  }
  gateway::canceler list(gateway::callback<crawl_answer> done) override { return say(7, done); }
  gateway::canceler look(std::uint64_t id, gateway::callback<crawl_answer> done) override {
    return say(id, done);
  }
  gateway::canceler drop(std::uint64_t id, gateway::callback<crawl_answer> done) override {
    dropped.push_back(id);
    return say(id, done);
  }
  std::string not_ready() override { return ""; }
  gateway::reading read() override { return {}; }

private:
  gateway::canceler say(std::uint64_t id, const gateway::callback<crawl_answer>& done) const {
    crawl_answer a;
    a.error = says;
    if (says == fault::none && id == 7) {
      crawl::job_report job;
      job.id = 7;
      job.state = crawl::job_state::failed;
      job.seeds = {"http://example.org/\"<"};
      job.asked_unix_ms = 1'653'000'000'007;
      job.counts.pages = 12;
      job.counts.errors = 3;
      job.reason = "results_bytes_max";
      a.crawls.push_back({job, results});
    }
    done(std::move(a));
    return {};
  }
};

struct served {
  one_crawl service;
  gateway::front front;
  std::unique_ptr<io::http_server> server;

  explicit served(gateway::crawl_route_limits bounds = {}, io::http_server_limits wire = {}) {
    gateway::add_crawl_routes(front, service, bounds);
    io::http_server_options options;
    options.bounds = wire;
    server = std::make_unique<io::http_server>(
        options, [this](const io::server_request& request, io::answerer answer) {
          front.handle(request, answer);
        });
    server->start();
  }
  std::uint16_t port() const { return server->port(); }

  void write_rows(int rows, std::size_t bytes) {
    auto output = service.results->output();
    crawl::page_row row;
    row.url = "http://example.org/" + std::string(bytes, 'x');
    for (int i = 0; i < rows; ++i)
      BOOST_REQUIRE(output.write(row, {}) == "");
  }
};

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  std::uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * 4096;
}

bool has(const std::string& text, const char* part) { return text.find(part) != text.npos; }

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_routes)

BOOST_AUTO_TEST_CASE(all_are_guarded_and_those_that_change_something_say_so) {
  one_crawl service;
  gateway::front front;
  gateway::add_crawl_routes(front, service);
  BOOST_TEST(front.routes().size() == 6u);
  for (const auto& r : front.routes()) {
    BOOST_TEST((r.who == gateway::access::guarded), r.pattern);
    BOOST_TEST(r.writes == (r.method != io::http_method::get), r.pattern);
  }
}

BOOST_AUTO_TEST_CASE(a_crawl_is_made_shown_and_dropped) {
  served s;
  const auto made = call(s.port(), "POST", "/crawls", R"({"url":"http://example.org/"})");
  BOOST_TEST(made.status == 201);
  BOOST_TEST(has(made.head, "Location: /crawls/7\r\n"), made.head);
  BOOST_TEST(s.service.asked.seeds.at(0).str() == "http://example.org/");
  const auto shown = call(s.port(), "GET", "/crawls/7");
  BOOST_TEST(shown.status == 200);
  for (const auto* part :
       {R"("id":"7")", R"("state":"failed")", R"("asked":"2022-05-19T22:40:00.007Z")",
        R"("started":null)", R"("done":12)", R"("failed":3)", R"("error":"results_bytes_max")",
        R"("detail":null)", R"(["http://example.org/\"<"])"})
    BOOST_TEST(has(shown.body, part), part << " in " << shown.body);
  BOOST_TEST(has(call(s.port(), "GET", "/crawls").body, R"({"crawls":[{"id":"7")"));
  BOOST_TEST(call(s.port(), "DELETE", "/crawls/7").status == 204);
  BOOST_TEST(s.service.dropped == std::vector<std::uint64_t>{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
  served s;
  for (const auto* id : {"8", "07", "x", "7x", "-7", "99999999999999999999999"})
    for (const auto* tail : {"", "/results", "/pages"})
      BOOST_TEST(call(s.port(), "GET", std::string{"/crawls/"} + id + tail).status == 404, id);
  BOOST_TEST(call(s.port(), "DELETE", "/crawls/8").status == 404);
}

BOOST_AUTO_TEST_CASE(bad_requests_and_faults_have_names) {
  served s;
  const auto bad = call(s.port(), "POST", "/crawls", R"({"url":"ftp://x/"})");
  BOOST_TEST(bad.status == 400);
  BOOST_TEST(has(bad.body, "invalid_crawl"));
  BOOST_TEST(call(s.port(), "POST", "/crawls").status == 415);
  s.service.says = fault::overloaded;
  const auto full = call(s.port(), "POST", "/crawls", R"({"url":"http://example.org/"})");
  BOOST_TEST(full.status == 503);
  BOOST_TEST(has(full.body, "overloaded"));
  BOOST_TEST(has(full.head, "Retry-After"));
  s.service.says = fault::unavailable;
  BOOST_TEST(call(s.port(), "GET", "/crawls/7/results").status == 503);
}

BOOST_AUTO_TEST_CASE(rows_come_while_they_are_written_to_several_readers) {
  served s;
  http_call early(s.port(), "GET", "/crawls/7/results");
  s.write_rows(1, 1);
  BOOST_TEST(early.read_until("example.org"));
  BOOST_TEST(has(early.raw(), "Content-Type: application/jsonl"));
  s.write_rows(1, 2);
  http_call late(s.port(), "GET", "/crawls/7/pages");
  BOOST_TEST(early.read_until("/xx\""));
  BOOST_TEST(late.read_until("/xx\""));
  s.write_rows(3, 3);
  s.service.results->end();
  for (auto* reader : {&early, &late}) {
    const auto said = reader->finish();
    BOOST_TEST(said.whole);
    BOOST_TEST(lines(said.body) == 5u);
  }
  const auto afterwards = call(s.port(), "GET", "/crawls/7/results");
  BOOST_TEST(afterwards.whole);
  BOOST_TEST(lines(afterwards.body) == 5u);
}

BOOST_AUTO_TEST_CASE(who_is_cut_off_can_see_it) {
  served s;
  http_call reader(s.port(), "GET", "/crawls/7/results");
  s.write_rows(2, 5);
  BOOST_TEST(reader.read_until("example.org"));
  s.service.results->cut();
  BOOST_TEST(!reader.finish().whole);
}

BOOST_AUTO_TEST_CASE(head_has_no_rows) {
  served s;
  s.write_rows(2, 5);
  const auto said = call(s.port(), "HEAD", "/crawls/7/results");
  BOOST_TEST(said.status == 200);
  BOOST_TEST(said.body == "");
}

BOOST_AUTO_TEST_CASE(so_many_may_read_and_a_seat_is_free_again_when_one_goes) {
  gateway::crawl_route_limits bounds;
  bounds.readers_max = 2;
  served s(bounds);
  s.write_rows(1, 1);
  auto one = std::make_unique<http_call>(s.port(), "GET", "/crawls/7/results");
  http_call two(s.port(), "GET", "/crawls/7/results");
  BOOST_TEST(one->read_until("example.org"));
  BOOST_TEST(two.read_until("example.org"));
  BOOST_TEST(call(s.port(), "GET", "/crawls/7/results").status == 503);
  one.reset();
  bool again = false;
  for (int i = 0; i < 200 && !again; ++i) {
    http_call three(s.port(), "GET", "/crawls/7/results");
    again = three.read_until("\r\n\r\n") && has(three.raw(), " 200 ");
    if (!again) {
      s.write_rows(1, 1); // only what is sent to it shows that it has gone
      std::this_thread::sleep_for(20ms);
    }
  }
  BOOST_TEST(again);
  for (int i = 0; i < 200 && s.service.results->rows().waiting() > 1; ++i) {
    s.write_rows(1, 1);
    std::this_thread::sleep_for(20ms);
  }
  BOOST_TEST(s.service.results->rows().waiting() <= 1u); // and nothing is left of those that went
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_costs_no_memory) {
  served s;
  s.write_rows(60'000, 1'000); // 64 MB
  s.service.results->end();
  const auto before = resident_bytes();
  http_call slow(s.port(), "GET", "/crawls/7/results", "", 4'096);
  BOOST_TEST(slow.read_until("example.org"));
  std::this_thread::sleep_for(500ms);
  const auto grown = resident_bytes() - std::min(before, resident_bytes());
  BOOST_TEST_MESSAGE("64 MB of rows, a reader that stands still: " << grown << " bytes more");
  BOOST_TEST(grown < (12u << 20));
  const auto said = slow.finish(); // and it gets everything all the same
  BOOST_TEST(said.whole);
  BOOST_TEST(lines(said.body) == 60'000u);
}

BOOST_AUTO_TEST_SUITE_END()
