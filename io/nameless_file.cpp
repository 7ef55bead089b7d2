// SPDX-License-Identifier: BSD-3-Clause
#include "io/nameless_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

namespace troupe::io {

int open_nameless_file(const std::string& folder, const std::string& stem) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
    return fd;
  std::string name = folder + "/" + stem + "-XXXXXX"; // a file system that has no such files
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0)
    ::unlink(name.c_str());
  return named;
}

} // namespace troupe::io
