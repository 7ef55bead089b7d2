// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what comes over a link: frames, and in them the actor library's messages. However
// they are cut, the same comes out and the same is refused; and no frame is above its limit.
//
//     input = seed bytes        the first byte seeds where the rest is cut

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "domain/cluster/basp_guard.hpp"
#include "domain/cluster/frame.hpp"

using namespace troupe::cluster;

namespace {

constexpr std::uint32_t frame_bytes_max = 200;

void require(bool holds, const char* what) {
  if (holds)
    return;
  std::cerr << what << '\n';
  std::abort();
}

std::string read(std::string_view bytes, std::size_t cut) {
  frame_reader reader(frame_bytes_max);
  basp_guard guard("caf 0.17.6", 1000);
  std::string out, data;
  const auto flush = [&] {
    out += data + "|";
    data.clear();
  };
  while (!bytes.empty()) {
    auto part = bytes.substr(0, cut);
    bytes.remove_prefix(part.size());
    for (;;) {
      const auto piece = reader.next(part);
      if (piece.state == frame_state::more)
        break;
      auto why = piece.why;
      if (piece.state == frame_state::piece && piece.kind == frame_kind::data) {
        why = guard.look(piece.bytes);
        if (why.empty())
          data += piece.bytes;
      } else if (piece.state == frame_state::piece) {
        require(piece.bytes.size() <= sentence_bytes_max, "a frame above its limit");
        flush();
        out.append(std::to_string(static_cast<int>(piece.kind))).append(piece.bytes);
      } else {
        require(!why.empty(), "a refusal without a reason");
      }
      if (!why.empty())
        return out + "!" + why; // how much of the last data came before depends on the cut
    }
    require(part.empty(), "bytes left over");
  }
  flush();
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto at_once = read(input, input.size() + 1);
  for (const std::size_t cut : {std::size_t{1}, std::size_t{data[0]} + 2})
    require(read(input, cut) == at_once, "cut otherwise, read otherwise");
  return 0;
}
