// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_workload_log.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace troupe::apps {

history_log::history_log(const std::string& path)
    : path_(path), file_(std::fopen(path.c_str(), "wxe")) {
  if (file_ == nullptr)
    throw std::runtime_error(path + ": " + std::strerror(errno));
}

history_log::~history_log() { std::fclose(file_); }

void history_log::write_setting(const std::string& json) {
  const std::lock_guard hold{lock_};
  put("{\"setting\":" + json + "}\n");
}

void history_log::write(bank::history_event& e, bank::event_type type) {
  e.type = type;
  // The time under the lock: else a line could be written behind one that is younger.
  const std::lock_guard hold{lock_};
  e.time_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                  std::chrono::steady_clock::now().time_since_epoch())
                  .count();
  put(line_of(e));
}

void history_log::put(const std::string& line) {
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0)
    throw std::runtime_error(path_ + ": " + std::strerror(errno));
}

} // namespace troupe::apps
