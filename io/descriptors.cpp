// SPDX-License-Identifier: BSD-3-Clause
#include "io/descriptors.hpp"

#include <algorithm>
#include <limits>

#include <sys/resource.h>

namespace troupe::io {

std::uint64_t raise_descriptor_limit(std::uint64_t wanted) {
  rlimit now{};
  if (::getrlimit(RLIMIT_NOFILE, &now) != 0)
    return std::numeric_limits<std::uint64_t>::max(); // nobody knows of one
  if (now.rlim_cur < wanted && now.rlim_cur < now.rlim_max) {
    auto more = now;
    more.rlim_cur = std::min<rlim_t>(wanted, now.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0)
      now = more;
  }
  return now.rlim_cur;
}

} // namespace troupe::io
