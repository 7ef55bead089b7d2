// SPDX-License-Identifier: BSD-3-Clause
// bench_frontier SHAPE [MEMORY_BYTES] [LEVEL...]
//
// What a frontier costs, in memory and time, with many URLs waiting in it: a crawl of a web that is
// made as it is asked for, with the frontier and the page reader of every engine and without
// network. One thread; CSV rows on standard output, one a level.
//
//     SHAPE   one         all URLs are on one host
//             many        a tenth as many hosts as URLs, each found with its ten URLs
//             scattered   a million hosts; each URL is on any of them
//     MEMORY_BYTES        frontier_memory_bytes_max (67108864); 0: no file, all stays in memory
//     LEVEL               URLs that wait when a row is measured (100000 300000 1000000 3000000
//     10000000)
//
// Between two levels pages lead to 20 new URLs and 30 known ones; nobody reads them: their links
// are there (column growing_us: the frontier's CPU time for such a page). At a level 20,000 pages
// of about 10 KB are made, read, and reported; they lead to one new URL, so that the level stays,
// and to 49 known ones, any of all, which is the worst for memory. All other columns are of these
// pages.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "domain/crawl/frontier.hpp"
#include "io/crawl/url_file.hpp"

namespace {

using namespace troupe;
using clock_type = std::chrono::steady_clock;

constexpr std::size_t at_once = 256;
constexpr std::uint64_t measured_pages = 20'000;
constexpr unsigned scattered_hosts = 1'000'000;

double cpu_seconds() {
  timespec t;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

double resident_mb() {
  unsigned long long all = 0, resident = 0;
  if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%llu %llu", &all, &resident) != 2)
      resident = 0;
    std::fclose(f);
  }
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

enum class shape { one, many, scattered };

/// URLs by number: those below made() were linked by some page.
class made_web {
public:
  explicit made_web(shape how) : how_(how) {}

  std::string url_of(std::uint64_t number) const {
    char text[128];
    const std::uint64_t mixed = number * 0x9e3779b97f4a7c15ull;
    const auto host = how_ == shape::one    ? 0ull
                      : how_ == shape::many ? number / 10
                                            : (mixed >> 32) * scattered_hosts >> 32;
    std::snprintf(text, sizeof text, "http://www.site-%07llu.example/section-%03u/page-%09llu.html",
                  static_cast<unsigned long long>(host), static_cast<unsigned>(mixed >> 54),
                  static_cast<unsigned long long>(number));
    return text;
  }
  /// Returns: the numbers that a page leads to: `fresh` new ones, and known ones.
  void links(unsigned fresh, unsigned known, std::vector<std::uint64_t>& to) {
    to.clear();
    for (unsigned i = 0; i < known && made_ > 0; ++i)
      to.push_back(dice_() % made_);
    for (unsigned i = 0; i < fresh; ++i)
      to.push_back(made_++);
  }
  std::uint64_t made() const { return made_; }

private:
  shape how_;
  std::mt19937_64 dice_{7};
  std::uint64_t made_ = 0;
};

std::shared_ptr<const std::string> written(const made_web& web,
                                           const std::vector<std::uint64_t>& to) {
  auto page = std::make_shared<std::string>(
      "<!DOCTYPE html><html><head><title>page</title></head><body>\n");
  for (const auto number : to) {
    *page +=
        "<div class=\"entry\"><h3><a href=\"" + web.url_of(number) + "\" title=\"more\">Entry ";
    *page += std::to_string(number);
    *page += "</a></h3><p>Some words about it, as pages have them.</p></div>\n";
  }
  *page += "</body></html>\n";
  return page;
}

struct cost {
  std::uint64_t pages = 0;
  double frontier_cpu = 0, other_cpu = 0, wall = 0;
  double longest = 0; // page_done(), of those that nobody read
};

class bench {
public:
  bench(shape how, std::uint64_t memory_bytes)
      : web_(how), pages_(bounds_of(memory_bytes), crawl::scope_kind::any,
                          memory_bytes > 0 ? std::make_unique<io::url_file>() : nullptr),
        reader_({}, crawl::limits{}) {
    std::vector<std::uint64_t> first;
    web_.links(1'000, 0, first);
    for (const auto number : first)
      pages_.add_seed(crawl::url::from_normalized(web_.url_of(number)));
  }

  void grow_to(std::uint64_t queued, cost& c) {
    while (pages_.counts().queued < queued)
      turn(20, 30, false, c);
  }
  void stay(std::uint64_t pages, cost& c) {
    while (c.pages < pages)
      turn(1, 49, true, c);
  }
  const crawl::frontier& pages() const { return pages_; }
  std::uint64_t known() const { return web_.made(); }

private:
  static crawl::limits bounds_of(std::uint64_t memory_bytes) {
    crawl::limits b;
    b.concurrency = b.per_host = at_once;
    b.frontier_memory_bytes_max = memory_bytes;
    return b;
  }

  // As many pages as are in flight at a time: handed out, fetched, read, reported.
  void turn(unsigned fresh, unsigned known, bool read, cost& c) {
    const auto wall = clock_type::now();
    const double begun = cpu_seconds();
    jobs_.clear();
    while (jobs_.size() < at_once) {
      auto step = pages_.next(wall);
      if (step.what == crawl::frontier::step::kind::robots)
        pages_.robots_known(step.origin, std::make_shared<crawl::robots_rules>());
      else if (step.what == crawl::frontier::step::kind::page)
        jobs_.push_back(std::move(step.job));
      else
        break;
    }
    if (jobs_.empty()) {
      std::fprintf(stderr, "bench_frontier: nothing waits: %s\n", pages_.failure().c_str());
      std::exit(1);
    }
    const double handed_out = cpu_seconds();
    results_.clear();
    for (const auto& job : jobs_) {
      web_.links(fresh, known, to_);
      results_.push_back(read ? fetched_and_read(job) : given());
    }
    const double made = cpu_seconds();
    double ended = made;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      pages_.fetch_ended(jobs_[i].id);
      pages_.page_done(jobs_[i].id, results_[i], wall);
      if (read)
        continue; // looking at the clock would be a part of what is measured
      const double now = cpu_seconds();
      c.longest = std::max(c.longest, now - ended);
      ended = now;
    }
    ended = cpu_seconds();
    c.pages += jobs_.size();
    c.frontier_cpu += handed_out - begun + (ended - made);
    c.other_cpu += made - handed_out;
    c.wall += std::chrono::duration<double>(clock_type::now() - wall).count();
  }

  crawl::page_result fetched_and_read(const crawl::page_job& job) {
    crawl::fetched answer;
    answer.status = 200;
    answer.content_type = "text/html";
    answer.body = written(web_, to_);
    answer.wire_bytes = answer.body->size();
    return reader_.read(job, answer);
  }
  crawl::page_result given() const {
    crawl::page_result r;
    r.row.status = 200;
    for (const auto number : to_)
      r.links.push_back(crawl::url::from_normalized(web_.url_of(number)));
    return r;
  }

  made_web web_;
  crawl::frontier pages_;
  crawl::page_reader reader_;
  std::vector<crawl::page_job> jobs_;
  std::vector<crawl::page_result> results_;
  std::vector<std::uint64_t> to_;
};

double us_a_page(double seconds, std::uint64_t pages) {
  return pages == 0 ? 0 : seconds * 1e6 / static_cast<double>(pages);
}

} // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name != "one" && name != "many" && name != "scattered") {
    std::fputs("usage: bench_frontier one|many|scattered [MEMORY_BYTES] [LEVEL...]\n", stderr);
    return 2;
  }
  const shape how = name == "one" ? shape::one : name == "many" ? shape::many : shape::scattered;
  const std::uint64_t memory =
      argc > 2 ? std::strtoull(argv[2], nullptr, 10) : crawl::limits{}.frontier_memory_bytes_max;
  std::vector<std::uint64_t> levels;
  for (int i = 3; i < argc; ++i)
    levels.push_back(std::strtoull(argv[i], nullptr, 10));
  if (levels.empty())
    levels = {100'000, 300'000, 1'000'000, 3'000'000, 10'000'000};
  bench b(how, memory);
  std::puts("shape,memory_bytes,known,queued,rss_mb,pages,wall_s,cpu_s,pages_per_s,pages_per_cpu_s,"
            "frontier_us,growing_us,longest_ms");
  for (const auto level : levels) {
    cost growing, staying;
    b.grow_to(level, growing);
    b.stay(measured_pages, staying);
    const double cpu = staying.frontier_cpu + staying.other_cpu;
    const auto pages = static_cast<double>(staying.pages);
    std::printf("%s,%llu,%llu,%llu,%.1f,%.0f,%.2f,%.2f,%.0f,%.0f,%.2f,%.2f,%.1f\n", name.data(),
                static_cast<unsigned long long>(memory), static_cast<unsigned long long>(b.known()),
                static_cast<unsigned long long>(b.pages().counts().queued), resident_mb(), pages,
                staying.wall, cpu, pages / staying.wall, pages / cpu,
                us_a_page(staying.frontier_cpu, staying.pages),
                us_a_page(growing.frontier_cpu, growing.pages), growing.longest * 1e3);
    std::fflush(stdout);
  }
  return 0;
}
