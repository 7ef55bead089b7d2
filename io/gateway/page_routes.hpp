// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "io/gateway/embedded.hpp"
#include "io/gateway/front.hpp"
#include "io/gateway/live_feed.hpp"

namespace troupe::gateway {

/// Header lines of every page: nothing from elsewhere, no inline script or style, in no frame.
/// Source: Content Security Policy Level 3; Fetch (X-Content-Type-Options); Trusted Types.
std::string_view page_security_fields();

/// Does an If-None-Match field name this entity tag? Source: RFC 9110, 13.1.2.
bool names_tag(std::string_view if_none_match, std::string_view tag);

/// Something that does not change while the server runs, plain and compressed; asked again, a
/// browser is told that it has it already. Threads: any.
class held_page {
public:
  held_page(std::string_view type, std::string bytes);
  void send(const exchange& x) const;

private:
  struct form {
    std::shared_ptr<const std::string> body;
    std::string tag, fields;
  };
  std::string type_;
  form plain_, gzip_;
};

/// The files of web/, by name.
class pages {
public:
  explicit pages(std::span<const embedded_file> files = embedded_files());
  /// Answers with that file, or 404.
  void send(std::string_view name, const exchange& x) const;

private:
  std::map<std::string, held_page, std::less<>> by_name_;
};

/// Adds, all open,
///
///     GET /ui          308 to /ui/
///     GET /ui/         the page to watch the actors, and to ask them
///     GET /ui/{file}   what it is made of
///     GET /ui/events   what the gateway does, live: see live_feed.hpp
///
/// Takes: pages and a feed that outlive the front.
void add_page_routes(front& f, const pages& from, live_feed& live);

} // namespace troupe::gateway
