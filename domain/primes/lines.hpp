// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers as lines of text, and their answers as lines of text. A stream of them is checked a block
// of whole lines at a time: one worker parses, tests and answers a block, so that a number costs
// little more than its test. However a stream is cut into blocks, its answers are the same.
//
//   input   = *( line LF ) [ line ]          the last line may lack its end
//   line    = *WSP [ number ] *WSP           a blank line has no answer; anything else is junk
//   number  = 1*DIGIT
//   WSP     = SP / HTAB / CR
//
//   answer  = number SP word LF / "invalid" LF
//   word    = "prime" / "composite" / "probable prime" / "too large" / "unknown"
//
// or, as JSON, {"number":"7","verdict":"prime"} and {"verdict":"invalid"}, one object a line. A
// number is answered as it was written, its leading zeros included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/primes/verdict.hpp"

namespace troupe::primes {

/// What is asked of every line.
struct line_job {
  method how = method::fast;
  bool json = false;
  bool strict = false;                  ///< the first line without a verdict is the end
  std::size_t line_bytes_max = 100'000; ///< a longer line is junk; no reader keeps more of it
  std::size_t faults_shown_max = 20;    ///< lines without a verdict that are told one by one
  bool operator==(const line_job&) const = default;
};

/// How many lines came to what. Blank lines are counted in `lines` alone.
struct line_counts {
  std::uint64_t lines = 0, primes = 0, probable = 0, composites = 0, invalid = 0, too_large = 0,
                unknown = 0;

  line_counts& operator+=(const line_counts& x);
  /// Returns: how many lines were answered without a verdict.
  std::uint64_t faults() const { return invalid + too_large + unknown; }
  /// Returns: how many lines were answered.
  std::uint64_t answers() const { return primes + probable + composites + faults(); }
  bool operator==(const line_counts&) const = default;
};

/// Why a line has no verdict.
enum class line_fault : std::uint8_t {
  junk = 0,      ///< it is no whole number
  too_long = 1,  ///< it has more than line_bytes_max bytes
  too_large = 2, ///< its number is above a named limit of the method
  unknown = 3,   ///< whoever tried it died of it
};
/// Returns: why, as a sentence goes on after "line 7": "is no whole number".
std::string_view to_string(line_fault f);

/// A line without a verdict.
struct faulty_line {
  std::uint64_t line = 0; ///< from 1, within its block
  line_fault why = line_fault::junk;
  bool operator==(const faulty_line&) const = default;
};

/// What a block of lines comes to.
struct block_answer {
  std::string text; ///< the answers, each a whole line
  line_counts counts;
  std::vector<faulty_line> faults; ///< the first of them, up to faults_shown_max
  bool whole = true;               ///< false: stopped on the way; of no use to anybody
  bool operator==(const block_answer&) const = default;
};

/// Checks blocks of lines. Has buffers of its own: one a worker.
class line_checker {
public:
  /// Judges one number: any above 64 bits, and by `trial` all.
  using judge_function = std::function<verdict(std::string_view digits)>;
  /// Takes: `stop`, asked now and then, before each number that is judged singly among others. What
  /// `judge` throws comes out of check().
  line_checker(const line_job& job, judge_function judge, std::function<bool()> stop = {});

  /// Takes: whole lines, less than 4 GiB of them. Cost: a few ns a byte, and the tests.
  block_answer check(std::string_view lines);

private:
  struct number {
    std::uint32_t begin = 0, length = 0; // as written, within the block
    std::uint32_t line = 0;
    enum : std::uint8_t { plain, single, junk, too_long } kind = junk;
  };
  std::size_t take_line(std::size_t begin);
  void look_closely(std::size_t begin, std::size_t end);
  void keep(std::size_t begin, std::size_t end, std::size_t significant, std::uint64_t value);
  bool answer_some(block_answer& out);
  verdict judge_alone(const number& n) const;
  void put(block_answer& out, const number& n, verdict v);
  void put_fault(block_answer& out, const number& n, line_fault why);

  line_job job_;
  judge_function judge_;
  std::function<bool()> stop_;
  std::string_view block_;
  std::uint32_t line_ = 0;
  std::vector<number> some_;            // lines that are tested together
  std::vector<std::uint64_t> values_;   // of the plain ones among them
  std::vector<std::uint8_t> are_prime_; // and what came of those
};

/// Returns: the answer to a block over which those who tried it died: all numbers are unknown.
block_answer unknown_block(const line_job& job, std::string_view lines);

} // namespace troupe::primes
