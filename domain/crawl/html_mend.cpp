// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_mend.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "domain/crawl/html_spans.hpp"
#include "domain/crawl/percent.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t tag_attributes_max = 100;    // of one tag, where all are kept
constexpr std::size_t attribute_names_max = 1'000; // of a document, where all are kept
constexpr std::size_t foreign_depth_max = 200;     // of elements inside <svg>

/// The attributes in which links stand, in the order of the bits below.
constexpr std::array<std::string_view, 6> link_attributes = {"href", "src",     "rel",
                                                             "name", "content", "http-equiv"};
enum : std::uint64_t { href = 1, src = 2, rel = 4, name = 8, content = 16, http_equiv = 32 };

enum tag_byte : std::uint8_t { ends_tag_name = 1, ends_attribute_name = 2, ends_value = 4 };

constexpr std::array<std::uint8_t, 256> make_tag_bytes() {
  std::array<std::uint8_t, 256> t{};
  for (const char c : {' ', '\t', '\n', '\f', '\r', '>'})
    t[static_cast<unsigned char>(c)] = ends_tag_name | ends_attribute_name | ends_value;
  t['/'] = ends_tag_name | ends_attribute_name;
  t['='] = ends_attribute_name;
  return t;
}

constexpr auto tag_bytes = make_tag_bytes();

bool ends(char c, tag_byte what) { return (tag_bytes[static_cast<unsigned char>(c)] & what) != 0; }

bool same_name(std::string_view written, std::string_view lower) {
  if (written.size() != lower.size())
    return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (ascii_lower(written[i]) != lower[i])
      return false;
  }
  return true;
}

/// Returns: true for what libxml2 takes as an attribute's name.
bool ordinary(std::string_view attribute) {
  const auto fits = [](char c) {
    return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '_' || c == ':' || c == '.';
  };
  return !attribute.empty() && attribute.size() < 64 && !ascii_digit(attribute[0])
         && attribute[0] != '-' && std::all_of(attribute.begin(), attribute.end(), fits);
}

} // namespace

html_mender::html_mender(mend_spec spec) : spec_(std::move(spec)) {
  names_.assign(link_attributes.begin(), link_attributes.end());
  for (const std::string& a : spec_.attributes) {
    auto at = std::find(names_.begin(), names_.end(), a);
    if (at == names_.end() && ordinary(a) && names_.size() < 64)
      at = names_.insert(names_.end(), a);
    if (at != names_.end())
      selected_ |= mask{1} << (at - names_.begin());
  }
  for (const std::string& n : names_)
    lengths_ |= std::uint64_t{1} << n.size();
}

void html_mender::run(std::string_view html, bool xml, mend_sink& sink) {
  html_ = html;
  at_ = 0;
  sink_ = &sink;
  xml_ = xml;
  templates_.clear();
  foreign_.clear();
  tables_.clear();
  html_seen_ = head_open_ = body_seen_ = frameset_ = stopped_ = false;
  text_on_ = spec_.what == mend_spec::keep::all;
  out_.clear();
  depth_bound_ = hidden_ = 0;
  open_tags_.fill(0);
  open_names_.clear();
  attribute_names_.clear();
  inside_.clear();
  while (at_ < html_.size() && !stopped_) {
    const std::size_t lt = std::min(html_.find('<', at_), html_.size());
    if (lt != at_)
      hear(html_.substr(at_, lt - at_), true);
    at_ = lt;
    if (at_ < html_.size())
      read_markup();
  }
  flush();
}

/// Text outside of text elements. Even where nobody wants it, it may begin the body: that may be an
/// item, and a <frameset> behind it is none.
void html_mender::hear(std::string_view text, bool refs) {
  const bool may_begin_body = !body_seen_ && templates_.empty();
  if (text_on_ || (may_begin_body && spec_.what == mend_spec::keep::elements))
    put_body_text(text, refs);
  else if (may_begin_body)
    body_seen_ = !std::all_of(text.begin(), text.end(), html_space);
}

/// At '<'.
void html_mender::read_markup() {
  const char next = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
  const char behind = at_ + 2 < html_.size() ? html_[at_ + 2] : '\0';
  if (ascii_alpha(next)) {
    read_start_tag();
  } else if (next == '/' && ascii_alpha(behind)) {
    read_end_tag();
  } else if (next == '!') {
    read_declaration();
  } else if (next == '?' && xml_) {
    const std::size_t end = html_.find("?>", at_);
    skip_to(end == npos ? html_.size() : end + 2);
  } else if (next == '?' || (next == '/' && at_ + 2 < html_.size())) {
    const std::size_t gt = html_.find('>', at_);
    skip_to(gt == npos ? html_.size() : gt + 1);
  } else {
    hear("<", false);
    skip_to(at_ + 1);
  }
}

/// At "<!".
void html_mender::read_declaration() {
  const std::string_view rest = html_.substr(at_);
  constexpr std::string_view cdata = "<![CDATA[";
  if (rest.starts_with("<!--"))
    return skip_to(comment_end(html_, at_ + 4));
  if (rest.starts_with(cdata) && (xml_ || in_foreign())) {
    const std::size_t begin = at_ + cdata.size();
    const std::size_t end = std::min(html_.find("]]>", begin), html_.size());
    hear(html_.substr(begin, end - begin), false);
    return skip_to(std::min(end + 3, html_.size()));
  }
  const std::size_t gt = html_.find('>', at_); // <!DOCTYPE> too: a quote does not hide it
  skip_to(gt == npos ? html_.size() : gt + 1);
}

void html_mender::read_start_tag() {
  const std::size_t behind_name = read_name(at_ + 1);
  const tag_info& t = find_tag(name_);
  const bool foreign = in_foreign() && !t.has(ends_foreign);
  if (!read_attributes(behind_name, wanted_of(t, foreign)))
    return skip_to(html_.size()); // a tag that the end of the document cuts is none
  while (!foreign && in_foreign())
    foreign_.pop_back();
  if (enter_foreign(t)) {
    if (templates_.empty() && !frameset_) {
      disguise(t);
      if (!self_closing_)
        count_opened(tag_info{});
      put_start(tag_info{}, self_closing_);
    }
    return;
  }
  if (t.id == tag::template_ && !(xml_ && self_closing_)) {
    templates_.push_back(static_cast<std::uint32_t>(foreign_.size()));
    text_on_ = false;
    return;
  }
  if (t.id == tag::frameset && !body_seen_ && templates_.empty())
    frameset_ = true;
  const bool shown = templates_.empty()
                     && (frameset_ ? t.id == tag::frame || t.id == tag::frameset
                                   : t.id != tag::frame && t.id != tag::frameset);
  const bool empty = t.has(is_void) || (xml_ && self_closing_);
  if (shown) {
    if (!empty)
      count_opened(t);
    put_start(t, empty);
  }
  const bool text = xml_ ? t.id == tag::script || t.id == tag::style : t.has(holds_text);
  if (text && !empty)
    skip_text(t);
}

void html_mender::read_end_tag() {
  const std::size_t behind_name = read_name(at_ + 2);
  const tag_info& t = find_tag(name_);
  if (!read_attributes(behind_name, 0))
    return skip_to(html_.size());
  foreign_end how = foreign_end::of_html;
  if (foreign_.size() > (templates_.empty() ? 0 : templates_.back()))
    how = leave_foreign(t);
  if (how == foreign_end::nothing)
    return;
  if (t.id == tag::template_ && how == foreign_end::of_html) {
    if (templates_.empty())
      return;
    foreign_.resize(templates_.back());
    templates_.pop_back();
    if (templates_.empty())
      ask_for_text();
    return;
  }
  if (how == foreign_end::closed)
    disguise(t);
  const tag_info closed = how == foreign_end::closed ? tag_info{} : t;
  if (templates_.empty() && !frameset_ && count_closed(closed))
    put_end(closed);
}

/// Takes: `at` behind '<' or "</", at a letter. Returns: where the name ends.
/// Names are lower case in name_; what libxml2 could not read in one becomes '_'.
std::size_t html_mender::read_name(std::size_t at) {
  std::size_t n = 0;
  for (; at < html_.size() && !ends(html_[at], ends_tag_name); ++at) {
    if (n == sizeof name_buffer_)
      continue;
    const char c = ascii_lower(html_[at]);
    const bool fits =
        ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '_' || c == ':' || c == '.';
    name_buffer_[n++] = fits ? c : '_';
  }
  name_ = {name_buffer_, n};
  return at;
}

/// Reads up to the tag's '>' and steps behind it.
/// Returns: false if the document ends before.
bool html_mender::read_attributes(std::size_t at, mask wanted) {
  attributes_.clear();
  seen_ = 0;
  classes_ = {};
  self_closing_ = false;
  const char* p = html_.data() + at;
  const char* const end = html_.data() + html_.size();
  for (;;) {
    while (p != end && html_space(*p))
      ++p;
    if (p == end)
      return false;
    if (*p == '>')
      break;
    if (*p == '/') {
      ++p;
      self_closing_ = p != end && *p == '>';
      continue;
    }
    const char* const begin = p++; // a '=' here belongs to the name
    while (p != end && !ends(*p, ends_attribute_name))
      ++p;
    const std::string_view written(begin, static_cast<std::size_t>(p - begin));
    while (p != end && html_space(*p))
      ++p;
    std::string_view value;
    if (p != end && *p == '=') {
      ++p;
      while (p != end && html_space(*p))
        ++p;
      if (p == end)
        return false;
      const char* from = p;
      if (*p == '"' || *p == '\'') {
        ++from;
        p = static_cast<const char*>(std::memchr(from, *p, static_cast<std::size_t>(end - from)));
        if (p == nullptr)
          return false;
        value = {from, static_cast<std::size_t>(p - from)};
        ++p;
      } else {
        while (p != end && !ends(*p, ends_value))
          ++p;
        value = {from, static_cast<std::size_t>(p - from)};
      }
    }
    if (wanted != 0)
      keep_attribute(written, value, wanted);
  }
  at_ = static_cast<std::size_t>(p - html_.data()) + 1;
  return true;
}

void html_mender::keep_attribute(std::string_view written, std::string_view value, mask wanted) {
  if (spec_.what == mend_spec::keep::all) {
    // Doubles are left to libxml2, which keeps the first too.
    if (attributes_.size() >= tag_attributes_max || !ordinary(written)
        || value.size() > spec_.attribute_bytes_max)
      return;
    // libxml2 slows down with many names.
    if (attribute_names_.size() < attribute_names_max)
      attribute_names_.emplace(hash_name(written), true);
    if (attribute_names_.contains(hash_name(written)))
      attributes_.push_back({written, value});
    return;
  }
  if (written.size() >= 64 || (lengths_ >> written.size() & 1) == 0)
    return;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!same_name(written, names_[i]))
      continue;
    const mask bit = mask{1} << i;
    if ((wanted & bit) != 0 && (seen_ & bit) == 0 && value.size() <= spec_.attribute_bytes_max) {
      attributes_.push_back({names_[i], value});
      if (names_[i] == "class")
        classes_ = value;
    }
    seen_ |= bit;
    return;
  }
}

html_mender::mask html_mender::wanted_of(const tag_info& t, bool foreign) const {
  if (!templates_.empty())
    return 0;
  if (spec_.what == mend_spec::keep::all)
    return ~mask{0};
  const mask more = spec_.what != mend_spec::keep::links ? selected_ : 0;
  if (foreign)
    return more & ~mask{href | src}; // an <a> of SVG is not among a document's links
  switch (t.id) {
  case tag::a:
  case tag::area:
  case tag::link:
    return more | href | rel;
  case tag::base:
    return more | href;
  case tag::frame:
  case tag::iframe:
    return more | src;
  case tag::meta:
    return more | name | content | http_equiv;
  default:
    return more;
  }
}

/// Behind the start tag of an element that holds text.
void html_mender::skip_text(const tag_info& t) {
  std::size_t end = html_.size();
  if (xml_)
    end = xml_text_end(t.name);
  else if (t.id == tag::script)
    end = script_end(html_, at_);
  else if (t.id != tag::plaintext)
    end = end_tag_begin(html_, at_, t.name);
  const std::string_view text = html_.substr(at_, end - at_);
  if (text_on_ && (t.id == tag::script || t.id == tag::style))
    put_script_text(text);
  else if (text_on_)
    put_text(text, t.has(decodes_refs));
  skip_to(end);
}

/// In XHTML an end tag inside CDATA is none.
std::size_t html_mender::xml_text_end(std::string_view name) const {
  std::size_t end = end_tag_begin(html_, at_, name);
  for (std::size_t cdata = html_.find("<![CDATA[", at_); cdata < end;
       cdata = html_.find("<![CDATA[", cdata)) {
    cdata = html_.find("]]>", cdata);
    if (cdata == npos)
      return html_.size();
    if (end < cdata)
      end = end_tag_begin(html_, cdata, name);
  }
  return end;
}

/// SVG has a <script> and a <style> that hold elements; libxml2 would take them for HTML's.
void html_mender::disguise(const tag_info& t) {
  if (t.id == tag::script)
    name_ = svg_script;
  else if (t.id == tag::style)
    name_ = svg_style;
}

bool html_mender::in_foreign() const {
  const std::size_t outside = templates_.empty() ? 0 : templates_.back();
  return foreign_.size() > outside && !foreign_.back().html_inside;
}

/// A start tag. Returns: true if its element is one of SVG or MathML.
bool html_mender::enter_foreign(const tag_info& t) {
  const bool inside = in_foreign();
  if (!inside && t.id != tag::svg && t.id != tag::math)
    return false;
  if (!self_closing_ && foreign_.size() < foreign_depth_max) {
    const bool math = inside ? foreign_.back().math : t.id == tag::math;
    const bool html_inside =
        inside && (math ? t.id == tag::math_text : t.id == tag::svg_text || t.id == tag::title);
    foreign_.push_back({hash_name(name_), math, html_inside});
  }
  return true;
}

/// An end tag, in foreign content or in HTML inside it.
html_mender::foreign_end html_mender::leave_foreign(const tag_info& t) {
  const std::size_t outside = templates_.empty() ? 0 : templates_.back();
  const std::uint32_t hash = hash_name(name_);
  const bool html_inside = foreign_.back().html_inside;
  for (std::size_t n = foreign_.size(); n > outside; --n) {
    if (foreign_[n - 1].name_hash == hash) {
      foreign_.resize(n - 1);
      return foreign_end::closed;
    }
    if (html_inside)
      return foreign_end::of_html; // its end tags are its own
  }
  const bool always = name_ == "p" || name_ == "br";
  if (!always && t.id != tag::template_ && open_tags_[t.number] == 0)
    return foreign_end::nothing;
  while (in_foreign())
    foreign_.pop_back();
  return foreign_end::of_html;
}

} // namespace troupe::crawl
