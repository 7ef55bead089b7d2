// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_errors.hpp"

#include <algorithm>
#include <cstdio>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::apps {

bool wants_json(int argc, char** argv) {
  return std::any_of(argv, argv + argc,
                     [](const char* a) { return std::string_view{a} == "--json"; });
}

void tell_error(const std::string& what) {
  std::string line = what; // names of files can have anything in them
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  std::fprintf(stderr, "troupe-bank: %s\n", line.c_str());
}

void tell_error(const std::string& what, std::string_view name, bool json) {
  tell_error(what);
  if (json)
    std::puts(
        boost::json::serialize(boost::json::object{{"error", name}, {"message", what}}).c_str());
}

} // namespace troupe::apps
