// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/url_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

#include "io/nameless_file.hpp"

namespace troupe::io {

namespace {

std::string usual_folder() {
  const char* named = std::getenv("TMPDIR");
  if (named != nullptr && *named != '\0')
    return named;
  return ::access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
}

std::uint64_t draw(std::random_device& from) {
  return std::uint64_t{from()} << 32 | std::uint64_t{from()};
}

} // namespace

url_file::url_file(std::string folder) : folder_(std::move(folder)) {
  std::random_device system;
  key_ = {draw(system), draw(system)};
  if (folder_.empty())
    folder_ = usual_folder();
}

url_file::~url_file() {
  if (fd_ >= 0)
    ::close(fd_);
}

std::string url_file::write(std::uint64_t offset, std::span<const char> bytes) {
  const auto failed = [this](int error) {
    return "the crawl's URLs do not fit into memory, and " + folder_ + " takes no more of them: "
           + std::strerror(error) + "; set TMPDIR to a folder with room";
  };
  if (fd_ < 0 && (fd_ = open_nameless_file(folder_, "troupe-urls")) < 0)
    return failed(errno);
  for (std::size_t done = 0; done < bytes.size();) {
    const auto n =
        ::pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return failed(n < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(n);
  }
  return "";
}

std::string url_file::read(std::uint64_t offset, std::span<char> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto n =
        ::pread(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return "the crawl's URLs cannot be read again from their file in " + folder_ + ": "
             + (n < 0 ? std::strerror(errno) : "it has been cut");
    done += static_cast<std::size_t>(n);
  }
  return "";
}

} // namespace troupe::io
