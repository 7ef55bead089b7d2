// SPDX-License-Identifier: BSD-3-Clause
#include "apps/stop_signal.hpp"

#include <csignal>
#include <pthread.h>
#include <unistd.h>

namespace troupe::apps {

stop_signal::stop_signal() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGUSR1})
    sigaddset(&set, s);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::thread{[this, set] {
    begun_.count_down();
    for (;;) {
      int got = 0;
      if (sigwait(&set, &got) != 0 || over_)
        return;
      if (got == SIGUSR1)
        continue; // only our destructor means anything by it
      if (got == SIGHUP) {
        const std::lock_guard hold{hangup_lock_};
        if (hangup_) {
          hangup_();
          continue;
        }
      }
      if (code_.exchange(128 + got) != 0) {
        const std::lock_guard hold{hangup_lock_};
        if (last_)
          last_();
        ::_exit(128 + got);
      }
      stop_.request_stop();
    }
  }};
  // Who forks now has a child in which no lock is held by a thread that is only beginning:
  // AddressSanitizer's allocator does not look after its own (glibc's does).
  begun_.wait();
}

stop_signal::~stop_signal() {
  over_ = true;
  pthread_kill(waiter_.native_handle(), SIGUSR1);
  waiter_.join();
}

void stop_signal::on_hangup(std::function<void()> hangup) {
  const std::lock_guard hold{hangup_lock_};
  hangup_ = std::move(hangup);
}

void stop_signal::before_hard_exit(std::function<void()> last) {
  const std::lock_guard hold{hangup_lock_};
  last_ = std::move(last);
}

} // namespace troupe::apps
