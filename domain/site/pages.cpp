// SPDX-License-Identifier: BSD-3-Clause
#include "domain/site/pages.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <deque>
#include <optional>
#include <utility>

#include "domain/site/page_writer.hpp"
#include "domain/site/words.hpp"

namespace troupe::site {

namespace {

/// Reads "<before><number><after>" and nothing else.
std::optional<std::uint32_t> number_between(std::string_view text, std::string_view before,
                                            std::string_view after) {
  if (text.size() <= before.size() + after.size() || !text.starts_with(before)
      || !text.ends_with(after))
    return std::nullopt;
  text.remove_prefix(before.size());
  text.remove_suffix(after.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

page missing_page() {
  page_writer w("404 没有这一页");
  w.text("<p>There is nothing here. 这里什么都没有。</p>\n");
  page p = w.finish();
  p.status = 404;
  return p;
}

page plain_page(std::string_view path, std::string_view next) {
  page_writer w("A page");
  w.text("<p>You are at ").escaped(path).text("</p>\n").link(next, "next");
  return w.finish();
}

/// Says of itself that its links are not to be followed, so that it has none for a right crawler.
page closed_page() {
  page_writer w("Closed notes", "<meta name=\"robots\" content=\"nofollow\">");
  w.link("/nofollow/notes.html", "not to be followed");
  page p = w.finish();
  p.links.clear();
  return p;
}

page pdf_page() {
  page p;
  p.content_type = "application/pdf";
  p.body =
      "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n<a class=\"post-item-title\" href=\"/trap/pdf.html\">x</a>\n";
  for (int i = 0; i < 4096; ++i)
    p.body += static_cast<char>(i * 7);
  return p;
}

page robots_page(const std::string& origin) {
  page p;
  p.content_type = "text/plain; charset=utf-8";
  p.body = "# The demo site of troupe-site.\nUser-agent: *\nDisallow: /private/\n\nSitemap: "
           + origin + "/sitemap.xml\n";
  return p;
}

} // namespace

page redirect_page(int status, std::string location, std::string target) {
  page_writer w("Moved");
  w.text("<p>Moved to <a href=\"").escaped(location).text("\">another place</a>.</p>\n");
  page p = w.finish();
  p.status = status;
  p.location = std::move(location);
  p.links = {std::move(target)};
  return p;
}

pages::pages(site_options options) : options_(std::move(options)) {
  options_.lists = std::clamp<std::uint32_t>(options_.lists, 1, lists_max);
  options_.graph_pages = std::min(options_.graph_pages, graph_pages_max);
}

std::string pages::list_path(std::uint32_t number) const {
  return "/sitehome/p/" + std::to_string(number);
}

std::string pages::post_path(std::uint32_t id) const {
  const auto user = dice(options_.seed, "user", id).roll(40) + 1;
  return "/u/user" + std::to_string(user) + "/p/" + std::to_string(id) + ".html";
}

std::string pages::post_headline(std::uint32_t id) const {
  dice d(options_.seed, "headline", id);
  return make_headline(d) + " 第 " + std::to_string(id) + " 篇";
}

std::string pages::graph_path(std::uint32_t number) const {
  char text[32];
  std::snprintf(text, sizeof text, "/g/%05u.html", number);
  return text;
}

page pages::make(std::string_view path) const {
  // A path has one spelling: what is read must give the same text when it is written again
  // ("/sitehome/p/01" is no page).
  if (path == "/")
    return make_home();
  if (const auto n = number_between(path, "/sitehome/p/", "");
      n && *n >= 1 && *n <= options_.lists && path == list_path(*n))
    return make_list(*n);
  if (path.starts_with("/u/")) {
    if (const auto p = path.find("/p/"); p != path.npos) {
      const auto id = number_between(path.substr(p), "/p/", ".html");
      if (id && *id >= 1 && *id <= posts() && path == post_path(*id))
        return make_post(*id);
    }
    return missing_page();
  }
  if (const auto n = number_between(path, "/g/", ".html");
      n && *n < options_.graph_pages && path == graph_path(*n))
    return make_graph(*n);
  if (const auto n = number_between(path, "/r/g-", "");
      n && *n < options_.graph_pages && path == "/r/g-" + std::to_string(*n))
    return make_graph_redirect(*n);
  if (const auto n = number_between(path, "/r/", "");
      n && *n >= 1 && *n <= options_.lists && path == "/r/" + std::to_string(*n))
    return make_redirect(*n);
  for (std::uint32_t i = 0; i < tag_count; ++i) {
    if (path == tag_path(i))
      return make_tag(i);
  }
  if (path == "/loop/a" || path == "/loop/b") {
    const std::string other = path == "/loop/a" ? "/loop/b" : "/loop/a";
    return redirect_page(302, other, other);
  }
  if (path.starts_with("/private/"))
    return plain_page(path, "/private/deeper.html");
  if (path.starts_with("/nofollow/"))
    return plain_page(path, "/nofollow/deeper.html");
  if (path == "/notes/closed.html")
    return closed_page();
  if (path == "/files/notes.pdf")
    return pdf_page();
  if (path == "/robots.txt")
    return robots_page(options_.origin);
  if (path == "/sitemap.xml")
    return make_sitemap();
  return missing_page();
}

std::vector<std::string> pages::main_paths(std::size_t count_max) const {
  std::vector<std::string> paths{"/"};
  for (std::uint32_t i = 1; i <= options_.lists && paths.size() < count_max; ++i)
    paths.push_back(list_path(i));
  for (std::uint32_t i = 1; i <= posts() && paths.size() < count_max; ++i)
    paths.push_back(post_path(i));
  for (std::uint32_t i = 0; i < options_.graph_pages && paths.size() < count_max; ++i)
    paths.push_back(graph_path(i));
  return paths;
}

bool is_forbidden(std::string_view path) { return path.starts_with("/private/"); }

std::map<std::string, reachable_page> reachable_pages(const pages& site) {
  std::map<std::string, reachable_page> found;
  std::deque<std::string> todo{"/"};
  while (!todo.empty()) {
    const std::string path = std::move(todo.front());
    todo.pop_front();
    if (is_forbidden(path) || found.contains(path))
      continue;
    page p = site.make(path);
    auto& entry = found[path];
    entry.status = p.status;
    if (!p.location.empty())
      entry.location = p.links.at(0);
    for (auto& link : p.links) {
      if (!found.contains(link))
        todo.push_back(std::move(link));
    }
  }
  return found;
}

} // namespace troupe::site
