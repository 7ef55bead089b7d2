// SPDX-License-Identifier: BSD-3-Clause
//
// A race on purpose, to see that ThreadSanitizer watches: workers take numbers from the baselines'
// own blocking_queue, and add them up in a counter that no mutex guards. With --locked there is
// one, and the program is right.
//
//     planted_race            must be reported
//     planted_race --locked   must be silent

#include <cstdio>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "baselines/crawl/blocking_queue.hpp"

int main(int argc, char** argv) {
  constexpr int numbers = 2'000;
  constexpr int workers = 4;
  const bool locked = argc > 1 && std::string_view(argv[1]) == "--locked";

  troupe::baselines::blocking_queue<int> queue(16);
  std::mutex mutex;
  long sum = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < workers; ++i)
      threads.emplace_back([&] {
        while (const auto number = queue.pop()) {
          if (locked) {
            const std::lock_guard lock(mutex);
            sum += *number;
          } else {
            sum += *number; // the race
          }
        }
      });
    for (int i = 1; i <= numbers; ++i)
      queue.push(i);
    queue.close();
  }
  std::printf("sum %ld of %d\n", sum, numbers * (numbers + 1) / 2);
  return 0;
}
