// SPDX-License-Identifier: BSD-3-Clause
//
// Sitemaps: lists of a site's pages, for crawlers.
//
//     file   = gzip of file, once / xml / text
//     text   = *( [ URL ] line-end )                                 absolute URLs, nothing else
//     urlset = <urlset> *( <url> <loc> URL </loc> ... </url> )       pages
//     index  = <sitemapindex> *( <sitemap> <loc> URL </loc> ... )    further files
//     feed   = RSS 2.0 and 1.0: <item> <link> URL; Atom: <entry> <link [rel=alternate] href=URL>
//
// What it is, is seen in its bytes: names and media types of sitemaps are wrong too often. Elements
// are known by their local names and their places, whatever their namespace: <image:loc> stands
// elsewhere. XML is read by XML's rules: at the first fault reading ends, and what stood before is
// taken. A document type that declares anything is such a fault, and nothing is loaded: so there
// are no entities but XML's five.
//
// Known limits: lastmod, changefreq and priority are not used, xhtml:link and the extensions for
// images, videos and news neither. Where on its site a sitemap may stand for which URLs is not
// asked: the crawl's scope decides. A text has to be UTF-8, as the protocol says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/url.hpp"

namespace troupe::crawl {

/// What one sitemap lists: each URL once, in its order.
struct sitemap {
  std::vector<url> pages;
  std::vector<url> sitemaps; ///< of an index
  bool cut = false;          ///< a limit ended it early
  std::string wrong; ///< "", or why it is none or ends in its middle, for a person; what was read
                     ///< before is there all the same
};

/// Reads a sitemap.
/// Takes: `body`, any bytes; `where`, its own URL, against which what is relative in XML is
/// resolved. Heeds sitemap_urls_max, sitemap_bytes_max and url_bytes_max: longer URLs are left out;
/// all URLs together at most page_link_bytes_max (html.hpp).
/// Cost: one pass, 10 to 20 ns a byte of XML; memory is what it lists.
/// Source: sitemaps.org, protocol 0.9; RFC 4287; RSS 2.0.
sitemap read_sitemap(std::string_view body, const url& where, const limits& bounds);

} // namespace troupe::crawl
