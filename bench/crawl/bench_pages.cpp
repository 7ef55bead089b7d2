// SPDX-License-Identifier: BSD-3-Clause
#include "bench/crawl/bench_pages.hpp"

#include <cstdio>

#include "domain/site/markup.hpp"
#include "domain/site/page_writer.hpp"
#include "domain/site/words.hpp"

namespace troupe::bench {

namespace {

using site::dice;
using site::page_writer;

constexpr std::size_t list_bytes = 70'000;
constexpr std::uint32_t titles_per_list = 20;
constexpr std::size_t graph_bytes_min = 4'000;
constexpr std::size_t graph_bytes_spread = 4'000;
constexpr int chance_links = 10;

std::string number_text(const char* pattern, std::uint32_t number) {
  char text[48];
  std::snprintf(text, sizeof text, pattern, number);
  return text;
}

// One of the ways to write a link from `number` to page `to`.
std::string written_link(const graph_shape& shape, std::uint32_t number, std::uint32_t to,
                         dice& d) {
  const std::string path = graph_path(to);
  const std::string origin = graph_origin(shape, to);
  std::string text;
  if (origin != graph_origin(shape, number))
    text = origin + path;
  else
    switch (d.roll(5)) {
    case 0:
      text = "../" + path.substr(3);
      break;
    case 1:
      text = origin + path;
      break;
    default:
      text = path;
    }
  if (d.one_in(8))
    text += "#part-" + std::to_string(d.roll(9));
  return text;
}

void write_navigation(page_writer& w, dice& d) {
  w.text("<div id=\"nav\"><ul>\n");
  for (int i = 0; i < 30; ++i)
    w.text("<li class=\"nav-item\"><a href=\"/cate/" + std::to_string(d.roll(900)) + "/\" title=\"")
        .escaped(site::author_name(d.next()))
        .text("\"><span>")
        .escaped(site::author_name(d.next()))
        .text("</span></a>\n");
  w.text("</ul></div>\n");
}

// A post's row: its title, a summary, and the buttons that such pages have below.
void write_post(page_writer& w, dice& d, std::uint32_t id, unsigned way) {
  const std::string number = std::to_string(id);
  const site::title t{"/u/user" + std::to_string(d.roll(500)) + "/p/" + number + ".html",
                      site::make_headline(d) + " 第 " + number + " 篇"};
  const std::string user = std::to_string(d.roll(500));
  w.text("<article class=\"post-item\" data-post-id=\"" + number
         + "\">\n<section class=\"post-item-body\">\n")
      .text("<div class=\"post-item-text\">\n")
      .text(site::make_title_anchor(way, t.href, t.text))
      .text("\n<p class=\"post-item-summary\"><a href=\"/u/" + user + "/\"><img src=\"/pic/" + user
            + ".png\" class=\"avatar\" alt=\"\"></a>")
      .text(site::make_prose(d, 260))
      .text("</p>\n</div>\n<footer class=\"post-item-foot\"><a href=\"/u/" + user
            + "/\" class=\"post-item-author\"><span>")
      .text(site::author_name(d.next()))
      .text("</span></a>");
  for (const char* what : {"digg", "comment", "view"})
    w.text(std::string{"<a class=\"post-meta-item btn\" id=\""} + what + "-" + number
           + "\" onclick=\"tell(" + number + ", &quot;" + what
           + "&quot;)\"><svg width=\"16\" height=\"16\" viewBox=\"0 0 16 16\">"
           + "<use xlink:href=\"#icon-" + what + "\"></use></svg><span>"
           + std::to_string(d.roll(5000)) + "</span></a>");
  w.text("</footer>\n</section>\n<figure></figure>\n</article>\n");
  w.content().titles.push_back(t);
}

void write_side(page_writer& w, dice& d) {
  w.text("<div id=\"side\"><ul>\n");
  while (w.size() + 300 < list_bytes)
    w.text("<li class=\"side-item\"><a href=\"/news/" + std::to_string(d.roll(100'000))
           + ".html\" title=\"")
        .escaped(site::author_name(d.next()))
        .text("\">")
        .escaped(site::make_headline(d))
        .text("</a><span class=\"num\" style=\"color: #369\">(" + std::to_string(d.roll(100))
              + ")</span></li>\n");
  w.text("</ul></div>\n");
}

} // namespace

std::string graph_origin(const graph_shape& shape, std::uint32_t number) {
  return "http://127.0.1." + std::to_string(1 + number % shape.hosts) + ":"
         + std::to_string(shape.port);
}

std::string graph_path(std::uint32_t number) {
  char text[48];
  std::snprintf(text, sizeof text, "/g/%02u/%05u.html", number / 1000, number);
  return text;
}

graph_extras extras_of(const graph_shape& shape, std::uint32_t number) {
  graph_extras found;
  switch (number % 50) {
  case 7:
    found.redirect = number_text("/r/%05u", number);
    found.redirect_to =
        static_cast<std::uint32_t>(dice(shape.seed, "bench-redirect", number).roll(shape.pages));
    break;
  case 11:
    found.missing = number_text("/missing/%05u.html", number);
    break;
  case 13:
    found.forbidden = number_text("/private/%05u.html", number);
    break;
  default:
    break;
  }
  return found;
}

std::string make_graph_page(const graph_shape& shape, std::uint32_t number) {
  dice d(shape.seed, "bench-graph", number);
  page_writer w("Page " + std::to_string(number), "<link rel=\"canonical\" href=\""
                                                      + graph_origin(shape, number)
                                                      + graph_path(number) + "\">");
  const std::size_t size = graph_bytes_min + d.roll(graph_bytes_spread);
  w.text("<h1>").escaped(site::make_headline(d)).text("</h1>\n");
  const auto to = [&](std::uint64_t other) {
    if (other >= shape.pages)
      return;
    w.text("<p>").text(site::make_prose(d, 20 + d.roll(120)));
    const auto href = written_link(shape, number, static_cast<std::uint32_t>(other), d);
    w.link(href, "page " + std::to_string(other))
        .text(site::make_prose(d, 20 + d.roll(120)))
        .text("</p>\n");
  };
  // Each page knows its two children in a binary tree, so that all are reached from page 0.
  to(2 * std::uint64_t{number} + 1);
  to(2 * std::uint64_t{number} + 2);
  for (int i = 0; i < chance_links; ++i)
    to(d.roll(shape.pages));
  const auto extras = extras_of(shape, number);
  if (!extras.redirect.empty())
    w.link(extras.redirect, "moved");
  if (!extras.missing.empty())
    w.link(extras.missing, "gone");
  if (!extras.forbidden.empty())
    w.link(extras.forbidden, "members only");
  if (number % 50 == 17)
    w.text("<a href=\"mailto:post@example.org\">mail</a> <a href=\"javascript:void(0)\">more</a> "
           "<a href=\"#top\">top</a> <a name=\"here\">here</a>\n");
  while (w.size() + 20 < size)
    w.text("<p class=\"fill\">")
        .text(site::make_prose(d, std::min<std::size_t>(200, size - w.size() - 20)))
        .text("</p>\n");
  return w.finish().body;
}

site::page make_dense_list(std::uint64_t seed, std::uint32_t number) {
  dice d(seed, "bench-list", number);
  page_writer w("博客列表 — 第 " + std::to_string(number) + " 页",
                "<link rel=\"stylesheet\" href=\"/static/site.css\">\n"
                "<style>.post-item > a { color: navy }</style>\n"
                "<script>var shown = 0; if (1 < 2 && !shown) shown = 1;</script>");
  write_navigation(w, d);
  w.text("<div id=\"post_list\" class=\"post-list\">\n");
  for (std::uint32_t i = 0; i < titles_per_list; ++i) {
    // The ways move on by one each page, so that each post's neighbours and traps change.
    write_post(w, d, number * titles_per_list + i, i + number);
    if (i % 3 == 1)
      w.text(site::make_trap(i / 3 + number, number * 100 + i)).text("\n");
  }
  w.text("</div>\n<div class=\"pager\">");
  for (std::uint32_t n = number > 5 ? number - 5 : 1; n < number + 6; ++n)
    w.text("<a href=\"/sitehome/p/" + std::to_string(n) + "\">" + std::to_string(n) + "</a> ");
  w.text("</div>\n");
  write_side(w, d);
  return w.finish();
}

} // namespace troupe::bench
