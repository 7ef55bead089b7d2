// SPDX-License-Identifier: BSD-3-Clause
//
// Why a crawl stands still (domain/crawl/standstill.hpp), for those who look on: as JSON beside its
// progress, and as lines of `troupe-crawl status`.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "domain/crawl/standstill.hpp"

namespace troupe::apps {

/// Adds to `told`: "waiting", a sentence; "reasons", [{reason, count, until_unix_s}]; "hosts_now",
/// [{host, queued, in_flight, why, next_unix_s, delay_ms}]; "hosts_known". Times are seconds since
/// 1970, none where time does not decide.
void tell_why(boost::json::object& told, const crawl::standstill& why, std::int64_t now_unix_ms);

/// How it stands with a host, as a table's columns; all "-" if nothing is told of it.
struct live_columns {
  std::string queued = "-", in_flight = "-", next = "-", why = "-";
};

/// What was told, read again.
class told_why {
public:
  explicit told_why(const boost::json::object& told);
  bool told() const { return told_; }
  /// Returns: lines "       3  crawl-delay, the first until 2026-11-27 12:00:05 UTC".
  std::string lines() const;
  /// Takes out what is told of a host, so that the others are left.
  live_columns take(const std::string& host);
  const std::map<std::string, live_columns>& rest() const { return hosts_; }

private:
  bool told_ = false;
  boost::json::array reasons_;
  std::map<std::string, live_columns> hosts_;
};

/// Returns: "2026-11-27 12:00:05 UTC".
std::string utc_text(std::int64_t unix_s);

} // namespace troupe::apps
