// SPDX-License-Identifier: BSD-3-Clause
// The front, a token and the access log behind a real server, over loopback.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "io/gateway/access_log.hpp"
#include "io/gateway/answers.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/health_routes.hpp"
#include "io/gateway/token.hpp"
#include "io/http_server/server.hpp"
#include "tests/support/raw_client.hpp"

using namespace troupe;
using namespace troupe::gateway;
namespace fs = std::filesystem;

namespace {

struct folder {
  fs::path path;
  folder() {
    auto pattern = (fs::temp_directory_path() / "troupe-gateway-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~folder() { fs::remove_all(path); }
};

/// Guarded transfers, an open page, and a route whose work is done by another thread.
struct gateway_fixture {
  folder dir;
  std::string token = token_file::make(dir.path / "token");
  front f;
  std::vector<std::jthread> others;
  std::mutex others_lock;
  access_log log{{.path = dir.path / "log", .flush_ms = 5}};
  io::http_server server{options(),
                         [this](const io::server_request& r, io::answerer a) { f.handle(r, a); }};

  gateway_fixture() {
    f.set_token_check([tokens = token_file{dir.path / "token"}](std::string_view shown) {
      return tokens.opens(shown);
    });
    f.allow_host("127.0.0.1");
    f.add({.method = io::http_method::post,
           .pattern = "/transfers/{id}",
           .who = gateway::access::guarded,
           .handle =
               [](const exchange& x) {
                 x.answer.send(
                     json_answer(201, "{\"id\":\"" + std::string{x.parameters.at(0)} + "\"}"));
               },
           .writes = true});
    f.add(
        {.method = io::http_method::get, .pattern = "/other", .handle = [this](const exchange& x) {
           const std::lock_guard hold{others_lock};
           others.emplace_back([a = x.answer] { a.send(json_answer(200, "{\"by\":\"other\"}")); });
         }});
    f.add({.method = io::http_method::get, .pattern = "/throws", .handle = [](const exchange&) {
             throw std::runtime_error("secret");
           }});
    add_health_routes(f, {}, {});
    server.start();
  }
  ~gateway_fixture() {
    server.stop();
    server.wait();
  }

  io::http_server_options options() {
    io::http_server_options o;
    o.threads = 2;
    o.report = [this](const io::request_report& r) { log.write(r); };
    return o;
  }
  std::string logged() const {
    std::ifstream in{dir.path / "log", std::ios::binary};
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool is_logged(const std::string& what) const {
    for (int i = 0; i < 2'000; ++i) { // ten seconds, against a busy machine
      if (logged().find(what) != std::string::npos)
        return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return false;
  }
};

std::string request(const std::string& line, const std::string& fields = "",
                    const std::string& body = "") {
  std::string text = line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields;
  if (!body.empty())
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}
const std::string json_type = "Content-Type: application/json\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(gateway_server, gateway_fixture)

BOOST_AUTO_TEST_CASE(money_moves_by_token_from_our_own_pages_as_json) {
  test::raw_client c{server.port()};
  const auto shown = "Authorization: Bearer " + token + "\r\n";
  const std::string own = "Origin: http://127.0.0.1\r\n",
                    foreign = "Origin: http://evil.example\r\n";
  struct row {
    std::string fields;
    int status;
  };
  for (const auto& r :
       std::vector<row>{{shown + json_type, 201},
                        {shown + json_type + own, 201},
                        {json_type, 401},
                        {json_type + "Authorization: Bearer " + token + "0\r\n", 401},
                        {json_type + shown + shown, 401},
                        {shown + json_type + foreign, 403},
                        {shown + json_type + own + foreign, 403},
                        {shown + json_type + "Sec-Fetch-Site: cross-site\r\n", 403},
                        {shown, 415},
                        {shown + "Content-Type: text/plain\r\n", 415}}) {
    c.send(request("POST /transfers/7", r.fields, "{}")); // one connection for all: none is closed
    const auto a = c.read_answer();
    BOOST_TEST(a.status == r.status, r.fields << a.head);
    BOOST_TEST(a.whole);
    BOOST_TEST(a.field("Content-Type")
               == (a.status == 201 ? "application/json" : "application/problem+json"));
    BOOST_TEST(a.field("WWW-Authenticate").empty() == (a.status != 401));
    BOOST_TEST(a.field("X-Content-Type-Options") == "nosniff");
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_route_is_answered_on_the_wire) {
  test::raw_client c{server.port()};
  c.send(request("HEAD /healthz") + request("OPTIONS /healthz") + request("PUT /healthz")
         + request("GET /none") + request("GET /throws") + request("GET /other")
         + request("GET /transfers/../healthz") + request("BREW /healthz"));
  const auto head = c.read_answer(true);
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.field("Content-Length") == "19");
  const auto options = c.read_answer();
  BOOST_TEST(options.status == 204);
  BOOST_TEST(options.field("Allow") == "GET, HEAD, OPTIONS");
  BOOST_TEST(options.field("Content-Length").empty()); // RFC 9110, 8.6: not in a 204
  BOOST_TEST(c.read_answer().field("Allow") == "GET, HEAD, OPTIONS");
  BOOST_TEST(c.read_answer().status == 404);
  const auto thrown = c.read_answer();
  BOOST_TEST(thrown.status == 500);
  BOOST_TEST(thrown.body.find("secret") == std::string::npos);
  BOOST_TEST(c.read_answer().body == "{\"by\":\"other\"}");
  BOOST_TEST(c.read_answer().body == "{\"status\":\"alive\"}\n");
  BOOST_TEST(c.read_answer().status == 501);
}

BOOST_AUTO_TEST_CASE(a_rebound_name_gets_nothing) {
  test::raw_client c{server.port()};
  c.send("GET /healthz HTTP/1.1\r\nHost: evil.example:" + std::to_string(server.port())
         + "\r\n\r\n");
  BOOST_TEST(c.read_answer().status == 421);
  // The target's own authority counts in place of Host: RFC 9112, 3.2.2.
  test::raw_client absolute{server.port()};
  absolute.send("GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  BOOST_TEST(absolute.read_answer().status != 200);
}

BOOST_AUTO_TEST_CASE(the_log_has_a_line_a_request_with_its_route) {
  test::raw_client c{server.port()};
  c.send(request("GET /healthz?a=%0a%22", "User-Agent: x\"y\r\n"));
  BOOST_TEST(c.read_answer().status == 200);
  c.send(request("POST /transfers/9", json_type, "{}"));
  BOOST_TEST(c.read_answer().status == 401);
  BOOST_TEST(is_logged("\"GET /healthz?a=%0a%22\" 200 19 \"-\" \"x\\\"y\" "));
  BOOST_TEST(is_logged("\"POST /transfers/9\" 401 "));
  BOOST_TEST(is_logged(" /transfers/{id}\n"));
  c.send("GET /\x01 HTTP/1.1\r\n\r\n");
  BOOST_TEST(c.read_answer().status == 400);
  BOOST_TEST(is_logged("\" 400 "));
  for (const char ch : logged())
    BOOST_TEST((ch == '\n' || (ch >= ' ' && ch <= '~')));
}

BOOST_AUTO_TEST_SUITE_END()
