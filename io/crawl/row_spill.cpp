// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/row_spill.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "io/nameless_file.hpp"

namespace troupe::io {

row_spill::row_spill(const std::string& folder) {
  const auto where = folder.empty() ? std::filesystem::temp_directory_path().string() : folder;
  fd_ = open_nameless_file(where, "troupe-rows");
  if (fd_ < 0)
    throw std::runtime_error(where + ": no file can be made here: " + std::strerror(errno));
}

row_spill::~row_spill() { ::close(fd_); }

std::string row_spill::append(std::string_view rows) {
  const auto at = size(); // nobody else changes it
  for (std::size_t done = 0; done < rows.size();) {
    const auto n =
        ::pwrite(fd_, rows.data() + done, rows.size() - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) // what was written of them is behind the end, and stays unread
      return std::string{"the rows cannot be kept: "} + std::strerror(n < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(n);
  }
  std::unique_lock lock{mutex_};
  size_ += rows.size();
  wake(std::move(lock));
  return "";
}

void row_spill::end() {
  std::unique_lock lock{mutex_};
  ended_ = true;
  wake(std::move(lock));
}

void row_spill::cut() {
  std::unique_lock lock{mutex_};
  if (ended_)
    return;
  cut_ = true;
  wake(std::move(lock));
}

row_spill::piece row_spill::read(std::uint64_t offset, std::size_t bytes_max) const {
  piece out;
  {
    const std::lock_guard lock{mutex_};
    const auto there = size_ - std::min(offset, size_);
    out.bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(there, bytes_max)));
    out.ended = ended_ && there == out.bytes.size();
    out.failed = cut_ && there == 0;
  }
  for (std::size_t done = 0; done < out.bytes.size();) {
    const auto n = ::pread(fd_, out.bytes.data() + done, out.bytes.size() - done,
                           static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return {{}, false, true};
    done += static_cast<std::size_t>(n);
  }
  return out;
}

std::uint64_t row_spill::when_more(std::uint64_t offset, std::function<void()> more) {
  const std::lock_guard lock{mutex_};
  if (offset < size_ || ended_ || cut_)
    return 0;
  waiters_.emplace(++last_waiter_, std::move(more));
  return last_waiter_;
}

void row_spill::forget(std::uint64_t waiter) {
  std::function<void()> gone; // destroyed without the lock: who knows what it holds
  const std::lock_guard lock{mutex_};
  if (const auto at = waiters_.find(waiter); at != waiters_.end()) {
    gone = std::move(at->second);
    waiters_.erase(at);
  }
}

std::uint64_t row_spill::size() const {
  const std::lock_guard lock{mutex_};
  return size_;
}

std::size_t row_spill::waiting() const {
  const std::lock_guard lock{mutex_};
  return waiters_.size();
}

void row_spill::wake(std::unique_lock<std::mutex> lock) {
  const auto due = std::exchange(waiters_, {});
  lock.unlock();
  for (const auto& [number, more] : due)
    more();
}

} // namespace troupe::io
