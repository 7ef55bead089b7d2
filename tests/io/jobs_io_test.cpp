// SPDX-License-Identifier: BSD-3-Clause
// The job list, the log and the outputs as files: long, cut, locked, full.

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "io/jobs/job_log.hpp"
#include "io/jobs/job_source.hpp"
#include "io/jobs/output_spool.hpp"

using namespace troupe;
using namespace troupe::io;
namespace fs = std::filesystem;

namespace {

struct folder {
  fs::path path;
  folder() {
    auto pattern = (fs::temp_directory_path() / "troupe-jobs-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~folder() { fs::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path / name, std::ios::binary} << text;
    return path / name;
  }
  std::string read(const std::string& name) const {
    std::ifstream in{path / name, std::ios::binary};
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

std::string said(const std::function<void()>& what) {
  try {
    what();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

const auto no_lines = [](std::string_view, std::uint64_t) { return std::string{}; };

} // namespace

BOOST_FIXTURE_TEST_SUITE(jobs_io, folder)

BOOST_AUTO_TEST_CASE(a_million_lines_are_read_as_they_are_wanted) {
  {
    std::ofstream out{path / "list"};
    for (int i = 1; i <= 1'000'000; ++i)
      out << "line " << i << "\n";
  }
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  job_source source{{.words = {"echo"}, .file = path / "list"}};
  std::uint64_t jobs = 0;
  for (job_source::batch b; !b.end;) {
    b = source.next(64);
    BOOST_REQUIRE(b.jobs.size() <= 64u);
    for (const auto& job : b.jobs)
      if (job.seq != ++jobs || job.argv[1] != "line " + std::to_string(jobs))
        BOOST_FAIL("job " << jobs);
  }
  BOOST_TEST(jobs == 1'000'000u);
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  BOOST_TEST(after.ru_maxrss - before.ru_maxrss < 8'000); // KiB
}

BOOST_AUTO_TEST_CASE(combinations_turn_the_last_list_fastest) {
  job_source source{{.words = {"e"}, .groups = {{"a", "b"}, {"1", "2", "3"}}}};
  BOOST_TEST(source.total().value() == 6u);
  const auto b = source.next(100);
  BOOST_TEST(b.end);
  std::string all;
  for (const auto& job : b.jobs)
    all += job.tag + ";";
  BOOST_TEST(all == "a 1;a 2;a 3;b 1;b 2;b 3;");
  BOOST_TEST((job_source{{.words = {"e"}, .groups = {{"a"}, {}}}}.next(9).jobs.empty()));
}

BOOST_AUTO_TEST_CASE(what_no_program_could_be_given_is_refused_with_its_line) {
  const auto error_of = [this](const std::string& text) {
    job_source source{{.words = {"e"}, .file = write("list", text)}};
    const auto error = source.next(100).error;
    return error.empty() ? error : error.substr(path.string().size());
  };
  BOOST_TEST(error_of("a\nb") == "");
  BOOST_TEST(error_of("a\n" + std::string(200'000, 'x') + "\n").starts_with("/list:2: makes an"));
  BOOST_TEST(error_of("a\n" + std::string(3'000'000, 'x')).starts_with("/list:2: is longer than"));
  BOOST_TEST(error_of(std::string{"a\0b", 3}).starts_with("/list:1: has a zero byte"));
}

BOOST_AUTO_TEST_CASE(a_wait_for_a_list_can_be_ended) {
  BOOST_REQUIRE(::mkfifo((path / "pipe").c_str(), 0600) == 0);
  std::fstream writer{path / "pipe"}; // for reading as well, so that opening does not wait
  job_source source{{.words = {"e"}, .file = path / "pipe"}};
  std::thread other{[&source] { source.cancel(); }};
  const auto b = source.next(1);
  other.join();
  BOOST_TEST(b.end);
  BOOST_TEST(b.error == "");
}

BOOST_AUTO_TEST_CASE(half_a_line_is_cut_off_and_whole_ones_are_read) {
  const auto log = write("log", "{\"seq\":1}\n{\"seq\":2}\n{\"seq\":3");
  std::string seen;
  {
    job_log opened{log, job_log::mode::resume, [&](std::string_view line, std::uint64_t number) {
                     seen += std::to_string(number) + std::string{line};
                     return std::string{};
                   }};
    BOOST_TEST(opened.append("{\"seq\":4}\n") == "");
    BOOST_TEST(said([&] {
                 job_log second{log, job_log::mode::resume, no_lines};
               }).find("another run is writing")
               != std::string::npos);
  }
  BOOST_TEST(seen == "1{\"seq\":1}2{\"seq\":2}");
  BOOST_TEST(read("log") == "{\"seq\":1}\n{\"seq\":2}\n{\"seq\":4}\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_log_is_not_touched) {
  for (const char* text : {"dear diary", "no line feed but {\"seq\":"}) {
    const auto file = write("file", text);
    BOOST_TEST(said([&] { job_log l{file, job_log::mode::resume, no_lines}; }) != "");
    BOOST_TEST(said([&] { job_log l{file, job_log::mode::create, no_lines}; }) != "");
    BOOST_TEST(read("file") == text);
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_does_not_fit_is_taken_back) {
  const auto log = (path / "log").string();
  job_log opened{log, job_log::mode::create, no_lines};
  BOOST_TEST(opened.append("{\"seq\":1}\n") == "");
  rlimit was{};
  ::getrlimit(RLIMIT_FSIZE, &was);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small{15, was.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto why = opened.append("{\"seq\":2}\n");
  ::setrlimit(RLIMIT_FSIZE, &was);
  std::signal(SIGXFSZ, ignored);
  BOOST_TEST(why == log + ": File too large");
  BOOST_TEST(read("log") == "{\"seq\":1}\n");
  BOOST_TEST(opened.append("{\"seq\":3}\n") == "");
  BOOST_TEST(read("log") == "{\"seq\":1}\n{\"seq\":3}\n");
}

BOOST_AUTO_TEST_CASE(an_output_comes_back_as_it_was_wherever_it_lies) {
  std::mt19937_64 draw{7};
  for (const std::size_t memory : {0u, 1u, 1000u, 1u << 20}) {
    output_spool spool{memory, path};
    std::string all, got;
    for (int i = 0; i < 50; ++i) {
      const std::string piece(draw() % 5000, static_cast<char>('a' + i % 26));
      BOOST_REQUIRE(spool.append(piece) == "");
      all += piece;
    }
    BOOST_TEST(spool.bytes() == all.size());
    const auto take = [&](std::string_view piece) {
      got += piece;
      return std::string{};
    };
    BOOST_TEST(spool.each(take) == "");
    BOOST_TEST((got == all));
    BOOST_TEST(spool.each([](std::string_view) { return std::string{"no more"}; }) == "no more");
  }
  BOOST_TEST(fs::is_empty(path)); // its file has no name
  output_spool nowhere{1, (path / "not-there").string()};
  BOOST_TEST(nowhere.append("ab") != "");
}

BOOST_AUTO_TEST_SUITE_END()
