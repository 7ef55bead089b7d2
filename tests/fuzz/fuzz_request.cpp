// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as what a client sends on one connection: heads, bodies, and what comes behind. However
// the bytes are cut into pieces, the same requests must come out; what is accepted must be as the
// handlers are promised; and Beast, reading the same head, must agree on where the body ends.
//
//     input = seed bytes        the first byte seeds where the rest is cut

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "domain/gateway/chunks.hpp"
#include "domain/gateway/framing.hpp"
#include "io/http_server/second_reader.hpp"

using namespace troupe;
using gateway::framing_state;

namespace {

const gateway::framing_limits bounds{2'048, 512, 20, 1'000};
constexpr std::size_t requests_max = 50;

void require(bool holds, const char* what, std::string_view a = {}) {
  if (holds)
    return;
  std::cerr << what << ": '" << a << "'\n";
  std::abort();
}

/// What a connection's bytes came to; one line a request, and how it ended.
using story = std::vector<std::string>;

void check_promises(const gateway::request_head& head, std::string_view bytes) {
  require(head.bytes <= bounds.header_bytes_max, "a head above its limit");
  require(head.fields.size() <= bounds.fields_max, "fields above their limit");
  require(head.target.size <= bounds.target_bytes_max, "a target above its limit");
  const std::string_view path = head.path;
  require(path == "*" || path.starts_with('/'), "a path without its slash", path);
  require(path.find('\0') == path.npos && path.find('\\') == path.npos, "a forbidden byte", path);
  for (std::size_t at = 0; path != "*" && at < path.size();) {
    const auto end = std::min(path.find('/', at + 1), path.size());
    const auto segment = path.substr(at + 1, end - at - 1);
    require(segment != "." && segment != "..", "a dot segment", path);
    at = end;
  }
  unsigned hosts = 0, lengths = 0, codings = 0;
  for (const auto& f : head.fields) {
    std::string name(f.name.in(bytes));
    for (char& c : name)
      c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    const auto value = f.value.in(bytes);
    require(name.find_first_of(" \t\r\n:") == name.npos && !name.empty(), "a name", name);
    require(value.find_first_of(std::string_view("\0\r\n", 3)) == value.npos, "a value", value);
    hosts += name == "host";
    lengths += name == "content-length";
    codings += name == "transfer-encoding";
  }
  require(hosts == 1 || (hosts == 0 && head.http10), "not one Host");
  require(lengths + codings <= 1, "a body with two ends");
  require(codings == 0 || !head.http10, "chunks for HTTP/1.0");
  require((codings == 1) == (head.body == gateway::body_kind::chunked), "chunked or not");
  require(head.body_bytes <= bounds.body_bytes_max, "a body above its limit");
}

/// Reads as a connection does: `cut` bytes more at a time.
story read(std::string_view input, std::size_t cut) {
  story out;
  std::string bytes; // of the request that is being read
  std::size_t taken = 0;
  gateway::head_reader reader(bounds);
  gateway::request_head head;
  gateway::chunk_reader chunks(bounds.body_bytes_max);
  bool in_body = false;
  const auto refuse = [&](const gateway::framing& r) {
    require(r.status >= 400 && r.status <= 505 && *r.why != '\0', "a refusal without a reason");
    out.push_back(std::to_string(r.status));
  };
  while (out.size() < requests_max) {
    gateway::framing r;
    std::size_t body = 0, used = 0;
    if (!in_body) {
      r = reader.read(bytes, head);
      if (r.state == framing_state::whole) {
        check_promises(head, bytes);
        const auto text = std::string_view(bytes).substr(0, head.bytes);
        require(io::second_reader_agrees(text, head), "Beast reads it otherwise", text);
        in_body = true;
        chunks = gateway::chunk_reader(bounds.body_bytes_max);
        continue;
      }
    } else if (head.body == gateway::body_kind::chunked) {
      r = chunks.read(bytes.data() + head.bytes, bytes.size() - head.bytes);
      require(chunks.body_bytes() <= bounds.body_bytes_max, "a chunked body above its limit");
      if (r.state == framing_state::more)
        bytes.resize(head.bytes
                     + chunks.compact(bytes.data() + head.bytes, bytes.size() - head.bytes));
      body = chunks.body_bytes();
      used = chunks.used();
    } else {
      body = used = static_cast<std::size_t>(head.body_bytes);
      if (bytes.size() - head.bytes >= used)
        r.state = framing_state::whole;
    }
    if (r.state == framing_state::refused) {
      refuse(r);
      return out;
    }
    if (r.state == framing_state::whole) {
      out.push_back(head.path + "?" + std::string(head.query.in(bytes)) + " "
                    + bytes.substr(head.bytes, body));
      bytes.erase(0, head.bytes + used);
      reader.restart();
      in_body = false;
      if (!head.keep_alive)
        return out;
      continue;
    }
    if (taken == input.size()) {
      out.push_back("more");
      return out;
    }
    const auto piece = input.substr(taken, cut);
    bytes += piece;
    taken += piece.size();
  }
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto at_once = read(input, input.size() + 1);
  for (const std::size_t cut : {std::size_t{1}, std::size_t{data[0]} + 2}) {
    const auto in_pieces = read(input, cut);
    // A refusal may come sooner when less is known, and then for another reason; what was accepted
    // before it must be the same.
    require(in_pieces.size() == at_once.size(), "cut otherwise, other requests", input);
    for (std::size_t i = 0; i < at_once.size(); ++i) {
      const bool refused = at_once[i].size() == 3 && in_pieces[i].size() == 3;
      require(in_pieces[i] == at_once[i] || refused, "cut otherwise, another request", input);
    }
  }
  return 0;
}
