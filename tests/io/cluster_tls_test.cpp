// SPDX-License-Identifier: BSD-3-Clause
// Who holds a certificate of the cluster's CA is let in, and nobody else, on either side.
#include "io/cluster/links.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "domain/cluster/frame.hpp"
#include "tests/support/cluster_ca.hpp"
#include "tests/support/cluster_node.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr long day = 86'400;

cluster::links_options with(const std::string& folder) {
  auto o = node_options("");
  o.tls_dir = folder;
  return o;
}

std::string refused_start(const cluster::links_options& o) {
  try {
    cluster::links l(o);
    return "it started";
  } catch (const std::exception& e) {
    return e.what();
  }
}

// In PATTERN, FOLDER stands for the folder.
std::string in_folder(std::string pattern, const std::string& folder) {
  for (std::size_t at = 0; (at = pattern.find("FOLDER", at)) != pattern.npos;)
    pattern.replace(at, 6, folder);
  return pattern;
}

struct certificates {
  cluster_ca ca, other;
  std::string node = ca.folder("URI:troupe-node:node");
  std::string good = ca.folder("URI:troupe-node:good");
  std::string foreign = other.folder("URI:troupe-node:good");
  std::string expired = ca.folder("URI:troupe-node:good", -2 * day, -day / 2);
  std::string early = ca.folder("URI:troupe-node:good", day / 2, day);
  std::string nameless = ca.folder("DNS:good");
  std::string twofold = ca.folder("URI:troupe-node:good,URI:troupe-node:node");
};

} // namespace

BOOST_FIXTURE_TEST_CASE(certificates_of_one_ca_link, certificates) {
  cluster_node a(with(good)), b(with(node));
  const auto l = connect(a, b);
  BOOST_TEST(l.a.over_tls);
  BOOST_TEST(l.a.peer.node == "node");
  BOOST_TEST(l.b.peer.node == "good");
  write_all(l.at_a.get(), "there");
  BOOST_TEST(read_exactly(l.at_b.get(), 5) == "there");
}

BOOST_AUTO_TEST_CASE(what_the_script_makes_links) {
  auto root = (std::filesystem::temp_directory_path() / "troupe-certs-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(root.data()));
  const std::string script = TROUPE_SOURCE_DIR "/scripts/make-certs.sh";
  BOOST_REQUIRE(std::system(("bash '" + script + "' '" + root + "' a b >/dev/null").c_str()) == 0);
  {
    cluster_node a(with(root + "/a")), b(with(root + "/b"));
    BOOST_TEST(connect(a, b).a.peer.node == "b");
  }
  std::filesystem::remove_all(root);
}

BOOST_FIXTURE_TEST_CASE(who_comes_without_a_good_certificate_is_refused, certificates) {
  cluster_node node_(with(node)), friendly(with(good));
  const auto before = connect(friendly, node_);
  struct row {
    const char* words;
    std::string folder, reason;
  };
  const row rows[] = {
      {"none", "", "it shows no certificate"},
      {"another CA's", foreign, "its certificate is not one of this cluster's CA"},
      {"expired", expired, "its certificate has expired"},
      {"not yet valid", early, "its certificate is not yet valid"},
      {"for something else", nameless, "names no node"},
      {"for two nodes", twofold, "names no node"},
      {"for another node", good, "calls itself 'impostor', its certificate 'good'"},
  };
  for (const auto& r : rows) {
    const auto socket = raw_connect(node_.links().port());
    raw_tls peer(socket.get(), r.folder, false);
    peer.handshake(); // with TLS 1.3 it ends before the other side has looked
    peer.write(encode(plain_hello("impostor")));
    const auto reason = node_.next_refusal();
    BOOST_TEST(reason.ends_with(r.reason), r.words << ": " << reason);
    peer.read_to_end();
  }
  const auto plain = raw_connect(node_.links().port());
  write_all(plain.get(), encode(plain_hello("good")));
  BOOST_TEST(node_.next_refusal().ends_with(": it does not speak TLS"));
  write_all(before.at_a.get(), "still here");
  BOOST_TEST(read_exactly(before.at_b.get(), 10) == "still here");
  cluster_node another(with(good));
  connect(another, node_);
}

BOOST_FIXTURE_TEST_CASE(a_listener_without_a_good_certificate_is_refused, certificates) {
  cluster_node node_(with(good));
  struct row {
    const char* words;
    std::string folder, reason;
  };
  const row rows[] = {
      {"another CA's", foreign, "its certificate is not one of this cluster's CA"},
      {"expired", expired, "its certificate has expired"},
      {"not yet valid", early, "its certificate is not yet valid"},
  };
  for (const auto& r : rows) {
    std::uint16_t port = 0;
    const auto listening = raw_listen(port);
    const auto where = "127.0.0.1:" + std::to_string(port);
    node_.dial(where);
    const auto socket = raw_accept(listening.get());
    raw_tls peer(socket.get(), r.folder, true);
    BOOST_TEST(!peer.handshake(), r.words);
    BOOST_TEST(node_.next_failure() == where + ": " + r.reason, r.words);
  }
}

BOOST_FIXTURE_TEST_CASE(nodes_of_two_kinds_tell_each_other_why_not, certificates) {
  cluster_node tls(with(node)), foreigner(with(foreign)), plain(node_options("plain"));
  foreigner.dial(tls.where());
  BOOST_TEST(foreigner.next_failure()
             == tls.where() + ": its certificate is not one of this cluster's CA");
  tls.next_refusal();
  plain.dial(tls.where());
  BOOST_TEST(plain.next_failure()
             == tls.where() + ": it closed the connection before its hello; it may want TLS");
  BOOST_TEST(tls.next_refusal().ends_with(": it does not speak TLS"));
  tls.dial(plain.where());
  BOOST_TEST(tls.next_failure() == plain.where() + ": it does not speak TLS");
}

BOOST_FIXTURE_TEST_CASE(a_silent_tls_peer_is_given_up, certificates) {
  auto o = with(node);
  o.bounds.hello_ms_max = 300;
  cluster_node node_(o);
  const auto silent = raw_connect(node_.links().port());
  BOOST_TEST(node_.next_refusal().ends_with(": no TLS handshake within 300 ms"));
}

BOOST_FIXTURE_TEST_CASE(a_node_with_bad_files_does_not_start, certificates) {
  const auto copy = [&](const std::string& from, const std::string& file) {
    std::filesystem::copy_file(from + "/" + file, node + "/" + file,
                               std::filesystem::copy_options::overwrite_existing);
  };
  BOOST_TEST(refused_start(with(node)) == "it started");
  const auto fails = [](const std::string& folder, const std::string& why) {
    BOOST_TEST(refused_start(with(folder)) == in_folder(why, folder));
  };
  BOOST_TEST(refused_start(with("/nowhere"))
                 .starts_with("cannot use '/nowhere/ca.pem' as the cluster's CA: No such file"));
  fails(expired, "'FOLDER/node.pem' would be refused by the others: certificate has expired");
  fails(early, "'FOLDER/node.pem' would be refused by the others: certificate is not yet valid");
  fails(nameless, "'FOLDER/node.pem' names no node (URI:troupe-node:NAME)");
  ::chmod((good + "/node-key.pem").c_str(), 0640);
  fails(good, "others may read the key in 'FOLDER/node-key.pem': chmod 600 it");
  ::chmod((good + "/node-key.pem").c_str(), 0600);
  auto o = with(good);
  o.self.node = "somebody";
  BOOST_TEST(refused_start(o) == "this node is 'somebody', its certificate is 'good'");
  copy(good, "node.pem");
  fails(node, "'FOLDER/node-key.pem' is not the PEM key of the certificate in 'FOLDER/node.pem'");
  copy(good, "node-key.pem");
  copy(foreign, "ca.pem");
  BOOST_TEST(refused_start(with(node)).find("would be refused by the others") != std::string::npos);
  std::filesystem::remove(node + "/node-key.pem");
  fails(node, "cannot read 'FOLDER/node-key.pem': No such file or directory");
}

BOOST_AUTO_TEST_CASE(options_that_cannot_be_are_refused) {
  auto o = node_options("a");
  o.self.node = "a b";
  BOOST_TEST(refused_start(o)
             == "'a b' names no node: letters, digits, '-', '.' and '_', at most 63");
  o = node_options("a");
  o.bounds.suspect_ms = o.bounds.ping_ms;
  BOOST_TEST(refused_start(o) == "ping_ms has to be below suspect_ms, and that below down_ms");
  cluster::links taken(node_options("a"));
  o = node_options("a");
  o.port = taken.port();
  BOOST_TEST(refused_start(o)
             == "cannot listen on 127.0.0.1:" + std::to_string(taken.port())
                    + ": Address already in use");
}
