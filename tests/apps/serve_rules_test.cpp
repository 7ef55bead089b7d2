// SPDX-License-Identifier: BSD-3-Clause
// Where troupe-serve may listen, and what it then asks for.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "apps/serve_rules.hpp"

using namespace troupe::apps;

BOOST_AUTO_TEST_CASE(reads_where_to_listen) {
  const auto is = [](const char* text, const std::string& address, int port) {
    const auto p = parse_listen(text);
    BOOST_TEST(p.wrong == "", p.wrong);
    BOOST_TEST(p.address == address);
    BOOST_TEST(p.port == port);
  };
  is("127.0.0.1:8080", "127.0.0.1", 8080);
  is("0.0.0.0:0", "0.0.0.0", 0);
  is("[::1]:65535", "::1", 65535);
  is("[2001:db8::1]:443", "2001:db8::1", 443);
  for (const char* bad : {"",
                          "8080",
                          ":8080",
                          "127.0.0.1",
                          "127.0.0.1:",
                          "127.0.0.1:65536",
                          "127.0.0.1:-1",
                          "127.0.0.1:80x",
                          "127.0.0.1: 80",
                          "localhost:8080",
                          "127.0.0.01:80",
                          "::1",
                          "::1:8080",
                          "[::1]",
                          "[::1]8080",
                          "[127.0.0.1]:80",
                          "[]:80",
                          "[::1:80",
                          "256.1.1.1:80",
                          "1.1:80"}) {
    const auto p = parse_listen(bad);
    BOOST_TEST(p.wrong.find("--listen '" + std::string{bad} + "': ") == 0u, bad << p.wrong);
    BOOST_TEST(p.wrong.find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(knows_loopback) {
  for (const char* yes : {"127.0.0.1", "127.255.0.3", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"})
    BOOST_TEST(is_loopback(yes), yes);
  for (const char* no : {"0.0.0.0", "::", "126.255.255.255", "128.0.0.1", "10.0.0.1", "::2",
                         "::127.0.0.1", "::ffff:10.0.0.1", "localhost", "", "127.1", "fe80::1"})
    BOOST_TEST(!is_loopback(no), no);
}

BOOST_AUTO_TEST_CASE(what_others_reach_is_kept) {
  struct row {
    exposure e;
    const char* needs; // "" may start
  };
  const std::string local = "127.0.0.1", open = "0.0.0.0";
  // address, tls, behind_proxy, token, guarded
  const std::vector<row> rows{
      {{local, false, false, false, false}, ""},
      {{local, false, false, false, true}, ""},
      {{local, true, false, false, true}, ""},
      {{local, false, true, false, false}, ""},
      {{local, false, true, false, true}, "--token-file"},
      {{local, false, true, true, true}, ""},
      {{"::1", false, false, false, true}, ""},
      {{open, false, false, false, false}, "--tls-cert"},
      {{open, false, false, true, true}, "--tls-cert"},
      {{open, true, false, false, false}, ""},
      {{open, false, true, false, false}, ""},
      {{open, true, false, false, true}, "--token-file"},
      {{open, false, true, false, true}, "--token-file"},
      {{open, true, false, true, true}, ""},
      {{open, false, true, true, true}, ""},
      {{"::", false, false, false, false}, "--tls-cert"},
      {{"192.168.1.2", false, false, false, false}, "--tls-cert"},
  };
  for (const auto& r : rows) {
    const auto why = why_not_exposed(r.e);
    BOOST_TEST(why.empty() == (*r.needs == '\0'), r.e.address << ": " << why);
    BOOST_TEST(why.find(r.needs) != std::string::npos, why);
  }
}

BOOST_AUTO_TEST_CASE(reads_origins_and_hosts) {
  for (const char* good : {"https://bank.example", "http://bank.example:8080", "https://[::1]:1"})
    BOOST_TEST(wrong_origin(good) == "");
  for (const char* bad : {"", "bank.example", "https://", "https://a/", "https://a/b", "ftp://a",
                          "https://a b", "https://u@a", "*", "null"})
    BOOST_TEST(wrong_origin(bad) != "", bad);
  for (const char* good : {"bank.example", "10.0.0.1", "[::1]", "a_b"})
    BOOST_TEST(wrong_host(good) == "");
  for (const char* bad : {"", "bank.example:80", "http://a", "a/b", "::1", "[::1]:80", "[x]", "*"})
    BOOST_TEST(wrong_host(bad) != "", bad);
}

BOOST_AUTO_TEST_CASE(errors_of_the_start_name_the_option) {
  const std::vector<named_path> paths{{"--token-file", "t"}, {"--bank", "b.db"}, {"--crawls", ""}};
  const auto is = [&](const char* what, const std::string& told) {
    BOOST_TEST(told_by_option(what, paths) == told);
  };
  is("t: No such file or directory", "--token-file t: No such file or directory; make it with"
                                     " troupe-serve new-token --token-file t");
  is("t: is no file", "--token-file t: is no file");
  is("t:1: is no 'sha256 '", "--token-file t:1: is no 'sha256 '");
  is("b.db: process 7 is writing to it, and did not end within 0 s",
     "--bank b.db: process 7 is writing to it: a ledger has one server");
  is("b.db: No such file or directory",
     "--bank b.db: No such file or directory: its folder has to be there");
  is("cannot listen on 127.0.0.1 port 80: Address already in use",
     "--listen: cannot listen on 127.0.0.1 port 80: Address already in use: take another port, or"
     " port 0 for any free one");
  is("cannot listen on 127.0.0.1 port 80: Permission denied",
     "--listen: cannot listen on 127.0.0.1 port 80: Permission denied");
  is("standard output cannot be written", "standard output cannot be written");
  is("tt: other", "tt: other");
}

BOOST_AUTO_TEST_CASE(a_key_with_a_pass_phrase_is_told) {
  const auto file = std::filesystem::temp_directory_path()
                    / ("troupe-key-" + std::to_string(::getpid()) + ".pem");
  const auto with = [&](const char* text) {
    std::ofstream{file} << text;
    return why_no_key(file.string());
  };
  BOOST_TEST(with("-----BEGIN PRIVATE KEY-----\nAAAA\n") == "");
  BOOST_TEST(with("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n") != "");
  BOOST_TEST(with("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n") != "");
  std::filesystem::remove(file);
  BOOST_TEST(why_no_key(file.string()) == ""); // whoever reads it tells that
  BOOST_TEST(why_no_key("") == "");
}
