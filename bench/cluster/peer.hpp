// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace troupe::bench {

/// How the other process answers.
struct peer_options {
  bool raw = false;     ///< a plain socket and read() and write() in one thread; else actors
  std::string tls_dir;  ///< of actors; "": plain
  unsigned slow_ms = 0; ///< of actors: so long over each message
};

/// This program once more, as the other side: it ends with us, or when the object goes.
class peer {
public:
  /// Starts it and waits until it can be connected to. Throws: std::runtime_error.
  explicit peer(const peer_options& options);
  ~peer();
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;
  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  double cpu_s() const; ///< user and system, so far
  void signal(int number) const;

private:
  pid_t pid_ = -1;
  int keep_alive_ = -1; // its end tells the peer to end
  std::uint16_t port_ = 0;
};

/// The other side: answers until its standard input ends.
int be_peer(const peer_options& options);

/// A raw message is what it is long, how long its answer is to be, both 4 bytes in the machine's
/// order, and so many bytes.
struct raw_head {
  std::uint32_t size = 0, answer = 0;
};
void write_whole(int fd, const void* data, std::size_t size);
void read_whole(int fd, void* data, std::size_t size);

} // namespace troupe::bench
