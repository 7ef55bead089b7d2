// SPDX-License-Identifier: BSD-3-Clause
// troupe-primes --check-certificate.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/primes_check.hpp"
#include "apps/primes_output.hpp"
#include "apps/primes_progress.hpp"
#include "apps/primes_tools.hpp"
#include "domain/primes/certificate.hpp"
#include "io/primes/forked.hpp"
#include "io/primes/line_output.hpp"
#include "io/primes/line_reader.hpp"

namespace troupe::apps {

namespace {

constexpr std::size_t text_bytes_max = std::size_t{64} << 20;
constexpr std::string_view first_line = "primality-certificate ";

// Returns: none after a stop.
std::optional<std::string> read_all(const number_source& source, const stop_signal& stop) {
  io::line_reader reader{source.fd(), source.name(), text_bytes_max, stop.token()};
  std::string text;
  while (auto lines = reader.read(1 << 20)) {
    text += *lines;
    if (text.size() > text_bytes_max)
      throw std::runtime_error(source.name() + ": more than 64 MiB, which is no certificate");
  }
  if (!reader.error().empty())
    throw std::runtime_error(reader.error());
  return reader.done() ? std::optional{std::move(text)} : std::nullopt;
}

struct part {
  std::string text;
  std::size_t lines_before = 0;
};

// As --certificate writes them: one behind the other, an empty line between two.
std::vector<part> certificates_of(std::string_view text) {
  std::vector<part> parts(1);
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const auto one = text.substr(at, end - at);
    if (one.starts_with(first_line) && at > 0)
      parts.push_back({"", line});
    parts.back().text += one;
    at = end;
  }
  for (auto& p : parts)
    while (p.text.ends_with("\n\n"))
      p.text.pop_back();
  return parts;
}

bool is_of_pari(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin != text.npos && (text[begin] == '[' || std::isdigit(text[begin]) != 0);
}

// Returns: "+" and the number that is prime, or "-" and what is wrong, where.
std::string judged(const part& p) {
  const bool of_pari = is_of_pari(p.text);
  const auto ours = of_pari ? primes::certificate_from_pari(p.text) : p.text;
  if (!ours)
    return ours.error() == primes::fault::too_large ? "-its numbers are too large, or too many"
                                                    : "-it is not what primecert() prints";
  const auto number = primes::check_certificate(*ours);
  if (number)
    return "+" + *number;
  const auto& flaw = number.error();
  if (flaw.line == 0)
    return "-" + flaw.why;
  // One line of ours is in front of PARI's first step.
  return (of_pari ? "-step " + std::to_string(flaw.line - 1)
                  : "-line " + std::to_string(p.lines_before + flaw.line))
         + ": " + flaw.why;
}

} // namespace

int check_certificates(const primes_options& options, const stop_signal& stop) {
  const number_source source{options.certificate_file};
  const auto text = read_all(source, stop);
  if (!text)
    return stop.exit_code();
  primes_progress progress{"checking", options.show_progress};
  io::line_output output{1, stop.token(), options.plan.stop_grace};
  int code = 0;
  for (const auto& p : certificates_of(*text)) {
    const auto said = io::run_forked([&p] { return judged(p); }, stop.token());
    if (!said)
      return stop.exit_code();
    if (said->front() == '+') {
      progress.before_output();
      const auto number = said->substr(1);
      if (!put_lines(output, options.plan.job.json
                                 ? "{\"number\":\"" + number + "\",\"verdict\":\"prime\"}\n"
                                 : number + " prime\n"))
        return stop.exit_code();
      continue;
    }
    code = 1;
    progress.before_complaint();
    std::fprintf(stderr, "troupe-primes: %s: %s\n", source.name().c_str(), said->c_str() + 1);
  }
  return code;
}

} // namespace troupe::apps
