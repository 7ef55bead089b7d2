// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "io/primes/stream.hpp"

namespace troupe::baselines {

/// The tutorial's ways of checking many numbers, each with the same reader, checker and writer:
/// what differs is who checks which block, and nothing else.
///
/// Takes: a plan, whose workers are threads or processes (serial has none).
/// Returns: when all is answered and written in the order of the input, or it ended for a reason
///   that the summary tells. After a stop, what is in hand is dropped, so that what was written is
///   whole. No thread or process outlives the call.
/// Throws: std::system_error if the machine has no thread, process or descriptor left to give.
/// Source: the tutorial's single_thread, multi_thread (ThreadPoolExecutor.map) and multi_process
///   (ProcessPoolExecutor.map) over PRIMES.
io::prime_summary check_serial(const io::prime_plan& plan, const io::prime_setting& setting);
io::prime_summary check_threads(const io::prime_plan& plan, const io::prime_setting& setting);
io::prime_summary check_processes(const io::prime_plan& plan, const io::prime_setting& setting);

} // namespace troupe::baselines
