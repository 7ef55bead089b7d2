// SPDX-License-Identifier: BSD-3-Clause
// Which encoding a document says it has. The scan for <meta> is the HTML Standard's: it knows tags,
// comments and attributes, but neither scripts nor entities.
#include <algorithm>
#include <string>
#include <vector>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/encoding.hpp"
#include "domain/crawl/percent.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t prescan_bytes_max = 1024;
constexpr auto npos = std::string_view::npos;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

bool starts_with_lower(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size()
         && std::equal(lower.begin(), lower.end(), text.begin(),
                       [](char a, char b) { return a == ascii_lower(b); });
}

/// What an 8-bit <meta> can truthfully say: not UTF-16, since it was read as ASCII.
std::optional<charset> charset_of_meta(std::string_view label) {
  auto id = encoding_of_label(label);
  if (!id)
    return std::nullopt;
  if (id == encoding::utf_16be || id == encoding::utf_16le)
    id = encoding::utf_8;
  else if (id == encoding::x_user_defined)
    id = encoding::windows_1252;
  return charset::by_label(name_of(*id));
}

/// Takes: the value of a content attribute, as in "text/html; charset=gbk".
std::optional<charset> charset_of_content(std::string_view text) {
  constexpr std::string_view word = "charset";
  while (true) {
    const auto at = std::search(text.begin(), text.end(), word.begin(), word.end(),
                                [](char a, char b) { return ascii_lower(a) == b; });
    if (at == text.end())
      return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(at - text.begin()) + word.size());
    skip_blanks(text);
    if (text.starts_with('='))
      break;
  }
  text.remove_prefix(1);
  skip_blanks(text);
  if (text.starts_with('"') || text.starts_with('\'')) {
    const std::size_t end = text.find(text[0], 1);
    return end == npos ? std::nullopt : charset_of_meta(text.substr(1, end - 1));
  }
  const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return blank(c) || c == ';'; });
  return charset_of_meta(text.substr(0, static_cast<std::size_t>(end - text.begin())));
}

struct attribute {
  std::string name; // lower case, as is the value
  std::string value;
};

/// Reads one attribute. Returns: none at the tag's end; `in` is empty if it ended before.
std::optional<attribute> next_attribute(std::string_view& in) {
  while (!in.empty() && (blank(in.front()) || in.front() == '/'))
    in.remove_prefix(1);
  if (in.empty() || in.front() == '>')
    return std::nullopt;
  attribute found;
  std::size_t end = 0;
  while (end < in.size() && !(in[end] == '=' && end > 0) && !blank(in[end]) && in[end] != '/'
         && in[end] != '>')
    ++end;
  found.name = lower(in.substr(0, end));
  in.remove_prefix(end);
  skip_blanks(in);
  if (!in.starts_with('='))
    return found;
  in.remove_prefix(1);
  skip_blanks(in);
  if (in.starts_with('"') || in.starts_with('\'')) {
    const std::size_t close = in.find(in[0], 1);
    if (close == npos) {
      in = {};
      return std::nullopt;
    }
    found.value = lower(in.substr(1, close - 1));
    in.remove_prefix(close + 1);
    return found;
  }
  end = 0;
  while (end < in.size() && !blank(in[end]) && in[end] != '>')
    ++end;
  found.value = lower(in.substr(0, end));
  in.remove_prefix(end);
  return found;
}

/// Takes: `in` after "<meta". Returns: what the tag says of the encoding, if it is complete.
std::optional<charset> read_meta(std::string_view& in) {
  bool pragma = false;
  bool pragma_needed = false;
  bool label_seen = false;
  std::optional<charset> said;
  std::vector<std::string> names; // an attribute counts the first time
  while (auto found = next_attribute(in)) {
    if (std::find(names.begin(), names.end(), found->name) != names.end())
      continue;
    if (found->name == "http-equiv") {
      pragma = found->value == "content-type";
    } else if (found->name == "content" && !said && !label_seen) {
      said = charset_of_content(found->value);
      pragma_needed = said.has_value();
    } else if (found->name == "charset") {
      said = charset_of_meta(found->value);
      label_seen = true;
      pragma_needed = false;
    }
    names.push_back(std::move(found->name));
  }
  if (in.empty() || (pragma_needed && !pragma))
    return std::nullopt;
  return said;
}

/// Moves behind the first `mark`, or to the end.
void skip_past(std::string_view& in, std::string_view mark) {
  const std::size_t at = in.find(mark);
  in.remove_prefix(at == npos ? in.size() : at + mark.size());
}

std::optional<charset> charset_of_xml_declaration(std::string_view in) {
  if (!in.starts_with("<?xml"))
    return std::nullopt;
  in = in.substr(0, in.find('>'));
  const std::size_t at = in.find("encoding");
  if (at == npos)
    return std::nullopt;
  in.remove_prefix(at + 8);
  const auto skip_controls = [&in] {
    while (!in.empty() && static_cast<unsigned char>(in.front()) <= 0x20)
      in.remove_prefix(1);
  };
  skip_controls();
  if (!in.starts_with('='))
    return std::nullopt;
  in.remove_prefix(1);
  skip_controls();
  if (!in.starts_with('"') && !in.starts_with('\''))
    return std::nullopt;
  const std::size_t end = in.find(in[0], 1);
  return end == npos ? std::nullopt : charset_of_meta(in.substr(1, end - 1));
}

std::optional<charset> prescan(std::string_view body) {
  const std::string_view start = body.substr(0, prescan_bytes_max);
  if (start.starts_with(std::string_view{"<\0?\0x\0", 6}))
    return charset::by_label("utf-16le");
  if (start.starts_with(std::string_view{"\0<\0?\0x", 6}))
    return charset::by_label("utf-16be");
  std::string_view in = start;
  while (!in.empty()) {
    skip_past(in, "<");
    if (in.starts_with("!--")) {
      in.remove_prefix(1);
      skip_past(in, "-->"); // "<!-->" is a whole comment, hence only the '!' is gone
    } else if (starts_with_lower(in, "meta") && in.size() > 4 && (blank(in[4]) || in[4] == '/')) {
      in.remove_prefix(4);
      if (auto said = read_meta(in))
        return said;
    } else if (const std::size_t name = in.starts_with('/') ? 1 : 0;
               in.size() > name && ascii_alpha(in[name])) {
      while (!in.empty() && !blank(in.front()) && in.front() != '>')
        in.remove_prefix(1);
      while (next_attribute(in))
        ; // a '<' inside a value begins no tag
    } else if (in.starts_with('!') || in.starts_with('/') || in.starts_with('?')) {
      skip_past(in, ">");
    }
  }
  return charset_of_xml_declaration(start);
}

/// Takes: a Content-Type header's value. Its parameters may be quoted.
std::optional<charset> charset_of_header(std::string_view text) {
  text.remove_prefix(std::min(text.find(';'), text.size()));
  while (!text.empty()) {
    text.remove_prefix(1);
    skip_blanks(text);
    const std::size_t name_end = std::min(text.find_first_of(";="), text.size());
    const bool wanted = name_end == 7 && starts_with_lower(text, "charset");
    text.remove_prefix(name_end);
    std::string value;
    if (text.starts_with("=\"")) {
      text.remove_prefix(2);
      while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\' && text.size() > 1)
          text.remove_prefix(1);
        value.push_back(text.front());
        text.remove_prefix(1);
      }
      text.remove_prefix(std::min(text.find(';'), text.size()));
    } else if (text.starts_with('=')) {
      const std::size_t end = std::min(text.find(';'), text.size());
      value = text.substr(1, end - 1);
      text.remove_prefix(end);
    }
    if (wanted && !value.empty())
      return charset::by_label(value);
  }
  return std::nullopt;
}

/// Leaves out what may be the first bytes of a character whose others were cut off.
std::string_view without_cut_tail(std::string_view body) {
  for (std::size_t back = 1; back <= 3 && back <= body.size(); ++back) {
    const auto byte = static_cast<unsigned char>(body[body.size() - back]);
    if ((byte & 0xc0) == 0x80)
      continue;
    const utf8_step last = read_utf8(body, body.size() - back);
    // Malformed up to its very end: more bytes could have made it whole.
    if (byte >= 0xc2 && byte <= 0xf4 && !last.valid && last.bytes == back)
      body.remove_suffix(back);
    break;
  }
  return body;
}

} // namespace

sniffed sniff_charset(std::string_view body, std::string_view content_type) {
  if (body.starts_with("\xef\xbb\xbf"))
    return {charset{}, 3};
  if (body.starts_with("\xfe\xff"))
    return {*charset::by_label("utf-16be"), 2};
  if (body.starts_with("\xff\xfe"))
    return {*charset::by_label("utf-16le"), 2};
  if (auto said = charset_of_header(content_type))
    return {std::move(*said), 0};
  if (auto said = prescan(body))
    return {std::move(*said), 0};
  if (is_valid_utf8(without_cut_tail(body)))
    return {charset{}, 0};
  return {*charset::by_label("windows-1252"), 0};
}

} // namespace troupe::crawl
