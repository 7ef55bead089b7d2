// SPDX-License-Identifier: BSD-3-Clause
// https: who is trusted, what is negotiated, how it ends.
#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <atomic>
#include <mutex>

#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/tls_identity.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

void serve(peer& p) {
  while (!p.read_request().empty())
    p.send(response("hello"));
}

io::http_options trusting(const test::tls_identity& identity) {
  auto options = test::patient_options();
  options.ca_file = identity.file();
  return options;
}

const test::tls_identity& local_identity() {
  static const test::tls_identity identity("DNS:localhost,IP:127.0.0.1,IP:::1");
  return identity;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(trusts_a_certificate_that_names_the_address) {
  const auto& identity = local_identity();
  for (bool ipv6 : {false, true}) {
    scripted_server server(serve, {.ipv6 = ipv6, .tls = identity.server()});
    auto answer = test::http_probe(trusting(identity)).get(server.url());
    BOOST_TEST(test::text(answer) == "hello", answer.detail);
  }
}

BOOST_AUTO_TEST_CASE(asks_for_the_name_and_for_http_1_1) {
  const auto& identity = local_identity();
  std::mutex gate;
  std::string name;
  std::string protocol;
  int version = 0;
  scripted_server server(
      [&](peer& p) {
        p.read_request();
        {
          std::lock_guard lock(gate);
          const char* asked = SSL_get_servername(p.tls(), TLSEXT_NAMETYPE_host_name);
          name = asked ? asked : "";
          const unsigned char* chosen = nullptr;
          unsigned length = 0;
          SSL_get0_alpn_selected(p.tls(), &chosen, &length);
          protocol.assign(reinterpret_cast<const char*>(chosen), length);
          version = SSL_version(p.tls());
        }
        p.send(response("hello"));
      },
      {.tls = identity.server(), .host = "localhost"});
  auto answer = test::http_probe(trusting(identity)).get(server.url());
  BOOST_TEST(test::text(answer) == "hello", answer.detail);
  std::lock_guard lock(gate);
  BOOST_TEST(name == "localhost");
  BOOST_TEST(protocol == "http/1.1");
  BOOST_TEST(version >= TLS1_2_VERSION);
}

BOOST_AUTO_TEST_CASE(refuses_a_certificate_of_another_name) {
  test::tls_identity other("DNS:example.org,DNS:*.example.org,IP:127.0.0.2");
  for (auto host : {"localhost", "127.0.0.1"}) {
    scripted_server server(serve, {.tls = other.server(), .host = host});
    auto answer = test::http_probe(trusting(other)).get(server.url());
    BOOST_TEST((answer.error == fault::tls_failed));
    BOOST_TEST(answer.detail.starts_with("certificate: "), answer.detail);
    BOOST_TEST(answer.detail.find("mismatch") != std::string::npos, answer.detail);
    BOOST_TEST(server.requests().empty()); // nothing was said to a stranger
  }
}

BOOST_AUTO_TEST_CASE(refuses_a_certificate_that_nobody_vouches_for) {
  const auto& identity = local_identity();
  scripted_server server(serve, {.tls = identity.server()});
  auto options = trusting(identity);
  options.ca_file.clear();
  auto answer = test::http_probe(options).get(server.url());
  BOOST_TEST((answer.error == fault::tls_failed));
  BOOST_TEST(answer.detail.find("self-signed") != std::string::npos, answer.detail);
}

BOOST_AUTO_TEST_CASE(refuses_a_certificate_that_has_expired) {
  test::tls_identity old("IP:127.0.0.1", -60);
  scripted_server server(serve, {.tls = old.server()});
  auto answer = test::http_probe(trusting(old)).get(server.url());
  BOOST_TEST((answer.error == fault::tls_failed));
  BOOST_TEST(answer.detail.find("expired") != std::string::npos, answer.detail);
}

BOOST_AUTO_TEST_CASE(trusts_anybody_when_told_so) {
  test::tls_identity other("DNS:example.org", -60);
  scripted_server server(serve, {.tls = other.server()});
  auto options = test::patient_options();
  options.verify_tls = false;
  auto answer = test::http_probe(options).get(server.url());
  BOOST_TEST(test::text(answer) == "hello", answer.detail);
}

BOOST_AUTO_TEST_CASE(says_which_certificate_file_it_cannot_read) {
  const auto& identity = local_identity();
  scripted_server server(serve, {.tls = identity.server()});
  auto options = trusting(identity);
  options.ca_file = "/nonexistent/ca.pem";
  auto answer = test::http_probe(options).get(server.url());
  BOOST_TEST((answer.error == fault::tls_failed));
  BOOST_TEST(answer.detail.find("/nonexistent/ca.pem") != std::string::npos, answer.detail);
}

BOOST_AUTO_TEST_CASE(names_a_server_without_tls) {
  scripted_server server([](peer& p) {
    p.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    p.hold();
  });
  auto options = test::patient_options();
  auto answer = test::http_probe(options).get("https://" + server.authority() + "/");
  BOOST_TEST((answer.error == fault::tls_failed), answer.detail);
}

BOOST_AUTO_TEST_CASE(counts_a_stalled_handshake_as_connecting) {
  scripted_server server([](peer& p) { p.hold(); });
  auto answer = test::http_probe(test::hasty_options()).get("https://" + server.authority() + "/");
  BOOST_TEST((answer.error == fault::connect_timeout));
  BOOST_TEST(answer.detail.find("TLS") != std::string::npos, answer.detail);
}

BOOST_AUTO_TEST_CASE(names_a_close_during_the_handshake) {
  scripted_server server([](peer&) {});
  auto answer = test::http_probe().get("https://" + server.authority() + "/");
  BOOST_TEST((answer.error == fault::tls_failed));
}

BOOST_AUTO_TEST_CASE(keeps_connections_and_resumes_sessions) {
  const auto& identity = local_identity();
  std::atomic<int> resumed{0};
  scripted_server server(
      [&](peer& p) {
        resumed += SSL_session_reused(p.tls());
        for (int i = 0; i < 3 && !p.read_request().empty(); ++i)
          p.send(response("hello"));
      },
      {.tls = identity.server()});
  test::http_probe probe(trusting(identity));
  for (int i = 0; i < 6; ++i)
    BOOST_TEST(test::text(probe.get(server.url())) == "hello");
  BOOST_TEST(server.connections() == 2u);
  BOOST_TEST(resumed == 1);
}

// RFC 9112, 9.8: what only the close ends must be closed in the open.
BOOST_AUTO_TEST_CASE(wants_a_proper_close_behind_a_body_without_length) {
  const auto& identity = local_identity();
  for (bool properly : {true, false}) {
    scripted_server server(
        [&](peer& p) {
          p.read_request();
          p.send("HTTP/1.1 200 OK\r\n\r\nhello");
          if (properly)
            p.close_properly();
        },
        {.tls = identity.server()});
    auto answer = test::http_probe(trusting(identity)).get(server.url());
    if (properly) {
      BOOST_TEST(test::text(answer) == "hello", answer.detail);
    } else {
      BOOST_TEST((answer.error == fault::connection_lost));
      BOOST_TEST(answer.detail.find("close_notify") != std::string::npos, answer.detail);
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_large_bodies) {
  const auto& identity = local_identity();
  const std::string body(99'000, 'x');
  scripted_server server(
      [&](peer& p) {
        while (!p.read_request().empty())
          p.send(response(body));
      },
      {.tls = identity.server()});
  auto options = trusting(identity);
  test::http_probe probe(options);
  for (int i = 0; i < 3; ++i)
    BOOST_TEST((test::text(probe.get(server.url())) == body));
  BOOST_TEST(server.connections() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
