// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/html_sax.hpp"

#include <algorithm>
#include <new>
#include <optional>

#include <libxml/HTMLparser.h>

#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/html_spans.hpp"

namespace troupe::crawl {

namespace {

const char* text_of(const xmlChar* s) { return reinterpret_cast<const char*>(s); }

/// Returns: the value of one attribute, or none.
std::optional<std::string_view> find_value(std::span<const selector::attribute> attributes,
                                           std::string_view name) {
  for (const auto& a : attributes) {
    if (a.name == name)
      return a.value;
  }
  return std::nullopt;
}

} // namespace

struct sax_reader::library {
  htmlSAXHandler handler{};
  htmlParserCtxtPtr context = nullptr;
  sax_reader* reader = nullptr;
  std::vector<selector::attribute> attributes; // of the tag at hand

  ~library() { close(); }
  void close() {
    if (context != nullptr)
      htmlFreeParserCtxt(context);
    context = nullptr;
  }
  void open(sax_reader* self) {
    close();
    reader = self;
    context = htmlCreatePushParserCtxt(&handler, this, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8);
    if (context == nullptr)
      throw std::bad_alloc();
    htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING
                                    | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
  }

  /// What libxml2 hands over is name, value, name, value, nullptr.
  void start(const xmlChar* name, const xmlChar** given) {
    attributes.clear();
    for (; given != nullptr && *given != nullptr; given += 2)
      attributes.push_back({text_of(given[0]), given[1] != nullptr ? text_of(given[1]) : ""});
    reader->start_element(text_of(name), attributes);
  }

  static void on_start(void* self, const xmlChar* name, const xmlChar** given) {
    static_cast<library*>(self)->start(name, given);
  }
  static void on_end(void* self, const xmlChar*) {
    static_cast<library*>(self)->reader->end_element();
  }
  static void on_text(void* self, const xmlChar* text, int bytes) {
    static_cast<library*>(self)->reader->characters(
        {text_of(text), static_cast<std::size_t>(bytes)});
  }
  static void on_script_text(void*, const xmlChar*, int) {} // not text of an item
};

sax_reader::sax_reader(const selector* css, const limits& bounds)
    : css_(css), bounds_(bounds), library_(std::make_unique<library>()) {
  library_->handler.startElement = library::on_start;
  if (css_ != nullptr) {
    library_->handler.endElement = library::on_end;
    library_->handler.characters = library::on_text;
    library_->handler.ignorableWhitespace = library::on_text;
    library_->handler.cdataBlock = library::on_script_text;
  }
}

sax_reader::~sax_reader() = default;

void sax_reader::begin(html_parser how) {
  refs_.clear();
  text_.clear();
  links_.clear();
  items_.clear();
  stack_.clear();
  linkless_.clear();
  base_ = canonical_ = last_ref_ = {};
  open_items_ = mute_ = 0;
  refreshed_ = nofollow_ = noindex_ = items_cut_ = full_ = false;
  how_ = how;
  if (how_ == html_parser::scanner)
    scanner_.begin();
  else
    library_->open(this);
}

void sax_reader::take(std::string_view html) {
  if (how_ == html_parser::scanner)
    return scanner_.take(html);
  constexpr std::size_t chunk_bytes_max = 64u << 20; // far below what an int holds
  for (; !html.empty(); html.remove_prefix(std::min(html.size(), chunk_bytes_max)))
    htmlParseChunk(library_->context, html.data(),
                   static_cast<int>(std::min(html.size(), chunk_bytes_max)), 0);
}

void sax_reader::finish() {
  if (how_ == html_parser::libxml2)
    htmlParseChunk(library_->context, nullptr, 0, 1);
  else
    scanner_.finish();
  while (!stack_.empty())
    end_element();
  library_->close();
}

std::size_t sax_reader::depth() const { return stack_.size(); }

bool sax_reader::may_want_text(std::string_view name, std::string_view classes) const {
  return css_ != nullptr && css_->may_select(name, classes);
}

void sax_reader::start_element(std::string_view name, attributes given) {
  last_ref_ = {};
  if (!given.empty())
    read_link_element(name, given);
  if (css_ != nullptr)
    open_element(name, given);
}

/// The elements that bear links. Others with the same attributes are other elements.
void sax_reader::read_link_element(std::string_view name, attributes given) {
  if (name == "a" || name == "area") {
    if (const auto ref = find_value(given, "href")) {
      const auto rel = find_value(given, "rel");
      add_link(*ref, rel && has_word(*rel, "nofollow"));
    }
  } else if (name == "link") {
    const auto ref = find_value(given, "href");
    const auto rel = find_value(given, "rel");
    const bool canonical = rel && has_word(*rel, "canonical");
    if (ref && !ref->empty() && rel && (canonical || has_word(*rel, "next"))) {
      add_link(*ref, false);
      if (canonical && !canonical_.set)
        canonical_ = last_ref_;
    }
  } else if (name == "iframe" || name == "frame") {
    if (const auto ref = find_value(given, "src"); ref && !ref->empty())
      add_link(*ref, false);
  } else if (name == "base") {
    if (const auto ref = find_value(given, "href"); ref && !base_.set)
      base_ = remember(*ref);
  } else if (name == "meta") {
    read_meta(given);
  }
}

void sax_reader::read_meta(attributes given) {
  const auto content = find_value(given, "content");
  if (!content)
    return;
  const auto name = find_value(given, "name");
  if (name && equals_any_case(*name, "robots")) {
    const robots_words words = read_robots_words(*content);
    nofollow_ = nofollow_ || words.nofollow;
    noindex_ = noindex_ || words.noindex;
  }
  const auto what = find_value(given, "http-equiv");
  if (!what || refreshed_ || !equals_any_case(*what, "refresh"))
    return;
  if (const auto ref = read_refresh(*content)) {
    refreshed_ = true; // browsers heed the first that is well-formed
    if (!ref->empty())
      add_link(*ref, false);
  }
}

raw_ref sax_reader::remember(std::string_view text) {
  const raw_ref r{static_cast<std::uint32_t>(refs_.size()), static_cast<std::uint32_t>(text.size()),
                  true};
  refs_ += text;
  return r;
}

void sax_reader::add_link(std::string_view ref, bool nofollow) {
  // Doubles count here, so that a page of nothing but "<a href>" ends as well.
  constexpr std::size_t places_per_link = 20;
  constexpr std::size_t refs_bytes_max = std::size_t{1} << 30;
  if (links_.size() >= places_per_link * bounds_.links_per_page_max
      || refs_.size() >= refs_bytes_max) {
    full_ = true;
    return;
  }
  last_ref_ = remember(ref);
  links_.push_back({last_ref_, nofollow});
}

void sax_reader::open_element(std::string_view name, attributes given) {
  element e;
  const bool inner = !stack_.empty();
  e.state = css_->enter(inner ? stack_.back().state : selector::state{}, name, given);
  if (inner)
    e.link = stack_.back().link;
  if (name == "a" && last_ref_.set) {
    e.link = last_ref_;
    for (const std::int32_t item : linkless_)
      items_[static_cast<std::size_t>(item)].href = last_ref_;
    linkless_.clear();
  }
  if (css_->selects(e.state)) {
    if (items_.size() >= bounds_.items_per_page_max) {
      items_cut_ = true;
    } else {
      e.item = static_cast<std::int32_t>(items_.size());
      const auto at = static_cast<std::uint32_t>(text_.size());
      items_.push_back({at, at, last_ref_});
      if (!last_ref_.set)
        linkless_.push_back(e.item);
      ++open_items_;
    }
  }
  e.mute = name == svg_script || name == svg_style;
  mute_ += e.mute ? 1 : 0;
  stack_.push_back(e);
}

void sax_reader::end_element() {
  if (stack_.empty())
    return;
  const element e = stack_.back();
  stack_.pop_back();
  mute_ -= e.mute ? 1 : 0;
  if (e.item < 0)
    return;
  raw_item& item = items_[static_cast<std::size_t>(e.item)];
  item.end = static_cast<std::uint32_t>(text_.size());
  --open_items_;
  if (!linkless_.empty() && linkless_.back() == e.item) {
    linkless_.pop_back();
    item.href = e.link;
  }
}

/// Runs of white space become one space; all open items share one text.
void sax_reader::characters(std::string_view text) {
  if (open_items_ == 0 || mute_ != 0)
    return;
  while (!text.empty()) {
    const auto word_end = std::find_if(text.begin(), text.end(), html_space);
    text_.append(text.begin(), word_end);
    const auto space_end = std::find_if_not(word_end, text.end(), html_space);
    if (space_end != word_end && !text_.ends_with(' '))
      text_ += ' ';
    text.remove_prefix(static_cast<std::size_t>(space_end - text.begin()));
  }
}

} // namespace troupe::crawl
