// SPDX-License-Identifier: BSD-3-Clause
#include "tests/agree/rich_site.hpp"

#include <chrono>

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

constexpr int lists = 6;
constexpr int posts_per_list = 4;

std::string post_path(int list, int post) {
  return "/post/" + std::to_string(list) + "-" + std::to_string(post);
}

std::string post_title(int list, int post) {
  return "Post " + std::to_string(list) + "." + std::to_string(post) + " – größer & 好";
}

/// Only the first list is linked from the front page: each list shows the next one.
std::string list_page(int list) {
  std::string page = "<!doctype html><title>List</title><a href='/'>home</a>";
  for (int post = 0; post < posts_per_list; ++post)
    page += "<h2><a class='post-item-title big' href='" + post_path(list, post) + "'>  Post "
            + std::to_string(list) + "." + std::to_string(post)
            + "\n – gr&ouml;&szlig;er &amp; 好 </a></h2>";
  if (list < lists)
    page += "<a href='" + std::to_string(list + 1) + "#top'>next</a>";
  return page;
}

site_answer redirect(const std::string& location, int status = 302) {
  site_answer answer;
  answer.status = status;
  answer.headers.emplace_back("Location", location);
  return answer;
}

site_answer page(std::string body, std::chrono::milliseconds delay = 0ms) {
  site_answer answer;
  answer.body = std::move(body);
  answer.delay = delay;
  return answer;
}

site_answer with_status(int status) {
  auto answer = page("<a href='/behind-an-error'>not a page</a>");
  answer.status = status;
  return answer;
}

site_answer picture() {
  static constexpr char bytes[] = "\x89PNG\r\n\x1a\n\0<a href='/in-a-picture'>x</a>";
  auto answer = page(std::string(bytes, sizeof bytes - 1));
  answer.content_type = "image/png";
  return answer;
}

site_answer reset() {
  site_answer answer;
  answer.reset = true;
  return answer;
}

constexpr const char* front_page =
    "<!doctype html><meta charset=utf-8><title>Front</title>"
    "<a href='/list/1'>1</a> <a href='/list/1#p2'>2</a> <a href='/list/1#p3'>3</a>"
    "<a href='/chain/1'>a chain</a> <a href='/loop/a'>a loop</a> <a href='/old'>moved</a>"
    "<a href='/missing'>404</a> <a href='/flaky'>passes</a> <a href='/slow'>slow</a>"
    "<a href='/reset'>reset</a> <a href='/picture.png'>picture</a> <a href='/nowhere'>?</a>"
    "<a href='/private/secret'>secret</a> <a href='/private/open.html'>open</a>"
    "<a href='/quiet'>quiet</a> <a rel=nofollow href='/unfollowed'>no</a>"
    "<a href='http://elsewhere.invalid/'>far</a> <a href='mailto:me@example.org'>me</a>"
    "<a href='/empty'>empty</a>";

site_answer redirects(const std::string& target) {
  static const std::map<std::string, std::string> moved = {
      {"/chain/1", "/chain/2"}, {"/chain/2", "3"},      {"/chain/3", "/chain/end"},
      {"/loop/a", "/loop/b"},   {"/loop/b", "/loop/a"}, {"/old", "/list/2"},
  };
  const auto it = moved.find(target);
  return it == moved.end() ? with_status(404) : redirect(it->second);
}

} // namespace

site_answer rich_site(const std::string& target, unsigned before) {
  if (target == "/robots.txt") {
    auto robots = page("User-agent: *\nDisallow: /private/\nAllow: /private/open\n");
    robots.content_type = "text/plain";
    return robots;
  }
  if (target == "/")
    return page(front_page);
  if (target.starts_with("/list/"))
    return page(list_page(std::stoi(target.substr(6))));
  if (target.starts_with("/post/"))
    return page("<p>A post.</p><a href='/'>home</a><a href='?print=1'>print</a>");
  if (target == "/chain/end" || target == "/private/open.html")
    return page("<a href='/list/3'>a list</a>");
  if (target == "/flaky")
    return before == 0 ? with_status(503) : page("<a href='/after-flaky'>on</a>");
  if (target == "/after-flaky")
    return page("<p>found</p>");
  if (target == "/slow")
    return page("<a href='/after-slow'>on</a>", 300ms);
  if (target == "/after-slow")
    return page("<p>found</p>");
  if (target == "/quiet")
    return page("<meta name=robots content=nofollow><a href='/unfollowed-too'>no</a>");
  if (target == "/nowhere")
    return redirect("mailto:nobody@example.org");
  if (target == "/reset")
    return reset();
  if (target == "/picture.png")
    return picture();
  if (target == "/empty")
    return page("");
  return redirects(target);
}

const std::map<std::string, int>& rich_site_pages() {
  static const auto pages = [] {
    std::map<std::string, int> known = {
        {"/", 200},           {"/chain/1", 302},     {"/chain/2", 302},
        {"/chain/3", 302},    {"/chain/end", 200},   {"/loop/a", 302},
        {"/loop/b", 302},     {"/old", 302},         {"/missing", 404},
        {"/flaky", 200},      {"/after-flaky", 200}, {"/slow", 200},
        {"/after-slow", 200}, {"/reset", 0},         {"/picture.png", 200},
        {"/nowhere", 302},    {"/quiet", 200},       {"/private/open.html", 200},
        {"/empty", 200},
    };
    for (int list = 1; list <= lists; ++list) {
      known.emplace("/list/" + std::to_string(list), 200);
      for (int post = 0; post < posts_per_list; ++post) {
        known.emplace(post_path(list, post), 200);
        known.emplace(post_path(list, post) + "?print=1", 200);
      }
    }
    return known;
  }();
  return pages;
}

const std::vector<std::string>& rich_site_forbidden() {
  static const std::vector<std::string> targets = {
      "/private/secret", "/unfollowed", "/unfollowed-too", "/behind-an-error", "/in-a-picture"};
  return targets;
}

std::vector<seen_item> rich_site_items(const std::string& origin) {
  std::vector<seen_item> items;
  for (int list = 1; list <= lists; ++list)
    for (int post = 0; post < posts_per_list; ++post)
      items.push_back({origin + "/list/" + std::to_string(list), origin + post_path(list, post),
                       post_title(list, post)});
  return items;
}

} // namespace troupe::test
