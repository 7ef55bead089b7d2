// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>

#include "domain/compare/report.hpp"

namespace troupe::compare {

std::string report_csv(const report& r) {
  std::string out = "scenario,workload,engine,workers,run,position,wall_s,user_s,system_s,"
                    "voluntary_switches,involuntary_switches,rss_kib,others\r\n";
  char numbers[200];
  for (const auto& w : r.workloads)
    for (const auto& c : w.cells)
      for (std::size_t run = 0; run < c.samples.size(); ++run) {
        const auto& s = c.samples[run];
        // Names have neither commas nor quotes in them.
        std::snprintf(numbers, sizeof numbers,
                      ",%u,%zu,%llu,%.6f,%.6f,%.6f,%llu,%llu,%llu,%.2f\r\n", c.workers, run + 1,
                      static_cast<unsigned long long>(s.position), s.wall_s, s.user_s, s.system_s,
                      static_cast<unsigned long long>(s.voluntary),
                      static_cast<unsigned long long>(s.involuntary),
                      static_cast<unsigned long long>(s.rss_kib), s.others);
        out += w.scenario + "," + w.name + "," + c.engine + numbers;
      }
  return out;
}

} // namespace troupe::compare
