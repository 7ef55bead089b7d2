// SPDX-License-Identifier: BSD-3-Clause
#include "domain/primes/verdict.hpp"

namespace troupe::primes {

std::string_view to_string(verdict v) {
  switch (v) {
  case verdict::composite:
    return "composite";
  case verdict::prime:
    return "prime";
  case verdict::probable_prime:
    return "probable prime";
  case verdict::invalid:
    return "invalid";
  case verdict::too_large:
    return "too large";
  case verdict::cancelled:
    return "cancelled";
  }
  return "?";
}

std::string_view to_string(method m) {
  switch (m) {
  case method::trial:
    return "trial";
  case method::fast:
    return "fast";
  case method::prove:
    return "prove";
  }
  return "?";
}

std::optional<method> parse_method(std::string_view name) {
  for (const auto m : {method::trial, method::fast, method::prove})
    if (name == to_string(m))
      return m;
  return std::nullopt;
}

std::string_view to_string(fault f) {
  switch (f) {
  case fault::invalid:
    return "not a number for this";
  case fault::too_large:
    return "too large";
  case fault::cancelled:
    return "cancelled";
  case fault::not_prime:
    return "not prime";
  case fault::out_of_reach:
    return "no certificate found";
  }
  return "?";
}

} // namespace troupe::primes
