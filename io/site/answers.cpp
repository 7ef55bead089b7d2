// SPDX-License-Identifier: BSD-3-Clause
#include "io/site/answers.hpp"

#include <algorithm>
#include <stdexcept>

#include <libdeflate.h>

namespace troupe::io {

namespace {

constexpr std::size_t compress_bytes_min = 256; // below, the header grows by more than is saved
constexpr int compress_level = 6;

std::string_view reason(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 301:
    return "Moved Permanently";
  case 302:
    return "Found";
  case 404:
    return "Not Found";
  default:
    return "Unknown";
  }
}

std::string gzip(std::string_view body) {
  struct freer {
    void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
  };
  // One a thread: making it costs more than compressing a small page.
  thread_local const std::unique_ptr<libdeflate_compressor, freer> compressor(
      libdeflate_alloc_compressor(compress_level));
  if (!compressor)
    throw std::bad_alloc();
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), body.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(compressor.get(), body.data(), body.size(), out.data(), out.size()));
  return out;
}

std::string fields_of(const site::page& page, std::size_t body_bytes, bool compressible,
                      bool compressed) {
  std::string out = "Content-Type: " + page.content_type + "\r\n";
  if (!page.location.empty())
    out += "Location: " + page.location + "\r\n";
  if (compressible)
    out += "Vary: Accept-Encoding\r\n";
  if (compressed)
    out += "Content-Encoding: gzip\r\n";
  return out + "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
}

std::shared_ptr<const site_answer> make_answer(site::page page) {
  auto out = std::make_shared<site_answer>();
  out->status = page.status;
  out->status_line = "HTTP/1.1 " + std::to_string(page.status) + " ";
  out->status_line.append(reason(page.status)).append("\r\n");
  const bool compressible = page.body.size() >= compress_bytes_min
                            && page.content_type.find("charset") != std::string::npos;
  if (compressible) {
    out->gzip.body = gzip(page.body);
    out->gzip.fields = fields_of(page, out->gzip.body.size(), true, true);
  }
  out->plain.fields = fields_of(page, page.body.size(), compressible, false);
  out->plain.body = std::move(page.body);
  return out;
}

std::size_t bytes_of(const site_answer& a) {
  constexpr std::size_t overhead = 400; // of the map's node, the strings and the shared block
  return a.plain.body.capacity() + a.gzip.body.capacity() + a.plain.fields.capacity()
         + a.gzip.fields.capacity() + overhead;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool equals_lower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

/// Returns: true unless the parameters say "q=0", with up to three more zeros.
bool weight_is_not_zero(std::string_view parameters) {
  const auto p = parameters.find_first_of("qQ");
  if (p == parameters.npos)
    return true;
  const auto value = trimmed(parameters.substr(p + 1));
  return value.empty() || value[0] != '=' || value.find_first_of("123456789") != value.npos;
}

} // namespace

site_answers::site_answers(const site::pages& site, std::size_t bytes_max)
    : site_(site), bytes_max_(bytes_max) {}

void site_answers::prepare() {
  std::size_t bytes = 0;
  constexpr std::size_t page_bytes_min = 1'000; // no page is smaller: a bound on the list of paths
  for (auto& path : site_.main_paths(bytes_max_ / page_bytes_min)) {
    auto answer = make_answer(site_.make(path));
    bytes += bytes_of(*answer);
    if (bytes > bytes_max_)
      return;
    ready_.emplace(std::move(path), std::move(answer));
  }
}

std::shared_ptr<const site_answer> site_answers::find(std::string_view path) const {
  if (const auto it = ready_.find(path); it != ready_.end())
    return it->second;
  return make_answer(site_.make(path));
}

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto comma = accept_encoding.find(',');
    const auto part = accept_encoding.substr(0, comma);
    accept_encoding =
        comma == accept_encoding.npos ? std::string_view{} : accept_encoding.substr(comma + 1);
    const auto semicolon = part.find(';');
    const auto name = trimmed(part.substr(0, semicolon));
    const bool wanted = semicolon == part.npos || weight_is_not_zero(part.substr(semicolon + 1));
    if (equals_lower(name, "gzip") || equals_lower(name, "x-gzip"))
      return wanted; // named: "*" no longer counts
    if (name == "*")
      any = wanted;
  }
  return any;
}

} // namespace troupe::io
