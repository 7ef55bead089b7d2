// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_signals.hpp"

#include <csignal>
#include <pthread.h>
#include <unistd.h>

namespace troupe::apps {

jobs_signals::jobs_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL); // where it is ignored, exit codes are lost
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  for (const int s : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    if (::sigaction(s, nullptr, &now) != 0
        || now.sa_handler != SIG_IGN) // nohup, or `&` in a script
      sigaddset(&set, s);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::thread{[this, set] {
    for (;;) {
      int got = 0;
      if (sigwait(&set, &got) != 0 || over_)
        return;
      if (got == SIGUSR1)
        continue; // only our destructor means anything by it
      if (int none = 0; code_.compare_exchange_strong(none, 128 + got))
        stop_.request_stop();
      else if (!kill_.request_stop())
        ::_exit(128 + got); // the kernel ends the jobs with us
    }
  }};
}

jobs_signals::~jobs_signals() {
  over_ = true;
  pthread_kill(waiter_.native_handle(), SIGUSR1);
  waiter_.join();
}

} // namespace troupe::apps
