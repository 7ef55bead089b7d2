// SPDX-License-Identifier: BSD-3-Clause
//
// What the crawl's actors may say to each other.
//
//   coordinator <- want_page ----- fetcher       "I have a hand free": nobody is pushed
//   coordinator -- page_wanted --> fetcher
//                                  fetcher -- read_page --> parser     the body is shared, not
//                                  copied fetcher <- page_read --- parser
//   coordinator <- page_done ----- fetcher
//   coordinator -- robots_wanted -> robots keeper,  answered by robots_known
//   coordinator -- write_rows ----> sink,           answered by rows_written
//   coordinator -- crawl_ended ---> whoever waits for the end
//
// Fetchers of another process ask through somebody there who looks to them like the coordinator
// (messages/crawl_far.hpp).
//
// Known limits: page_fetched, read_page and robots_known stay inside one process (a page's bytes
// never cross the network; a node has its own parsers). Delivery between processes is at most once;
// a page's job id makes a second report of the same attempt harmless.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/crawl/fetched.hpp"
#include "domain/crawl/robots.hpp"
#include "messages/crawl_values.hpp"
#include "runtime/port.hpp"

namespace troupe::crawl {

struct page_wanted;
struct page_fetched;
struct read_page;
struct page_read;
struct use_parser;
struct want_page;
struct page_done;
struct page_part;
struct hands_leave;
struct hands_left;
struct robots_wanted;
struct robots_known;
struct write_rows;
struct rows_written;
struct progress_wanted;
struct progress_report;
struct crawl_ended;
struct stop_crawl;
struct tick;

/// Turns one fetched page into its result. Knows nobody: a pure service.
using parser_actor = runtime::interface<caf::result<page_read>(read_page)>;

/// Fetches one page at a time and has it read.
using fetcher_actor =
    runtime::interface<caf::result<void>(page_wanted),  // do this page
                       caf::result<void>(page_fetched), // from the HTTP client: what came back
                       caf::result<void>(use_parser),   // from the supervisor: your parser from now
                                                        // on
                       caf::result<void>(tick)>;        // from itself: who reads too long?

/// Keeps what is known of robots.txt files.
using robots_actor = runtime::interface<caf::result<robots_known>(robots_wanted),
                                        caf::result<void>(robots_known)>; // from the HTTP client

/// Writes rows in the order they come.
using sink_actor = runtime::interface<caf::result<rows_written>(write_rows),
                                      caf::result<void>(tick)>; // to itself: flush

/// Owns the frontier; decides everything, fetches nothing.
using coordinator_actor =
    runtime::interface<caf::result<void>(want_page), caf::result<void>(page_done),
                       caf::result<void>(page_part), caf::result<hands_left>(hands_leave),
                       caf::result<progress_report>(progress_wanted),
                       caf::result<void>(stop_crawl), // Ctrl-C: no new pages, end when those in
                                                      // flight are in
                       caf::result<void>(tick)>;      // to itself: a delay is over

/// Shows how far the crawl is.
using progress_actor = runtime::interface<caf::result<void>(tick)>; // to itself: look again

/// Starts the others and replaces those that die.
using supervisor_actor = runtime::interface<caf::result<void>(crawl_ended), // from the coordinator
                                            caf::result<void>(stop_crawl)>; // passed on to it

/// Coordinator to fetcher: fetch and read this page; answered by a page_done with its id and grant.
struct page_wanted {
  page_job job;
  std::uint64_t grant = 0; ///< each time that a page is given out has another; a retry as well
};

/// HTTP client to fetcher, in place of an answer: what came back for page `id`.
struct page_fetched {
  std::uint64_t id = 0;
  fetched answer;
};

/// Fetcher to parser: read this page. Reply: page_read.
struct read_page {
  page_job job;
  fetched answer;
};

/// Parser to fetcher: what the page comes to.
struct page_read {
  page_result result;
};

/// Supervisor to fetcher: the parser you knew died; have your pages read there.
struct use_parser {
  parser_actor parser;
};

/// Fetcher to coordinator: one page more, please; a credit of one. `fetch_ended` is the job whose
/// connection has become free since (its page may be unread yet), or 0.
struct want_page {
  fetcher_actor who;
  std::uint64_t fetch_ended = 0;
  std::uint64_t team = 0; ///< of which it is; 0: of none, it is in the coordinator's process
};

/// Fetcher to coordinator: page `id` is finished, for better or worse. Counts only while that grant
/// of it is the last one: whoever it was taken from, and given to somebody else, is too late.
struct page_done {
  std::uint64_t id = 0;
  page_result result;
  std::uint64_t grant = 0;
};

/// From a team, before a page_done that would be too large for one message: some of its links and
/// items. They stand before those that come later; those of two grants are never mixed.
struct page_part {
  std::uint64_t id = 0;
  std::vector<url> links;
  std::vector<item> items;
  std::uint64_t grant = 0;
  std::vector<page_link> all_links = {};
  std::vector<url> sitemaps = {};
};

/// From a team: we finish the pages that we have, and want no more. Reply: hands_left, as soon as
/// none of them has any.
struct hands_leave {
  std::uint64_t team = 0;
};
struct hands_left {};

/// Coordinator to robots keeper: what may be fetched from `origin` ("http://host:port")? Reply:
/// robots_known.
struct robots_wanted {
  std::string origin;
};

/// The rules of one origin. `unreachable`: it forbids all because robots.txt could not be had.
struct robots_known {
  std::string origin;
  std::shared_ptr<const robots_rules> rules;
  bool unreachable = false;
  std::string address = {}; ///< robots_outcome's
};

/// One finished page with what was found in it.
struct row_and_items {
  page_row row;
  std::vector<item> items;
  bool more = false; ///< the next one is the same row, with further items: too many for one message
  std::vector<page_link> links = {};
  std::shared_ptr<const exchange_record> record =
      {}; ///< stays in the process, as page_fetched does
};

/// Returns: of a page what goes to the sink.
inline row_and_items row_of(page_result x) {
  return {std::move(x.row), std::move(x.items), false, std::move(x.all_links), std::move(x.record)};
}

/// Coordinator to sink: write these, in this order. Reply: rows_written; one batch is under way at
/// a time.
struct write_rows {
  std::vector<row_and_items> rows;
  bool flush = false; ///< and see that they are with the operating system before you answer
  bool anew = false;  ///< what has come of a row that is not whole comes again
};

/// Sink to coordinator: done, or why not ("" if all went well).
struct rows_written {
  std::string error;
  std::uint64_t rows = 0; ///< so far, all batches
};

/// Progress to coordinator: how far are you, and, if `why`, what holds you up? Reply:
/// progress_report.
struct progress_wanted {
  bool why = false;
  std::uint32_t hosts_max = 0; ///< to tell of, one by one
};
struct progress_report {
  crawl_counts counts;
  standstill why = {}; ///< told only where it was asked for
};

/// Coordinator to supervisor: nothing is left to do, or it was stopped; everything is written.
struct crawl_ended {
  crawl_summary summary;
};

/// Whoever has seen Ctrl-C, to supervisor and coordinator.
struct stop_crawl {
  bool now = false; ///< do not even wait for the pages in flight
};

/// An actor to itself, by the clock. Public because a typed interface must name all that its actor
/// hears.
struct tick {
  std::uint64_t number = 0;
};

template <class Inspector>
auto inspect(Inspector& f, page_wanted& x) {
  return runtime::fields(f, x, "page_wanted", runtime::field("job", x.job),
                         runtime::field("grant", x.grant));
}
template <class Inspector>
auto inspect(Inspector& f, page_read& x) {
  return runtime::fields(f, x, "page_read", runtime::field("result", x.result));
}
template <class Inspector>
auto inspect(Inspector& f, use_parser& x) {
  return runtime::fields(f, x, "use_parser", runtime::field("parser", x.parser));
}
template <class Inspector>
auto inspect(Inspector& f, want_page& x) {
  return runtime::fields(f, x, "want_page", runtime::field("who", x.who),
                         runtime::field("fetch_ended", x.fetch_ended),
                         runtime::field("team", x.team));
}
template <class Inspector>
auto inspect(Inspector& f, page_done& x) {
  return runtime::fields(f, x, "page_done", runtime::field("id", x.id),
                         runtime::field("result", x.result), runtime::field("grant", x.grant));
}
template <class Inspector>
auto inspect(Inspector& f, page_part& x) {
  return runtime::fields(f, x, "page_part", runtime::field("id", x.id),
                         runtime::field("links", x.links), runtime::field("items", x.items),
                         runtime::field("grant", x.grant), runtime::field("all_links", x.all_links),
                         runtime::field("sitemaps", x.sitemaps));
}
template <class Inspector>
auto inspect(Inspector& f, hands_leave& x) {
  return runtime::fields(f, x, "hands_leave", runtime::field("team", x.team));
}
template <class Inspector>
auto inspect(Inspector& f, hands_left& x) {
  return runtime::fields(f, x, "hands_left");
}
template <class Inspector>
auto inspect(Inspector& f, robots_wanted& x) {
  return runtime::fields(f, x, "robots_wanted", runtime::field("origin", x.origin));
}
template <class Inspector>
auto inspect(Inspector& f, row_and_items& x) {
  return runtime::fields(f, x, "row_and_items", runtime::field("row", x.row),
                         runtime::field("items", x.items), runtime::field("more", x.more),
                         runtime::field("links", x.links));
}
template <class Inspector>
auto inspect(Inspector& f, write_rows& x) {
  return runtime::fields(f, x, "write_rows", runtime::field("rows", x.rows),
                         runtime::field("flush", x.flush), runtime::field("anew", x.anew));
}
template <class Inspector>
auto inspect(Inspector& f, rows_written& x) {
  return runtime::fields(f, x, "rows_written", runtime::field("error", x.error),
                         runtime::field("rows", x.rows));
}
template <class Inspector>
auto inspect(Inspector& f, progress_wanted& x) {
  return runtime::fields(f, x, "progress_wanted", runtime::field("why", x.why),
                         runtime::field("hosts_max", x.hosts_max));
}
template <class Inspector>
auto inspect(Inspector& f, progress_report& x) {
  return runtime::fields(f, x, "progress_report", runtime::field("counts", x.counts),
                         runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, crawl_ended& x) {
  return runtime::fields(f, x, "crawl_ended", runtime::field("summary", x.summary));
}
template <class Inspector>
auto inspect(Inspector& f, stop_crawl& x) {
  return runtime::fields(f, x, "stop_crawl", runtime::field("now", x.now));
}
template <class Inspector>
auto inspect(Inspector& f, tick& x) {
  return runtime::fields(f, x, "tick", runtime::field("number", x.number));
}

} // namespace troupe::crawl
