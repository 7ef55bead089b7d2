// SPDX-License-Identifier: BSD-3-Clause
// A program for the tests to run:
//   process_subject look       tells what it was given: descriptors, signals, group, parent's death
//   process_subject chain      runs `look` and tells what that says
//   process_subject parent N   runs N programs that sleep, tells their ids, and sleeps itself
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "io/process/runner.hpp"

namespace {

void look() {
  std::printf("descriptors");
  for (int fd = 0; fd < 4096; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0)
      std::printf(" %d", fd);
  sigset_t mask;
  sigemptyset(&mask);
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  std::printf("\nblocked");
  for (int s = 1; s < NSIG; ++s)
    if (sigismember(&mask, s) == 1)
      std::printf(" %d", s);
  struct sigaction now;
  sigaction(SIGPIPE, nullptr, &now);
  std::printf("\nSIGPIPE %s\n", now.sa_handler == SIG_DFL ? "default" : "not default");
  std::printf("group %s\n", ::getpgrp() == ::getpid() ? "own" : "another's");
  int signal = 0;
  ::prctl(PR_GET_PDEATHSIG, &signal);
  std::printf("at the parent's death %d\n", signal);
}

int chain(const char* self) {
  std::promise<int> ended;
  troupe::io::process_runner runner;
  troupe::io::process_spec spec;
  spec.argv = {self, "look"};
  runner.start(
      spec,
      [](const troupe::io::process_text& text) {
        for (const auto& line : text.lines)
          std::printf("%s\n", line.c_str());
      },
      [&ended](const troupe::io::process_end& end) { ended.set_value(end.code); });
  return ended.get_future().get();
}

int be_parent(int count) {
  troupe::io::process_runner runner;
  for (int i = 0; i < count; ++i) {
    troupe::io::process_spec spec;
    spec.argv = {"sh", "-c", "echo $$; exec sleep 600"};
    runner.start(spec,
                 [](const troupe::io::process_text& text) {
                   for (const auto& line : text.lines)
                     std::printf("%s\n", line.c_str());
                   std::fflush(stdout);
                 },
                 {});
  }
  std::this_thread::sleep_for(std::chrono::minutes{10});
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  const std::string_view job = argc > 1 ? argv[1] : "";
  if (job == "look")
    return look(), 0;
  if (job == "chain")
    return chain(argv[0]);
  if (job == "parent" && argc == 3)
    return be_parent(std::atoi(argv[2]));
  std::fprintf(stderr, "process_subject: look, chain, or parent N\n");
  return 2;
}
