// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/find_program.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace troupe::io {

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  for (;;) {
    const auto colon = rest.find(':');
    const auto folder = rest.substr(0, colon);
    const auto full = std::string{folder.empty() ? "." : folder} + "/" + name;
    struct stat info {};
    if (::stat(full.c_str(), &info) == 0 && S_ISREG(info.st_mode)
        && ::access(full.c_str(), X_OK) == 0)
      return full;
    if (colon == std::string_view::npos)
      return "";
    rest.remove_prefix(colon + 1);
  }
}

} // namespace troupe::io
