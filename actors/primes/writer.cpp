// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/writer.hpp"

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

writer_actor::behavior_type writer::make_behavior() {
  return {
      [this](const write_answers& x) {
        for (const auto& answer : x.answers) {
          if (written_.more_wanted) {
            written_.more_wanted = write_(*answer);
            written_.counts += answer->counts;
          }
        }
        runtime::send(self_, x.who, written_);
      },
  };
}

writer::writer(writer_actor::pointer self, const check_ports& ports)
    : self_(self), write_(ports.write) {}

} // namespace troupe::primes
