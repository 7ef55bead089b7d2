// SPDX-License-Identifier: BSD-3-Clause
// The file of URLs that memory has no room for.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "io/crawl/url_file.hpp"

using namespace troupe;

namespace {

struct scratch {
  scratch()
      : folder(std::filesystem::temp_directory_path()
               / ("troupe-url-file-test-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder);
  }
  ~scratch() { std::filesystem::remove_all(folder); }
  std::filesystem::path folder;
};

std::vector<char> some_bytes(char what) { return std::vector<char>(100'000, what); }

} // namespace

BOOST_AUTO_TEST_SUITE(url_files)

BOOST_FIXTURE_TEST_CASE(gives_back_what_was_written_and_leaves_nothing_behind, scratch) {
  io::url_file file(folder.string());
  BOOST_TEST(file.write(0, some_bytes('a')) == "");
  BOOST_TEST(file.write(100'000, some_bytes('b')) == "");
  std::vector<char> two(2);
  BOOST_TEST(file.read(99'999, two) == "");
  BOOST_TEST(std::string(two.begin(), two.end()) == "ab");
  BOOST_TEST(std::filesystem::is_empty(folder));
}

BOOST_FIXTURE_TEST_CASE(needs_no_folder_before_the_first_byte, scratch) {
  const auto nowhere = (folder / "not" / "there").string();
  io::url_file file(nowhere);
  const auto why = file.write(0, some_bytes('a'));
  BOOST_TEST(why.find(nowhere) != std::string::npos);
  BOOST_TEST(why.find("No such file") != std::string::npos);
  BOOST_TEST(why.find('\n') == std::string::npos);
}

// Where a file may be no longer writing fails as on a full disk, after a part.
BOOST_FIXTURE_TEST_CASE(a_file_without_room_is_one_clear_line, scratch) {
  rlimit before{};
  BOOST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{150'000, before.rlim_max};
  BOOST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  io::url_file file(folder.string());
  const auto first = file.write(0, some_bytes('a'));
  const auto second = file.write(100'000, some_bytes('b'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, signal_before);
  BOOST_TEST(first == "");
  BOOST_TEST(second.find(folder.string()) != std::string::npos);
  BOOST_TEST(second.find("File too large") != std::string::npos);
  BOOST_TEST(second.find("TMPDIR") != std::string::npos);
  std::vector<char> one(1);
  BOOST_TEST(file.read(99'999, one) == ""); // what was written before is whole
  BOOST_TEST(one[0] == 'a');
}

BOOST_FIXTURE_TEST_CASE(what_is_not_there_cannot_be_read, scratch) {
  io::url_file file(folder.string());
  BOOST_TEST(file.write(0, some_bytes('a')) == "");
  std::vector<char> two(2);
  BOOST_TEST(file.read(99'999, two).find("cannot be read again") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_has_a_key_of_its_own) {
  const io::url_file one, other;
  BOOST_TEST(one.key().first == one.key().first);
  BOOST_TEST(one.key().first != other.key().first);
  BOOST_TEST(one.key().second != other.key().second);
  BOOST_TEST(one.key().first != one.key().second);
}

BOOST_AUTO_TEST_SUITE_END()
