// SPDX-License-Identifier: BSD-3-Clause
//
// Producers and consumers around two queues: the tutorial's 02_producer_consumer_spider.py, with
// its three fetching and two parsing threads.
//
//     main --url_queue--> fetchers --html_queue--> parsers --frontier--> main ...
//
// Three things differ. The tutorial's threads wait for ever on an empty queue; ours are closed one
// after the other when the frontier says that nothing is left. Its html_queue has no bound, so
// that a slow parser fills the memory with pages; ours has one, and a fetcher that finds it full
// waits (back-pressure). And its links lead nowhere; ours go back into the frontier, which makes
// a ring of the line. A ring of bounded queues can lock up when all of them are full: it cannot
// here, because the frontier's own queue is the one that never refuses.
//
// Bounded by: the slower of the two groups. Fetching 3 pages at a time with 100 ms an answer is
// 30 pages a second, whatever the number of parsers.

#include <algorithm>
#include <thread>
#include <vector>

#include "baselines/crawl/blocking_queue.hpp"
#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/shared_frontier.hpp"

namespace troupe::baselines {

namespace {

using step = crawl::frontier::step;

/// A fetched page on its way to a parser. The body is shared, not copied.
struct raw_page {
  crawl::page_job job;
  crawl::fetched answer;
};

class queue_crawl {
public:
  queue_crawl(const crawl::crawl_plan& plan, const crawl_setting& setting, unsigned fetchers,
              unsigned parsers)
      : plan_(plan), setting_(setting), fetchers_(fetchers), parsers_(parsers),
        shared_(plan, setting, fetchers), idle_fetchers_(fetchers), url_queue_(fetchers),
        html_queue_(2u * parsers) {}

  crawl::crawl_summary run() {
    std::vector<std::jthread> producers;
    std::vector<std::jthread> consumers;
    shared_.guarded([&] {
      for (unsigned i = 0; i < fetchers_; ++i)
        producers.emplace_back([this] { shared_.guarded([this] { fetch_pages(); }); });
      for (unsigned i = 0; i < parsers_; ++i)
        consumers.emplace_back([this] { shared_.guarded([this] { parse_pages(); }); });
      feed();
    });
    url_queue_.close();
    producers.clear(); // joins: after this nobody puts into html_queue
    html_queue_.close();
    consumers.clear();
    return shared_.finish();
  }

private:
  /// The main thread. It waits for an idle fetcher first, so that no page lies in url_queue after
  /// the frontier has handed it out: its time would not be the request's time then, and two
  /// requests could follow each other faster than the delay allows.
  void feed() {
    while (idle_fetchers_.pop(shared_.stop())) {
      auto work = shared_.next();
      if (!work || !url_queue_.push(std::move(*work)))
        return;
    }
  }

  void fetch_pages() {
    trace::name_thread("fetcher");
    page_fetcher fetcher(plan_, setting_, shared_.stop());
    idle_fetchers_.push(true);
    while (const auto work = url_queue_.pop()) {
      if (work->what == step::kind::robots)
        shared_.robots_known(work->origin, fetcher.robots(work->origin));
      else
        fetch_page(work->job, fetcher);
      idle_fetchers_.push(true);
    }
  }

  void fetch_page(const crawl::page_job& job, page_fetcher& fetcher) {
    auto answer = fetcher.page(job);
    shared_.fetch_ended(job.id);
    if (crawl::wants_reading(job, answer))
      html_queue_.push({job, std::move(answer)}, shared_.stop());
    else
      shared_.page_done(job, crawl::result_without_reading(job, answer));
  }

  void parse_pages() {
    trace::name_thread("parser");
    crawl::page_reader reader(plan_.extract, plan_.bounds);
    while (const auto page = html_queue_.pop())
      shared_.page_done(page->job, read_page(reader, page->job, page->answer));
  }

  const crawl::crawl_plan& plan_;
  const crawl_setting& setting_;
  const unsigned fetchers_;
  const unsigned parsers_;
  shared_frontier shared_;
  blocking_queue<bool> idle_fetchers_; // a token for each
  blocking_queue<step> url_queue_;
  blocking_queue<raw_page> html_queue_;
};

} // namespace

crawl::crawl_summary crawl_queue(const crawl::crawl_plan& plan, const crawl_setting& setting,
                                 unsigned fetchers, unsigned parsers) {
  fetchers = std::clamp<unsigned>(fetchers, 1, thread_count(plan));
  parsers = std::clamp<unsigned>(parsers, 1, threads_max);
  return queue_crawl(plan, setting, fetchers, parsers).run();
}

} // namespace troupe::baselines
