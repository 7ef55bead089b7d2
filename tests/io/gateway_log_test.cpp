// SPDX-License-Identifier: BSD-3-Clause
// Tokens and the access log: files, lines, and what a client may try with them.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "io/gateway/access_log.hpp"
#include "io/gateway/token.hpp"
#include "io/process/descriptor.hpp"

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
  std::string at(const std::string& name) const { return path / name; }
  std::string read(const std::string& name) const {
    std::ifstream in{path / name, std::ios::binary};
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path / name, std::ios::binary} << text;
    return at(name);
  }
};

std::string why_not(const std::string& token_path) {
  try {
    token_file{token_path};
  } catch (const std::runtime_error& e) {
    BOOST_TEST(std::string{e.what()}.find('\n') == std::string::npos);
    return e.what();
  }
  return "";
}

const std::string some_hash(64, 'a');

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find('\n', i), text.size());
    out.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return out;
}

std::string line(const io::request_report& r, log_format format, std::size_t max = 1'024) {
  std::string out;
  append_log_line(out, r, 1'795'698'318'007, format, max);
  return out;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(gateway_files, folder)

BOOST_AUTO_TEST_CASE(a_new_token_opens_and_its_file_does_not_have_it) {
  const auto token = token_file::make(at("token"));
  BOOST_TEST(token.size() == 64u);
  BOOST_TEST(token.find_first_not_of("0123456789abcdef") == std::string::npos);
  BOOST_TEST(read("token").find(token) == std::string::npos);
  struct stat about {};
  BOOST_REQUIRE(::stat(at("token").c_str(), &about) == 0);
  BOOST_TEST((about.st_mode & 0777) == 0600u);
  const token_file tokens{at("token")};
  BOOST_TEST(tokens.opens("Bearer " + token));
  BOOST_TEST(tokens.opens("bearer  " + token));
  auto other = token;
  other.back() = other.back() == '0' ? '1' : '0';
  for (const auto& bad : {"Bearer " + other, "Bearer " + token + "0", "Bearer " + token.substr(1),
                          token, "Basic " + token, std::string{"Bearer "}, std::string{"Bearer"},
                          std::string{}, "Bearer " + token + " ", "Bearer\t" + token})
    BOOST_TEST(!tokens.opens(bad), bad);
  BOOST_CHECK_THROW(token_file::make(at("token")), std::runtime_error); // it is there already
  BOOST_TEST(token_file::make(at("second")) != token);
}

BOOST_AUTO_TEST_CASE(two_tokens_both_open) {
  const auto a = token_file::make(at("a")), b = token_file::make(at("b"));
  write("both", "# old\n" + read("a") + "\r\n# new\n" + read("b"));
  const token_file tokens{at("both")};
  BOOST_TEST(tokens.opens("Bearer " + a));
  BOOST_TEST(tokens.opens("Bearer " + b));
}

BOOST_AUTO_TEST_CASE(a_token_file_that_is_none_is_refused) {
  BOOST_TEST(why_not(at("nowhere")).find("No such file") != std::string::npos);
  BOOST_TEST(why_not(path).find("is no file") != std::string::npos);
  BOOST_TEST(why_not(write("empty", "")).find("has no token") != std::string::npos);
  BOOST_TEST(why_not(write("comment", "# nothing\n")).find("has no token") != std::string::npos);
  for (const auto& bad :
       {std::string{"secret"}, "sha256 " + some_hash + "a", "sha256 " + some_hash.substr(1),
        "sha1 " + some_hash, "sha256  " + some_hash, "sha256 g" + some_hash.substr(1)})
    BOOST_TEST(why_not(write("bad", "# one\n" + bad + "\n")).find("bad:2: ") != std::string::npos,
               bad);
  std::string many;
  for (std::size_t i = 0; i <= token_file::tokens_max; ++i)
    many += "sha256 " + some_hash + "\n";
  BOOST_TEST(why_not(write("many", many)).find("more than 16") != std::string::npos);
  BOOST_TEST(
      why_not(write("long", std::string(token_file::file_bytes_max + 1, '\n'))).find("64 KiB")
      != std::string::npos);
  const auto open = write("open", "sha256 " + some_hash + "\n");
  BOOST_TEST(why_not(open) == "");
  ::chmod(open.c_str(), 0622);
  BOOST_TEST(why_not(open).find("others may write it") != std::string::npos);
  BOOST_REQUIRE(::mkfifo(at("pipe").c_str(), 0600) == 0);
  BOOST_TEST(why_not(at("pipe")).find("is no file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_say_what_was_asked) {
  const io::request_report r{.peer = "127.0.0.1",
                             .method = "GET",
                             .target = "/is_prime/17",
                             .status = 200,
                             .body_bytes = 12,
                             .took_ns = 1'000'123'456,
                             .label = "/is_prime/{list}",
                             .agent = "curl/7.88"};
  BOOST_TEST(line(r, log_format::text)
             == "127.0.0.1 - - [26/Nov/2026:13:05:18 +0000] \"GET /is_prime/17\" 200 12 \"-\" "
                "\"curl/7.88\" 1.000123 /is_prime/{list}\n");
  BOOST_TEST(line(r, log_format::json)
             == "{\"time\":\"2026-11-26T13:05:18.007Z\",\"peer\":\"127.0.0.1\",\"method\":\"GET\","
                "\"target\":\"/is_prime/17\",\"status\":200,\"bytes\":12,\"seconds\":1.000123,"
                "\"route\":\"/is_prime/{list}\",\"agent\":\"curl/7.88\"}\n");
  const io::request_report bare{.peer = "::1", .method = "-", .target = "-", .status = 400};
  BOOST_TEST(line(bare, log_format::text)
             == "::1 - - [26/Nov/2026:13:05:18 +0000] \"- -\" 400 0 \"-\" \"-\" 0.000000 -\n");
}

BOOST_AUTO_TEST_CASE(no_client_writes_a_line_of_its_own) {
  std::string all;
  for (int c = 0; c < 256; ++c)
    all += static_cast<char>(c);
  const io::request_report r{
      .peer = "::1", .method = "GET", .target = all, .status = 404, .agent = all};
  for (const auto format : {log_format::text, log_format::json}) {
    const auto text = line(r, format);
    BOOST_TEST(text.find('\n') == text.size() - 1);
    BOOST_TEST(
        std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= ' ' && c <= '~'; }));
  }
  BOOST_TEST(line(r, log_format::text).find("!\\\"#") != std::string::npos);
  const auto o = boost::json::parse(line(r, log_format::json)).as_object();
  BOOST_TEST(o.at("target").as_string().starts_with(std::string{"\0\x01\x02", 3}));
  BOOST_TEST(o.at("status").as_int64() == 404);
  // A target that would look like the end of a line and another one.
  const std::string forged = "/\" 200 1 \"-\" \"x\" 0.1 -\n10.0.0.1 - - [";
  const io::request_report f{.peer = "::1", .method = "GET", .target = forged, .status = 404};
  BOOST_TEST(line(f, log_format::text).find("\"GET /\\\" 200 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(long_words_are_cut) {
  const std::string target(5'000, 'x');
  const io::request_report r{.peer = "::1", .method = "GET", .target = target, .status = 404};
  for (const auto format : {log_format::text, log_format::json}) {
    const auto text = line(r, format, 100);
    BOOST_TEST(text.size() < 300u);
    BOOST_TEST(text.find(std::string(100, 'x') + "...\"") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(every_line_of_every_thread_comes_whole_and_once) {
  constexpr int threads = 6, each = 3'000;
  write("log", "what was there\n");
  {
    access_log log{{.path = at("log"), .flush_ms = 5}};
    std::vector<std::thread> crowd;
    for (int t = 0; t < threads; ++t)
      crowd.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          const auto target = "/" + std::to_string(t) + "/" + std::to_string(i);
          log.write({.peer = "::1", .method = "GET", .target = target, .status = 200});
        }
      });
    for (auto& t : crowd)
      t.join();
    BOOST_TEST(log.lost() == 0u);
  }
  const auto lines = lines_of(read("log"));
  BOOST_REQUIRE(lines.size() == threads * each + 1u);
  BOOST_TEST(lines[0] == "what was there");
  std::set<std::string> targets;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto begin = lines[i].find("\"GET "), end = lines[i].find("\" 200 0 ");
    BOOST_REQUIRE(begin != std::string::npos);
    BOOST_REQUIRE(end != std::string::npos);
    targets.insert(lines[i].substr(begin, end - begin));
  }
  BOOST_TEST(targets.size() == static_cast<std::size_t>(threads * each));
}

BOOST_AUTO_TEST_CASE(is_opened_anew_where_it_was_moved_away) {
  const auto has = [&](const char* name, const char* word) {
    for (int i = 0; i < 2'000; ++i) { // ten seconds, against a busy machine
      if (read(name).find(word) != std::string::npos)
        return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return false;
  };
  access_log log{{.path = at("log"), .flush_ms = 5}};
  log.write({.peer = "::1", .method = "GET", .target = "/first", .status = 200});
  BOOST_TEST(has("log", "/first"));
  fs::rename(at("log"), at("log.1"));
  log.write({.peer = "::1", .method = "GET", .target = "/second", .status = 200});
  BOOST_TEST(has("log.1", "/second"));
  log.reopen();
  for (int i = 0; i < 2'000 && !fs::exists(at("log")); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  log.write({.peer = "::1", .method = "GET", .target = "/third", .status = 200});
  BOOST_TEST(has("log", "/third"));
  BOOST_TEST(read("log.1").find("/third") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_that_cannot_be_written_are_counted) {
  BOOST_CHECK_THROW((access_log{{.path = at("no/such/folder")}}), std::runtime_error);
  BOOST_CHECK_THROW((access_log{{.path = path}}), std::runtime_error);
  {
    access_log full{{.path = "/dev/full", .flush_ms = 1}};
    for (int i = 0; i < 10; ++i)
      full.write({.peer = "::1", .method = "GET", .target = "/", .status = 200});
    for (int i = 0; i < 2'000 && full.lost() < 10; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    BOOST_TEST(full.lost() == 10u);
  }
  access_log slow{{.path = at("log"), .flush_ms = 600'000, .waiting_bytes_max = 1'000}};
  for (int i = 0; i < 1'000; ++i)
    slow.write({.peer = "::1", .method = "GET", .target = "/", .status = 200});
  BOOST_TEST(slow.lost() > 900u);
  BOOST_TEST(slow.lost() < 1'000u);
}

BOOST_AUTO_TEST_CASE(a_reader_who_stops_costs_whole_lines) {
  BOOST_REQUIRE(::mkfifo(at("pipe").c_str(), 0600) == 0);
  const io::descriptor reader{::open(at("pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  const auto take = [&reader](std::string& to) {
    std::vector<char> piece(1u << 16);
    for (ssize_t n = 0; (n = ::read(reader.get(), piece.data(), piece.size())) > 0;)
      to.append(piece.data(), static_cast<std::size_t>(n));
  };
  constexpr int written = 2'000;
  std::uint64_t lost = 0;
  std::string text;
  {
    access_log log{{.path = at("pipe"), .flush_ms = 1}};
    const auto write = [&log](const std::string& target) {
      log.write({.peer = "::1", .method = "GET", .target = target, .status = 200});
    };
    for (int i = 0; i < written; ++i) // more than a pipe holds
      write("/" + std::string(100, 'a'));
    for (int i = 0; i < 6'000 && log.lost() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    BOOST_TEST(log.lost() > 0u);
    take(text);
    write("/again");
    for (int i = 0; i < 6'000 && text.find("/again") == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      take(text);
    }
    lost = log.lost();
  }
  const auto lines = lines_of(text);
  BOOST_TEST(lines.size() + lost == written + 1u);
  for (const auto& l : lines)
    BOOST_REQUIRE(l.starts_with("::1 - - ["));
  BOOST_TEST(lines.back().find("/again") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_terminal_that_stands_still_does_not_hold_up_the_end) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const io::descriptor nobody_reads{ends[0]};
  const io::descriptor kept{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)};
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  const auto flags = ::fcntl(STDERR_FILENO, F_GETFL);
  {
    access_log log{{.flush_ms = 1}};
    for (int i = 0; i < 2'000; ++i)
      log.write({.peer = "::1", .method = "GET", .target = std::string(100, 'a'), .status = 200});
  }
  const auto flags_after = ::fcntl(STDERR_FILENO, F_GETFL);
  ::dup2(kept.get(), STDERR_FILENO);
  BOOST_TEST(flags_after == flags); // others write there too
}

BOOST_AUTO_TEST_SUITE_END()
