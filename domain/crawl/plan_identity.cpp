// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/plan_identity.hpp"

#include <cstdint>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::crawl {

namespace json = boost::json;

namespace {

constexpr std::size_t seeds_shown_max = 5;
constexpr std::size_t words_max = 120;

std::string name_of(scope_kind kind) {
  switch (kind) {
  case scope_kind::host:
    return "host";
  case scope_kind::prefix:
    return "prefix";
  case scope_kind::domain:
    return "domain";
  default:
    return "any";
  }
}

std::string name_of(extract_kind kind) {
  return kind == extract_kind::css ? "select" : kind == extract_kind::xpath ? "xpath" : "none";
}

std::string words_of(const json::value& v) {
  auto text = v.is_string() ? std::string{v.as_string()} : json::serialize(v);
  if (text.size() > words_max)
    text = text.substr(0, words_max) + "...";
  return text;
}

} // namespace

std::string identity_of(const crawl_plan& plan) {
  json::array first;
  std::uint64_t fingerprint = 0xcbf29ce484222325ull; // FNV-1a, over all of them
  for (const auto& seed : plan.seeds) {
    if (first.size() < seeds_shown_max)
      first.emplace_back(seed.str());
    for (const char c : seed.str() + "\n")
      fingerprint = (fingerprint ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  }
  const auto& b = plan.bounds;
  json::object all{{"seeds", std::move(first)},
                   {"seeds in all", plan.seeds.size()},
                   {"seeds' fingerprint", fingerprint},
                   {"scope", name_of(plan.scope)},
                   {"max-depth", b.depth_max},
                   {"what is taken out", name_of(plan.extract.how)},
                   {"expression", plan.extract.expression},
                   {"links are written", plan.extract.links},
                   {"robots.txt is obeyed", b.obey_robots},
                   {"redirects-max", b.redirects_max},
                   {"url-bytes-max", b.url_bytes_max},
                   {"links-per-page-max", b.links_per_page_max},
                   {"items-per-page-max", b.items_per_page_max},
                   {"queue-urls-max", b.queue_urls_max}};
  // Only where there is something to say: crawls of before there were any are the same crawls.
  if (b.sitemaps != sitemap_use::never) {
    json::array named;
    for (const auto& u : plan.sitemaps)
      named.emplace_back(u.str());
    all["sitemaps"] = b.sitemaps == sitemap_use::also ? "also" : "only";
    all["sitemaps named"] = std::move(named);
    all["sitemap-urls-max"] = b.sitemap_urls_max;
    all["sitemap-bytes-max"] = b.sitemap_bytes_max;
    all["sitemap-depth-max"] = b.sitemap_depth_max;
    all["sitemaps-max"] = b.sitemaps_per_host_max;
  }
  return json::serialize(all);
}

std::string difference_of(std::string_view there, std::string_view here) {
  if (there == here)
    return "";
  boost::system::error_code error;
  const auto a = json::parse(json::string_view{there.data(), there.size()}, error);
  const auto b = json::parse(json::string_view{here.data(), here.size()});
  if (error || !a.is_object())
    return "what is there is not understood";
  for (const auto& field : b.as_object()) {
    const auto* other = a.as_object().if_contains(field.key());
    if (!other)
      return std::string{field.key()} + " is not said there";
    if (*other != field.value())
      return std::string{field.key()} + ": " + words_of(*other) + " there, and "
             + words_of(field.value()) + " here";
  }
  for (const auto& field : a.as_object())
    if (!b.as_object().if_contains(field.key()))
      return std::string{field.key()} + ": " + words_of(field.value())
             + " there, and not said here";
  return "it is said otherwise there";
}

} // namespace troupe::crawl
