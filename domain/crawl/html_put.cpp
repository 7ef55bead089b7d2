// SPDX-License-Identifier: BSD-3-Clause
// The half of html_mender that writes what libxml2 gets to read.
#include "domain/crawl/html_mend.hpp"

#include <algorithm>
#include <array>

#include "domain/crawl/char_ref.hpp"
#include "domain/crawl/charset.hpp"
#include "domain/crawl/html_spans.hpp"
#include "domain/crawl/percent.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t piece_bytes = 16u << 10;

/// Bytes that cannot be handed on without a look: NUL, markup, and what may be malformed.
constexpr std::array<bool, 256> make_special() {
  std::array<bool, 256> t{};
  for (const unsigned char c : {'\0', '&', '"', '<', '>'})
    t[c] = true;
  for (unsigned c = 0x80; c < 0x100; ++c)
    t[c] = true;
  return t;
}

constexpr auto special = make_special();

} // namespace

void html_mender::put_start(const tag_info& t, bool empty) {
  using keep = mend_spec::keep;
  const bool link = t.has(bears_links) && !attributes_.empty();
  const bool candidate = (spec_.what == keep::items || spec_.what == keep::elements)
                         && sink_->may_want_text(name_, classes_);
  if (spec_.what == keep::links || (spec_.what == keep::items && !text_on_ && !candidate)) {
    body_seen_ = body_seen_ || !(t.has(stands_in_head) || t.id == tag::frameset);
    // An <a> stays open: an item inside it has its reference.
    const bool around = spec_.what == keep::items && t.id == tag::a;
    if (link || around)
      put_tag(!around);
    if (out_.size() >= piece_bytes)
      flush();
    return;
  }
  const bool had_body = body_seen_;
  if (spec_.what != keep::items && !put_structure(t))
    return;
  const bool implied_part = put_table_part(t);
  put_opening(t, empty);
  const bool implied_body = spec_.what == keep::elements && !had_body && body_seen_;
  const bool part_wanted =
      implied_part && spec_.what == keep::elements && sink_->may_want_text("tbody", "");
  if (out_.size() >= piece_bytes || candidate || implied_body || part_wanted) {
    flush();
    ask_for_text();
  }
}

/// Writes a start tag; as a leaf where the tree is deep enough.
void html_mender::put_opening(const tag_info& t, bool empty) {
  if (depth_bound_ >= spec_.depth_max && hidden_ == 0)
    flush(); // to learn the true depth
  const bool leaf = hidden_ != 0 || depth_bound_ >= spec_.depth_max;
  if (!empty) {
    ++(leaf ? hidden_ : depth_bound_);
    if (spec_.what == mend_spec::keep::items && !leaf)
      inside_.emplace_back(name_);
  }
  const bool outer = t.id == tag::html || t.id == tag::head || t.id == tag::body
                     || t.id == tag::frameset; // closing these would end the document
  put_tag((empty || leaf) && !outer);
}

void html_mender::count_opened(const tag_info& t) {
  if (t.number != 0)
    ++open_tags_[t.number];
  else if (spec_.what != mend_spec::keep::links)
    ++count_of_name();
}

/// Returns: false if no element of that name can be open.
bool html_mender::count_closed(const tag_info& t) {
  if (t.number == 0 && spec_.what == mend_spec::keep::links)
    return false;
  std::uint32_t& count = t.number != 0 ? open_tags_[t.number] : count_of_name();
  if (count == 0)
    return false;
  --count;
  return true;
}

/// For names that are not in the table.
/// libxml2 slows down with many of them; those beyond a thousand share a few.
std::uint32_t& html_mender::count_of_name() {
  constexpr std::size_t names_max = 1'000;
  constexpr std::uint32_t shared_names = 64;
  std::uint32_t hash = hash_name(name_);
  if (open_names_.size() >= names_max && !open_names_.contains(hash)) {
    hash %= shared_names;
    const std::string shared = "x-" + std::to_string(hash);
    name_ = {name_buffer_, shared.copy(name_buffer_, sizeof name_buffer_)};
  }
  return open_names_[hash];
}

/// Writes the html, head and body tags that the page leaves to the reader.
/// Returns: false if `t` itself is one of them and came before.
bool html_mender::put_structure(const tag_info& t) {
  if (t.id == tag::html) {
    const bool first = !html_seen_;
    html_seen_ = true;
    return first;
  }
  if (!html_seen_)
    out_ += "<html>";
  html_seen_ = true;
  if (body_seen_)
    return t.id != tag::head && t.id != tag::body;
  if (t.has(stands_in_head)) {
    if (t.id == tag::head && head_open_)
      return false;
    if (t.id != tag::head && !head_open_)
      out_ += "<head>";
    head_open_ = true;
    return true;
  }
  if (head_open_)
    out_ += "</head>";
  body_seen_ = true;
  if (t.id != tag::body && t.id != tag::frameset)
    out_ += "<body>";
  return true;
}

/// Writes the <tbody> that stands between <table> and <tr> in every browser's tree.
/// Returns: true if it did.
bool html_mender::put_table_part(const tag_info& t) {
  constexpr std::size_t tables_max = 1'000;
  if (t.id == tag::table && tables_.size() < tables_max)
    tables_.push_back(false);
  if (tables_.empty())
    return false;
  const bool implied = t.id == tag::tr && !tables_.back();
  if (implied) {
    out_ += "<tbody>";
    ++depth_bound_;
  }
  if (t.id == tag::tr || t.id == tag::table_part)
    tables_.back() = true;
  return implied;
}

/// Writes the tag that was read last.
void html_mender::put_tag(bool empty) {
  out_ += '<';
  out_ += name_;
  for (const attribute& a : attributes_) {
    out_ += ' ';
    out_ += a.name;
    out_ += "=\"";
    put_escaped(a.value, true, true);
    out_ += '"';
  }
  out_ += empty ? "/>" : ">";
}

void html_mender::put_end(const tag_info& t) {
  using keep = mend_spec::keep;
  // Content behind </body> and </html> belongs to the body; behind </head>, to the head as long as
  // it can.
  if (spec_.what == keep::links || t.has(is_void) || t.id == tag::html || t.id == tag::head
      || t.id == tag::body)
    return;
  if (spec_.what == keep::items && !text_on_) {
    if (t.id == tag::a)
      put_end_name(name_);
    return;
  }
  if (hidden_ != 0) {
    --hidden_;
    return;
  }
  if (spec_.what == keep::items) {
    const auto at = std::find(inside_.rbegin(), inside_.rend(), name_);
    if (at == inside_.rend()) { // it ends an element around the item
      end_item_feed();
      if (t.id == tag::a)
        put_end_name(name_);
      return;
    }
    inside_.erase(at.base() - 1, inside_.end());
  }
  if (!tables_.empty() && t.id == tag::table)
    tables_.pop_back();
  else if (!tables_.empty() && t.id == tag::table_part)
    tables_.back() = false;
  put_end_name(name_);
  if (out_.size() >= piece_bytes || (text_on_ && spec_.what != keep::all)) {
    flush();
    ask_for_text();
  }
}

void html_mender::put_end_name(std::string_view name) {
  out_ += "</";
  out_ += name;
  out_ += '>';
}

/// With keep::items: closes what was opened since the outermost item.
void html_mender::end_item_feed() {
  for (auto name = inside_.rbegin(); name != inside_.rend(); ++name)
    put_end_name(*name);
  inside_.clear();
  hidden_ = 0;
  flush();
  text_on_ = false;
}

/// Text outside of text elements: it begins the body if it is not blank.
void html_mender::put_body_text(std::string_view text, bool refs) {
  if (frameset_)
    return;
  if (!body_seen_ && spec_.what != mend_spec::keep::items) {
    if (std::all_of(text.begin(), text.end(), html_space)) {
      if (html_seen_ && text_on_)
        out_ += ' ';
      return;
    }
    put_structure(tag_info{});
    flush();
    ask_for_text();
    if (!text_on_)
      return;
  }
  put_escaped(text, refs, false);
  if (out_.size() >= piece_bytes) {
    flush();
    ask_for_text();
  }
}

/// The content of script and style: libxml2 looks for the end tag only, but takes "</scripts" for
/// it.
void html_mender::put_script_text(std::string_view text) {
  std::string clean = is_valid_utf8(text) ? std::string(text) : repair_utf8(text);
  std::erase(clean, '\0');
  for (std::size_t at = clean.find("</"); at != std::string::npos; at = clean.find("</", at + 2)) {
    const std::string_view behind = std::string_view(clean).substr(at + 2, name_.size());
    if (std::equal(behind.begin(), behind.end(), name_.begin(), name_.end(),
                   [](char c, char lower) { return ascii_lower(c) == lower; }))
      clean[at + 1] = '|';
  }
  out_ += clean;
}

void html_mender::put_escaped(std::string_view text, bool refs, bool in_attribute) {
  const auto first = std::find_if(text.begin(), text.end(),
                                  [](char c) { return special[static_cast<unsigned char>(c)]; });
  out_.append(text.begin(), first);
  text.remove_prefix(static_cast<std::size_t>(first - text.begin()));
  if (text.empty())
    return;
  std::string clean;
  if (!is_valid_utf8(text)) {
    clean = repair_utf8(text);
    text = clean;
  }
  if (refs && text.find('&') != std::string_view::npos) {
    clean = decode_char_refs(text, in_attribute);
    text = clean;
  }
  for (const char c : text) {
    switch (c) {
    case '&':
      out_ += "&amp;";
      break;
    case '<':
      out_ += "&lt;";
      break;
    case '>':
      out_ += "&gt;";
      break;
    case '"':
      out_ += "&quot;";
      break;
    case '\0':
      if (in_attribute) // in text it means nothing
        append_utf8(out_, replacement_character);
      break;
    default:
      out_ += c;
    }
  }
}

void html_mender::flush() {
  if (!out_.empty())
    sink_->take(out_);
  out_.clear();
  depth_bound_ = sink_->depth();
  stopped_ = sink_->full();
}

void html_mender::ask_for_text() {
  text_on_ = templates_.empty() && (spec_.what == mend_spec::keep::all || sink_->wants_text());
  if (!text_on_ && !inside_.empty())
    end_item_feed();
}

} // namespace troupe::crawl
