// SPDX-License-Identifier: BSD-3-Clause
// What is kept of crawls is there after the process that kept it was killed.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "io/crawl/crawl_state.hpp"

using troupe::io::crawl_state;

namespace {

struct folder {
  folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "troupe-state-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~folder() { std::filesystem::remove_all(path); }
  std::string path;
};

std::vector<std::string> pages_of(crawl_state& s, const std::string& key, std::uint64_t skip = 0) {
  std::vector<std::string> out;
  s.read(key, skip, [&](std::string_view page) {
    out.emplace_back(page);
    return true;
  });
  return out;
}

std::string why(const std::string& path, std::uint64_t build) {
  try {
    crawl_state s(path, build);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(kept_crawls)

BOOST_AUTO_TEST_CASE(pages_come_back_in_their_order) {
  folder f;
  const std::string bytes("\0\1b\xff", 4);
  {
    crawl_state s(f.path + "/made/for/it", 7);
    BOOST_TEST(s.begin("a") == "");
    BOOST_TEST(s.begin("b") == "");
    BOOST_TEST(s.begin("a") != "");
    BOOST_TEST(s.append("a", std::vector<std::string>{"1", bytes}) == "");
    BOOST_TEST(s.append("b", std::vector<std::string>{"x"}) == "");
    BOOST_TEST(s.append("a", std::vector<std::string>{"3"}) == "");
  }
  crawl_state s(f.path + "/made/for/it", 7);
  BOOST_TEST(s.find("a").value() == 3u);
  BOOST_TEST((pages_of(s, "a") == std::vector<std::string>{"1", bytes, "3"}));
  BOOST_TEST((pages_of(s, "a", 2) == std::vector<std::string>{"3"}));
  BOOST_TEST(s.append("a", std::vector<std::string>{"4"}) == "");
  BOOST_TEST((pages_of(s, "a", 2) == std::vector<std::string>{"3", "4"}));
  BOOST_TEST(s.end("a") == "");
  BOOST_TEST(!s.find("a").has_value());
  BOOST_TEST(pages_of(s, "a").empty());
  BOOST_TEST(pages_of(s, "b").size() == 1u);
  BOOST_TEST(s.forget_used_before(1) == 0u);
  BOOST_TEST(s.forget_used_before(4'000'000'000'000) == 1u);
  BOOST_TEST(pages_of(s, "b").empty());
}

BOOST_AUTO_TEST_CASE(another_builds_bytes_are_thrown_away) {
  folder f;
  {
    crawl_state s(f.path, 7);
    s.begin("a");
    s.append("a", std::vector<std::string>{"1"});
  }
  crawl_state s(f.path, 8);
  BOOST_TEST(!s.find("a").has_value());
  BOOST_TEST(s.begin("a") == "");
  BOOST_TEST(pages_of(s, "a").empty());
}

BOOST_AUTO_TEST_CASE(one_process_at_a_time) {
  folder f;
  {
    crawl_state s(f.path, 7);
    BOOST_TEST(why(f.path, 7) == f.path + "/crawls.db: is locked by another process");
  }
  BOOST_TEST(why(f.path, 7) == "");
  BOOST_TEST(why("/proc/none", 7).find("/proc/none: cannot be made") == 0u);
}

BOOST_AUTO_TEST_CASE(what_was_appended_survives_a_kill) {
  folder f;
  int told[2];
  BOOST_REQUIRE(::pipe(told) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    crawl_state s(f.path, 7);
    s.begin("a");
    for (int n = 1;; ++n)
      if (s.append("a", std::vector<std::string>{std::to_string(n)}).empty())
        static_cast<void>(!::write(told[1], &n, sizeof n));
      else
        ::_exit(1);
  }
  ::close(told[1]);
  int last = 0;
  while (last < 20)
    BOOST_REQUIRE(::read(told[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  BOOST_TEST(WIFSIGNALED(status));
  for (int n = 0; ::read(told[0], &n, sizeof n) > 0;)
    last = n; // what it said before the blow
  ::close(told[0]);
  crawl_state s(f.path, 7);
  const auto pages = pages_of(s, "a");
  BOOST_TEST(pages.size() >= static_cast<std::size_t>(last));
  for (std::size_t i = 0; i < pages.size(); ++i)
    BOOST_TEST(pages[i] == std::to_string(i + 1));
}

BOOST_AUTO_TEST_SUITE_END()
