// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <sys/types.h>

namespace troupe::io {

/// A forked copy of this process that does one piece of work and never outlives its parent.
///
/// Three things end it with its parent, however that dies: its socket comes to its end, which it
/// sees when it reads; the kernel sends SIGKILL (PR_SET_PDEATHSIG) when the thread that forked it
/// ends; and SIGIO, whose default is death, when the last end of a lifeline closes. The last serves
/// one who computes and does not read, and does not mind which thread forked it.
///
/// The child has standard error, its socket and nothing else of its parent's descriptors, so that
/// whoever reads the parent's output sees its end. It leaves by _exit(): no destructor of the
/// parent's objects runs twice.
///
/// Threads: may be forked while others run, which in the child are gone, with locks that they held
/// locked for ever: `work` may allocate (the C library sees to that), but use no lock of ours.
class child_process {
public:
  child_process() = default;
  /// Takes: `work`, run in the child; what it returns is the exit code. It speaks through `socket`.
  /// Throws: std::system_error if there is no process or descriptor left.
  explicit child_process(const std::function<int(int socket)>& work);
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&& other) noexcept;
  ~child_process(); ///< ends it, and waits for that

  /// Returns: our end of the socket; it is closed with this object. -1: there is no child.
  int socket() const { return socket_; }
  pid_t pid() const { return pid_; }

private:
  void end() noexcept;

  pid_t pid_ = -1;
  int socket_ = -1;
  int lifeline_ = -1;
};

} // namespace troupe::io
