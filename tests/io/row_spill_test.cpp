// SPDX-License-Identifier: BSD-3-Clause
// Rows that one writes and others read.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "io/crawl/job_results.hpp"

using namespace troupe;

BOOST_AUTO_TEST_SUITE(spilled_rows)

BOOST_AUTO_TEST_CASE(leaves_no_file_behind) {
  const auto folder = std::filesystem::temp_directory_path() / "troupe-spill-test";
  std::filesystem::create_directories(folder);
  {
    io::row_spill spill(folder.string());
    BOOST_TEST(spill.append("row\n") == "");
    BOOST_TEST(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove(folder);
  BOOST_CHECK_THROW(io::row_spill("/does/not/exist"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(tells_who_waits_once_and_at_the_end) {
  io::row_spill spill("");
  int told = 0;
  BOOST_TEST(spill.when_more(0, [&] { ++told; }) != 0u);
  const auto gone = spill.when_more(0, [&] { told += 100; });
  spill.forget(gone);
  spill.append("ab\n");
  spill.append("cd\n");
  BOOST_TEST(told == 1);
  BOOST_TEST(spill.when_more(0, [&] { ++told; }) == 0u); // there is something to read
  BOOST_TEST(spill.read(3, 100).bytes == "cd\n");
  BOOST_TEST(!spill.read(3, 100).ended);
  BOOST_TEST(spill.when_more(6, [&] { ++told; }) != 0u);
  spill.end();
  BOOST_TEST(told == 2);
  BOOST_TEST(spill.read(0, 3).bytes == "ab\n");
  BOOST_TEST(!spill.read(0, 3).ended);
  BOOST_TEST(spill.read(3, 3).ended);
  BOOST_TEST(spill.read(6, 3).ended);
}

BOOST_AUTO_TEST_CASE(is_read_whole_while_it_is_written) {
  io::row_spill spill("");
  std::jthread writer([&] {
    for (int i = 0; i < 20'000; ++i)
      spill.append(std::to_string(i) + "\n");
    spill.end();
  });
  std::string all;
  for (;;) {
    auto piece = spill.read(all.size(), 1'000);
    all += piece.bytes;
    if (piece.ended)
      break;
    if (piece.bytes.empty())
      std::this_thread::yield();
  }
  std::string right;
  for (int i = 0; i < 20'000; ++i)
    right += std::to_string(i) + "\n";
  BOOST_TEST((all == right));
}

BOOST_AUTO_TEST_CASE(of_a_crawl_ends_before_the_row_that_is_too_much) {
  io::job_results results("", 399, true);
  auto output = results.output();
  crawl::page_row row;
  row.url = "http://example.org/";
  const std::vector<crawl::item> items{{"http://example.org/a", "A"}};
  BOOST_TEST(output.write(row, items) == "");
  BOOST_TEST(!results.full());
  const auto before = results.bytes();
  const auto why = output.write(row, items);
  BOOST_TEST((why.find("results_bytes_max is 399") != why.npos), why);
  BOOST_TEST(results.full());
  BOOST_TEST(results.bytes() == before);
  BOOST_TEST(output.flush() == why);
  BOOST_TEST(
      results.rows().read(0, 1'000).bytes
      == "{\"page\":\"http://example.org/\",\"href\":\"http://example.org/a\",\"text\":\"A\"}\n");
}

BOOST_AUTO_TEST_SUITE_END()
