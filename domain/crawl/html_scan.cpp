// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_scan.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "domain/crawl/html_spans.hpp"
#include "domain/crawl/html_tags.hpp"

namespace troupe::crawl {

namespace {

constexpr std::size_t open_elements_sure = 200; // libxml2 has a bound of its own above that

struct reference {
  std::string_view name;
  char character;
};
constexpr std::array<reference, 4> references = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}}};

const reference* read_reference(std::string_view text) {
  const auto at = std::find_if(references.begin(), references.end(),
                               [text](const reference& r) { return text.starts_with(r.name); });
  return at != references.end() ? &*at : nullptr;
}

const char* find(const char* at, const char* end, char c) {
  const auto* found =
      static_cast<const char*>(std::memchr(at, c, static_cast<std::size_t>(end - at)));
  return found != nullptr ? found : end;
}

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Returns: true if libxml2 leaves out characters of the text: those that XML 1.0 has not.
bool has_odd_characters(std::string_view text) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r';
  };
  return std::any_of(text.begin(), text.end(), control)
         || text.find("\xef\xbf\xbe") != std::string_view::npos
         || text.find("\xef\xbf\xbf") != std::string_view::npos;
}

bool is_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), html_space); }

} // namespace

void html_scanner::begin() {
  open_.clear();
  names_.clear();
  raw_name_.clear();
  unsure_ = head_seen_ = body_seen_ = false;
}

void html_scanner::take(std::string_view mended) {
  decoded_.reserve(mended.size());
  const char* at = mended.data();
  const char* const end = at + mended.size();
  while (at != end && !unsure_) {
    if (!raw_name_.empty()) {
      at = skip_raw(at, end);
    } else if (*at != '<') {
      const char* const text_end = find(at, end, '<');
      read_text(view(at, text_end));
      at = text_end;
    } else if (at[1] == '/') {
      at = read_end(at + 2, end);
    } else {
      at = read_start(at + 1, end);
    }
  }
}

void html_scanner::finish() { unsure_ = unsure_ || !raw_name_.empty(); }

/// Behind '<'. Returns: behind the tag.
const char* html_scanner::read_start(const char* at, const char* end) {
  const char* p = at;
  while (p != end && *p != ' ' && *p != '/' && *p != '>')
    ++p;
  const auto name = view(at, p);
  attributes_.clear();
  decoded_.clear();
  while (p != end && *p == ' ') {
    const char* const begin = ++p;
    p = find(p, end, '=');
    const auto attribute = view(begin, p);
    const char* const value = std::min(p + 2, end); // behind ="
    p = find(value, end, '"');
    attributes_.push_back({attribute, decoded(view(value, p))});
    if (p != end)
      ++p;
  }
  const bool empty = p != end && *p == '/';
  p = find(p, end, '>');
  if (p == end) { // not what html_mender writes
    unsure_ = true;
    return end;
  }
  ++p;
  if (empty && open_.empty()) { // a link's element where nothing else is handed on
    to_.start_element(name, attributes_);
    to_.end_element();
    return p;
  }
  const nesting& how = nesting_of(name);
  while (!open_.empty() && (open_.back().how->kind & how.ends) != 0)
    pop();
  if (!may_start(name, how)) {
    unsure_ = true;
    return end;
  }
  to_.start_element(name, attributes_);
  if (empty || how.empty)
    to_.end_element();
  else
    push(name, how);
  return p;
}

/// The elements that make a document's frame are only known in their proper places.
bool html_scanner::may_start(std::string_view name, const nesting& how) {
  if (open_.size() >= open_elements_sure)
    return false;
  if (!how.refused)
    return open_.empty() || name_of(open_.back()) != "head" || find_tag(name).has(stands_in_head);
  if (name == "html")
    return open_.empty() && !head_seen_ && !body_seen_;
  const bool below_html = open_.size() == 1 && name_of(open_.back()) == "html" && !body_seen_;
  if (name == "head")
    return below_html && !std::exchange(head_seen_, true);
  if (name == "body")
    return below_html && !std::exchange(body_seen_, true);
  return false;
}

/// Behind "</". Returns: behind the tag.
const char* html_scanner::read_end(const char* at, const char* end) {
  const char* const gt = find(at, end, '>');
  const auto name = view(at, gt);
  const char* const behind = gt != end ? gt + 1 : end;
  if (open_.empty())
    return behind;
  if (name_of(open_.back()) == name) {
    pop();
    return behind;
  }
  // The closest open one, unless an element that its end tag cannot pass is in between.
  const auto priority = nesting_of(name).priority;
  auto match = open_.rbegin();
  while (match != open_.rend() && name_of(*match) != name && match->how->priority <= priority)
    ++match;
  if (match == open_.rend() || name_of(*match) != name)
    return behind;
  for (auto n = match - open_.rbegin() + 1; n > 0; --n)
    pop();
  return behind;
}

/// In script or style. Returns: at its end tag, or the end.
const char* html_scanner::skip_raw(const char* at, const char* end) {
  const auto found = view(at, end).find("</" + raw_name_);
  if (found == std::string_view::npos)
    return end;
  raw_name_.clear();
  return at + found;
}

void html_scanner::read_text(std::string_view text) {
  const bool outside =
      open_.empty() || name_of(open_.back()) == "html" || name_of(open_.back()) == "head";
  if ((outside && !is_blank(text)) || open_.empty() || has_odd_characters(text)) {
    unsure_ = true;
    return;
  }
  while (!text.empty()) {
    const auto ref = text.find('&');
    if (ref != 0)
      to_.characters(text.substr(0, ref));
    if (ref == std::string_view::npos)
      return;
    text.remove_prefix(ref);
    const auto* known = read_reference(text);
    if (known == nullptr) { // not what html_mender writes
      unsure_ = true;
      return;
    }
    to_.characters({&known->character, 1});
    text.remove_prefix(known->name.size());
  }
}

std::string_view html_scanner::decoded(std::string_view value) {
  auto ref = value.find('&');
  if (ref == std::string_view::npos)
    return value;
  const auto begin = decoded_.size();
  while (!value.empty()) {
    decoded_.append(value.substr(0, ref));
    if (ref == std::string_view::npos)
      break;
    value.remove_prefix(ref);
    const auto* known = read_reference(value);
    if (known == nullptr) {
      unsure_ = true;
      return {};
    }
    decoded_ += known->character;
    value.remove_prefix(known->name.size());
    ref = value.find('&');
  }
  return std::string_view(decoded_).substr(begin);
}

std::string_view html_scanner::name_of(const open_element& e) const {
  return std::string_view(names_).substr(e.name_at, e.name_bytes);
}

void html_scanner::push(std::string_view name, const nesting& how) {
  open_.push_back(
      {&how, static_cast<std::uint32_t>(names_.size()), static_cast<std::uint32_t>(name.size())});
  names_ += name;
  if (name == "script" || name == "style")
    raw_name_ = name;
}

void html_scanner::pop() {
  names_.resize(open_.back().name_at);
  open_.pop_back();
  to_.end_element();
}

} // namespace troupe::crawl
