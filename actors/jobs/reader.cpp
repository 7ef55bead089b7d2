// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/reader.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

reader_actor::behavior_type reader::make_behavior() {
  return {
      [this](const jobs_wanted& x) {
        auto got = ports_.read_jobs(x.count);
        runtime::send(self_, x.answer_to,
                      jobs_read{std::move(got.jobs), got.end, std::move(got.error)});
      },
  };
}

reader::reader(reader_actor::pointer self, job_ports ports)
    : self_(self), ports_(std::move(ports)) {}

} // namespace troupe::jobs
