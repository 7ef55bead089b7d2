// SPDX-License-Identifier: BSD-3-Clause
// Services that cannot have all of their threads say so, and leave nobody waiting. A service that
// waits for the threads it has hangs here until the test's time is over.
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "baselines/gateway/bank.hpp"
#include "baselines/gateway/crawl_jobs.hpp"
#include "baselines/gateway/start_threads.hpp"

using namespace troupe;
using namespace troupe::baselines;
namespace fs = std::filesystem;

namespace {

/// Makes so many threads, and then none.
struct few_threads {
  explicit few_threads(int n) : left(n) {}
  std::atomic<int> left, running{0};
  thread_maker maker() {
    return [this](std::function<void()> work) {
      if (left-- <= 0)
        throw std::system_error(EAGAIN, std::generic_category());
      ++running;
      return std::jthread{[this, work = std::move(work)] {
        work();
        --running;
      }};
    };
  }
};

struct folder {
  folder() {
    auto pattern = (fs::temp_directory_path() / "troupe-threads-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

/// Is this one line that says how many there were?
auto tells(std::string counts) {
  return [counts = std::move(counts)](const std::runtime_error& e) {
    const std::string line = e.what();
    BOOST_TEST_MESSAGE(line);
    return line.find("only " + counts + " threads can be had: ") == 0
           && line.find('\n') == line.npos;
  };
}

} // namespace

BOOST_AUTO_TEST_SUITE(gateway_threads)

BOOST_AUTO_TEST_CASE(a_pool_bank_without_its_second_thread_is_an_error) {
  const folder here;
  const gateway::bank_options options{.file = (here.path / "bank.db").string()};
  for (const int n : {0, 1, 2}) {
    few_threads few{n};
    BOOST_CHECK_EXCEPTION(make_locked_bank(options, 3, few.maker()), std::runtime_error,
                          tells(std::to_string(n) + " of 3"));
    BOOST_TEST(few.running == 0);
  }
  few_threads enough{3};
  BOOST_TEST(make_locked_bank(options, 3, enough.maker())->not_ready()
             == ""); // its turn was given back
  BOOST_TEST(enough.running == 0);
}

BOOST_AUTO_TEST_CASE(crawl_jobs_without_their_second_thread_are_an_error) {
  const folder here;
  gateway::crawl_service_options options;
  options.folder = here.path.string();
  options.bounds.running_max = 2;
  const auto none = [](const crawl::crawl_plan&, const crawl_setting&) {
    return crawl::crawl_summary{};
  };
  for (const int n : {0, 1}) {
    few_threads few{n};
    BOOST_CHECK_EXCEPTION(make_crawl_jobs(options, none, few.maker()), std::runtime_error,
                          tells(std::to_string(n) + " of 2"));
    BOOST_TEST(few.running == 0);
  }
  few_threads enough{2};
  BOOST_TEST(make_crawl_jobs(options, none, enough.maker())->not_ready() == "");
  BOOST_TEST(enough.running == 0);
}

BOOST_AUTO_TEST_SUITE_END()
