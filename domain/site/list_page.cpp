// SPDX-License-Identifier: BSD-3-Clause
// The list pages: long, with titles written in every way, and traps between them.
#include <algorithm>

#include "domain/site/markup.hpp"
#include "domain/site/page_writer.hpp"
#include "domain/site/words.hpp"

namespace troupe::site {

namespace {

constexpr std::size_t list_bytes = 70'000;

void write_pager(page_writer& w, const pages& site, std::uint32_t number) {
  const std::uint32_t lists = site.options().lists;
  w.text("<div class=\"pager\">\n");
  const std::uint32_t first = number > 4 ? number - 4 : 1;
  const std::uint32_t last = std::min(lists, number + 4);
  w.link(site.list_path(1), "1");
  for (std::uint32_t n = first; n <= last; ++n)
    w.link(site.list_path(n), std::to_string(n), n % 2 == 0 ? std::to_string(n) : std::string{});
  w.link(site.list_path(lists), std::to_string(lists));
  w.text("</div>\n");
}

/// What a crawler must leave alone or can follow only with care; different ones on each page.
void write_side(page_writer& w, const pages& site, std::uint32_t number) {
  dice d(site.options().seed, "side", number);
  const std::string n = std::to_string(number);
  w.text("<div id=\"side\">\n<h4>排行榜</h4>\n");
  for (int i = 0; i < 5; ++i) {
    const auto id = static_cast<std::uint32_t>(d.roll(site.posts()) + 1);
    const std::string path = site.post_path(id);
    w.link(path, site.post_headline(id), path + "#comments");
  }
  const auto tag = static_cast<std::uint32_t>(d.roll(tag_count));
  w.link(tag_path(tag), tag_name(tag), "/tag/" + tag_name(tag) + ".html");
  w.link("/r/" + n, "最新推荐");
  w.link("/missing/" + n + ".html", "已删除的文章");
  w.link("/private/" + n + ".html", "我的草稿");
  w.link(site.list_path(number), "回到顶部", "#top");
  w.text("<a rel=\"external nofollow\" href=\"/nofollow/" + n + ".html\">广告</a>\n");
  w.text("<a href=\"mailto:editor@example.org\">联系我们</a>\n");
  w.text("<a href=\"javascript:void(0)\">更多</a> <a name=\"side-end\">.</a>\n");
  w.text("<img src=\"/trap/pixel.gif\" alt=\"\">\n</div>\n");
}

void write_post(page_writer& w, const pages& site, std::uint32_t id, unsigned way,
                std::size_t summary_bytes) {
  dice d(site.options().seed, "summary", id);
  title t{site.post_path(id), site.post_headline(id)};
  w.text("<article class=\"post-item\" data-post-id=\"" + std::to_string(id) + "\">\n");
  w.text("  <section class=\"post-item-body\">\n    <div class=\"post-item-text\">\n    ");
  w.text(make_title_anchor(way, t.href, t.text)).count(t.href);
  w.text("\n      <p class=\"post-item-summary\">");
  w.text(make_prose(d, summary_bytes)).text("</p>\n    </div>\n");
  w.text("    <footer class=\"post-item-foot\"><span class=\"post-item-author\">");
  w.text(author_name(d.next()));
  w.text("</span> <span class=\"post-meta-item\"><span>2024-0" + std::to_string(d.roll(9) + 1)
         + "-1" + std::to_string(d.roll(10)) + " 0" + std::to_string(d.roll(10)) + ":3"
         + std::to_string(d.roll(10)) + "</span></span>");
  for (const char* word : {"推荐", "评论", "阅读"})
    w.text(" <span class=\"post-meta-item\" title=\"")
        .text(word)
        .text("\">")
        .text(word)
        .text(" ")
        .text(std::to_string(d.roll(5000)))
        .text("</span>");
  w.text("</footer>\n  </section>\n</article>\n");
  w.content().titles.push_back(std::move(t));
}

} // namespace

page pages::make_list(std::uint32_t number) const {
  std::string head = "<link rel=\"canonical\" href=\"" + list_path(number) + "\">";
  if (number < options_.lists)
    head += "\n<link rel=\"next\" href=\"" + list_path(number + 1) + "\">";
  head += "\n<style>.post-item { margin: 1em } .post-item-title > b { color: navy }</style>";
  page_writer w("博客列表 — 第 " + std::to_string(number) + " 页", head);
  w.count(list_path(number));
  if (number < options_.lists)
    w.count(list_path(number + 1));
  w.text("<div id=\"top\">\n").link("/", "首页").text("</div>\n<div id=\"post_list\">\n");

  // The prose fills what the markup leaves of the page's size; the markup of a post is about 600
  // bytes, that of the rest 4,000.
  constexpr std::size_t summary_bytes = (list_bytes - 4'000) / posts_per_list - 680;
  for (std::uint32_t i = 0; i < posts_per_list; ++i) {
    // The ways move on by one each page, so that each post's neighbours and traps change.
    write_post(w, *this, (number - 1) * posts_per_list + i + 1, i + number, summary_bytes);
    if (i % 2 == 1)
      w.text(make_trap(i / 2 + number, number * 100 + i)).text("\n");
  }
  w.text("</div>\n");
  write_side(w, *this, number);
  write_pager(w, *this, number);
  return w.finish();
}

} // namespace troupe::site
