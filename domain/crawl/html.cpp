// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/html_mend.hpp"
#include "domain/crawl/html_sax.hpp"
#include "domain/crawl/html_spans.hpp"
#include "domain/crawl/selector.hpp"
#include "domain/crawl/xpath.hpp"

namespace troupe::crawl {

namespace {

constexpr std::uint32_t no_link = 0xffffffff;

std::optional<selector> compile_css(const extract_spec& what) {
  if (what.how != extract_spec::kind::css)
    return std::nullopt;
  auto compiled = selector::compile(what.expression);
  if (!compiled)
    throw std::invalid_argument(compiled.error());
  return std::move(*compiled);
}

mend_spec spec_for(const std::optional<selector>& css) {
  mend_spec s;
  s.depth_max = open_elements_max;
  s.attribute_bytes_max = attribute_bytes_max;
  if (css) {
    // These are there even where the page does not write them.
    static constexpr std::array<std::string_view, 4> implied = {"html", "head", "body", "tbody"};
    const bool outer = std::any_of(implied.begin(), implied.end(), [&css](std::string_view name) {
      return css->may_select(name, "");
    });
    s.what = css->looks_up() || outer ? mend_spec::keep::elements : mend_spec::keep::items;
    s.attributes = css->attributes();
  }
  return s;
}

bool is_xhtml(std::string_view content_type) {
  std::string_view essence = content_type.substr(0, content_type.find(';'));
  while (!essence.empty() && html_space(essence.front()))
    essence.remove_prefix(1);
  while (!essence.empty() && html_space(essence.back()))
    essence.remove_suffix(1);
  return equals_any_case(essence, "application/xhtml+xml");
}

/// Cuts to `bytes_max` at a character's border, without spaces at the ends.
std::string_view tidy(std::string_view text, std::size_t bytes_max) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  if (text.size() > bytes_max) {
    std::size_t n = bytes_max;
    while (n != 0 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80)
      --n;
    text = text.substr(0, n);
  }
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

} // namespace

struct html_reader::impl {
  impl(const extract_spec& what, const limits& l, html_parser how)
      : bounds(l), css(compile_css(what)), mender(spec_for(css)), sax(css ? &*css : nullptr, l),
        first(how) {
    if (what.how == extract_spec::kind::xpath)
      path.emplace(what.expression);
  }

  html_parser gather(std::string_view text, bool xml);
  void find_base(document& out, const url& page);
  void resolve_links(document& out);
  void take_items(document& out);
  void take_hits(document& out, std::string_view text, bool xml);
  std::string resolve_item(const document& out, std::string_view ref);
  url_result resolve_here(const document& out, std::string_view ref) const;

  limits bounds;
  std::optional<selector> css;
  std::optional<xpath> path;
  html_mender mender;
  sax_reader sax;
  html_parser first;
  std::uint32_t unsure_run = 0; // documents in a row that the scanner was not sure of
  std::uint32_t skipped = 0;    // documents since that it was not asked for

  // one document's
  const charset* query_charset = nullptr;
  bool base_is_elsewhere = false; // <base href="ftp:...">: relative references lead there
  boost::unordered_flat_map<std::string_view, std::uint32_t> known_refs; // as written -> link
};

html_reader::html_reader(const extract_spec& what, const limits& bounds, html_parser first)
    : impl_(std::make_unique<impl>(what, bounds, first)) {}

html_reader::~html_reader() = default;
html_reader::html_reader(html_reader&&) noexcept = default;
html_reader& html_reader::operator=(html_reader&&) noexcept = default;

document html_reader::read(std::string_view body, const url& page, std::string_view content_type) {
  impl& self = *impl_;
  document out;
  const sniffed known = sniff_charset(body, content_type);
  out.encoding = known.encoding.name();
  std::string_view text = body.substr(std::min(known.bom_bytes, body.size()));
  std::string decoded;
  if (!known.encoding.utf8()) { // malformed UTF-8 is mended where it is used
    decoded = known.encoding.decode(text);
    text = decoded;
  }
  const bool utf16 = out.encoding.starts_with("UTF-16");
  self.query_charset = known.encoding.utf8() || utf16 ? nullptr : &known.encoding;
  const bool xml = is_xhtml(content_type);
  out.parser = self.gather(text, xml);
  out.nofollow = self.sax.nofollow();
  out.noindex = self.sax.noindex();
  out.cut = self.sax.cut();
  self.find_base(out, page);
  self.resolve_links(out);
  if (self.sax.canonical().set)
    out.canonical = self.resolve_item(out, self.sax.at(self.sax.canonical()));
  self.take_items(out);
  if (self.path)
    self.take_hits(out, text, xml);
  self.known_refs.clear();
  self.query_charset = nullptr;
  return out;
}

/// The pages of a site are alike: where the scanner gave up on one it is asked for the next, then
/// for every second, fourth ... of them, so that no site costs twice the time.
html_parser html_reader::impl::gather(std::string_view text, bool xml) {
  constexpr std::uint32_t run_max = 6;
  if (first == html_parser::scanner && ++skipped >= (1u << std::min(unsure_run, run_max))) {
    skipped = 0;
    sax.begin(html_parser::scanner);
    mender.run(text, xml, sax);
    sax.finish();
    if (!sax.unsure()) {
      unsure_run = 0;
      return html_parser::scanner;
    }
    ++unsure_run;
  }
  sax.begin(html_parser::libxml2);
  mender.run(text, xml, sax);
  sax.finish();
  return html_parser::libxml2;
}

void html_reader::impl::find_base(document& out, const url& page) {
  out.base = page;
  base_is_elsewhere = false;
  if (!sax.base().set)
    return;
  std::string_view ref = sax.at(sax.base());
  if (auto found = resolve(page, ref, query_charset)) {
    out.base = std::move(*found);
  } else if (found.error() == url_fault::other_scheme) {
    // data: and javascript: are not allowed to be a base, others are.
    while (!ref.empty() && static_cast<unsigned char>(ref.front()) <= ' ')
      ref.remove_prefix(1);
    const std::string_view scheme = ref.substr(0, ref.find(':'));
    base_is_elsewhere = !equals_any_case(scheme, "data") && !equals_any_case(scheme, "javascript");
  }
}

url_result html_reader::impl::resolve_here(const document& out, std::string_view ref) const {
  return base_is_elsewhere ? parse_url(ref) : resolve(out.base, ref, query_charset);
}

void html_reader::impl::resolve_links(document& out) {
  const auto hash = [&out](std::uint32_t i) {
    return boost::hash<std::string>{}(out.links[i].target.str());
  };
  const auto same = [&out](std::uint32_t a, std::uint32_t b) {
    return out.links[a].target == out.links[b].target;
  };
  boost::unordered_flat_set<std::uint32_t, decltype(hash), decltype(same)> known(sax.links().size(),
                                                                                 hash, same);
  out.links.reserve(std::min<std::size_t>(sax.links().size(), bounds.links_per_page_max));
  std::size_t bytes = 0;
  for (const raw_link& raw : sax.links()) {
    const auto [place, fresh] = known_refs.try_emplace(sax.at(raw.ref), no_link);
    if (!fresh) {
      if (place->second != no_link && !raw.nofollow)
        out.links[place->second].nofollow = false;
      continue;
    }
    auto target = resolve_here(out, place->first);
    if (!target || target->str().size() > bounds.url_bytes_max)
      continue;
    out.links.push_back({std::move(*target), raw.nofollow});
    const auto last = static_cast<std::uint32_t>(out.links.size() - 1);
    const auto [other, unknown] = known.insert(last);
    place->second = *other;
    if (!unknown) {
      if (!raw.nofollow)
        out.links[*other].nofollow = false;
      out.links.pop_back();
      continue;
    }
    bytes += out.links.back().target.str().size();
    if (out.links.size() >= bounds.links_per_page_max || bytes >= page_link_bytes_max) {
      out.cut = out.cut || &raw != &sax.links().back();
      break;
    }
  }
}

std::string html_reader::impl::resolve_item(const document& out, std::string_view ref) {
  if (const auto known = known_refs.find(ref); known != known_refs.end())
    return known->second != no_link ? out.links[known->second].target.str() : std::string();
  const auto target = resolve_here(out, ref);
  return target && target->str().size() <= bounds.url_bytes_max ? target->str() : std::string();
}

void html_reader::impl::take_items(document& out) {
  std::size_t bytes = 0;
  out.items.reserve(sax.items().size());
  for (const raw_item& raw : sax.items()) {
    const std::string_view text = sax.item_text().substr(raw.begin, raw.end - raw.begin);
    item i;
    if (raw.href.set)
      i.href = resolve_item(out, sax.at(raw.href));
    i.text = tidy(text, bounds.item_bytes_max);
    bytes += i.href.size() + i.text.size();
    if (bytes > page_item_bytes_max) {
      out.cut = true;
      return;
    }
    out.items.push_back(std::move(i));
  }
}

void html_reader::impl::take_hits(document& out, std::string_view text, bool xml) {
  auto found = path->evaluate(text, xml, bounds);
  out.cut = out.cut || found.cut;
  std::size_t bytes = 0;
  for (xpath_hit& hit : found.hits) {
    item i{hit.has_href ? resolve_item(out, hit.href) : std::string(), std::move(hit.text)};
    bytes += i.href.size() + i.text.size();
    if (bytes > page_item_bytes_max) {
      out.cut = true;
      return;
    }
    out.items.push_back(std::move(i));
  }
}

} // namespace troupe::crawl
