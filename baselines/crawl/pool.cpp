// SPDX-License-Identifier: BSD-3-Clause
//
// A fixed pool of threads that tasks are given to: the tutorial's 04_thread_pool.py with its
// ThreadPoolExecutor. A task is a pure function from a page's job to its result; the main thread
// alone owns the frontier and the output, so that neither needs a lock. The price is that the main
// thread is asked for everything.
//
// The three ways in which the tutorial takes results, told for a crawl, whose list of URLs grows
// while it runs:
//   map        pool.map(craw, urls): give the pool all that the frontier has now, take the results
//              in that order, and only then ask the frontier again. A wave lasts as long as its
//              slowest page, and the pool is idle at the end of each.
//   submit     futures in the order of submission, `for f in futures: f.result()`: the pool is
//              kept full, but a result waits for all before it; its links are not known until
//              then. Waiting results are bounded (`window`).
//   completed  as_completed(futures): each result as it comes. Nothing waits; the order of the
//              rows is the network's.
// What is ordered is pages; a robots.txt is no result, and is handed on at once.
//
// Bounded by: `concurrency` threads, and the order that is asked for.

#include <future>
#include <map>
#include <thread>
#include <vector>

#include "baselines/crawl/blocking_queue.hpp"
#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/report.hpp"
#include "baselines/crawl/worker.hpp"

namespace troupe::baselines {

namespace {

using step = crawl::frontier::step;
using clock = std::chrono::steady_clock;

/// What one thread of the pool owns.
struct cell {
  cell(const crawl::crawl_plan& plan, const crawl_setting& setting, std::stop_token stop)
      : fetcher(plan, setting, std::move(stop)), reader(plan.extract, plan.bounds) {}

  page_fetcher fetcher;
  crawl::page_reader reader;
};

/// What a task comes to: one of the two, as its step was.
struct outcome {
  crawl::page_result page;
  io::robots_answer robots;
};

outcome perform(const step& work, cell& here) {
  if (work.what == step::kind::robots)
    return {{}, here.fetcher.robots(work.origin)};
  return {read_page(here.reader, work.job, here.fetcher.page(work.job)), {}};
}

class pool_crawl {
public:
  pool_crawl(const crawl::crawl_plan& plan, const crawl_setting& setting, pool_order order)
      : plan_(plan), setting_(setting), order_(order), threads_(thread_count(plan)),
        window_(4u * threads_), pages_(make_frontier(plan, threads_)), report_(setting),
        tasks_(threads_), ended_(window_ + threads_),
        forward_(setting.stop, [this] { halt_.request_stop(); }) {}

  crawl::crawl_summary run() {
    std::exception_ptr failure;
    try {
      while (!complete_ && !halt_.stop_requested())
        turn();
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure || !complete_)
      halt_.request_stop();
    tasks_.close();
    pool_.clear(); // joins
    if (failure)
      std::rethrow_exception(failure);
    save_the_rest();
    return report_.finish(pages_, complete_);
  }

private:
  struct task {
    std::uint64_t ticket = 0;
    std::packaged_task<outcome(cell&)> call;
  };
  struct future {
    step work;
    std::future<outcome> result;
    bool ready = false;
  };

  /// A thread of the pool. What a task throws goes into its future.
  void run_tasks(cell& own) {
    trace::name_thread("worker");
    while (auto next = tasks_.pop()) {
      next->call(own);
      ended_.push(next->ticket); // never waits: there is a place for every ticket
    }
  }

  /// The main thread: fill the pool, wait for one task's end, hand on what may be handed on.
  void turn() {
    const auto until = fill();
    if (complete_)
      return;
    const auto ticket = ended_.pop(halt_.get_token(), until);
    if (!ticket)
      return; // a delay is over, or a stop
    --running_;
    if (auto robots = robots_.extract(*ticket)) {
      learn(robots.mapped());
      return;
    }
    const auto it = futures_.find(*ticket);
    it->second.ready = true;
    if (order_ == pool_order::completed) {
      hand_on(it);
      return;
    }
    pages_.fetch_ended(it->second.work.job.id); // its host need not wait for its turn
    while (!futures_.empty() && futures_.begin()->second.ready)
      hand_on(futures_.begin());
  }

  /// A page is asked for only when a thread is free for it: the frontier notes the time when it
  /// hands one out, and a page that waited behind others (a slow robots.txt, say) would come too
  /// early for the delay between two requests.
  /// Returns: when to look again although nothing has ended.
  crawl::instant fill() {
    if (order_ == pool_order::map && !futures_.empty())
      return crawl::instant::max(); // the wave is not over
    while (running_ < threads_ && futures_.size() < window_) {
      auto work = pages_.next(clock::now());
      switch (work.what) {
      case step::kind::page:
      case step::kind::robots:
        submit(std::move(work));
        break;
      case step::kind::wait:
        return work.until;
      case step::kind::busy:
        return crawl::instant::max();
      case step::kind::finished:
        complete_ = true;
        return crawl::instant::max();
      }
    }
    return crawl::instant::max();
  }

  void submit(step work) {
    std::packaged_task<outcome(cell&)> call([work](cell& here) { return perform(work, here); });
    const auto ticket = next_ticket_++;
    auto& place = work.what == step::kind::robots ? robots_ : futures_;
    place.emplace(ticket, future{std::move(work), call.get_future()});
    if (running_ == pool_.size())
      add_thread();
    tasks_.push({ticket, std::move(call)});
    ++running_;
  }

  /// Threads are started as they are needed, as ThreadPoolExecutor does it, and kept.
  void add_thread() {
    // Made here, not on the thread: what a constructor throws is for our caller.
    auto own = std::make_shared<cell>(plan_, setting_, halt_.get_token());
    pool_.emplace_back([this, own] { run_tasks(*own); });
  }

  void learn(future& entry) {
    auto answer = entry.result.get().robots; // or throws what the task threw
    if (halt_.stop_requested())
      return; // "unreachable" would only mean that we gave up
    pages_.address_known(entry.work.origin, answer.address);
    pages_.robots_known(entry.work.origin, std::move(answer.rules), answer.unreachable);
  }

  void hand_on(std::map<std::uint64_t, future>::iterator it) {
    auto entry = std::move(it->second);
    futures_.erase(it);
    auto result = entry.result.get().page;
    if (result.row.error == crawl::fault::canceled && halt_.stop_requested())
      return; // not an answer: the page counts as never visited
    pages_.take_announced(); // only who keeps pages has a use for them
    const auto verdict = pages_.page_done(entry.work.job.id, result, clock::now());
    if (verdict == crawl::frontier::verdict::final_row && !report_.write(result))
      halt_.request_stop();
    report_.progress(pages_.counts());
  }

  /// After a stop: pages that were finished but not yet taken are results, and are kept.
  void save_the_rest() {
    while (!futures_.empty())
      hand_on(futures_.begin());
  }

  const crawl::crawl_plan& plan_;
  const crawl_setting& setting_;
  const pool_order order_;
  const std::uint32_t threads_;
  const std::size_t window_; // tasks that are submitted and not handed on
  crawl::frontier pages_;
  crawl_report report_;
  bool complete_ = false;
  std::uint64_t next_ticket_ = 0;
  std::uint32_t running_ = 0;               // tasks given to the pool that have not ended
  std::map<std::uint64_t, future> futures_; // pages, in the order of submission
  std::map<std::uint64_t, future> robots_;
  blocking_queue<task> tasks_;
  blocking_queue<std::uint64_t> ended_;
  std::stop_source halt_;
  std::stop_callback<std::function<void()>> forward_; // the setting's token to halt_
  std::vector<std::jthread> pool_;                    // last: joined first
};

} // namespace

crawl::crawl_summary crawl_pool(const crawl::crawl_plan& plan, const crawl_setting& setting,
                                pool_order order) {
  return pool_crawl(plan, setting, order).run();
}

} // namespace troupe::baselines
