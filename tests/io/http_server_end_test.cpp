// SPDX-License-Identifier: BSD-3-Clause
// How the server begins and ends, and TLS.
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include "tests/io/http_server_fixture.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/tls_identity.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

/// The identity's key in a file, as a server wants it.
class key_file {
public:
  explicit key_file(const tls_identity& identity)
      : path_((std::filesystem::temp_directory_path() / "troupe-key-XXXXXX").string()) {
    const int fd = mkstemp(path_.data());
    std::FILE* out = fdopen(fd, "w");
    PEM_write_PrivateKey(out, SSL_CTX_get0_privatekey(identity.server()), nullptr, nullptr, 0,
                         nullptr, nullptr);
    std::fclose(out);
  }
  ~key_file() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

io::http_server_options with_tls(const tls_identity& identity, const key_file& key) {
  io::http_server_options o;
  o.tls_certificate = identity.file();
  o.tls_key = key.path();
  return o;
}

std::string refusal_of(const io::http_server_options& o) {
  try {
    const io::http_server s(o, [](const io::server_request&, const io::answerer&) {});
    return "";
  } catch (const std::exception& e) {
    return e.what();
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(ends)

BOOST_AUTO_TEST_CASE(what_is_in_flight_is_finished) {
  waiting_server s;
  auto busy = s.client(), idle = s.client(), half = s.client();
  idle.send(get("/now"));
  idle.read_answer();
  half.send("GET / HT");
  busy.send(get("/1") + get("/2"));
  const auto one = s.wait_for("/1"), two = s.wait_for("/2");
  s.server.stop();
  s.server.stop();
  BOOST_TEST(idle.ends());
  BOOST_TEST(half.ends());
  BOOST_CHECK_THROW(s.client(), std::runtime_error);
  one.send(text_answer("one"));
  auto a = busy.read_answer();
  BOOST_TEST(a.body == "one");
  BOOST_TEST(a.field("Connection") == "");
  two.send(text_answer("two"));
  a = busy.read_answer();
  BOOST_TEST(a.body == "two");
  BOOST_TEST(a.field("Connection") == "close");
  BOOST_TEST(busy.ends());
  busy.close();
  BOOST_TEST(s.server.wait());
  BOOST_TEST(s.gone == 0);
}

BOOST_AUTO_TEST_CASE(a_body_on_its_way_may_come) {
  waiting_server s;
  auto client = s.client();
  client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(client.read_answer().status == 100); // so its head has been read
  s.server.stop();
  std::this_thread::sleep_for(50ms);
  client.send("hello");
  s.wait_for("/1").send(text_answer("one"));
  const auto a = client.read_answer();
  BOOST_TEST(a.body == "one");
  BOOST_TEST(a.field("Connection") == "close");
  client.close();
  BOOST_TEST(s.server.wait());
}

BOOST_AUTO_TEST_CASE(an_idle_server_stops_at_once) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/now"));
  client.read_answer();
  const auto begin = std::chrono::steady_clock::now();
  s.server.stop();
  BOOST_TEST(s.server.wait());
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 5s));
}

BOOST_AUTO_TEST_CASE(what_does_not_finish_is_cut_off) {
  io::http_server_options options;
  options.bounds.drain_ms_max = 300;
  waiting_server s(options);
  auto client = s.client();
  client.send(get("/1"));
  const auto kept = s.wait_for("/1");
  s.server.stop();
  BOOST_TEST(!s.server.wait());
  BOOST_TEST(s.gone == 1);
  BOOST_TEST(client.read_answer().status == 0);
}

BOOST_AUTO_TEST_CASE(a_stream_may_end_while_the_server_stops) {
  waiting_server s;
  auto client = s.client();
  client.send(get("/s"));
  const auto stream = s.wait_for("/s").stream(text_answer("a"));
  s.server.stop();
  std::this_thread::sleep_for(50ms);
  BOOST_TEST(stream->write("b"));
  stream->end();
  const auto a = client.read_answer();
  BOOST_TEST(a.body == "ab");
  BOOST_TEST(a.whole);
  client.close();
  BOOST_TEST(s.server.wait());
}

BOOST_AUTO_TEST_CASE(a_server_that_never_started_can_end) {
  io::http_server_options options;
  options.threads = 2;
  const io::http_server s(options, [](const io::server_request&, const io::answerer&) {});
  BOOST_TEST(s.port() != 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(begins)

BOOST_AUTO_TEST_CASE(says_what_is_wrong) {
  io::http_server_options o;
  o.address = "localhost";
  BOOST_TEST(refusal_of(o) == "'localhost' is no address to listen on (such as 127.0.0.1 or ::1)");
  for (const unsigned threads : {1u, 3u}) {
    o = {};
    o.threads = threads;
    waiting_server taken(o);
    o.port = taken.server.port();
    BOOST_TEST(refusal_of(o)
               == "cannot listen on 127.0.0.1 port " + std::to_string(o.port)
                      + ": Address already in use");
  }
  o = {};
  o.tls_certificate = "/nowhere/cert.pem";
  o.tls_key = "/nowhere/key.pem";
  BOOST_TEST(refusal_of(o).starts_with("cannot use '/nowhere/cert.pem' as a PEM certificate"));
  const tls_identity one("DNS:localhost"), other("DNS:localhost");
  const key_file key(other);
  o.tls_certificate = one.file();
  o.tls_key = key.path();
  BOOST_TEST(refusal_of(o) != "");
}

BOOST_AUTO_TEST_CASE(says_where_it_is) {
  io::http_server_options o;
  o.address = "::1";
  waiting_server s(o);
  BOOST_TEST(s.server.origin() == "http://[::1]:" + std::to_string(s.server.port()));
  auto answer = http_probe(patient_options()).get(s.server.origin() + "/now");
  BOOST_TEST(text(answer) == "now", answer.detail);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tls_server)

BOOST_AUTO_TEST_CASE(answers_over_tls) {
  const tls_identity identity("DNS:localhost,IP:127.0.0.1");
  const key_file key(identity);
  waiting_server s(with_tls(identity, key));
  s.other = [](const io::server_request& r, const io::answerer& a) {
    std::thread([a, tls = r.over_tls()] {
      a.send(text_answer(tls ? std::string(90'000, 'x') : "plain"));
    }).detach();
  };
  BOOST_TEST(s.server.origin().starts_with("https://127.0.0.1:"));
  auto options = patient_options();
  options.ca_file = identity.file();
  http_probe probe(options);
  for (int i = 0; i < 3; ++i) {
    auto answer = probe.get(s.server.origin() + "/now");
    BOOST_TEST(text(answer) == "now", answer.detail);
    answer = probe.get(s.server.origin() + "/other");
    BOOST_TEST(text(answer).size() == 90'000u, answer.detail);
  }
  BOOST_TEST(s.server.counts().connections == 1u);
  s.server.stop();
  BOOST_TEST(s.server.wait());
}

BOOST_AUTO_TEST_CASE(a_close_over_tls_is_a_proper_one) {
  const tls_identity identity("DNS:localhost,IP:127.0.0.1");
  const key_file key(identity);
  waiting_server s(with_tls(identity, key));
  s.other = [](const io::server_request&, const io::answerer& a) {
    auto out = text_answer("bye");
    out.close = true;
    a.send(std::move(out));
  };
  auto options = patient_options();
  options.ca_file = identity.file();
  for (int i = 0; i < 3; ++i) {
    http_probe probe(options);
    auto answer = probe.get(s.server.origin() + "/other");
    BOOST_TEST(text(answer) == "bye", answer.detail);
  }
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
}

BOOST_AUTO_TEST_CASE(who_speaks_no_tls_is_told_and_closed) {
  const tls_identity identity("DNS:localhost,IP:127.0.0.1");
  const key_file key(identity);
  auto options = with_tls(identity, key);
  options.bounds.header_ms_max = 2'000;
  waiting_server s(options);
  auto plain = s.client(), silent = s.client(), junk = s.client();
  plain.send(get("/now"));
  const auto a = plain.read_answer();
  BOOST_TEST(a.status == 400);
  BOOST_TEST(a.body.find(R"("detail":"this port speaks TLS")") != a.body.npos);
  BOOST_TEST(a.field("Connection") == "close");
  BOOST_TEST(plain.ends());
  junk.send("SSH-2.0-OpenSSH_9.2\r\n");
  BOOST_TEST(junk.read_answer().status == 0);
  BOOST_TEST(silent.ends());
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
