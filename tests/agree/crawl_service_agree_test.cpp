// SPDX-License-Identifier: BSD-3-Clause
//
// Crawls over HTTP, from the request to the last row, by every engine: over the demo site, whose
// generator knows what is right, and over a slow site, to look at crawls in their middle.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "domain/site/pages.hpp"
#include "io/gateway/crawl_routes.hpp"
#include "io/http_server/server.hpp"
#include "io/site/answers.hpp"
#include "io/site/server.hpp"
#include "tests/agree/crawl_service_cases.hpp"
#include "tests/support/crawl_trial.hpp"
#include "tests/support/http_call.hpp"
#include "tests/support/tiny_site.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

class demo_site {
public:
  demo_site() : server_({}), pages_(options(server_.origin())), answers_(pages_) {
    answers_.prepare();
    thread_ = std::jthread([this] { server_.run(answers_); });
  }
  ~demo_site() { server_.stop(); }
  std::string origin() const { return server_.origin(); }

private:
  static site::site_options options(const std::string& origin) {
    site::site_options made;
    made.seed = 20220519;
    made.lists = 3;
    made.graph_pages = 40;
    made.origin = origin;
    return made;
  }
  io::site_server server_;
  site::pages pages_;
  io::site_answers answers_;
  std::jthread thread_; // last: joined first
};

// A site without end: each page links to two more, and takes its time.
tiny_site endless(std::chrono::milliseconds delay) {
  return tiny_site{[delay](const std::string& target, unsigned) {
    site_answer a;
    if (target == "/robots.txt") {
      a.status = 404;
      return a;
    }
    a.body = "<a href='" + target + "a'>a</a><a href='" + target + "b'>b</a>";
    a.delay = delay;
    return a;
  }};
}

/// A gateway with nothing but crawls.
struct crawl_gateway {
  std::unique_ptr<gateway::crawl_service> service;
  gateway::front front;
  std::unique_ptr<io::http_server> server;

  crawl_gateway(const crawl_service_row& row, gateway::crawl_service_options options,
                std::initializer_list<const char*> allowed = {"127.0.0.0/8"}) {
    auto rule = std::make_shared<crawl::address_rule>();
    for (const auto* range : allowed)
      BOOST_REQUIRE(rule->allow(range) == "");
    options.http.addresses = rule;
    service = row.make(options);
    gateway::add_crawl_routes(front, *service);
    server = std::make_unique<io::http_server>(
        io::http_server_options{}, [this](const io::server_request& request, io::answerer answer) {
          front.handle(request, answer);
        });
    server->start();
  }
  http_said ask(const std::string& method, const std::string& target,
                const std::string& body = "") const {
    return call(server->port(), method, target, body);
  }
  std::string post(const std::string& body) const {
    const auto said = ask("POST", "/crawls", body);
    BOOST_REQUIRE_MESSAGE(said.status == 201, said.body);
    return json::parse(said.body).at("id").as_string().c_str();
  }
  json::value look(const std::string& id) const {
    const auto said = ask("GET", "/crawls/" + id);
    BOOST_REQUIRE_MESSAGE(said.status == 200, said.body);
    return json::parse(said.body);
  }
  std::string state(const std::string& id) const {
    return look(id).at("state").as_string().c_str();
  }
  bool reaches(const std::string& id, const std::string& wanted) const {
    for (int i = 0; i < 1'000; ++i, std::this_thread::sleep_for(20ms))
      if (state(id) == wanted)
        return true;
    return false;
  }
};

std::set<std::string> without_times(const std::string& rows) {
  std::set<std::string> out;
  std::istringstream in{rows};
  for (std::string line; std::getline(in, line);) {
    auto row = json::parse(line).as_object();
    row.erase("ms");
    row.erase("depth"); // two right crawls may find a page at different depths
    out.insert(json::serialize(row));
  }
  return out;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

gateway::crawl_service_options usual() { return {}; }

template <class Case>
void each(Case run) {
  for (const auto& row : crawl_services())
    BOOST_TEST_CONTEXT("service " << row.name) { run(row); }
}

} // namespace

BOOST_AUTO_TEST_SUITE(crawls_over_http)

BOOST_AUTO_TEST_CASE(give_what_the_command_gives_two_at_once) {
  const demo_site demo;
  auto plan = plan_for({demo.origin() + "/"});
  plan.extract = {crawl::extract_spec::kind::css, "a.post-item-title"};
  plan.bounds.pages_max = 1'000;
  const auto right = try_crawl(baselines::crawl_serial, plan);
  BOOST_REQUIRE(right.items.size() > 30u);
  each([&](const crawl_service_row& row) {
    const crawl_gateway g(row, usual());
    const auto body = [&](const char* more) {
      return R"({"url":")" + demo.origin() + R"(/","concurrency":8,"per_host":8)" + more + "}";
    };
    const auto titles = g.post(body(R"(,"select":"a.post-item-title")"));
    const auto pages = g.post(body(""));
    http_call follow_titles(g.server->port(), "GET", "/crawls/" + titles + "/results");
    http_call follow_pages(g.server->port(), "GET", "/crawls/" + pages + "/results");
    const auto items_said = follow_titles.finish(), pages_said = follow_pages.finish();
    BOOST_TEST(items_said.whole);
    BOOST_TEST(pages_said.whole);
    for (const auto& id : {titles, pages}) { // who has read the last row finds the crawl ended
      const auto end = g.look(id);
      BOOST_TEST(end.at("state").as_string() == "done");
      BOOST_TEST(end.at("done").to_number<std::size_t>() == right.pages.size());
      BOOST_TEST(end.at("failed").to_number<int>() == 0);
      BOOST_TEST(end.at("in_flight").to_number<int>() == 0);
    }
    BOOST_TEST(lines(items_said.body) == right.items.size());
    BOOST_TEST(lines(pages_said.body) == right.pages.size());
    std::set<std::string> items, urls;
    for (const auto& x : right.items)
      items.insert(
          json::serialize(json::object{{"page", x.page}, {"href", x.href}, {"text", x.text}}));
    BOOST_TEST((without_times(items_said.body) == items));
    for (const auto& x : right.pages)
      urls.insert(x.url);
    std::istringstream in{pages_said.body};
    for (std::string line; std::getline(in, line);)
      BOOST_TEST(urls.erase(json::parse(line).at("url").as_string().c_str()) == 1u, line);
    BOOST_TEST(urls.empty());
    // The pages of the crawl that took items out are there as well.
    BOOST_TEST((without_times(g.ask("GET", "/crawls/" + titles + "/pages").body)
                == without_times(pages_said.body)));
  });
}

BOOST_AUTO_TEST_CASE(are_canceled_in_their_middle_and_keep_their_rows) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(5ms);
    const crawl_gateway g(row, usual());
    const auto id = g.post(R"({"url":")" + site.origin() + R"(/","max_pages":5000})");
    http_call reader(g.server->port(), "GET", "/crawls/" + id + "/results");
    BOOST_TEST(reader.read_until("aa\""));
    BOOST_TEST(g.state(id) == "running");
    BOOST_TEST(g.ask("DELETE", "/crawls/" + id).status == 204);
    const auto rows = reader.finish();
    BOOST_TEST(rows.whole);
    BOOST_TEST(g.state(id) == "canceled");
    const auto asked = site.visits().size();
    BOOST_TEST(asked < 4'000u);
    std::this_thread::sleep_for(300ms);
    BOOST_TEST(site.visits().size() <= asked + 2); // nobody goes on behind our backs; two may be on
                                                   // their way
    BOOST_TEST(g.ask("GET", "/crawls/" + id + "/results").body == rows.body);
    BOOST_TEST(g.look(id).at("done").to_number<std::size_t>() == lines(rows.body));
    BOOST_TEST(g.ask("DELETE", "/crawls/" + id).status == 204);
    BOOST_TEST(g.ask("GET", "/crawls/" + id).status == 404);
    BOOST_TEST(g.ask("DELETE", "/crawls/" + id).status == 404);
  });
}

BOOST_AUTO_TEST_CASE(wait_for_a_place_and_are_refused_when_too_many_wait) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(5ms);
    auto options = usual();
    options.bounds = {.running_max = 1, .waiting_max = 1, .finished_max = 2};
    const crawl_gateway g(row, options);
    const auto body = R"({"url":")" + site.origin() + R"(/","max_pages":5000})";
    const auto first = g.post(body), second = g.post(body);
    BOOST_TEST(g.reaches(first, "running"));
    BOOST_TEST(g.state(second) == "waiting");
    const auto third = g.ask("POST", "/crawls", body);
    BOOST_TEST(third.status == 503);
    BOOST_TEST((third.body.find("overloaded") != std::string::npos));
    http_call waits_too(g.server->port(), "GET", "/crawls/" + second + "/results");
    g.ask("DELETE", "/crawls/" + first);
    BOOST_TEST(waits_too.read_until("aa\""));
    BOOST_TEST(g.state(first) == "canceled");
    BOOST_TEST(g.state(second) == "running");
    // One that waits is canceled without having begun.
    const auto fourth = g.post(body);
    g.ask("DELETE", "/crawls/" + fourth);
    BOOST_TEST(g.state(fourth) == "canceled");
    BOOST_TEST(g.ask("GET", "/crawls/" + fourth + "/results").body == "");
    g.ask("DELETE", "/crawls/" + second);
    BOOST_TEST(waits_too.finish().whole);
    BOOST_TEST(g.ask("GET", "/crawls/" + first).status == 404); // two newer ones have ended
  });
}

BOOST_AUTO_TEST_CASE(end_where_no_more_rows_are_kept) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(0ms);
    auto options = usual();
    options.results_bytes_max = 20'000;
    const crawl_gateway g(row, options);
    const auto id = g.post(R"({"url":")" + site.origin() + R"(/","max_pages":5000})");
    const auto rows = g.ask("GET", "/crawls/" + id + "/results");
    BOOST_TEST(rows.whole);
    BOOST_TEST(rows.body.size() <= 20'000u);
    BOOST_TEST(rows.body.size() > 10'000u);
    const auto end = g.look(id);
    BOOST_TEST(end.at("state").as_string() == "failed");
    BOOST_TEST(end.at("error").as_string() == "results_bytes_max");
  });
}

BOOST_AUTO_TEST_CASE(reach_only_what_they_may) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(0ms);
    const auto port = site.origin().substr(site.origin().rfind(':'));
    const crawl_gateway g(row, usual(), {});
    const auto id = g.post(R"({"urls":["http://localhost)" + port + R"(/","http://0x7f.1)" + port
                           + R"(/","http://[::ffff:127.0.0.1])" + port + R"(/"]})");
    const auto rows = g.ask("GET", "/crawls/" + id + "/results");
    BOOST_TEST(lines(rows.body) == 3u);
    std::istringstream in{rows.body};
    for (std::string line; std::getline(in, line);)
      BOOST_TEST(json::parse(line).at("error").as_string() == "address_refused", line);
    const auto end = g.look(id);
    BOOST_TEST(end.at("failed").to_number<int>() == 3);
    BOOST_TEST(end.at("robots_unreachable").to_number<int>() == 0);
    BOOST_TEST((std::string{end.at("detail").as_string().c_str()}.find("address_refused")
                != std::string::npos));
    BOOST_TEST(site.connections() == 0u);
  });
}

BOOST_AUTO_TEST_CASE(do_not_follow_a_redirect_where_they_may_not_go) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(0ms);
    const auto port = site.origin().substr(site.origin().rfind(':'));
    const tiny_site door{[&](const std::string& target, unsigned) {
      site_answer a;
      a.status = target == "/robots.txt" ? 404 : 302;
      if (a.status == 302)
        a.headers.emplace_back("Location", "http://[::1]" + port + "/");
      return a;
    }};
    const crawl_gateway g(row, usual());
    const auto id = g.post(R"({"url":")" + door.origin() + R"(/","scope":"any"})");
    const auto rows = g.ask("GET", "/crawls/" + id + "/results");
    BOOST_TEST((rows.body.find("address_refused") != std::string::npos), rows.body);
    BOOST_TEST(lines(rows.body) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(are_cut_off_visibly_when_the_service_ends) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(5ms);
    crawl_gateway g(row, usual());
    const auto id = g.post(R"({"url":")" + site.origin() + R"(/","max_pages":5000})");
    http_call reader(g.server->port(), "GET", "/crawls/" + id + "/results");
    BOOST_TEST(reader.read_until("aa\""));
    const auto began = std::chrono::steady_clock::now();
    g.service.reset();
    BOOST_TEST((std::chrono::steady_clock::now() - began < 10s));
    BOOST_TEST(!reader.finish().whole);
  });
}

BOOST_AUTO_TEST_CASE(are_counted) {
  each([&](const crawl_service_row& row) {
    const auto site = endless(0ms);
    const crawl_gateway g(row, usual());
    const auto id = g.post(R"({"url":")" + site.origin() + R"(/","max_pages":25})");
    g.ask("GET", "/crawls/" + id + "/results");
    BOOST_TEST(g.state(id) == "done");
    std::map<std::string, std::uint64_t> counters;
    for (const auto& c : g.service->read().counters)
      counters[c.name] = c.value;
    BOOST_TEST(counters.at("crawls_ended") == 1u);
    BOOST_TEST(counters.at("crawls_running") == 0u);
    BOOST_TEST(counters.at("crawl_pages") == 25u);
    BOOST_TEST(g.service->not_ready() == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
