// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fcntl.h>

namespace troupe::apps {

/// Keeps the places 0, 1 and 2 of a program that was started without them (`<&-`, `>&-`): whatever
/// it opens next would become its standard input or output, and be read or written as such. The
/// place is taken by something that cannot be used the way it is meant, so that a read or write
/// fails with EBADF, as it would have. Call it first in main().
inline void hold_standard_streams() {
  for (const int fd : {0, 1, 2})
    if (::fcntl(fd, F_GETFD) < 0) // all below are open: open() gives this one
      static_cast<void>(::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY));
}

} // namespace troupe::apps
