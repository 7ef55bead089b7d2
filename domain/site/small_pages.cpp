// SPDX-License-Identifier: BSD-3-Clause
// The home page, the posts, the tags, the redirects, the sitemap and the graph.
#include <algorithm>

#include "domain/site/markup.hpp"
#include "domain/site/page_writer.hpp"
#include "domain/site/words.hpp"

namespace troupe::site {

page pages::make_home() const {
  page_writer w("troupe 的演示站点");
  w.text("<h1>troupe 的演示站点</h1>\n<p>Made from a seed; any crawler is welcome.</p>\n");
  w.link(list_path(1), "博客列表");
  // The same page five times over: only the fragment differs, and that never reaches a server.
  for (int i = 2; i <= 6; ++i) {
    const std::string fragment = "#p" + std::to_string(i);
    w.link("/", "第 " + std::to_string(i) + " 页", i % 2 == 0 ? "/" + fragment : fragment);
  }
  for (std::uint32_t i = 0; i < tag_count; ++i)
    w.link(tag_path(i), tag_name(i), "/tag/" + tag_name(i) + ".html");
  if (options_.graph_pages > 0)
    w.link(graph_path(0), "the graph");
  w.link("/loop/a", "round and round");
  w.link("/notes/closed.html", "closed notes");
  w.link("/files/notes.pdf", "the notes as PDF");
  w.link("/sitemap.xml", "sitemap");
  w.link("/private/", "members only");
  return w.finish();
}

page pages::make_post(std::uint32_t id) const {
  dice d(options_.seed, "post", id);
  const std::string headline = post_headline(id);
  page_writer w(headline);
  w.text("<h1>").escaped(headline).text("</h1>\n<p>").text(make_prose(d, 500)).text("</p>\n<p>");
  w.text(make_prose(d, 700)).text("</p>\n<div id=\"comments\"><p>");
  w.text(make_prose(d, 100)).text("</p></div>\n");
  const std::uint32_t list = (id - 1) / posts_per_list + 1;
  w.link(list_path(list), "列表", "../../.." + list_path(list));
  if (id > 1)
    w.link(post_path(id - 1), "上一篇");
  if (id < posts())
    w.link(post_path(id + 1), "下一篇");
  w.link("/", "首页", id % 2 == 0 ? "/#p" + std::to_string(list) : std::string{});
  return w.finish();
}

page pages::make_tag(std::uint32_t number) const {
  dice d(options_.seed, "tag", number);
  page_writer w("标签 " + tag_name(number));
  for (int i = 0; i < 10; ++i) {
    const auto id = static_cast<std::uint32_t>(d.roll(posts()) + 1);
    w.link(post_path(id), post_headline(id), ".." + post_path(id));
  }
  w.link("/", "首页");
  return w.finish();
}

page pages::make_redirect(std::uint32_t number) const {
  const int status = number % 2 == 1 ? 301 : 302;
  if (number % 7 == 0) {
    const std::string next = "/r/" + std::to_string(number - 1);
    return redirect_page(status, next, next);
  }
  dice d(options_.seed, "redirect", number);
  const std::string target = post_path(static_cast<std::uint32_t>(d.roll(posts()) + 1));
  return redirect_page(status, number % 5 == 0 ? ".." + target : target, target);
}

page pages::make_graph_redirect(std::uint32_t number) const {
  dice d(options_.seed, "graph-redirect", number);
  const std::string target = graph_path(static_cast<std::uint32_t>(d.roll(options_.graph_pages)));
  return redirect_page(301, target, target);
}

page pages::make_graph(std::uint32_t number) const {
  constexpr int further_links = 9;
  dice d(options_.seed, "graph", number);
  page_writer w("Graph page " + std::to_string(number));
  const std::string n = std::to_string(number);
  const auto to = [&](std::uint64_t other) {
    if (other >= options_.graph_pages)
      return;
    const std::string path = graph_path(static_cast<std::uint32_t>(other));
    const std::string words = "page " + std::to_string(other);
    w.text("<p>").text(make_prose(d, 150 + d.roll(500))).text("</p>\n");
    switch (d.roll(4)) {
    case 0:
      w.link(path, words, path.substr(3));
      break; // within /g/
    case 1:
      w.link(path, words, path + "#part-" + n);
      break;
    case 2:
      w.link(path, words, "../g/./" + path.substr(3));
      break;
    default:
      w.link(path, words);
    }
  };
  // A binary tree holds all pages together; the rest is chance.
  to(2 * std::uint64_t{number} + 1);
  to(2 * std::uint64_t{number} + 2);
  for (int i = 0; i < further_links; ++i)
    to(d.roll(options_.graph_pages));
  switch (number % 50) {
  case 7:
    w.link("/r/g-" + n, "moved");
    break;
  case 13:
    w.link("/missing/g-" + n + ".html", "gone");
    break;
  case 21:
    w.link("/private/g-" + n + ".html", "private");
    break;
  default:
    break;
  }
  const std::size_t size = 4'000 + d.roll(4'000), written = w.size();
  if (written < size)
    w.text("<p>").text(make_prose(d, size - written)).text("</p>\n");
  return w.finish();
}

page pages::make_sitemap() const {
  constexpr std::uint32_t urls_max = 50'000; // what the sitemap protocol allows in one file
  page p;
  p.content_type = "application/xml; charset=utf-8";
  p.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  for (std::uint32_t id = 1; id <= std::min(posts(), urls_max); ++id)
    p.body += "<url><loc>" + escape_html(options_.origin + post_path(id)) + "</loc></url>\n";
  p.body += "</urlset>\n";
  return p;
}

} // namespace troupe::site
