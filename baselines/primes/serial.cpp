// SPDX-License-Identifier: BSD-3-Clause
//
// One thread that reads, checks and writes: the tutorial's single_thread(). What the others are
// measured against.

#include "baselines/primes/engine.hpp"
#include "io/primes/answer_writer.hpp"
#include "io/primes/block_checker.hpp"
#include "io/primes/block_pace.hpp"
#include "io/primes/line_reader.hpp"

namespace troupe::baselines {

io::prime_summary check_serial(const io::prime_plan& plan, const io::prime_setting& setting) {
  io::line_reader reader{setting.in, setting.in_name, plan.job.line_bytes_max, setting.stop};
  io::block_checker checker{plan, setting.stop};
  io::answer_writer writer{plan, setting};
  io::block_pace pace{plan};
  while (writer.wants_more()) {
    const auto lines = reader.read(pace.bytes());
    if (!lines)
      break;
    const auto [answer, took] = checker.check_or_give_up(*lines);
    pace.learn(lines->size(), took);
    writer.write(answer);
  }
  return writer.finish(reader.done(), reader.error());
}

} // namespace troupe::baselines
