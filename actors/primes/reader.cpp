// SPDX-License-Identifier: BSD-3-Clause
#include "actors/primes/reader.hpp"

#include <utility>

#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::primes {

reader_actor::behavior_type reader::make_behavior() {
  return {
      [this](const read_lines& x) {
        auto got = read_(x.bytes_wanted);
        runtime::send(self_, x.who,
                      lines_read{std::move(got.lines), got.complete, std::move(got.error)});
      },
  };
}

reader::reader(reader_actor::pointer self, const check_ports& ports)
    : self_(self), read_(ports.read) {}

} // namespace troupe::primes
