// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <caf/typed_response_promise.hpp>

#include "actors/crawl/hands.hpp"
#include "actors/crawl/ports.hpp"
#include "messages/crawl_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::crawl {

/// One crawl's fetchers and parsers at a node, and their coordinator as far as they know: passes on
/// what they ask for under its team's number, and what they report, large results in parts. They
/// get their pages from the crawl's coordinator itself.
///
///   want_page, page_done -> the coordinator
///   hands_leave          -> the coordinator; answered when no hand has a page any more
///   robots_text_wanted   -> fetched here, read there
///   coordinator down     -> it ends, and the hands with it
///
/// Known limits: a link above url_bytes_max, which is never followed, travels cut; an item's link
/// above href_bytes_max travels as none, and the page counts as cut.
class foreman {
public:
  static constexpr const char* name = "foreman";
  static constexpr std::uint64_t href_bytes_max = 128u << 10;
  foreman(foreman_actor::pointer self, crawl_opened whose, crawl_ports ports, crew_limits crew);
  foreman_actor::behavior_type make_behavior();

private:
  using promise = caf::typed_response_promise<robots_text>;
  void pass_on(page_done& x);
  void shorten(page_result& x) const;

  foreman_actor::pointer self_;
  crawl_opened whose_;
  crawl_ports ports_;
  crew_limits crew_;
  runtime::watcher watcher_;
  hands<foreman_actor::pointer> hands_;
  std::multimap<std::string, promise> asked_; // for robots.txt, by origin
  bool leaving_ = false;
};

} // namespace troupe::crawl
