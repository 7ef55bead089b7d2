// SPDX-License-Identifier: BSD-3-Clause
#include "baselines/gateway/crawl_jobs.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "domain/crawl/job_book.hpp"
#include "io/gateway/crawl_counters.hpp"

namespace troupe::baselines {

namespace {

using gateway::crawl_answer;

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

class crawl_jobs final : public gateway::crawl_service {
public:
  crawl_jobs(const gateway::crawl_service_options& options, crawl_engine engine,
             const thread_maker& make)
      : options_(options), engine_(std::move(engine)), book_(options.bounds) {
    io::job_results{options_.folder, 0, false}; // says now if there is no place for rows
    start_threads(
        threads_, std::max<std::size_t>(1, options.bounds.running_max), [this] { work(); },
        [this] { stop_working(); }, make);
  }

  ~crawl_jobs() override {
    std::vector<std::shared_ptr<io::job_results>> unfinished;
    std::vector<std::stop_source> stops;
    {
      const std::lock_guard hold{mutex_};
      stopping_ = true;
      for (auto& [id, x] : jobs_) {
        if (!over(book_.find(id)->state))
          unfinished.push_back(x.results);
        stops.push_back(x.stop);
      }
    }
    // Both call others, and so not under the lock.
    for (const auto& results : unfinished)
      results->cut();
    for (auto& stop : stops)
      stop.request_stop();
    changed_.notify_all();
  }

  gateway::canceler start(crawl::crawl_plan plan, gateway::callback<crawl_answer> done) override {
    crawl_answer a;
    try {
      auto results =
          std::make_shared<io::job_results>(options_.folder, options_.results_bytes_max,
                                            plan.extract.how != crawl::extract_spec::kind::none);
      const std::lock_guard hold{mutex_};
      if (const auto id = book_.add(plan, wall_clock_ms())) {
        jobs_[*id] = {std::move(plan), std::move(results), {}};
        a = about(*id);
      } else {
        a.error = gateway::fault::overloaded;
      }
    } catch (const std::runtime_error&) { // no descriptor, no place
      a.error = gateway::fault::unavailable;
    }
    changed_.notify_one();
    done(std::move(a));
    return {};
  }

  gateway::canceler list(gateway::callback<crawl_answer> done) override {
    crawl_answer all;
    {
      const std::lock_guard hold{mutex_};
      for (const auto& report : book_.all())
        all.crawls.push_back({report, jobs_.at(report.id).results});
    }
    done(std::move(all));
    return {};
  }

  gateway::canceler look(std::uint64_t id, gateway::callback<crawl_answer> done) override {
    crawl_answer a;
    {
      const std::lock_guard hold{mutex_};
      a = about(id);
    }
    done(std::move(a));
    return {};
  }

  gateway::canceler drop(std::uint64_t id, gateway::callback<crawl_answer> done) override {
    crawl_answer a;
    std::shared_ptr<io::job_results> ended;
    std::optional<std::stop_source> stop;
    {
      const std::lock_guard hold{mutex_};
      a = about(id);
      const auto how = book_.drop(id, wall_clock_ms());
      if (how == crawl::job_book::dropped::canceled)
        ended = jobs_.at(id).results;
      else if (how == crawl::job_book::dropped::canceling)
        stop = jobs_.at(id).stop;
      forget_evicted();
    }
    // Both call others, and so not under the lock.
    if (ended)
      ended->end();
    if (stop)
      stop->request_stop();
    done(std::move(a));
    return {};
  }

  std::string not_ready() override { return ""; }

  gateway::reading read() override {
    const std::lock_guard hold{mutex_};
    return {{{"crawl_thread", threads_.size(), book_.waiting(), book_.finished()}},
            gateway::crawl_counters(book_)};
  }

private:
  struct job {
    crawl::crawl_plan plan;
    std::shared_ptr<io::job_results> results;
    std::stop_source stop;
  };

  void stop_working() {
    {
      const std::lock_guard hold{mutex_};
      stopping_ = true;
    }
    changed_.notify_all();
  }

  void work() {
    std::unique_lock lock{mutex_};
    for (;;) {
      std::optional<std::uint64_t> next;
      changed_.wait(lock, [&] { return stopping_ || (next = book_.start_next(wall_clock_ms())); });
      if (stopping_)
        return;
      const auto mine = jobs_.at(*next);
      lock.unlock();
      const auto summary = crawl_one(*next, mine);
      lock.lock();
      book_.ended(*next, summary, mine.results->full(), wall_clock_ms());
      const bool whole = !stopping_; // a crawl that we stopped has not told its readers all
      forget_evicted();
      lock.unlock();
      if (whole)
        mine.results->end(); // after the book: who has read the last row finds the crawl ended
      lock.lock();
    }
  }

  crawl::crawl_summary crawl_one(std::uint64_t id, const job& mine) {
    auto output = mine.results->output();
    crawl_setting setting;
    setting.http = options_.http;
    setting.output = &output;
    setting.stop = mine.stop.get_token();
    setting.progress = [this, id](const crawl::crawl_counts& now) {
      const std::lock_guard hold{mutex_};
      book_.progressed(id, now);
    };
    try {
      return engine_(mine.plan, setting);
    } catch (const std::exception& e) {
      crawl::crawl_summary failed;
      failed.output_error = e.what();
      return failed;
    }
  }

  crawl_answer about(std::uint64_t id) const {
    crawl_answer a;
    if (const auto* report = book_.find(id))
      a.crawls.push_back({*report, jobs_.at(id).results});
    return a;
  }

  void forget_evicted() {
    std::erase_if(jobs_, [this](const auto& x) { return !book_.find(x.first); });
  }

  const gateway::crawl_service_options options_;
  const crawl_engine engine_;
  std::mutex mutex_; // guards the next four
  std::condition_variable changed_;
  crawl::job_book book_;
  std::map<std::uint64_t, job> jobs_; // those of the book
  bool stopping_ = false;
  std::vector<std::jthread> threads_; // last: joined first
};

} // namespace

std::unique_ptr<gateway::crawl_service>
make_crawl_jobs(const gateway::crawl_service_options& options, crawl_engine engine,
                const thread_maker& make) {
  return std::make_unique<crawl_jobs>(options, std::move(engine), make);
}

} // namespace troupe::baselines
