// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/host.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <unicode/uidna.h>

#include "domain/crawl/charset.hpp"
#include "domain/crawl/percent.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

/// A number of an IPv4 address as the C library's inet_aton reads it: 0x hexadecimal, leading 0
/// octal. Returns: none if it is no number; what is above 2^32 stays there.
std::optional<std::uint64_t> ipv4_number(std::string_view part) {
  if (part.empty())
    return std::nullopt;
  unsigned radix = 10;
  if (part.size() >= 2 && part[0] == '0' && ascii_lower(part[1]) == 'x') {
    radix = 16;
    part.remove_prefix(2);
  } else if (part.size() >= 2 && part[0] == '0') {
    radix = 8;
    part.remove_prefix(1);
  }
  constexpr std::uint64_t too_big = std::uint64_t{1} << 32;
  std::uint64_t value = 0;
  for (const char c : part) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= radix)
      return std::nullopt;
    value = std::min(value * radix + static_cast<unsigned>(digit), too_big);
  }
  return value;
}

std::string_view last_label(std::string_view domain) {
  return domain.substr(domain.rfind('.') + 1);
}

/// Such a host is an IPv4 address or nothing: "1.2.3.4.5" must not reach the resolver.
bool ends_in_a_number(std::string_view domain) {
  if (domain.ends_with('.'))
    domain.remove_suffix(1);
  const std::string_view last = last_label(domain);
  if (last.empty())
    return false;
  return std::all_of(last.begin(), last.end(), ascii_digit) || ipv4_number(last).has_value();
}

bool append_ipv4(std::string& out, std::string_view domain) {
  if (domain.ends_with('.'))
    domain.remove_suffix(1);
  std::uint64_t address = 0;
  for (int parts = 0;; ++parts) {
    const std::size_t dot = domain.find('.');
    const auto number = ipv4_number(domain.substr(0, dot));
    if (!number || parts == 4)
      return false;
    if (dot == std::string_view::npos) {
      // The last number fills all bytes that the ones before it left.
      if (*number >= std::uint64_t{1} << (8 * (4 - parts)))
        return false;
      address |= *number;
      break;
    }
    if (*number > 255 || parts == 3)
      return false;
    address |= *number << (8 * (3 - parts));
    domain.remove_prefix(dot + 1);
  }
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string(address >> shift & 255);
    if (shift != 0)
      out += '.';
  }
  return true;
}

/// The dotted tail of an IPv6 address: exactly four decimal numbers, no leading zeros.
std::optional<std::uint32_t> ipv6_dotted_tail(std::string_view text) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.'))
        return std::nullopt;
      text.remove_prefix(1);
    }
    unsigned value = 0;
    const auto* end = text.data() + text.size();
    if (text.empty() || !ascii_digit(text[0]))
      return std::nullopt;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const auto digits = static_cast<std::size_t>(stop - text.data());
    if (error != std::errc{} || value > 255 || (text[0] == '0' && digits > 1))
      return std::nullopt;
    address = address << 8 | value;
    text.remove_prefix(digits);
  }
  return text.empty() ? std::optional{address} : std::nullopt;
}

using ipv6_pieces = std::array<std::uint16_t, 8>;

std::optional<ipv6_pieces> parse_ipv6(std::string_view text) {
  ipv6_pieces pieces{};
  std::size_t count = 0;
  std::optional<std::size_t> gap; // where "::" stands
  if (text.starts_with(':')) {
    if (!text.starts_with("::"))
      return std::nullopt;
    text.remove_prefix(2);
    gap = ++count; // "::" stands for at least one piece
  }
  while (!text.empty()) {
    if (count == 8)
      return std::nullopt;
    if (text[0] == ':') {
      if (gap)
        return std::nullopt;
      text.remove_prefix(1);
      gap = ++count;
      continue;
    }
    unsigned value = 0;
    std::size_t digits = 0;
    while (digits < 4 && digits < text.size() && hex_value(text[digits]) >= 0)
      value = value << 4 | static_cast<unsigned>(hex_value(text[digits++]));
    if (digits < text.size() && text[digits] == '.') {
      const auto tail = count <= 6 ? ipv6_dotted_tail(text) : std::nullopt;
      if (!tail)
        return std::nullopt;
      pieces[count++] = static_cast<std::uint16_t>(*tail >> 16);
      pieces[count++] = static_cast<std::uint16_t>(*tail & 0xffff);
      break;
    }
    if (digits == 0)
      return std::nullopt;
    text.remove_prefix(digits);
    if (!text.empty()) {
      if (text[0] != ':' || text.size() == 1)
        return std::nullopt;
      text.remove_prefix(1);
    }
    pieces[count++] = static_cast<std::uint16_t>(value);
  }
  if (gap)
    std::rotate(pieces.begin() + *gap, pieces.begin() + count, pieces.end());
  else if (count != 8)
    return std::nullopt;
  return pieces;
}

void append_ipv6(std::string& out, const ipv6_pieces& pieces) {
  // "::" stands for the first of the longest runs of zeros, if that is longer than one.
  std::size_t run_begin = 8;
  std::size_t run_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && pieces[end] == 0)
      ++end;
    if (end - i > run_length) {
      run_begin = i;
      run_length = end - i;
    }
    i = end;
  }
  out += '[';
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == run_begin) {
      out += i == 0 ? "::" : ":";
      i += run_length - 1;
      continue;
    }
    char digits[4];
    const auto end = std::to_chars(digits, digits + 4, pieces[i], 16).ptr;
    out.append(digits, end);
    if (i != 7)
      out += ':';
  }
  out += ']';
}

bool has_ace_label(std::string_view lower) {
  for (std::size_t at = lower.find("xn--"); at != std::string_view::npos;
       at = lower.find("xn--", at + 1)) {
    if (at == 0 || lower[at - 1] == '.')
      return true;
  }
  return false;
}

/// UTS #46 without the checks that the URL Standard leaves out for what browsers load: hyphens
/// anywhere, and lengths, which are the resolver's matter.
std::optional<std::string> to_ascii(std::string_view domain) {
  static const UIDNA* const idna = [] {
    UErrorCode error = U_ZERO_ERROR;
    const UIDNA* opened = uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &error);
    return U_SUCCESS(error) ? opened : nullptr;
  }();
  constexpr std::uint32_t allowed = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG
                                    | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN
                                    | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  if (idna == nullptr || domain.size() > idn_bytes_max)
    return std::nullopt;
  // Mapping may lengthen a character to eighteen, and Punycode adds to each; ICU says how much.
  std::string ascii(4 * domain.size() + 64, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode error = U_ZERO_ERROR;
    const std::int32_t length = uidna_nameToASCII_UTF8(
        idna, domain.data(), static_cast<std::int32_t>(domain.size()), ascii.data(),
        static_cast<std::int32_t>(ascii.size()), &info, &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
      ascii.resize(static_cast<std::size_t>(length));
      continue;
    }
    if (U_FAILURE(error) || (info.errors & ~allowed) != 0)
      return std::nullopt;
    ascii.resize(static_cast<std::size_t>(length));
    return ascii;
  }
  return std::nullopt;
}

} // namespace

std::optional<url_fault> append_host(std::string& out, std::string_view raw) {
  if (raw.empty())
    return url_fault::bad_host;
  if (raw.front() == '[') {
    if (raw.size() < 2 || raw.back() != ']')
      return url_fault::bad_ipv6;
    const auto pieces = parse_ipv6(raw.substr(1, raw.size() - 2));
    if (!pieces)
      return url_fault::bad_ipv6;
    append_ipv6(out, *pieces);
    return std::nullopt;
  }

  unsigned all = 0xff;
  bool hyphen = false;
  for (const char c : raw) {
    all &= class_of(c);
    hyphen |= c == '-';
  }
  const bool plain = (all & plain_in_host) != 0 && !(hyphen && has_ace_label(raw));
  if (plain && raw.back() != '.' && !ascii_digit(last_label(raw).front())) {
    out += raw;
    return std::nullopt;
  }

  std::string domain = percent_decode(raw);
  if (!is_valid_utf8(domain))
    return url_fault::bad_host; // it would map to U+FFFD, which IDNA refuses
  bool ascii = ascii_prefix(domain) == domain.size();
  if (ascii) {
    std::transform(domain.begin(), domain.end(), domain.begin(), ascii_lower);
    ascii = !has_ace_label(domain);
  }
  if (!ascii) {
    auto mapped = to_ascii(domain);
    if (!mapped)
      return url_fault::bad_host;
    domain = std::move(*mapped);
  }
  const auto forbidden = [](char c) { return (class_of(c) & forbidden_in_host) != 0; };
  if (domain.empty() || std::any_of(domain.begin(), domain.end(), forbidden))
    return url_fault::bad_host;
  if (ends_in_a_number(domain)) {
    if (!append_ipv4(out, domain))
      return url_fault::bad_ipv4;
    return std::nullopt;
  }
  out += domain;
  return std::nullopt;
}

} // namespace troupe::crawl
