// SPDX-License-Identifier: BSD-3-Clause
//
// A new thread for each page: the tutorial's multi_thread() of multi_thread_craw.py, which starts
// one thread a URL and joins them all.
//
// The tutorial knows its fifty URLs and starts fifty threads at once. A crawl finds its URLs on
// the way and has no such number, so the threads are bounded: each runs in one of `concurrency`
// cells, and the main thread waits for a free cell before it takes the next page. A cell keeps its
// HTTP client from thread to thread: otherwise every page would pay for a new connection, which
// costs more than the thread.
//
// Bounded by: a stack and two switches a page (some 20 us), one mutex for all (shared_frontier),
// and the cells, which hold a thread also while it parses.

#include <memory>
#include <thread>
#include <vector>

#include "baselines/crawl/blocking_queue.hpp"
#include "baselines/crawl/engine.hpp"
#include "baselines/crawl/shared_frontier.hpp"
#include "io/trace/trace.hpp"

namespace troupe::baselines {

namespace {

/// What a page's thread finds in its place.
struct cell {
  cell(const crawl::crawl_plan& plan, const crawl_setting& setting, std::stop_token stop)
      : fetcher(plan, setting, std::move(stop)), reader(plan.extract, plan.bounds) {}

  page_fetcher fetcher;
  crawl::page_reader reader;
  trace::row_id row = 0; // of its threads, one after the other
  std::jthread thread;   // last, so that it is joined before what it uses goes
};

/// The main thread's part: a free cell, then a page, then a thread.
/// The cell comes first: the frontier notes the time when it hands out a page, and a page that
/// waited for a cell afterwards would come too early for the delay between two requests.
void start_threads(shared_frontier& shared, const crawl::crawl_plan& plan,
                   const crawl_setting& setting, std::vector<std::unique_ptr<cell>>& cells) {
  blocking_queue<std::size_t> free_cells(cells.size());
  for (std::size_t number = 0; number < cells.size(); ++number)
    free_cells.push(number);

  shared.guarded([&] {
    while (const auto free = free_cells.pop(shared.stop())) {
      auto work = shared.next();
      if (!work)
        break;
      auto& place = cells[*free];
      if (!place)
        place = std::make_unique<cell>(plan, setting, shared.stop());
      // The assignment joins the cell's last thread, whose last act was to say that it is free.
      place->thread = std::jthread(
          [&shared, &free_cells, here = place.get(), number = *free, work = std::move(*work)] {
            trace::share_row(here->row, "threads of a cell");
            shared.guarded([&] { shared.perform(work, here->fetcher, here->reader); });
            free_cells.push(number);
          });
    }
  });
  for (auto& place : cells)
    if (place && place->thread.joinable())
      place->thread.join(); // before free_cells goes
}

} // namespace

crawl::crawl_summary crawl_threads(const crawl::crawl_plan& plan, const crawl_setting& setting) {
  const auto threads = thread_count(plan);
  shared_frontier shared(plan, setting, threads);
  std::vector<std::unique_ptr<cell>> cells(threads); // filled as they are needed
  start_threads(shared, plan, setting, cells);
  cells.clear();
  return shared.finish();
}

} // namespace troupe::baselines
