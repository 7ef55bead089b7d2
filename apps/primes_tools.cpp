// SPDX-License-Identifier: BSD-3-Clause
#include "apps/primes_tools.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <tl/expected.hpp>

#include "apps/primes_check.hpp"
#include "apps/primes_progress.hpp"
#include "domain/primes/certificate.hpp"
#include "domain/primes/factor.hpp"
#include "domain/primes/range.hpp"
#include "io/primes/forked.hpp"
#include "io/primes/line_reader.hpp"

namespace troupe::apps {

namespace {

namespace json = boost::json;
using primes::fault;
using answer = tl::expected<std::string, fault>;

constexpr std::size_t instant_digits =
    25; // factored at once; what is larger, where it can be ended

// Both through a forked process: a mark, then the text.
std::string packed(const answer& a) {
  return a ? "+" + *a : std::string{'-', static_cast<char>(a.error())};
}
answer unpacked(const std::string& bytes) {
  if (bytes.at(0) == '+')
    return bytes.substr(1);
  return tl::unexpected{static_cast<fault>(bytes.at(1))};
}

answer run_job(std::string_view number, const std::function<answer(std::string_view)>& job,
               const stop_signal& stop) {
  if (number.size() <= instant_digits)
    return job(number);
  const auto bytes = io::run_forked([&] { return packed(job(number)); }, stop.token());
  return bytes ? unpacked(*bytes) : tl::unexpected{fault::cancelled};
}

// One tool over all numbers, those of the command line or of a file.
int for_each_number(const primes_options& options, const stop_signal& stop, const char* doing,
                    const std::function<answer(std::string_view)>& job) {
  const bool given = options.file.empty();
  const auto source = given ? number_source{options.numbers} : number_source{options.file};
  io::line_reader reader{source.fd(), source.name(), options.plan.job.line_bytes_max, stop.token()};
  primes_progress progress{doing, options.show_progress};
  int code = 0;
  for (std::uint64_t number = 0; auto lines = reader.read(1);) {
    ++number;
    std::string_view text = *lines;
    constexpr const char* blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    if (text.empty())
      continue;
    const auto result = run_job(text, job, stop);
    if (!result && result.error() == fault::cancelled)
      break;
    if (result) {
      progress.before_output();
      std::fputs(result->c_str(), stdout);
      if (std::fflush(stdout) != 0) // now, and not when all are done: they may take long
        return errno == EPIPE ? 0 : throw std::runtime_error("standard output cannot be written");
      continue;
    }
    code = 1;
    progress.before_complaint();
    std::fprintf(stderr, "troupe-primes: %s%s%s %llu: %s\n", given ? "" : source.name().c_str(),
                 given ? "" : ": ", given ? "number" : "line",
                 static_cast<unsigned long long>(number),
                 std::string{to_string(result.error())}.c_str());
    if (options.plan.job.strict)
      return 2;
  }
  if (!reader.error().empty())
    throw std::runtime_error(reader.error());
  return stop.exit_code() != 0 ? stop.exit_code() : code;
}

answer factor_line(std::string_view number, bool as_json) {
  const auto found = primes::factorize(number);
  if (!found)
    return tl::unexpected{found.error()};
  if (as_json) {
    json::array factors;
    for (const auto& f : *found)
      factors.push_back(json::object{
          {"prime", f.prime}, {"exponent", f.exponent}, {"verdict", to_string(f.how_sure)}});
    return json::serialize(json::object{{"number", number}, {"factors", factors}}) + "\n";
  }
  std::string line = std::string{number} + ":";
  for (const auto& f : *found)
    for (std::uint32_t i = 0; i < f.exponent; ++i)
      line += " " + f.prime;
  return line + "\n";
}

answer certificate_text(std::string_view number, bool as_json) {
  auto made = primes::make_certificate(number);
  if (!made)
    return made;
  if (as_json)
    return json::serialize(json::object{{"number", number}, {"certificate", *made}}) + "\n";
  return *made + "\n";
}

// What is listed, gathered until it is worth a write.
class number_lines {
public:
  explicit number_lines(bool as_json) : json_(as_json) {}
  // Returns: false if nobody reads them.
  bool put(std::span<const std::uint64_t> primes) {
    for (const auto p : primes) {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, p).ptr;
      text_ += json_ ? "{\"prime\":\"" : "";
      text_.append(digits, end);
      text_ += json_ ? "\"}\n" : "\n";
    }
    return text_.size() < bytes_max || flush();
  }
  bool flush() {
    const bool good = std::fwrite(text_.data(), 1, text_.size(), stdout) == text_.size()
                      && std::fflush(stdout) == 0;
    text_.clear();
    return good;
  }

private:
  static constexpr std::size_t bytes_max = 64 * 1024;
  bool json_;
  std::string text_;
};

} // namespace

int factor_numbers(const primes_options& options, const stop_signal& stop) {
  return for_each_number(
      options, stop, "factoring",
      [j = options.plan.job.json](std::string_view n) { return factor_line(n, j); });
}

int certify_numbers(const primes_options& options, const stop_signal& stop) {
  return for_each_number(
      options, stop, "certifying",
      [j = options.plan.job.json](std::string_view n) { return certificate_text(n, j); });
}

int list_range(const primes_options& options, const stop_signal& stop) {
  const auto token = stop.token();
  primes_progress progress{"sieving", options.show_progress};
  if (options.count) {
    const auto count = primes::count_primes(options.first, options.last,
                                            [&token] { return token.stop_requested(); });
    if (!count)
      return stop.exit_code();
    const auto n = static_cast<unsigned long long>(*count);
    progress.before_output();
    if (options.plan.job.json)
      std::printf("{\"first\":\"%llu\",\"last\":\"%llu\",\"primes\":%llu}\n",
                  static_cast<unsigned long long>(options.first),
                  static_cast<unsigned long long>(options.last), n);
    else
      std::printf("%llu\n", n);
    return 0;
  }
  number_lines out{options.plan.job.json};
  bool good = true;
  const bool all = primes::list_primes(options.first, options.last, [&](const auto& some) {
    progress.before_output();
    good = out.put(some);
    return good && !token.stop_requested();
  });
  good = good && out.flush();
  if (!good && errno != EPIPE)
    throw std::runtime_error("standard output cannot be written");
  return good && !all ? stop.exit_code() : 0;
}

} // namespace troupe::apps
