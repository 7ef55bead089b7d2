// SPDX-License-Identifier: BSD-3-Clause
//
// One page after the other on one thread: the tutorial's single_thread() of multi_thread_craw.py.
//
// Bounded by the network's answer time: with 100 ms a page it does ten pages a second, and the
// processor is idle nearly all of that time. It is the measure that the other versions are held
// against, and the one to read first: the whole crawl is the switch below.

#include <chrono>
#include <stdexcept>

#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/report.hpp"
#include "baselines/crawl/worker.hpp"

namespace troupe::baselines {

namespace {

using step_kind = crawl::frontier::step::kind;
using clock = std::chrono::steady_clock;

class serial_crawl {
public:
  serial_crawl(const crawl::crawl_plan& plan, const crawl_setting& setting)
      : setting_(setting), pages_(make_frontier(plan, 1)), report_(setting),
        fetcher_(plan, setting, setting.stop), reader_(plan.extract, plan.bounds) {}

  crawl::crawl_summary run() {
    bool complete = false;
    while (!complete && !output_failed_ && !setting_.stop.stop_requested()) {
      const auto step = pages_.next(clock::now());
      switch (step.what) {
      case step_kind::page:
        visit(step.job);
        break;
      case step_kind::robots:
        ask_robots(step.origin);
        break;
      case step_kind::wait:
        sleep_until(step.until, setting_.stop);
        break;
      case step_kind::busy:
        throw std::logic_error("the frontier waits for a page that nobody fetches");
      case step_kind::finished:
        complete = true;
        break;
      }
    }
    return report_.finish(pages_, complete);
  }

private:
  void visit(const crawl::page_job& job) {
    const auto answer = fetcher_.page(job);
    if (setting_.stop.stop_requested() && answer.error == crawl::fault::canceled)
      return; // not an answer: the page counts as never visited
    pages_.fetch_ended(job.id);
    auto result = read_page(reader_, job, answer);
    pages_.take_announced(); // only who keeps pages has a use for them
    if (pages_.page_done(job.id, result, clock::now()) == crawl::frontier::verdict::final_row)
      output_failed_ = !report_.write(result);
    report_.progress(pages_.counts());
  }

  void ask_robots(const std::string& origin) {
    auto answer = fetcher_.robots(origin);
    if (setting_.stop.stop_requested())
      return; // "unreachable" would only mean that we gave up
    pages_.address_known(origin, answer.address);
    pages_.robots_known(origin, std::move(answer.rules), answer.unreachable);
  }

  const crawl_setting& setting_;
  crawl::frontier pages_;
  crawl_report report_;
  page_fetcher fetcher_;
  crawl::page_reader reader_;
  bool output_failed_ = false;
};

} // namespace

crawl::crawl_summary crawl_serial(const crawl::crawl_plan& plan, const crawl_setting& setting) {
  return serial_crawl(plan, setting).run();
}

} // namespace troupe::baselines
