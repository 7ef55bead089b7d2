// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_errors.hpp"

#include <algorithm>
#include <cstdio>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::apps {

void tell_compare_error(const std::string& what) {
  std::string line = what; // names of files can have anything in them
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  std::fprintf(stderr, "troupe-compare: %s\n", line.c_str());
}

void tell_compare_error(const std::string& what, std::string_view name, bool json) {
  tell_compare_error(what);
  if (json)
    std::puts(
        boost::json::serialize(boost::json::object{{"error", name}, {"message", what}}).c_str());
}

} // namespace troupe::apps
