// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "actors/primes/ports.hpp"
#include "io/primes/block_pace.hpp"
#include "messages/primes.hpp"

namespace troupe::primes {

/// Takes a stream of lines through: has blocks read, checked and written, in their order.
///
///   reader <- read_lines --- stream      one at a time, while fewer than window() blocks are on
///   reader -- lines_read --> stream      their way: credit, which bounds memory from end to end
///   stream -- check_lines -> dispatcher
///   stream <- lines_checked - dispatcher in any order
///   stream -- write_answers -> writer    all that are next in order; one message at a time, which
///                                        grows while the writer is busy
class stream {
public:
  static constexpr const char* name = "stream";
  stream(stream_actor::pointer self, check_supervisor_actor supervisor, dispatcher_actor dispatcher,
         reader_actor reader, writer_actor writer, const io::prime_plan& plan, crew_limits crew);
  stream_actor::behavior_type make_behavior();

private:
  void read_on();
  void check(std::shared_ptr<const std::string> lines);
  void checked(std::uint64_t number, std::size_t bytes, const lines_checked& x);
  void write_on();
  void stop();
  void end_if_done();
  bool takes_more() const { return !stopping_ && written_.more_wanted; }

  stream_actor::pointer self_;
  check_supervisor_actor supervisor_;
  dispatcher_actor dispatcher_;
  reader_actor reader_;
  writer_actor writer_;
  crew_limits crew_;
  std::size_t window_;
  line_job job_;
  io::block_pace pace_;

  // Blocks by their numbers: written, at the writer, answered or being checked, being read.
  std::uint64_t write_done_ = 0, write_next_ = 0, read_next_ = 0;
  std::map<std::uint64_t, std::shared_ptr<const block_answer>> answers_; // not at the writer yet
  answers_written written_;
  bool reading_ = false;
  bool read_all_ = false; // nothing more comes
  bool complete_ = false; // because that was all
  bool stopping_ = false;
  bool ended_ = false;
  std::string error_;
};

} // namespace troupe::primes
