// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/crawl/html_nesting.hpp"
#include "domain/crawl/selector.hpp"

namespace troupe::crawl {

/// What a document is made of, in its order.
class markup_events {
public:
  virtual ~markup_events() = default;
  /// Takes: texts that are there during the call only; references decoded.
  virtual void start_element(std::string_view name,
                             std::span<const selector::attribute> attributes) = 0;
  virtual void end_element() = 0; ///< of the innermost open element
  virtual void characters(std::string_view text) = 0;
};

/// Reads what html_mender hands on, as libxml2's push parser would, in a fraction of its time: that
/// language is small (quoted attributes, four references, no comments), and libxml2's opinions
/// about what ends what fit into a table (html_nesting.hpp). Where more than the table decides
/// (frames, an <html> that is not the first tag, text outside of the body, a script without an end,
/// 200 open elements, characters that libxml2 leaves out), the scanner says that it is not sure,
/// and libxml2 has to read the document from its beginning.
class html_scanner {
public:
  explicit html_scanner(markup_events& to) : to_(to) {}

  void begin(); ///< a new document
  /// Takes: whole tags and text, as mend_sink::take().
  /// Cost: about a nanosecond a byte, and 20 an element.
  void take(std::string_view mended);
  /// Its end. What is open stays so: no end_element() is told.
  void finish();

  /// Returns: true if the events so far need not be those that libxml2 would have told. Nothing
  /// more is told then.
  bool unsure() const { return unsure_; }

private:
  struct open_element {
    const nesting* how;
    std::uint32_t name_at; // in names_
    std::uint32_t name_bytes;
  };

  const char* read_start(const char* at, const char* end);
  const char* read_end(const char* at, const char* end);
  const char* skip_raw(const char* at, const char* end);
  void read_text(std::string_view text);
  std::string_view decoded(std::string_view value);
  bool may_start(std::string_view name, const nesting& how);
  std::string_view name_of(const open_element& e) const;
  void push(std::string_view name, const nesting& how);
  void pop();

  markup_events& to_;
  std::vector<open_element> open_;
  std::string names_;   // of open elements, the innermost last
  std::string decoded_; // values of the tag at hand; never grows within a tag
  std::vector<selector::attribute> attributes_;
  std::string raw_name_; // of the open script or style
  bool unsure_ = false;
  bool head_seen_ = false;
  bool body_seen_ = false;
};

} // namespace troupe::crawl
