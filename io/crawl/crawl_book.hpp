// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/robots.hpp"

namespace troupe::io {

/// One crawl's own folder: what it has finished, so that the same command goes on with it after
/// whatever ended it.
///
///     FOLDER/crawl.db   SQLite, WAL, synchronous=FULL; others may read it while the crawl runs
///       pages   number, url, host, status, error, bytes, ms, record (domain/crawl/final_page.hpp)
///       hosts   host, pages, errors, bytes
///       outputs place, name, position: where each was whole when `rows` pages were in it
///       facts   name, value: format, identity, begun_unix_ms, rows, ended, failed, now, cookies,
///               cookie_source
///       previous  as pages: those of the crawl before, once one was begun anew (earlier_pages.hpp)
///       robots  see robots_shelf
///     FOLDER/lock       whose crawl it is: held while that process lives
///
/// A page is in it, synced, before its row goes to an output; and an output's position is noted
/// after the output was synced. So outputs never have a page that is not here, and what they have
/// beyond their positions is cut off and written again from here.
/// Threads: any, one at a time inside.
class crawl_book {
public:
  /// Takes: a folder, made if there is none; the crawl's identity_of() (plan_identity.hpp).
  /// Throws: std::runtime_error with one line: another process has it, another crawl is in it, it
  /// cannot be read or made.
  crawl_book(const std::string& folder, const std::string& identity);
  ~crawl_book();
  crawl_book(const crawl_book&) = delete;
  crawl_book& operator=(const crawl_book&) = delete;

  std::uint64_t pages() const;   ///< that are final
  bool ended() const;            ///< it came to its own end: nothing is left to do
  std::string why_ended() const; ///< what end() was told

  /// Keeps pages, in the order in which their rows will come. Takes: to_bytes() of each
  /// (final_page.hpp). Returns: "" or why not, in one line; so do the others.
  std::string append(std::span<const std::string> pages);
  /// Calls `page` for each but the first `skip`, in order, until it returns false.
  /// Throws: std::runtime_error.
  void read(std::uint64_t skip, const std::function<bool(std::string_view)>& page);

  /// Where outputs stand.
  struct mark {
    std::uint64_t rows = 0; ///< the first so many pages are in all of them
    std::vector<std::string> names, positions;
  };
  mark last_mark() const;
  std::string put_mark(const mark& m);
  /// Forgets all pages but the first `rows`: an output cannot be written again from here.
  std::string cut(std::uint64_t rows);

  /// Makes what is there the crawl before this one: its pages become `previous`, in place of those
  /// that were, and none are done. All of it or, whatever happens meanwhile, nothing.
  std::string begin_anew();
  bool has_previous() const;
  std::string file() const; ///< FOLDER/crawl.db

  /// Notes that there is more to do, but no leave to do it (max-pages, max-bytes); or not any more.
  std::string stopped_by_bounds(bool yes);
  bool was_stopped_by_bounds() const;

  /// The session's cookies (cookie_text.hpp), and what stands for the file that it was last begun
  /// from; "": the one that stands there already.
  std::string keep_cookies(std::string_view text, std::string_view source = "");
  std::string cookies() const;
  std::string cookie_source() const;

  /// For those who look on: how it goes now, as JSON.
  std::string tell(std::string_view json);
  std::string end(std::string_view why);
  /// It has come to its end and had no answer from anywhere: the next one is to begin anew.
  std::string fail(std::string_view why);
  /// Returns: what fail() was told, if nothing has been forgotten or kept since; else "".
  std::string why_failed() const;
  /// Forgets all pages, and where outputs stand. robots.txt files stay, and the crawl before this.
  std::string start_over();

  /// robots.txt files, which are kept with the next pages. Neither waits for a disk that is busy.
  void keep_robots(const std::string& origin, const std::string& agent,
                   const crawl::robots_outcome& outcome);
  /// Returns: what an earlier life kept of it, if that still counts.
  std::optional<crawl::robots_outcome> robots_of(const std::string& origin,
                                                 const std::string& agent);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// What somebody who looks at a folder sees, whether the crawl runs or not.
struct crawl_book_view {
  std::string identity;
  std::int64_t begun_unix_ms = 0;
  std::int64_t process = 0; ///< that has it now; 0: none
  std::uint64_t pages = 0;
  std::uint64_t rows = 0; ///< that are known to be in the outputs
  bool ended = false;
  std::string why_failed; ///< no answer came from anywhere: the next one begins anew
  std::string now;        ///< what was told last, or ""
  std::int64_t now_unix_ms = 0;
  struct host {
    std::string name;
    std::uint64_t pages = 0, errors = 0, bytes = 0;
  };
  std::vector<host> hosts; ///< those with most pages first
  std::uint64_t hosts_in_all = 0;
  std::vector<std::pair<std::string, std::uint64_t>> faults; ///< and how many pages ended so
  std::vector<std::pair<int, std::uint64_t>> statuses;
  /// Against the crawl before this one, if there was one: pages that it did not have; that were
  /// sent again; that were not; that it had and are not to be had now (a fault, or a status from
  /// 400 on); that nothing leads to any more, which is only known in the end. Redirects are none.
  struct against {
    std::uint64_t fresh = 0, changed = 0, unchanged = 0, failed = 0, gone = 0;
  };
  std::optional<against> previous;
};

/// Takes: how many hosts at most. Throws: std::runtime_error with one line if there is no crawl.
crawl_book_view look_at_crawl_book(const std::string& folder, std::size_t hosts_max);

/// Returns: how each of these hosts stands, in their order; one without pages has zeros.
/// Throws: as look_at_crawl_book().
std::vector<crawl_book_view::host> look_at_hosts(const std::string& folder,
                                                 const std::vector<std::string>& names);

} // namespace troupe::io
