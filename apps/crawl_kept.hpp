// SPDX-License-Identifier: BSD-3-Clause
//
// --state FOLDER: a crawl that goes on where it was, whatever ended it (io/crawl/crawl_book.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "apps/crawl_options.hpp"
#include "domain/crawl/plan.hpp"
#include "io/crawl/crawl_book.hpp"
#include "io/crawl/earlier_pages.hpp"
#include "io/crawl/output.hpp"

namespace troupe::apps {

/// A crawl and where it is kept, if it is.
class kept_crawl {
public:
  /// Throws: std::runtime_error with one line, as crawl_book.
  explicit kept_crawl(const crawl_options& o);

  /// Returns: "" or, in one line, that it has come to its end already. One whose outputs are
  /// wanted elsewhere, or are gone, has still to write them.
  std::string over() const;
  /// Opens the outputs: anew, or behind what is known to be in them. What they have beyond that is
  /// cut off, and written again from what is kept. What follows is known only after it.
  /// Throws: std::runtime_error with one line.
  io::crawl_output open_output();

  io::crawl_book* book() const { return book_.get(); }
  /// Returns: the pages of the crawl before this one, or null.
  io::earlier_pages* earlier() const { return earlier_.get(); }
  const io::crawl_book::mark& mark() const { return mark_; }
  /// Returns: "" or a line that says that it goes on, and from where, or is done anew.
  std::string goes_on() const;

  /// For those who look on: what holds it up, with the next tell().
  void explain(const crawl::standstill& why);
  /// For those who look on: how it goes; at most once a second.
  void tell(const crawl::crawl_counts& now);
  /// Takes: how it ended. Returns: "" or why that could not be kept.
  std::string ended(const crawl::crawl_summary& sum);

private:
  io::crawl_output make_output() const;
  io::crawl_output open_files();
  bool lacks_outputs() const;
  void find_mark();
  void refuse_archives() const;
  void begin();
  void go_on_in_session();
  void keep_cookies();

  const crawl_options& options_;
  std::unique_ptr<io::crawl_book> book_;
  std::unique_ptr<io::earlier_pages> earlier_;
  std::uint64_t cookies_then_ = 0; // cookie_keeper::version() when they were kept
  bool anew_ = false;
  io::crawl_book::mark mark_;
  std::chrono::steady_clock::time_point told_{};
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t pages_then_ = 0;
  crawl::standstill why_;
  std::chrono::steady_clock::time_point why_at_{};
  std::string failed_; // the last time, and begins anew
};

/// `troupe-crawl status --state FOLDER`: how a crawl stands, whether it runs or not. Takes argc and
/// argv from its own name on. Returns: the exit code.
int crawl_status(int argc, char** argv);

} // namespace troupe::apps
