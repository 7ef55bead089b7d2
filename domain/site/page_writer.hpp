// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/site/pages.hpp"

namespace troupe::site {

/// Writes one HTML page and keeps account of the links that it puts in.
class page_writer {
public:
  /// Takes: the title as plain text; further head elements as markup.
  explicit page_writer(std::string_view title, std::string_view head = {});

  page_writer& text(std::string_view markup); ///< as it is; any link in it is not counted
  page_writer& escaped(std::string_view plain);
  /// Writes an anchor in one of a few ways and counts it. Takes: the absolute path and the words;
  /// `written`, if the reference in the markup differs from the path ("../x", "/x#part").
  page_writer& link(std::string_view path, std::string_view words, std::string_view written = {});
  page_writer& count(std::string_view path); ///< a link that text() wrote
  std::size_t size() const { return page_.body.size(); }
  page& content() { return page_; }

  page finish();

private:
  page page_;
};

/// An answer that sends the client on. Takes: the header's value, and the path it means.
page redirect_page(int status, std::string location, std::string target);

constexpr std::uint32_t tag_count = 8;
std::string tag_name(std::uint32_t number); ///< UTF-8
std::string tag_path(std::uint32_t number); ///< percent-encoded

} // namespace troupe::site
