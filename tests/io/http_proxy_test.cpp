// SPDX-License-Identifier: BSD-3-Clause
// Proxies: which one the environment names, and how it is spoken to.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cstdlib>
#include <map>
#include <ostream>

#include "io/http/proxy.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/tls_identity.hpp"

using namespace troupe;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

using environment = std::map<std::string, std::string>;

io::proxy_rules rules_of(const environment& variables) {
  return io::proxy_rules([&](const char* name) -> std::optional<std::string> {
    auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

struct route_row {
  environment variables;
  const char* url;
  const char* expected; // "host:port", "" for direct
};

std::ostream& operator<<(std::ostream& out, const route_row& row) {
  for (const auto& [name, value] : row.variables)
    out << name << '=' << value << ' ';
  return out << row.url;
}

environment through(const char* no_proxy) {
  return {{"http_proxy", "http://p:1"}, {"https_proxy", "http://p:1"}, {"no_proxy", no_proxy}};
}

const std::vector<route_row>& route_rows() {
  static const std::vector<route_row> rows = {
      {{}, "http://a.example/", ""},
      {{{"http_proxy", "http://p:3128"}}, "http://a.example/", "p:3128"},
      {{{"http_proxy", "http://p:3128"}}, "https://a.example/", ""},
      {{{"http_proxy", "p:3128"}}, "http://a.example/", "p:3128"},
      {{{"http_proxy", "http://p"}}, "http://a.example/", "p:1080"},
      {{{"http_proxy", "http://p:80/"}}, "http://a.example/", "p:80"},
      {{{"http_proxy", "u:pw@[::1]:3128"}}, "http://a.example/", "[::1]:3128"},
      {{{"http_proxy", "[::1]"}}, "http://a.example/", "[::1]:1080"},
      {{{"HTTP_PROXY", "http://p:3128"}}, "http://a.example/", ""},
      {{{"https_proxy", "http://p:3128"}}, "https://a.example/", "p:3128"},
      {{{"HTTPS_PROXY", "http://p:3128"}}, "https://a.example/", "p:3128"},
      {{{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:1"}},
       "https://a.example/",
       "lower:1"},
      {{{"all_proxy", "http://p:1"}}, "http://a.example/", "p:1"},
      {{{"ALL_PROXY", "http://p:1"}}, "https://a.example/", "p:1"},
      {{{"all_proxy", "http://p:1"}, {"https_proxy", "http://q:2"}}, "https://a.example/", "q:2"},
      {{{"http_proxy", ""}, {"all_proxy", "http://p:1"}}, "http://a.example/", "p:1"},
      {through("a.example"), "http://a.example/", ""},
      {through("a.example"), "http://x.y.a.example/", ""},
      {through(".a.example"), "http://a.example/", ""},
      {through("*.a.example"), "http://b.a.example/", ""},
      {through("A.EXAMPLE."), "http://a.example/", ""},
      {through("a.example"), "http://a.example./", ""},
      {through("a.example"), "http://ba.example/", "p:1"},
      {through("a.example"), "http://a.example.org/", "p:1"},
      {through("b.example, a.example"), "https://a.example/", ""},
      {through("b.example a.example"), "https://a.example/", ""},
      {through("*"), "https://a.example/", ""},
      {through("a.example:8080"), "http://a.example:8080/", ""},
      {through("a.example:8080"), "http://a.example/", "p:1"},
      {through("a.example:443"), "https://a.example/", ""},
      {through("127.0.0.1"), "http://127.0.0.1:8000/", ""},
      {through("127.0.0.1"), "http://127.0.0.11/", "p:1"},
      {through("0.0.1"), "http://127.0.0.1/", "p:1"},
      {through("::1"), "http://[::1]:8000/", ""},
      {through("[::1]"), "http://[::1]/", ""},
      {through("[::1]:80"), "http://[::1]:81/", "p:1"},
      {through("10.0.0.0/8"), "http://10.200.3.4/", ""},
      {through("10.0.0.0/8"), "http://11.0.0.1/", "p:1"},
      {through("192.168.4.0/22"), "http://192.168.7.9/", ""},
      {through("192.168.4.0/22"), "http://192.168.8.1/", "p:1"},
      {through("fd00::/9"), "http://[fd7f::1]/", ""},
      {through("fd00::/9"), "http://[fd80::1]/", "p:1"},
      {through("0.0.0.0/0"), "http://8.8.8.8/", ""},
      {through("0.0.0.0/0"), "http://a.example/", "p:1"},
      {through("10.0.0.0/33"), "http://10.0.0.1/", "p:1"},
      {through(" ,, "), "http://a.example/", "p:1"},
  };
  return rows;
}

// A proxy with no opinions: forwards CONNECT byte by byte, answers absolute-form requests itself.
void tiny_proxy(peer& p) {
  auto request = p.read_request();
  if (!request.starts_with("CONNECT ")) {
    while (!request.empty()) {
      p.send(response("by proxy"));
      request = p.read_request();
    }
    return;
  }
  auto colon = request.find(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(request.c_str() + colon + 1)));
  int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(other, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    p.send("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
  } else {
    p.send("HTTP/1.1 200 Connection established\r\nContent-Length: 99\r\n\r\n");
    pollfd both[2] = {{p.socket(), POLLIN, 0}, {other, POLLIN, 0}};
    for (bool open = true; open && ::poll(both, 2, -1) > 0;)
      for (int i = 0; i < 2 && open; ++i) {
        char bytes[4096];
        if (both[i].revents == 0)
          continue;
        auto got = ::recv(both[i].fd, bytes, sizeof bytes, 0);
        open = got > 0
               && ::send(both[1 - i].fd, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
      }
  }
  ::close(other);
}

// Sets variables for one test; clients read them when they are made.
class environment_guard {
public:
  explicit environment_guard(const environment& wanted) {
    for (auto name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                      "no_proxy", "NO_PROXY"}) {
      if (const char* value = std::getenv(name))
        before_[name] = value;
      ::unsetenv(name);
      set_.push_back(name);
    }
    for (const auto& [name, value] : wanted)
      ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~environment_guard() {
    for (const auto& name : set_)
      ::unsetenv(name.c_str());
    for (const auto& [name, value] : before_)
      ::setenv(name.c_str(), value.c_str(), 1);
  }

private:
  environment before_;
  std::vector<std::string> set_;
};

io::http_options proxied() {
  auto options = test::patient_options();
  options.use_proxy_environment = true;
  return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(proxies)

BOOST_DATA_TEST_CASE(routes, boost::unit_test::data::make(route_rows()), row) {
  auto rules = rules_of(row.variables);
  const auto* chosen = rules.route(test::url_of(row.url));
  BOOST_TEST((chosen ? chosen->host + ":" + std::to_string(chosen->port) : "") == row.expected);
  if (chosen)
    BOOST_TEST(chosen->unusable == "");
}

BOOST_AUTO_TEST_CASE(sends_credentials_to_the_proxy_decoded) {
  auto rules = rules_of({{"http_proxy", "http://us%40er:pass@p:1"}});
  BOOST_TEST(rules.route(test::url_of("http://a.example/"))->authorization
             == "Basic dXNAZXI6cGFzcw==");
}

BOOST_AUTO_TEST_CASE(does_not_pass_by_a_proxy_it_cannot_use) {
  for (auto value :
       {"socks5://p:1", "https://p:1", "http://", "http://p:99999", "http://se cret@:1"}) {
    auto rules = rules_of({{"http_proxy", value}});
    const auto* chosen = rules.route(test::url_of("http://a.example/"));
    BOOST_REQUIRE((chosen != nullptr));
    BOOST_TEST(!chosen->unusable.empty());
    BOOST_TEST(chosen->unusable.find("se cret") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(asks_a_proxy_in_absolute_form_on_one_connection) {
  scripted_server proxy(tiny_proxy);
  environment_guard guard({{"http_proxy", "http://user:pw@" + proxy.authority()}});
  test::http_probe probe(proxied());
  for (auto url : {"http://one.example/a?b", "http://two.example:8080/"})
    BOOST_TEST(test::text(probe.get(url)) == "by proxy");
  BOOST_TEST(proxy.connections() == 1u);
  auto requests = proxy.requests();
  BOOST_TEST(
      requests.at(0).starts_with("GET http://one.example/a?b HTTP/1.1\r\nHost: one.example\r\n"),
      requests.at(0));
  BOOST_TEST(requests.at(1).starts_with(
                 "GET http://two.example:8080/ HTTP/1.1\r\nHost: two.example:8080\r\n"),
             requests.at(1));
  BOOST_TEST(requests.at(0).find("Proxy-Authorization: Basic dXNlcjpwdw==\r\n")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(tunnels_https_through_a_proxy) {
  test::tls_identity identity("DNS:localhost");
  scripted_server target(
      [](peer& p) {
        while (!p.read_request().empty())
          p.send(response("hello"));
      },
      {.tls = identity.server(), .host = "localhost"});
  scripted_server proxy(tiny_proxy);
  environment_guard guard({{"https_proxy", "http://user:pw@" + proxy.authority()}});
  auto options = proxied();
  options.ca_file = identity.file();
  test::http_probe probe(options);
  for (int i = 0; i < 3; ++i) {
    auto answer = probe.get(target.url());
    BOOST_TEST(test::text(answer) == "hello", answer.detail);
  }
  BOOST_TEST(proxy.connections() == 1u);
  BOOST_REQUIRE(proxy.requests().size() == 1u);
  auto connect = proxy.requests()[0];
  auto authority = target.authority();
  BOOST_TEST(connect.starts_with("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority),
             connect);
  BOOST_TEST(connect.find("Proxy-Authorization: Basic dXNlcjpwdw==\r\n") != std::string::npos);
  BOOST_TEST(target.requests().at(0).starts_with("GET / HTTP/1.1\r\n"));
  BOOST_TEST(target.requests().at(0).find("Proxy-Authorization") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(goes_direct_where_no_proxy_says_so) {
  scripted_server target([](peer& p) {
    p.read_request();
    p.send(response("direct"));
  });
  environment_guard guard({{"http_proxy", "http://127.0.0.1:1"}, {"no_proxy", "127.0.0.0/8"}});
  BOOST_TEST(test::text(test::http_probe(proxied()).get(target.url())) == "direct");
}

struct proxy_fault_row {
  const char* name;
  scripted_server::script script;
  const char* url;
  const char* detail;
};

std::ostream& operator<<(std::ostream& out, const proxy_fault_row& row) { return out << row.name; }

scripted_server::script says(std::string bytes) {
  return [bytes = std::move(bytes)](peer& p) {
    p.read_request();
    p.send(bytes);
    p.hold();
  };
}

const std::vector<proxy_fault_row>& proxy_fault_rows() {
  static const std::vector<proxy_fault_row> rows = {
      {"wants_credentials", says(response("", "", "407 Proxy Authentication Required")),
       "http://a.example/", "407"},
      {"wants_credentials_for_a_tunnel", says(response("", "", "407 No")), "https://a.example/",
       "407"},
      {"forbids_a_tunnel", says(response("", "", "403 Forbidden")), "https://a.example/", "403"},
      {"answers_a_tunnel_with_garbage", says("hello?\r\n\r\n"), "https://a.example/", ""},
      {"closes_instead_of_a_tunnel", [](peer& p) { p.read_request(); }, "https://a.example/", ""},
      {"never_opens_the_tunnel", [](peer& p) { p.hold(); }, "https://a.example/", "in time"},
      {"says_too_much", says("HTTP/1.1 200 OK\r\n\r\nwelcome"), "https://a.example/", "more"},
  };
  return rows;
}

BOOST_DATA_TEST_CASE(names_the_fault_of_a_proxy_that,
                     boost::unit_test::data::make(proxy_fault_rows()), row) {
  scripted_server proxy(row.script);
  environment_guard guard({{"all_proxy", "http://" + proxy.authority()}});
  auto options = proxied();
  if (std::string_view(row.detail) == "in time")
    options.bounds.connect_ms_max = 300;
  auto answer = test::http_probe(options).get(row.url);
  BOOST_TEST((answer.error == fault::proxy_failed), answer.detail);
  BOOST_TEST(answer.detail.find(row.detail) != std::string::npos, answer.detail);
}

BOOST_AUTO_TEST_CASE(names_a_proxy_that_cannot_be_reached) {
  std::string gone;
  {
    scripted_server server([](peer&) {});
    gone = server.authority();
  }
  for (auto value : {"http://" + gone, std::string("http://no-such-proxy.invalid:1"),
                     std::string("socks5://" + gone)}) {
    environment_guard guard({{"http_proxy", value}});
    auto answer = test::http_probe(proxied()).get("http://a.example/");
    BOOST_TEST((answer.error == fault::proxy_failed), answer.detail);
    BOOST_TEST(answer.detail.find("prox") != std::string::npos, answer.detail);
  }
}

BOOST_AUTO_TEST_SUITE_END()
