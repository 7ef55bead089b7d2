// SPDX-License-Identifier: BSD-3-Clause
#include "io/process/descriptor_limit.hpp"

#include <sys/resource.h>

namespace troupe::io {

descriptor_limit raise_descriptor_limit() {
  constexpr std::uint64_t posix_min = 20;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return {posix_min, {}};
  const auto before = limit.rlim_cur;
  if (before == limit.rlim_max)
    return {before, {}};
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return {before, {}};
  return {limit.rlim_cur, before};
}

} // namespace troupe::io
