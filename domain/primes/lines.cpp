// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/lines.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "domain/primes/primality.hpp"

namespace troupe::primes {

namespace {

constexpr std::size_t tested_together_max = 2048; // lines whose places and values fit into a cache

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// What a line ends with. Each is copied whole, in one move of a known size, and then cut.
struct ending {
  char text[32];
  std::uint8_t length;
};
constexpr ending plain_endings[] = {{" composite\n", 11},      {" prime\n", 7},
                                    {" probable prime\n", 16}, {"", 0},
                                    {" too large\n", 11},      {" unknown\n", 9}};
constexpr ending json_endings[] = {{"composite\"}\n", 12},      {"prime\"}\n", 8},
                                   {"probable prime\"}\n", 17}, {"", 0},
                                   {"too large\"}\n", 12},      {"unknown\"}\n", 10}};
constexpr std::string_view json_begin = R"({"number":")", json_middle = R"(","verdict":")";
constexpr std::size_t room_beside = 64; // for what stands around a number

} // namespace

line_counts& line_counts::operator+=(const line_counts& x) {
  lines += x.lines;
  primes += x.primes;
  probable += x.probable;
  composites += x.composites;
  invalid += x.invalid;
  too_large += x.too_large;
  unknown += x.unknown;
  return *this;
}

std::string_view to_string(line_fault f) {
  switch (f) {
  case line_fault::junk:
    return "is no whole number";
  case line_fault::too_long:
    return "is too long for a number";
  case line_fault::too_large:
    return "is too large for this method";
  case line_fault::unknown:
    return "could not be checked: whoever tried it died";
  }
  return "?";
}

line_checker::line_checker(const line_job& job, judge_function judge, std::function<bool()> stop)
    : job_(job), judge_(std::move(judge)), stop_(std::move(stop)) {}

block_answer line_checker::check(std::string_view lines) {
  block_answer out;
  block_ = lines;
  line_ = 0;
  out.text.reserve(lines.size() + lines.size() / 2 + room_beside);
  some_.clear();
  values_.clear();
  for (std::size_t at = 0; at < lines.size();) {
    at = take_line(at);
    if (some_.size() >= tested_together_max && !answer_some(out))
      return out;
  }
  answer_some(out);
  out.counts.lines = line_;
  return out;
}

// The usual line is digits and nothing else, and is read once. Returns: where the next line begins.
std::size_t line_checker::take_line(std::size_t begin) {
  ++line_;
  const char* const data = block_.data();
  const std::size_t size = block_.size();
  std::size_t at = begin;
  std::uint64_t value = 0;
  while (at < size && is_digit(data[at]))
    value = value * 10 + static_cast<std::uint64_t>(data[at++] - '0');
  constexpr std::size_t surely_fits = std::numeric_limits<std::uint64_t>::digits10;
  if ((at == size || data[at] == '\n') && at > begin && at - begin <= surely_fits) {
    keep(begin, at, at - begin, value);
  } else {
    const void* end = std::memchr(data + at, '\n', size - at);
    at = end ? static_cast<std::size_t>(static_cast<const char*>(end) - data) : size;
    look_closely(begin, at);
  }
  return at + 1;
}

// Any other line: with blanks around it, of more than 19 digits, with junk.
void line_checker::look_closely(std::size_t begin, std::size_t end) {
  const bool too_long = end - begin > job_.line_bytes_max;
  while (begin < end && is_space(block_[begin]))
    ++begin;
  while (end > begin && is_space(block_[end - 1]))
    --end;
  if (begin == end && !too_long)
    return;
  const auto text = block_.substr(begin, end - begin);
  if (too_long || !std::all_of(text.begin(), text.end(), is_digit)) {
    some_.push_back({0, 0, line_, too_long ? number::too_long : number::junk});
    return;
  }
  const auto zeros = std::min(text.find_first_not_of('0'), text.size() - 1);
  const auto significant = text.substr(zeros);
  std::uint64_t value = 0;
  bool fits = significant.size() <= 20;
  for (const char c : fits ? significant : std::string_view{})
    fits = fits && !__builtin_mul_overflow(value, std::uint64_t{10}, &value)
           && !__builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value);
  keep(begin, end, fits ? significant.size() : 0, value);
}

// Takes: `significant`, 0 if the value does not fit into 64 bits.
void line_checker::keep(std::size_t begin, std::size_t end, std::size_t significant,
                        std::uint64_t value) {
  const bool plain = significant != 0 && job_.how != method::trial;
  some_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin),
                   line_, plain ? number::plain : number::single});
  if (plain)
    values_.push_back(value);
}

// Returns: false if the rest of the block is not wanted.
bool line_checker::answer_some(block_answer& out) {
  if (stop_ && stop_()) {
    out.whole = false;
    return false;
  }
  are_prime_.resize(values_.size());
  are_prime(values_, are_prime_);
  std::size_t next = 0;
  for (const auto& n : some_) {
    switch (n.kind) {
    case number::plain:
      put(out, n, are_prime_[next++] != 0 ? verdict::prime : verdict::composite);
      break;
    case number::single: {
      const auto v = some_.size() > 1 && stop_ && stop_() ? verdict::cancelled : judge_alone(n);
      if (v == verdict::cancelled) {
        out.whole = false;
        return false;
      }
      put(out, n, v);
      break;
    }
    case number::junk:
    case number::too_long:
      put(out, n, verdict::invalid);
      break;
    }
    if (job_.strict && !out.faults.empty()) {
      line_ = n.line;
      out.counts.lines = line_;
      return false;
    }
  }
  some_.clear();
  values_.clear();
  return true;
}

verdict line_checker::judge_alone(const number& n) const {
  auto digits = block_.substr(n.begin, n.length);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return judge_(digits);
}

void line_checker::put(block_answer& out, const number& n, verdict v) {
  auto& counts = out.counts;
  std::size_t word = 5;
  switch (v) {
  case verdict::composite:
    ++counts.composites;
    word = 0;
    break;
  case verdict::prime:
    ++counts.primes;
    word = 1;
    break;
  case verdict::probable_prime:
    ++counts.probable;
    word = 2;
    break;
  case verdict::invalid:
    ++counts.invalid;
    put_fault(out, n, n.kind == number::too_long ? line_fault::too_long : line_fault::junk);
    out.text += job_.json ? "{\"verdict\":\"invalid\"}\n" : "invalid\n";
    return;
  case verdict::too_large:
    ++counts.too_large;
    put_fault(out, n, line_fault::too_large);
    word = 4;
    break;
  default:
    ++counts.unknown;
    put_fault(out, n, line_fault::unknown);
  }
  const auto& end = job_.json ? json_endings[word] : plain_endings[word];
  if (job_.json)
    out.text += json_begin;
  out.text.append(block_.data() + n.begin, n.length);
  if (job_.json)
    out.text += json_middle;
  out.text.append(end.text, end.length);
}

void line_checker::put_fault(block_answer& out, const number& n, line_fault why) {
  if (out.faults.size() < job_.faults_shown_max)
    out.faults.push_back({n.line, why});
}

block_answer unknown_block(const line_job& job, std::string_view lines) {
  // By trial, so that no number is tested as part of a batch.
  line_job none = job;
  none.how = method::trial;
  // No verdict of a judge: stands for all that are not.
  constexpr auto nothing_known = static_cast<verdict>(0xff);
  return line_checker{none, [](std::string_view) { return nothing_known; }}.check(lines);
}

} // namespace troupe::primes
