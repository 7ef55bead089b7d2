// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::site {

/// What the demo site is made from.
struct site_options {
  std::uint64_t seed = 1;   ///< same seed, same bytes
  std::uint32_t lists = 50; ///< list pages, 1 .. lists_max
  std::uint32_t graph_pages =
      0;              ///< further small pages that link to each other, 0 .. graph_pages_max
  std::string origin; ///< "http://127.0.0.1:8080", for robots.txt and the sitemap only
};

constexpr std::uint32_t lists_max = 10'000;
constexpr std::uint32_t graph_pages_max = 1'000'000;
constexpr std::uint32_t posts_per_list = 20;

/// A post's headline as a right reader of a list page gives it.
struct title {
  std::string href; ///< absolute path
  std::string text; ///< UTF-8, white space folded and trimmed
  friend bool operator==(const title&, const title&) = default;
};

/// One answer of the site, and what is true of it.
struct page {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::string location; ///< for 301 and 302: the header, relative or absolute
  std::string body;
  std::vector<std::string>
      links; ///< the paths that a right crawler finds here and may follow as far as the
             ///< page is concerned (nofollow left out); repeats are left in
  std::vector<title> titles; ///< list pages only
};

/// The demo site as a function from path to answer. Nothing is stored: each call makes the page
/// anew from the seed, so that a site of a million pages costs no memory here.
///
///   /                      home: links to list 1, to itself with fragments, tags, graph
///   /sitehome/p/N          list pages of about 70 KB with 20 titles each, linked as a pager
///   /u/userU/p/ID.html     posts, 20 for each list
///   /tag/NAME.html         a few pages with Chinese names
///   /g/NNNNN.html          the graph of about 6 KB a page; page 0 reaches all
///   /r/N, /r/g-NNNNN       301 or 302 to a post or graph page; some in two hops; some relative
///   /loop/a, /loop/b       302 to each other
///   /missing/...           404, linked from every list
///   /private/...           linked everywhere, forbidden by robots.txt
///   /nofollow/...          linked with rel=nofollow or from a page that says so as a whole
///   /files/notes.pdf       no HTML, though it contains some
///   /robots.txt /sitemap.xml
///
/// /trap/... is nowhere: it stands only in comments, scripts and texts.
class pages {
public:
  explicit pages(site_options options);

  const site_options& options() const { return options_; }

  /// Takes: the path of a request, without a query. Returns: the answer; 404 for any path not
  /// above. Cost: 10 microseconds for a small page, 300 for a list page.
  page make(std::string_view path) const;

  /// Returns: the paths of the home, list, post and graph pages in that order, so that a server can
  /// make them before it is asked. Takes: how many at most.
  std::vector<std::string> main_paths(std::size_t count_max) const;

  std::uint32_t posts() const { return options_.lists * posts_per_list; }
  std::string list_path(std::uint32_t number) const; ///< number: 1 .. lists
  std::string post_path(std::uint32_t id) const;     ///< id: 1 .. posts()
  std::string post_headline(std::uint32_t id) const;
  std::string graph_path(std::uint32_t number) const; ///< number: 0 .. graph_pages-1

private:
  page make_home() const;
  page make_list(std::uint32_t number) const;
  page make_post(std::uint32_t id) const;
  page make_graph(std::uint32_t number) const;
  page make_tag(std::uint32_t number) const;
  page make_redirect(std::uint32_t number) const;
  page make_graph_redirect(std::uint32_t number) const;
  page make_sitemap() const;

  site_options options_;
};

/// Returns: true for what robots.txt forbids.
bool is_forbidden(std::string_view path);

/// What a crawl of the whole site, from the home page or any list, comes to.
struct reachable_page {
  int status = 200;
  std::string location; ///< redirects: the target's path, made absolute
};

/// Walks the site by what is known of each page, without parsing anything.
/// Returns: all pages that a crawler which obeys robots.txt and nofollow requests, by path; without
/// /robots.txt itself. Cost: makes every page once.
std::map<std::string, reachable_page> reachable_pages(const pages& site);

} // namespace troupe::site
