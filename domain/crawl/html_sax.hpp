// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/html_mend.hpp"
#include "domain/crawl/html_parser.hpp"
#include "domain/crawl/html_scan.hpp"
#include "domain/crawl/limits.hpp"
#include "domain/crawl/selector.hpp"

namespace troupe::crawl {

/// A reference as it stands in a document, decoded but not resolved: a piece of sax_reader::text().
struct raw_ref {
  std::uint32_t at = 0;
  std::uint32_t bytes = 0;
  bool set = false;
};

struct raw_link {
  raw_ref ref;
  bool nofollow = false;
};

/// An item: its text is folded already, but not trimmed.
struct raw_item {
  std::uint32_t begin = 0; ///< in sax_reader::item_text()
  std::uint32_t end = 0;
  raw_ref href;
};

/// Gathers links, directives and items from a mended document. Nothing is resolved before the end,
/// because <base> counts for links before it too.
class sax_reader final : public mend_sink, private markup_events {
public:
  /// Takes: `css` or nullptr; must outlive the reader.
  sax_reader(const selector* css, const limits& bounds);
  ~sax_reader() override;

  void begin(html_parser how); ///< a new document
  void finish();               ///< its end: closes what is open
  bool unsure() const { return how_ == html_parser::scanner && scanner_.unsure(); }

  void take(std::string_view html) override;
  std::size_t depth() const override;
  bool wants_text() const override { return open_items_ != 0; }
  bool may_want_text(std::string_view name, std::string_view classes) const override;
  bool full() const override { return full_ || unsure(); }

  std::string_view at(const raw_ref& r) const {
    return std::string_view(refs_).substr(r.at, r.bytes);
  }
  std::string_view item_text() const { return text_; }
  const std::vector<raw_link>& links() const { return links_; } ///< document order, doubles too
  const std::vector<raw_item>& items() const { return items_; }
  const raw_ref& base() const { return base_; }
  const raw_ref& canonical() const { return canonical_; }
  bool nofollow() const { return nofollow_; }
  bool noindex() const { return noindex_; }
  bool cut() const { return full_ || items_cut_; }

private:
  struct library; // libxml2's side
  struct element {
    selector::state state;
    raw_ref link; // of the closest <a href> around or at it
    std::int32_t item = -1;
    bool mute = false; // its text is not an item's
  };

  using attributes = std::span<const selector::attribute>;

  void start_element(std::string_view name, attributes given) override;
  void end_element() override;
  void characters(std::string_view text) override;
  raw_ref remember(std::string_view text);
  void add_link(std::string_view ref, bool nofollow);
  void read_link_element(std::string_view name, attributes given);
  void read_meta(attributes given);
  void open_element(std::string_view name, attributes given);

  const selector* css_;
  limits bounds_;
  html_parser how_ = html_parser::scanner;
  html_scanner scanner_{*this};
  std::unique_ptr<library> library_;

  std::string refs_;
  std::string text_;
  std::vector<raw_link> links_;
  std::vector<raw_item> items_;
  std::vector<element> stack_;
  std::vector<std::int32_t> linkless_; // open items that no <a> has been found in
  raw_ref base_;
  raw_ref canonical_; // the first one
  raw_ref last_ref_;  // what the element at hand refers to
  std::size_t open_items_ = 0;
  std::size_t mute_ = 0;
  bool refreshed_ = false;
  bool nofollow_ = false;
  bool noindex_ = false;
  bool items_cut_ = false;
  bool full_ = false;
};

} // namespace troupe::crawl
