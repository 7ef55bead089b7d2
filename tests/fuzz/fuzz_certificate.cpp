// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a certificate, and as what PARI prints. Whatever is proved has to be prime.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "domain/primes/certificate.hpp"
#include "domain/primes/large.hpp"

using namespace troupe::primes;

namespace {

void require(bool holds, const char* what, std::string_view text) {
  if (holds)
    return;
  std::cerr << what << ":\n" << text << '\n';
  std::abort();
}

void check(std::string_view text, const certificate_limits& limits) {
  const auto checked = check_certificate(text, limits);
  if (checked) {
    require(judge(*checked, method::prove) == verdict::prime, "a composite was proved", text);
    require(checked->size() <= limits.digits_max, "a limit was passed", text);
  } else {
    require(!checked.error().why.empty(), "refused without a word", text);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  certificate_limits limits;
  limits.digits_max = 60;
  limits.steps_max = 30;
  check(text, limits);
  if (const auto steps = certificate_from_pari(text, limits))
    check(*steps, limits);
  return 0;
}
