// SPDX-License-Identifier: BSD-3-Clause
//
// How plain values of the domain travel in the prime checker's messages.
#pragma once

#include "domain/primes/lines.hpp"
#include "domain/primes/number_list.hpp"
#include "runtime/port.hpp"

namespace troupe::primes {

TROUPE_INSPECT_ENUM(verdict)
TROUPE_INSPECT_ENUM(method)
TROUPE_INSPECT_ENUM(line_fault)

template <class Inspector>
auto inspect(Inspector& f, line_counts& x) {
  using runtime::field;
  return runtime::fields(f, x, "line_counts", field("lines", x.lines), field("primes", x.primes),
                         field("probable", x.probable), field("composites", x.composites),
                         field("invalid", x.invalid), field("too_large", x.too_large),
                         field("unknown", x.unknown));
}
template <class Inspector>
auto inspect(Inspector& f, large_number& x) {
  return runtime::fields(f, x, "large_number", runtime::field("at", x.at),
                         runtime::field("digits", x.digits));
}
template <class Inspector>
auto inspect(Inspector& f, number_list& x) {
  return runtime::fields(f, x, "number_list", runtime::field("numbers", x.numbers),
                         runtime::field("large", x.large));
}
template <class Inspector>
auto inspect(Inspector& f, line_job& x) {
  return runtime::fields(f, x, "line_job", runtime::field("how", x.how),
                         runtime::field("json", x.json), runtime::field("strict", x.strict),
                         runtime::field("line_bytes_max", x.line_bytes_max),
                         runtime::field("faults_shown_max", x.faults_shown_max));
}
template <class Inspector>
auto inspect(Inspector& f, faulty_line& x) {
  return runtime::fields(f, x, "faulty_line", runtime::field("line", x.line),
                         runtime::field("why", x.why));
}
template <class Inspector>
auto inspect(Inspector& f, block_answer& x) {
  return runtime::fields(f, x, "block_answer", runtime::field("text", x.text),
                         runtime::field("counts", x.counts), runtime::field("faults", x.faults),
                         runtime::field("whole", x.whole));
}

} // namespace troupe::primes
