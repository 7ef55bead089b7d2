// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "io/http/client.hpp"

namespace troupe::io {

/// The client's blocking face: the calling thread itself drives the sockets (with the same limits
/// and keep-alive pool), so one a thread. Used by the serial, threads, queue and pool versions.
/// Connections stay open between calls; those that grow old are noticed at the next call.
class blocking_client {
public:
  explicit blocking_client(http_options options);
  ~blocking_client(); ///< not while get() runs

  /// Takes, Faults: as http_client::get().
  /// Threads: one at a time.
  crawl::fetched get(const crawl::url& target, get_options how = {});
  void
  cancel(); ///< from any thread: a running get() ends with fault::canceled, and so do later ones

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::io
