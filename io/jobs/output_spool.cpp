// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/output_spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace troupe::io {

namespace {
constexpr std::size_t piece_bytes = 64u << 10;
}

std::string temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named && *named ? named : "/tmp";
}

output_spool::output_spool(std::size_t memory_bytes_max, std::string folder)
    : memory_bytes_max_(memory_bytes_max), folder_(std::move(folder)) {}

output_spool::~output_spool() {
  if (fd_ >= 0)
    ::close(fd_);
}

std::string output_spool::open_file() {
  fd_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd_ < 0) { // not every file system has files without a name
    auto path = folder_ + "/troupe-output-XXXXXX";
    fd_ = ::mkostemp(path.data(), O_CLOEXEC);
    if (fd_ >= 0)
      ::unlink(path.c_str());
  }
  return fd_ >= 0 ? "" : folder_ + ": " + std::strerror(errno);
}

std::string output_spool::append(std::string_view bytes) {
  if (fd_ < 0) {
    const auto fits = std::min(bytes.size(), memory_bytes_max_ - memory_.size());
    memory_ += bytes.substr(0, fits);
    bytes.remove_prefix(fits);
  }
  if (bytes.empty())
    return "";
  if (fd_ < 0)
    if (auto wrong = open_file(); !wrong.empty())
      return wrong;
  while (!bytes.empty()) {
    const auto n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return folder_ + ": " + std::strerror(errno);
    file_bytes_ += static_cast<std::uint64_t>(n);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return "";
}

std::string
output_spool::each(const std::function<std::string(std::string_view piece)>& take) const {
  if (!memory_.empty())
    if (auto said = take(memory_); !said.empty())
      return said;
  std::vector<char> piece(file_bytes_ > 0 ? piece_bytes : 0);
  for (std::uint64_t at = 0; at < file_bytes_;) {
    const auto n = ::pread(fd_, piece.data(), piece.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return folder_ + ": " + (n < 0 ? std::strerror(errno) : "a temporary file was cut");
    if (auto said = take({piece.data(), static_cast<std::size_t>(n)}); !said.empty())
      return said;
    at += static_cast<std::uint64_t>(n);
  }
  return "";
}

} // namespace troupe::io
