// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/certificate_text.hpp"

#include <optional>
#include <string>

namespace troupe::primes {

namespace {

constexpr std::string_view header = "primality-certificate 1";
constexpr std::size_t factors_max = 1000; ///< of a step; more different primes than n - 1 has

/// A line's words, taken one by one.
class words {
public:
  words(std::string_view line, std::size_t digits_max) : rest_(line), digits_max_(digits_max) {}

  std::string_view word() {
    const auto end = std::min(rest_.find(' '), rest_.size());
    const auto found = rest_.substr(0, end);
    more_ = end < rest_.size();
    rest_.remove_prefix(more_ ? end + 1 : end);
    return found;
  }
  /// Notes if it is none.
  mpz_class number(bool may_be_negative = false) {
    if (!more_)
      return fail();
    auto digits = word();
    const bool negative = may_be_negative && digits.starts_with('-');
    digits.remove_prefix(negative ? 1 : 0);
    const bool plain = !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
    if (!plain || digits.size() > digits_max_ || (digits.size() > 1 && digits[0] == '0'))
      return fail();
    mpz_class value{std::string{digits}, 10};
    return negative ? mpz_class{-value} : value;
  }
  /// Returns: whether all numbers were there, and nothing else.
  bool end() const { return good_ && !more_; }

private:
  mpz_class fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  std::size_t digits_max_;
  bool more_ = true, good_ = true;
};

class reader {
public:
  reader(std::string_view text, const certificate_limits& limits) : rest_(text), limits_(limits) {}

  tl::expected<std::vector<certificate_step>, certificate_flaw> read() {
    if (next() != header)
      return flaw("it does not begin with \"primality-certificate 1\"");
    while (!rest_.empty()) {
      const auto line = next();
      if (!line)
        return flaw("the last line has no end");
      if (const auto* wrong = take(*line))
        return flaw(wrong);
    }
    ++line_;
    if (steps_.empty())
      return flaw("it has no steps");
    if (is_unfinished())
      return flaw("an n-1 step has no factors");
    return std::move(steps_);
  }

private:
  tl::unexpected<certificate_flaw> flaw(const char* what) const {
    return tl::unexpected{certificate_flaw{line_, what}};
  }

  /// Returns: the next line without its LF; nothing if there is no LF.
  std::optional<std::string_view> next() {
    ++line_;
    const auto end = rest_.find('\n');
    if (end == rest_.npos)
      return std::nullopt;
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

  /// Returns: what is wrong with the line, or nullptr.
  const char* take(std::string_view line) {
    words w{line, limits_.digits_max};
    const auto kind = w.word();
    if (kind == "factor")
      return take_factor(w);
    if (is_unfinished())
      return "the n-1 step above has no factors";
    if (steps_.size() == limits_.steps_max)
      return "it has too many steps";
    if (kind == "small")
      steps_.push_back({line_, small_step{w.number()}});
    else if (kind == "n-1")
      steps_.push_back({line_, minus_one_step{w.number(), {}}});
    else if (kind == "ec")
      steps_.push_back({line_, take_elliptic(w)});
    else
      return "it is no step";
    return w.end() ? nullptr : "its numbers are wrong, too many or too large";
  }

  const char* take_factor(words& w) {
    auto* step = steps_.empty() ? nullptr : std::get_if<minus_one_step>(&steps_.back().what);
    if (step == nullptr)
      return "a factor belongs to an n-1 step";
    if (step->factors.size() == factors_max)
      return "the step has too many factors";
    mpz_class q = w.number();
    mpz_class a = w.number();
    step->factors.emplace_back(std::move(q), std::move(a));
    return w.end() ? nullptr : "its numbers are wrong, too many or too large";
  }

  static elliptic_step take_elliptic(words& w) {
    elliptic_step step;
    step.n = w.number();
    step.t = w.number(true);
    step.s = w.number();
    step.a = w.number(true);
    step.x = w.number();
    step.y = w.number();
    return step;
  }

  bool is_unfinished() const {
    const auto* step = steps_.empty() ? nullptr : std::get_if<minus_one_step>(&steps_.back().what);
    return step != nullptr && step->factors.empty();
  }

  std::string_view rest_;
  const certificate_limits& limits_;
  std::size_t line_ = 0;
  std::vector<certificate_step> steps_;
};

} // namespace

tl::expected<std::vector<certificate_step>, certificate_flaw>
read_certificate(std::string_view text, const certificate_limits& limits) {
  return reader{text, limits}.read();
}

} // namespace troupe::primes
