// SPDX-License-Identifier: BSD-3-Clause
#include "domain/gateway/number_query.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace troupe::gateway {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_space(s.front()))
    s.remove_prefix(1);
  while (!s.empty() && is_space(s.back()))
    s.remove_suffix(1);
  return s;
}

class query_reader {
public:
  explicit query_reader(const number_limits& bounds) : bounds_(bounds) {}

  /// Takes: one number as it was written, or what stands in its place. Returns: false if that was
  /// too much, and no more should be read.
  bool take(std::string_view word) {
    auto digits = word;
    const bool negative = digits.starts_with('-');
    if (negative)
      digits.remove_prefix(1);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
      complain(word);
      return true;
    }
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    if (digits.size() > bounds_.digits_max)
      return too_much("a number has " + std::to_string(digits.size()) + " digits; at most "
                      + std::to_string(bounds_.digits_max) + " are taken");
    return negative && digits != "0" ? add_negative(digits) : add(digits);
  }

  bool nonsense(std::string what) {
    out_.error = std::move(what);
    return false;
  }

  number_query finish() {
    if (out_.error.empty() && bad_ > 0) {
      out_.error =
          (bad_ == 1 ? "this is no whole number: " : "these are no whole numbers: ") + shown_;
      if (bad_ > bounds_.shown_max)
        out_.error += " and " + std::to_string(bad_ - bounds_.shown_max) + " more";
    }
    if (out_.error.empty() && out_.ends.empty())
      out_.error = "there is no number";
    return std::move(out_);
  }

private:
  bool too_much(std::string what) {
    out_.large = true;
    return nonsense(std::move(what));
  }

  void complain(std::string_view word) {
    if (bad_++ >= bounds_.shown_max)
      return;
    if (!shown_.empty())
      shown_ += ", ";
    shown_ += '"';
    for (const char c : word.substr(0, bounds_.shown_bytes_max))
      shown_ += c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? c : '?';
    shown_ += word.size() > bounds_.shown_bytes_max ? "...\"" : "\"";
  }

  bool add(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool fits = code == std::errc{} && end == digits.data() + digits.size();
    if (fits ? seen_small(value) : !seen_.emplace(digits).second)
      return true;
    if (!has_room())
      return false;
    if (!fits) {
      if ((large_digits_ += digits.size()) > bounds_.large_digits_max)
        return too_much("the numbers above 64 bits have more than "
                        + std::to_string(bounds_.large_digits_max) + " digits together");
      out_.list.large.push_back(
          {static_cast<std::uint32_t>(out_.ends.size()), std::string(digits)});
    }
    keep({}, digits, value);
    return true;
  }

  bool add_negative(std::string_view digits) {
    std::string key{"-"};
    key += digits;
    if (!seen_.insert(std::move(key)).second)
      return true;
    if (!has_room())
      return false;
    keep("-", digits, 0);
    return true;
  }

  void keep(std::string_view sign, std::string_view digits, std::uint64_t value) {
    out_.text += sign;
    out_.text += digits;
    out_.ends.push_back(static_cast<std::uint32_t>(out_.text.size()));
    out_.list.numbers.push_back(value);
  }

  bool has_room() {
    return out_.ends.size() < bounds_.numbers_max
           || too_much("there are more than " + std::to_string(bounds_.numbers_max) + " numbers");
  }

  // A short list is looked through: that costs less than a set.
  bool seen_small(std::uint64_t value) {
    const auto& have = out_.list.numbers;
    if (have.size() < few) {
      // 0 stands for large and negative numbers too.
      return value == 0 ? !seen_.insert("0").second
                        : std::find(have.begin(), have.end(), value) != have.end();
    }
    if (values_.empty())
      values_.insert(have.begin(), have.end());
    return value == 0 ? !seen_.insert("0").second : !values_.insert(value).second;
  }
  static constexpr std::size_t few = 64;

  const number_limits& bounds_;
  number_query out_;
  std::unordered_set<std::string> seen_;     // above 64 bits, below zero, and zero
  std::unordered_set<std::uint64_t> values_; // the others, once there are many
  std::size_t large_digits_ = 0, bad_ = 0;
  std::string shown_;
};

} // namespace

number_query read_number_list(std::string_view list, const number_limits& bounds) {
  query_reader in{bounds};
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    if (!in.take(trim(list.substr(begin, end - begin))))
      break;
    begin = end + 1;
  }
  return in.finish();
}

number_query read_number_array(std::string_view json, const number_limits& bounds) {
  query_reader in{bounds};
  const auto text = trim(json);
  const auto malformed = [&](const char* what) {
    in.nonsense(
        std::string(
            "the body has to be a JSON array of whole numbers, or of strings that hold one: ")
        + what);
    return in.finish();
  };
  if (text.empty() || text.front() != '[')
    return malformed("it does not begin with [");
  if (text.back() != ']' || text.size() < 2)
    return malformed("it does not end with ]");
  auto rest = trim(text.substr(1, text.size() - 2));
  if (rest.empty())
    return in.finish();
  while (true) {
    std::string_view word;
    if (rest.starts_with('"')) {
      const auto end = rest.find('"', 1);
      if (end == rest.npos)
        return malformed("a string has no end");
      word = rest.substr(1, end - 1);
      rest = trim(rest.substr(end + 1));
      if (!rest.empty() && rest.front() != ',')
        return malformed("there has to be a comma behind each value");
    } else {
      const auto end = std::min(rest.find(','), rest.size());
      word = trim(rest.substr(0, end));
      if (word.empty())
        return malformed("a value is missing");
      // JSON knows no 007, and no [ or { may stand here.
      const auto unsigned_part = word.starts_with('-') ? word.substr(1) : word;
      if (unsigned_part.size() > 1 && unsigned_part.front() == '0' && is_digit(unsigned_part[1]))
        return malformed("a number begins with 0");
      rest = rest.substr(end);
    }
    if (!in.take(word))
      return in.finish();
    if (rest.empty())
      return in.finish();
    rest = trim(rest.substr(1)); // the comma
  }
}

std::string number_query::answer(const std::vector<primes::verdict>& verdicts) const {
  std::string json;
  json.reserve(text.size() + ends.size() * 9 + 2);
  json += '{';
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); begin = ends[i], ++i) {
    json += i == 0 ? "\"" : ",\"";
    json.append(text, begin, ends[i] - begin);
    const auto v = verdicts[i];
    json += v == primes::verdict::prime || v == primes::verdict::probable_prime ? "\":true"
                                                                                : "\":false";
  }
  json += '}';
  return json;
}

} // namespace troupe::gateway
