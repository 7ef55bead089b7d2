// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace troupe::io {

/// Standard output and standard error, written through at once. A reader that goes away is an error
/// and no death (whoever uses it ignores SIGPIPE); one that stops reading holds up write() until
/// cancel().
/// Threads: write() from one at a time; cancel() from any.
class console {
public:
  /// Throws: std::runtime_error with one clear line.
  console();
  ~console();
  console(const console&) = delete;
  console& operator=(const console&) = delete;

  /// Returns: "" or why not all of it was written, in one line.
  std::string write(bool err, std::string_view bytes);
  void cancel();

private:
  int wake_ = -1; // an eventfd: readable once canceled
  bool pipe_[2] = {false, false};
};

} // namespace troupe::io
