// SPDX-License-Identifier: BSD-3-Clause
#include <optional>
#include <vector>

#include "domain/primes/certificate.hpp"

namespace troupe::primes {

namespace {

/// Reads  vector = "[" step *( "," step ) "]"   step = "[" N "," t "," s "," a "," point "]"
/// point = "[" x "," y "]", with spaces between any two of these, and lines broken by a backslash.
class pari_reader {
public:
  pari_reader(std::string_view text, const certificate_limits& limits)
      : rest_(text), limits_(limits) {}

  /// Returns: our steps; nothing if it is not of this form.
  std::optional<std::string> read() {
    std::string steps;
    if (peek() != '[') {
      steps = "small " + number(false) + "\n";
    } else {
      do {
        ++at_;
        steps += step();
        ++count_;
      } while (good_ && count_ <= limits_.steps_max && peek() == ',');
      expect(']');
    }
    return good_ && peek() == '\0' ? std::optional{steps} : std::nullopt;
  }
  bool is_too_large() const { return too_large_ || count_ > limits_.steps_max; }

private:
  /// Returns: the next character that counts, where at_ then is; 0 at the end.
  char peek() {
    while (at_ < rest_.size() && std::string_view{" \t\r\n\\"}.find(rest_[at_]) != rest_.npos)
      ++at_;
    return at_ < rest_.size() ? rest_[at_] : '\0';
  }
  void expect(char c) {
    good_ = good_ && peek() == c;
    at_ += good_ ? 1 : 0;
  }
  std::string number(bool may_be_negative) {
    std::string digits;
    if (may_be_negative && peek() == '-') {
      digits = "-";
      ++at_;
    }
    const auto sign = digits.size();
    while (peek() >= '0' && peek() <= '9' && digits.size() <= limits_.digits_max + 1)
      digits += rest_[at_++];
    too_large_ = too_large_ || digits.size() - sign > limits_.digits_max;
    good_ = good_ && digits.size() > sign && !too_large_;
    return digits;
  }
  std::string step() {
    std::string line = "ec ";
    expect('[');
    for (int i = 0; i < 4; ++i) { // N, t, s, a
      line += number(i % 2 == 1) + " ";
      expect(',');
    }
    expect('[');
    line += number(false) + " ";
    expect(',');
    line += number(false) + "\n";
    expect(']');
    expect(']');
    return line;
  }

  std::string_view rest_;
  const certificate_limits& limits_;
  std::size_t at_ = 0, count_ = 0;
  bool good_ = true, too_large_ = false;
};

} // namespace

tl::expected<std::string, fault> certificate_from_pari(std::string_view printed,
                                                       const certificate_limits& limits) {
  pari_reader reader{printed, limits};
  const auto steps = reader.read();
  if (reader.is_too_large())
    return tl::unexpected{fault::too_large};
  if (!steps)
    return tl::unexpected{fault::invalid};
  return "primality-certificate 1\n" + *steps;
}

} // namespace troupe::primes
