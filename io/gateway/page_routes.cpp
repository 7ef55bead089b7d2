// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/page_routes.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <new>
#include <utility>

#include <libdeflate.h>

#include "io/gateway/answers.hpp"
#include "io/site/answers.hpp"

namespace troupe::gateway {

namespace {

constexpr int compress_level = 9; // once, at the start

struct type_of_ending {
  std::string_view ending, type;
};
constexpr std::array<type_of_ending, 6> types{{{".html", "text/html; charset=utf-8"},
                                               {".css", "text/css; charset=utf-8"},
                                               {".js", "text/javascript; charset=utf-8"},
                                               {".json", "application/json"},
                                               {".svg", "image/svg+xml"},
                                               {".txt", "text/plain; charset=utf-8"}}};

std::string_view type_of(std::string_view name) {
  for (const auto& t : types)
    if (name.ends_with(t.ending))
      return t.type;
  return "application/octet-stream";
}

std::string gzip(std::string_view bytes) {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> with(
      libdeflate_alloc_compressor(compress_level), libdeflate_free_compressor);
  if (!with)
    throw std::bad_alloc();
  std::string out(libdeflate_gzip_compress_bound(with.get(), bytes.size()), '\0');
  out.resize(
      libdeflate_gzip_compress(with.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

// FNV-1a, 64 bits: a tag tells versions of our own files apart, it guards nothing.
std::string tag_of(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (const char c : bytes)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  char text[20];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(h));
  return text;
}

} // namespace

std::string_view page_security_fields() {
  return "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
         "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
         "frame-ancestors 'none'; require-trusted-types-for 'script'\r\n"
         "X-Content-Type-Options: nosniff\r\n"
         "Referrer-Policy: no-referrer\r\n"
         "Cross-Origin-Opener-Policy: same-origin\r\n"
         "Cross-Origin-Resource-Policy: same-origin\r\n";
}

bool names_tag(std::string_view list, std::string_view tag) {
  // entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE; compared weakly. A comma may stand inside a tag.
  while (!list.empty()) {
    const auto begin = list.find_first_not_of(" \t,");
    if (begin == list.npos)
      return false;
    list.remove_prefix(begin);
    if (list.front() == '*')
      return true;
    if (list.starts_with("W/"))
      list.remove_prefix(2);
    const auto end = list.starts_with('"') ? list.find('"', 1) : list.npos;
    if (end == list.npos)
      return false; // malformed: as if it were not there
    if (list.substr(0, end + 1) == tag)
      return true;
    list.remove_prefix(end + 1);
  }
  return false;
}

held_page::held_page(std::string_view type, std::string bytes) : type_(type) {
  gzip_.body = std::make_shared<const std::string>(gzip(bytes));
  plain_.body = std::make_shared<const std::string>(std::move(bytes));
  // The same page in two forms: two tags, so that a cache never takes one for the other.
  for (auto* form : {&plain_, &gzip_}) {
    form->tag = tag_of(*form->body);
    form->fields =
        "ETag: " + form->tag + "\r\nCache-Control: no-cache\r\nVary: Accept-Encoding\r\n";
    form->fields += page_security_fields();
  }
}

void held_page::send(const exchange& x) const {
  const bool compressed = io::accepts_gzip(x.request.field("Accept-Encoding"));
  const auto& form = compressed ? gzip_ : plain_;
  if (names_tag(x.request.field("If-None-Match"), form.tag))
    return x.answer.send({.status = 304, .fields = form.fields});
  io::server_answer out{.content_type = type_, .fields = form.fields};
  if (compressed)
    out.fields += "Content-Encoding: gzip\r\n";
  out.shared_body = form.body;
  x.answer.send(std::move(out));
}

pages::pages(std::span<const embedded_file> files) {
  for (const auto& f : files)
    if (f.name.find('/') == f.name.npos)
      by_name_.try_emplace(std::string(f.name), type_of(f.name), std::string(f.bytes));
}

void pages::send(std::string_view name, const exchange& x) const {
  if (const auto found = by_name_.find(name); found != by_name_.end())
    return found->second.send(x);
  x.answer.send(problem(404, "no_such_page", "There is no such page."));
}

void add_page_routes(front& f, const pages& from, live_feed& live) {
  f.add({.pattern = "/ui", .handle = [](const exchange& x) {
           x.answer.send({.status = 308, .fields = "Location: /ui/\r\n"});
         }});
  f.add({.pattern = "/ui/", .handle = [&from](const exchange& x) { from.send("index.html", x); }});
  f.add({.pattern = "/ui/{file}",
         .handle = [&from](const exchange& x) { from.send(x.parameters.at(0), x); }});
  f.add({.pattern = "/ui/events", .handle = [&live](const exchange& x) { live.watch(x); }});
}

} // namespace troupe::gateway
