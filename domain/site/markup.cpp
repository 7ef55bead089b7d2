// SPDX-License-Identifier: BSD-3-Clause
#include "domain/site/markup.hpp"

#include <cstdint>
#include <cstdio>

namespace troupe::site {

namespace {

/// Takes one character off the front of well-formed UTF-8.
std::uint32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t c = size == 1 ? lead : lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  text.remove_prefix(size);
  return c;
}

/// Everything but plain letters as a character reference: by name, decimal or hexadecimal.
std::string as_references(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::uint32_t c = take_character(text);
    char number[16];
    switch (c) {
    case '&':
      out += "&amp;";
      continue;
    case '<':
      out += "&lt;";
      continue;
    case '>':
      out += "&gt;";
      continue;
    case '"':
      out += "&quot;";
      continue;
    case 0x2014:
      out += "&mdash;";
      continue;
    case 0xef:
      out += "&iuml;";
      continue;
    case 0xc5:
      out += "&Aring;";
      continue;
    default:
      break;
    }
    if (c < 0x80 && c != '\'') {
      out += static_cast<char>(c);
      continue;
    }
    std::snprintf(number, sizeof number, c % 2 == 0 ? "&#%u;" : "&#x%X;", c);
    out += number;
  }
  return out;
}

/// Only what must be escaped: an ampersand that begins no reference may stand as it is.
std::string barely_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

/// Blanks become line breaks and tabs, which fold to one blank again.
std::string spread(std::string text) {
  std::string out = "\n      ";
  for (const char c : text) {
    if (c == ' ')
      out += "\n\t  ";
    else
      out += c;
  }
  return out + "  \n    ";
}

/// Puts the first word and the rest into elements of their own.
std::string nested(std::string_view text) {
  const auto blank = text.find(' ');
  const auto first = text.substr(0, blank);
  const auto rest = blank == text.npos ? std::string_view{} : text.substr(blank);
  return "<em>" + escape_html(first) + "</em><span class=\"hl\"><b>" + escape_html(rest)
         + "</b></span>";
}

std::string with_comment(std::string_view text) {
  const auto blank = text.find(' ');
  const auto first = text.substr(0, blank);
  const auto rest = blank == text.npos ? std::string_view{} : text.substr(blank);
  return escape_html(first) + "<!-- draft <i>title</i> -->" + escape_html(rest)
         + "<i class=\"icon\"></i>";
}

std::string slashes_as_references(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '/')
      out += out.size() % 2 == 0 ? "&#47;" : "&#x2F;";
    else
      out += c;
  }
  return out;
}

} // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string percent_encode(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      constexpr char digits[] = "0123456789ABCDEF";
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string make_title_anchor(unsigned way, std::string_view path, std::string_view text) {
  const std::string href(path);
  const std::string plain = escape_html(text);
  switch (way % title_ways) {
  case 0:
    return "<a class=\"post-item-title\" href=\"" + href + "\" target=\"_blank\">" + plain + "</a>";
  case 1:
    return "<a href='" + href + "' class='post-item-title'>" + plain + "</a>";
  case 2:
    return "<a class=post-item-title href=" + href + " target=_blank>" + plain + "</a>";
  case 3:
    return "<A CLASS=\"post-item-title\" HREF='" + href + "'>" + plain + "</A>";
  case 4:
    return "<a class=\"featured\tpost-item-title\n hot\" href=\"" + href + "\">" + plain + "</a>";
  case 5:
    return "<a class=\"post&#45;item-&#x74;itle\" href=\"" + href + "\">" + plain + "</a>";
  case 6:
    return "<a\n   class = \"post-item-title\"\n   href\t=\n'" + href + "'\n>" + plain + "</a\n>";
  case 7:
    return "<a class=\"post-item-title\" href=\"" + href + "\">" + nested(text) + "</a>";
  case 8:
    return "<a class=\"post-item-title\" href=\"" + href + "\">" + as_references(text) + "</a>";
  case 9:
    return "<a class=\"post-item-title\" href=\"" + href + "\">" + with_comment(text) + "</a>";
  case 10:
    return "<a class=\"post-item-title\" href=\"../.." + href + "\">" + plain + "</a>";
  case 11:
    return "<a class=\"post-item-title\" href=\"" + slashes_as_references(path) + "\">" + plain
           + "</a>";
  case 12:
    return "<a title=\"a > b, isn't it?\" class=\" post-item-title \" href=\"\n " + href + " \">"
           + plain + "</a>";
  case 13:
    return "<a class=\"post-item-title\" href=\"" + href + "\">" + spread(barely_escaped(text))
           + "</a>";
  default:
    return "<a download data-class='none' CLASS='post-item-title x' hReF=" + href + " >" + plain
           + "</A >";
  }
}

std::string make_trap(unsigned kind, unsigned number) {
  const std::string target = "/trap/" + std::to_string(number) + ".html";
  const std::string fake = "<a class=\"post-item-title\" href=\"" + target + "\">not a title</a>";
  switch (kind % trap_kinds) {
  case 0:
    return "<!-- " + fake + " -->";
  case 1:
    return "<script>var row = '" + fake + "';</script>";
  case 2:
    return "<style>/* " + fake + " */ .row { margin: 0 }</style>";
  case 3:
    return "<b class=\"post-item-title\">a bold one</b>";
  case 4:
    return "<span class='post-item-title' data-href='" + target + "'>a span</span>";
  case 5:
    return "<pre>" + escape_html(fake) + "</pre>";
  case 6:
    return "<div title='" + fake + "'>in an attribute</div>";
  default:
    // Near misses: names are compared whole, and in their case. No href: nothing to follow either.
    return "<a class=\"post-item-title-old\">old</a> <a class=\"my-post-item-title\">mine</a> "
           "<a class=\"Post-Item-Title\">upper</a> <a id=\"post-item-title-"
           + std::to_string(number) + "\" data-class=\"post-item-title\">by id</a>";
  }
}

} // namespace troupe::site
