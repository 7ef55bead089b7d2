// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/crawl/body_digest.hpp"
#include "domain/crawl/fault.hpp"
#include "domain/crawl/fetched.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// One line of work: fetch this URL.
struct page_job {
  std::uint64_t id = 0; ///< unique in a crawl; a retry keeps it
  url target;
  std::uint32_t depth = 0;
  std::uint32_t redirects = 0; ///< hops in a row that led here
  std::uint32_t attempt = 0;   ///< 0 the first time
  bool last_hop = false;       ///< a redirect that this URL answers with is one too many
  bool seed = false;           ///< given by the user, or the redirect target of one that was
  bool sitemap = false;        ///< it is read as one; `depth` is how many indexes lead to it
  bool digest = false;         ///< its body's is wanted
};

/// Returns: how long its body may be, as sent and unpacked: a sitemap may be longer than a page.
std::uint64_t body_bytes_max_of(const page_job& job, const limits& bounds);

/// One line of pages.jsonl: one requested URL.
struct page_row {
  std::string url;
  int status = 0;
  std::uint32_t depth = 0;
  std::uint64_t bytes = 0; ///< body bytes after decompression
  std::string content_type;
  std::uint32_t links = 0; ///< different http(s) URLs in the page, itself included; of a sitemap,
                           ///< how many it lists
  std::string redirect_to;
  fault error = fault::none;
  std::uint32_t ms = 0;     ///< from the request to the body's last byte
  std::string canonical;    ///< where the page says that it is to be found; "" if it does not, or
                            ///< says itself
  std::string duplicate_of; ///< the first page with the same body, "" if there was none
};

/// One link of a page, for the outputs that write them down.
struct page_link {
  std::string target;    ///< absolute
  bool nofollow = false; ///< the page asks not to follow it
  friend bool operator==(const page_link&, const page_link&) = default;
};

/// One line of items.jsonl: what --select or --xpath found.
struct item {
  std::string href; ///< absolute; "" where the element has no link
  std::string text; ///< UTF-8, white space folded and trimmed
  friend bool operator==(const item&, const item&) = default;
};

enum class extract_kind : std::uint8_t { none, css, xpath };

/// What to take out of pages.
struct extract_spec {
  using kind = extract_kind;
  kind how = kind::none;
  std::string expression;
  bool links = false; ///< and write down which links there are
};

/// What one visited page comes to: its row, and what it leads to.
struct page_result {
  page_row row;
  std::vector<url> links;    ///< to follow: each once, document order, nofollow left out; of a
                             ///< sitemap, the pages
  std::vector<url> sitemaps; ///< further ones, of a sitemap that is an index
  std::vector<item> items;
  std::vector<page_link> all_links;              ///< each once, if extract_spec::links; else none
  std::shared_ptr<const exchange_record> record; ///< as the answer had it
  std::string address;                           ///< the same
  std::optional<url> redirect;                   ///< set exactly if row.redirect_to is
  std::optional<std::chrono::milliseconds> retry_after;
  validators now;     ///< of a page that can be asked for again; it stays in the process
  bool cut = false;   ///< the page has more links or items than a limit lets in
  body_digest digest; ///< of the body after decompression, if the job wants it; not of sitemaps
};

/// Returns: true if `answer` is an HTML document that a page_reader has work with, or a 304 with
/// the page as it was; everything else is finished by result_without_reading().
bool wants_reading(const fetched& answer);
/// The same for what `job` asks for: a sitemap is looked into whatever it is.
bool wants_reading(const page_job& job, const fetched& answer);

/// The result of an answer that needs no parser: a fault, a redirect, an error status, a picture, a
/// 304. What was asked for only if it has changed, and has not (fetched::earlier), is the page as
/// it was: its links, items, bytes and type; its status is 304, its depth that of the job. Faults:
/// redirect_bad (no usable Location), redirect_limit (the job was the last hop; the row still says
/// where it would have gone).
page_result result_without_reading(const page_job& job, const fetched& answer);

/// Reads HTML pages: links, directives and items in one pass; and sitemaps. One a thread; keeps its
/// parser context from page to page.
class page_reader {
public:
  /// Throws: std::invalid_argument with one clear line if the expression is bad (see
  /// check_extract).
  page_reader(extract_spec what, const limits& bounds);
  ~page_reader();
  page_reader(page_reader&&) noexcept;
  page_reader& operator=(page_reader&&) noexcept;

  /// Takes: any answer (what does not want reading is passed to result_without_reading).
  /// Faults: in row.error. Never throws on bad input; memory stays below a small multiple of the
  /// body.
  page_result read(const page_job& job, const fetched& answer);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Returns: "" if the expression can be used, else what is wrong with it, for a usage error.
std::string check_extract(const extract_spec& what);

} // namespace troupe::crawl
