// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what another process says first. Nothing is read beyond its end; what is refused
// stays refused whatever follows; what is accepted is within its bounds and, written again, is the
// same bytes; and no pair has a misfit without a sentence.

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "domain/cluster/hello.hpp"

using namespace troupe::cluster;

namespace {

void require(bool holds, const char* what) {
  if (holds)
    return;
  std::cerr << what << '\n';
  std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto found = decode(bytes);
  const auto half = decode(bytes.substr(0, size / 2));
  require(half.state != hello_state::refused || found.state == hello_state::refused,
          "refused, and with more of it not");
  if (found.state == hello_state::refused) {
    require(*found.why != '\0', "a refusal without a reason");
    return 0;
  }
  if (found.state == hello_state::more) {
    require(size < hello_bytes_max, "a hello above its limit");
    return 0;
  }
  require(found.bytes <= size && found.bytes <= hello_bytes_max, "a hello beyond its bytes");
  const hello ours;
  const auto misfit = check(ours, found.what, "there");
  require(!misfit || !misfit->sentence.empty(), "a misfit without a sentence");
  if (found.what.application != ours.application || found.what.protocol != ours.protocol)
    return 0;
  require(is_node_name(found.what.node), "a name that is none");
  require(encode(found.what) == bytes.substr(0, found.bytes), "written again, other bytes");
  return 0;
}
