// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/row_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe::io {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD

// Returns: the length of the well-formed UTF-8 sequence at text[i], 0 if there is none (overlong
// forms, surrogates and values above U+10FFFF are none).
std::size_t sequence_length(std::string_view text, std::size_t i) {
  auto byte = [&](std::size_t k) {
    return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
  };
  auto follows = [&](std::size_t k) { return (byte(k) & 0xc0) == 0x80; };
  unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xc2 && lead <= 0xdf)
    return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return byte(1) >= low && byte(1) <= high && follows(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return byte(1) >= low && byte(1) <= high && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

// Bytes that can be copied as they are, inside a JSON string.
constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x80; ++c)
    plain[c] = c != '"' && c != '\\';
  return plain;
}
constexpr auto plain = make_plain();

void escape(std::string& out, unsigned char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
  case '"':
    out += "\\\"";
    break;
  case '\\':
    out += "\\\\";
    break;
  case '\n':
    out += "\\n";
    break;
  case '\r':
    out += "\\r";
    break;
  case '\t':
    out += "\\t";
    break;
  default:
    out += "\\u00";
    out += hex[c >> 4];
    out += hex[c & 15];
  }
}

// RFC 8259, 7. Runs of ordinary bytes are copied as one.
void put_json(std::string& out, std::string_view text) {
  out += '"';
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    auto c = static_cast<unsigned char>(text[i]);
    if (plain[c]) {
      ++i;
      continue;
    }
    auto length = c < 0x80 ? 0 : sequence_length(text, i);
    if (length != 0) {
      i += length;
      continue;
    }
    out.append(text, run, i - run);
    if (c < 0x80)
      escape(out, c);
    else
      out += replacement;
    run = ++i;
  }
  out.append(text, run, text.size() - run);
  out += '"';
}

void put_json_or_null(std::string& out, std::string_view text) {
  if (text.empty())
    out += "null";
  else
    put_json(out, text);
}

void put_number(std::string& out, std::uint64_t value) {
  char digits[20];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

// RFC 4180, 2: quoted where there is a comma, a quote or a line break.
void put_csv(std::string& out, std::string_view text) {
  bool quoted = text.find_first_of(",\"\r\n") != text.npos;
  if (quoted)
    out += '"';
  for (std::size_t i = 0; i < text.size();) {
    auto length = sequence_length(text, i);
    if (length == 0)
      out += replacement;
    else
      out.append(text, i, length);
    if (text[i] == '"')
      out += '"';
    i += length == 0 ? 1 : length;
  }
  if (quoted)
    out += '"';
}

} // namespace

void put_page(std::string& out, const crawl::page_row& row) {
  out += "{\"url\":";
  put_json(out, row.url);
  out += ",\"status\":";
  put_number(out, static_cast<std::uint64_t>(std::max(0, row.status)));
  out += ",\"depth\":";
  put_number(out, row.depth);
  out += ",\"bytes\":";
  put_number(out, row.bytes);
  out += ",\"content_type\":";
  put_json(out, row.content_type);
  out += ",\"links\":";
  put_number(out, row.links);
  out += ",\"redirect_to\":";
  put_json_or_null(out, row.redirect_to);
  out += ",\"error\":";
  put_json_or_null(out, crawl::to_string(row.error));
  out += ",\"ms\":";
  put_number(out, row.ms);
  out += ",\"canonical\":";
  put_json_or_null(out, row.canonical);
  out += ",\"duplicate_of\":";
  put_json_or_null(out, row.duplicate_of);
  out += "}\n";
}

void put_page_csv(std::string& out, const crawl::page_row& row) {
  const auto number = [&out](std::uint64_t value) {
    put_number(out, value);
    out += ',';
  };
  const auto text = [&out](std::string_view value) {
    put_csv(out, value);
    out += ',';
  };
  text(row.url);
  number(static_cast<std::uint64_t>(std::max(0, row.status)));
  number(row.depth);
  number(row.bytes);
  text(row.content_type);
  number(row.links);
  text(row.redirect_to);
  text(crawl::to_string(row.error));
  number(row.ms);
  text(row.canonical);
  put_csv(out, row.duplicate_of);
  out += "\r\n";
}

void put_item_json(std::string& out, std::string_view page, const crawl::item& found) {
  out += "{\"page\":";
  put_json(out, page);
  out += ",\"href\":";
  put_json(out, found.href);
  out += ",\"text\":";
  put_json(out, found.text);
  out += "}\n";
}

void put_item_csv(std::string& out, std::string_view page, const crawl::item& found) {
  put_csv(out, page);
  out += ',';
  put_csv(out, found.href);
  out += ',';
  put_csv(out, found.text);
  out += "\r\n";
}

void put_link_csv(std::string& out, std::string_view source, std::string_view target,
                  std::string_view rel) {
  put_csv(out, source);
  out += ',';
  put_csv(out, target);
  out += ',';
  out += rel;
  out += "\r\n";
}

void put_xml(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto length = sequence_length(text, i);
    const auto sequence = text.substr(i, length);
    const bool none = length == 0 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
                      || sequence == "\xef\xbf\xbe" || sequence == "\xef\xbf\xbf";
    if (none)
      out += replacement;
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c < 0x20)
      out += c == '\t' ? "&#9;" : c == '\n' ? "&#10;" : "&#13;";
    else
      out += sequence;
    i += length == 0 ? 1 : length;
  }
}

std::string_view valid_utf8(std::string_view text, std::string& room) {
  room.clear();
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto length = sequence_length(text, i);
    if (length != 0) {
      i += length;
      continue;
    }
    room.append(text, run, i - run);
    room += replacement;
    run = ++i;
  }
  return run == 0 ? text : std::string_view{room.append(text, run, text.size() - run)};
}

} // namespace troupe::io
