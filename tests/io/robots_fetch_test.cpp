// SPDX-License-Identifier: BSD-3-Clause
// What a host's robots.txt comes to, whatever the host says (RFC 9309, 2.3.1).
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

#include "io/crawl/robots.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

constexpr auto agent = "troupe/0.1 (+https://example.org/bot)";
const std::string rules = "User-agent: troupe\nDisallow: /private/\n";

struct outcome_row {
  const char* name;
  std::string bytes; // the answer to the first request
  bool allows_public;
  bool allows_private;
  bool unreachable;
};
std::ostream& operator<<(std::ostream& out, const outcome_row& row) { return out << row.name; }

const std::vector<outcome_row>& outcome_rows() {
  static const std::vector<outcome_row> rows = {
      {"rules", response(rules), true, false, false},
      {"no_rules", response(""), true, true, false},
      {"not_found", response(rules, "", "404 Not Found"), true, true, false},
      {"forbidden", response(rules, "", "403 Forbidden"), true, true, false},
      {"too_many_requests", response("", "", "429 Slow down"), false, false, true},
      {"server_error", response("", "", "500 Oh"), false, false, true},
      {"unavailable", response("", "", "503 Later"), false, false, true},
      {"closed", "", false, false, true},
      {"garbage", "what?\r\n\r\n", false, false, true},
      {"broken_gzip", response("no gzip", "Content-Encoding: gzip\r\n"), false, false, true},
      {"redirect_to_nowhere", response("", "", "301 Moved"), true, true, false},
      {"redirect_to_mail", response("", "Location: mailto:a@b\r\n", "301 Moved"), true, true,
       false},
  };
  return rows;
}

io::robots_answer fetch(const std::string& origin) {
  io::blocking_client client(test::patient_options());
  return io::fetch_robots(client, origin, agent, test::patient_options().bounds);
}

std::string origin_of(const scripted_server& server) { return "http://" + server.authority(); }

} // namespace

BOOST_AUTO_TEST_SUITE(robots)

BOOST_DATA_TEST_CASE(comes_to, boost::unit_test::data::make(outcome_rows()), row) {
  scripted_server server([&](peer& p) {
    p.read_request();
    p.send(row.bytes);
  });
  auto blocking = fetch(origin_of(server));
  test::http_probe probe;
  std::promise<io::robots_answer> promise;
  io::fetch_robots(probe.client, origin_of(server), agent, test::patient_options().bounds,
                   [&](io::robots_answer answer) { promise.set_value(std::move(answer)); });
  for (const auto& answer : {blocking, promise.get_future().get()}) {
    BOOST_REQUIRE((answer.rules != nullptr));
    BOOST_TEST(answer.rules->allows("/public/") == row.allows_public);
    BOOST_TEST(answer.rules->allows("/private/") == row.allows_private);
    BOOST_TEST(answer.unreachable == row.unreachable);
  }
  BOOST_TEST(server.requests().at(0).starts_with("GET /robots.txt HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(follows_redirects_to_other_hosts) {
  scripted_server other([](peer& p) {
    p.read_request();
    p.send(response(rules));
  });
  scripted_server server([&](peer& p) {
    auto request = p.read_request();
    if (request.starts_with("GET /robots.txt "))
      p.send(response("", "Location: /moved\r\n", "308 Moved"));
    else
      p.send(response("", "Location: " + origin_of(other) + "/elsewhere.txt\r\n", "302 Found"));
  });
  auto answer = fetch(origin_of(server));
  BOOST_TEST(!answer.rules->allows("/private/x"));
  BOOST_TEST(answer.rules->allows("/x"));
  BOOST_TEST(!answer.unreachable);
}

BOOST_AUTO_TEST_CASE(follows_five_redirects_and_no_sixth) {
  for (int hops : {5, 6}) {
    scripted_server server([&](peer& p) {
      for (auto request = p.read_request(); !request.empty(); request = p.read_request()) {
        int at = request.starts_with("GET /robots.txt ") ? 0 : request[5] - '0';
        if (at == hops)
          p.send(response("User-agent: *\nDisallow: /\n"));
        else
          p.send(response("", "Location: /" + std::to_string(at + 1) + "\r\n", "301 Moved"));
      }
    });
    auto answer = fetch(origin_of(server));
    BOOST_TEST(answer.rules->allows("/x") == (hops == 6));
    BOOST_TEST(!answer.unreachable);
    BOOST_TEST(server.requests().size() == 6u);
  }
}

BOOST_AUTO_TEST_CASE(reads_the_first_part_of_an_endless_file) {
  scripted_server server([](peer& p) {
    p.read_request();
    p.send("HTTP/1.1 200 OK\r\n\r\n" + rules);
    p.send_without_end("Disallow: /more/\n");
  });
  auto answer = fetch(origin_of(server));
  BOOST_TEST(!answer.unreachable);
  BOOST_TEST(!answer.rules->allows("/private/"));
  BOOST_TEST(answer.rules->allows("/public/"));
}

// Half of "Disallow: /private/" is "Disallow: /", which would forbid everything.
BOOST_AUTO_TEST_CASE(drops_the_line_at_which_it_stops_reading) {
  const auto bytes_max = test::patient_options().bounds.robots_bytes_max;
  for (const std::size_t left : {std::size_t{11}, std::size_t{12}, std::size_t{18}}) {
    std::string text = rules + "#";
    text.append(bytes_max - text.size() - 1 - left, 'x');
    text += "\nDisallow: /public/\n";
    scripted_server server([&](peer& p) {
      p.read_request();
      p.send(response(text));
    });
    auto answer = fetch(origin_of(server));
    BOOST_TEST(!answer.unreachable);
    BOOST_TEST(!answer.rules->allows("/private/"));
    BOOST_TEST(answer.rules->allows("/other/"));
    BOOST_TEST(answer.rules->allows("/public/") == (left != 18), left); // the whole line fits
  }
}

BOOST_AUTO_TEST_CASE(does_not_take_half_a_compressed_file_for_a_whole_one) {
  // "User-agent: *", stored, in a gzip member that says it goes on.
  const std::string gzip("\x1f\x8b\x08\0\0\0\0\0\0\xff\0\x0e\0\xf1\xffUser-agent: *\n", 29);
  scripted_server server([&](peer& p) {
    p.read_request();
    p.send(response(gzip, "Content-Encoding: gzip\r\n"));
  });
  auto answer = fetch(origin_of(server));
  BOOST_TEST(answer.unreachable);
  BOOST_TEST(!answer.rules->allows("/"));
}

BOOST_AUTO_TEST_CASE(counts_no_host_as_unreachable) {
  auto answer = fetch("http://no-such-host.invalid");
  BOOST_TEST(answer.unreachable);
  BOOST_TEST(!answer.rules->allows("/"));
}

BOOST_AUTO_TEST_SUITE_END()
