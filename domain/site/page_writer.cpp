// SPDX-License-Identifier: BSD-3-Clause
#include "domain/site/page_writer.hpp"

#include <array>
#include <utility>

#include "domain/site/markup.hpp"

namespace troupe::site {

page_writer::page_writer(std::string_view title, std::string_view head) {
  page_.body = "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
  escaped(title);
  text("</title>\n").text(head).text("\n</head>\n<body>\n");
}

page_writer& page_writer::text(std::string_view markup) {
  page_.body += markup;
  return *this;
}

page_writer& page_writer::escaped(std::string_view plain) { return text(escape_html(plain)); }

page_writer& page_writer::link(std::string_view path, std::string_view words,
                               std::string_view written) {
  text("<a href=\"").escaped(written.empty() ? path : written).text("\">");
  escaped(words).text("</a>\n");
  return count(path);
}

page_writer& page_writer::count(std::string_view path) {
  page_.links.emplace_back(path);
  return *this;
}

page page_writer::finish() {
  text("</body>\n</html>\n");
  return std::move(page_);
}

std::string tag_name(std::uint32_t number) {
  constexpr std::array<const char*, tag_count> names = {"并发", "网络",   "协程", "性能",
                                                        "C++",  "数据库", "测试", "分布式"};
  return names[number % tag_count];
}

std::string tag_path(std::uint32_t number) {
  return "/tag/" + percent_encode(tag_name(number)) + ".html";
}

} // namespace troupe::site
