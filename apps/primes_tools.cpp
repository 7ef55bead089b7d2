// SPDX-License-Identifier: BSD-3-Clause
#include "apps/primes_tools.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <tl/expected.hpp>

#include "apps/primes_check.hpp"
#include "apps/primes_output.hpp"
#include "apps/primes_progress.hpp"
#include "domain/primes/certificate.hpp"
#include "domain/primes/factor.hpp"
#include "io/primes/forked.hpp"
#include "io/primes/line_output.hpp"
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

// One of the things that can be done with a number.
struct tool {
  const char* doing;
  const char* out_of_reach; // what to say then
  std::function<answer(std::string_view)> job;
};

// FLINT's quadratic sieve keeps a file in the current folder, and is not asked before it is killed.
class scratch_folder {
public:
  scratch_folder() : path_(std::filesystem::temp_directory_path() / "troupe-primes-XXXXXX") {
    if (!::mkdtemp(path_.data()))
      throw std::system_error(errno, std::generic_category(), path_);
  }
  ~scratch_folder() {
    std::error_code nothing_to_do;
    std::filesystem::remove_all(path_, nothing_to_do);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

answer run_job(std::string_view number, const tool& what, const stop_signal& stop) {
  if (number.size() <= instant_digits)
    return what.job(number);
  const scratch_folder scratch; // gone after the process that uses it
  const auto job = [&] {
    if (::chdir(scratch.path().c_str()) != 0)
      throw std::system_error(errno, std::generic_category(), scratch.path());
    return packed(what.job(number));
  };
  const auto bytes = io::run_forked(job, stop.token());
  return bytes ? unpacked(*bytes) : tl::unexpected{fault::cancelled};
}

// Returns: the text, or why there is none; no text and no reason after a stop.
tl::expected<std::string, std::string> try_job(std::string_view number, const tool& what,
                                               const stop_signal& stop) {
  try {
    auto result = run_job(number, what, stop);
    if (result)
      return std::move(*result);
    if (result.error() == fault::cancelled)
      return tl::unexpected{std::string{}};
    return tl::unexpected{result.error() == fault::out_of_reach
                              ? what.out_of_reach
                              : std::string{to_string(result.error())}};
  } catch (const io::worker_died& e) { // of this number; the others may do
    return tl::unexpected{std::string{e.what()}};
  }
}

// One tool over all numbers, those of the command line or of a file.
int for_each_number(const primes_options& options, const stop_signal& stop, const tool& what) {
  const bool given = !options.numbers.empty();
  const auto source = given ? number_source{options.numbers} : number_source{options.file};
  io::line_reader reader{source.fd(), source.name(), options.plan.job.line_bytes_max, stop.token()};
  io::line_output output{1, stop.token(), options.plan.stop_grace};
  primes_progress progress{what.doing, options.show_progress};
  int code = 0;
  for (std::uint64_t number = 0; auto lines = reader.read(1);) {
    ++number;
    std::string_view text = *lines;
    constexpr const char* blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    if (text.empty())
      continue;
    const auto result = try_job(text, what, stop);
    if (result) {
      progress.before_output();
      if (!put_lines(output, *result)) // now, and not when all are done: they may take long
        return stop.exit_code();
      continue;
    }
    if (result.error().empty())
      break;
    code = 1;
    progress.before_complaint();
    std::fprintf(stderr, "troupe-primes: %s%s%s %llu: %s\n", given ? "" : source.name().c_str(),
                 given ? "" : ": ", given ? "number" : "line",
                 static_cast<unsigned long long>(number), result.error().c_str());
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

} // namespace

int factor_numbers(const primes_options& options, const stop_signal& stop) {
  return for_each_number(
      options, stop,
      {"factoring", "its factors are out of reach",
       [j = options.plan.job.json](std::string_view n) { return factor_line(n, j); }});
}

int certify_numbers(const primes_options& options, const stop_signal& stop) {
  return for_each_number(
      options, stop,
      {"certifying", "no certificate found",
       [j = options.plan.job.json](std::string_view n) { return certificate_text(n, j); }});
}

} // namespace troupe::apps
