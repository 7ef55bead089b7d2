// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/decode.hpp"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace troupe::io {

using crawl::fault;
using verdict = body_decoder::verdict;
using bounds = body_decoder::bounds;

namespace {

constexpr int codings_max = 3;
constexpr std::size_t chunk_min = 16u << 10;

verdict corrupt(std::string detail) { return {fault::bad_encoding, std::move(detail)}; }

verdict too_large(const bounds& limit) {
  return {fault::body_too_large,
          "body above " + std::to_string(limit.bytes_max) + " bytes after decompression"};
}

// Makes room for more output. Returns: false at the limit. One byte above the limit is granted, so
// that "exactly full" can be told from "more to come".
bool grow(std::string& out, std::size_t used, const bounds& limit) {
  std::size_t top = limit.bytes_max + 1;
  if (used >= top)
    return false;
  out.resize(std::min(top, std::max(used + chunk_min, used * 2)));
  return true;
}

// What a decoder's loop comes to once it has stopped.
verdict conclude(bool ended, std::size_t used, std::string& out, const bounds& limit,
                 const char* unfinished) {
  bool above = used > limit.bytes_max;
  out.resize(std::min(used, limit.bytes_max));
  if (above && !limit.cut)
    return too_large(limit);
  if (!ended && !above && !limit.part)
    return corrupt(unfinished);
  return {};
}

struct inflater {
  z_stream stream{};
  explicit inflater(int window_bits) { ready = inflateInit2(&stream, window_bits) == Z_OK; }
  ~inflater() {
    if (ready)
      inflateEnd(&stream);
  }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  bool ready = false;
};

verdict inflate_all(int window_bits, std::string_view wire, const bounds& limit, std::string& out) {
  if (wire.size() > std::numeric_limits<uInt>::max())
    return {fault::body_too_large, "compressed body above 4 GiB"};
  inflater z(window_bits);
  if (!z.ready)
    return corrupt("zlib has no memory");
  z.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(wire.data()));
  z.stream.avail_in = static_cast<uInt>(wire.size());
  std::size_t used = 0;
  bool ended = false;
  bool gzip = window_bits > 15;
  while (!ended) {
    if (used == out.size() && !grow(out, used, limit))
      break;
    auto room = std::min<std::size_t>(out.size() - used, std::numeric_limits<uInt>::max());
    z.stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.stream.avail_out = static_cast<uInt>(room);
    int code = inflate(&z.stream, Z_NO_FLUSH);
    used += room - z.stream.avail_out;
    if (code == Z_STREAM_END) {
      bool another = gzip && z.stream.avail_in >= 2 && z.stream.next_in[0] == 0x1f
                     && z.stream.next_in[1] == 0x8b;
      ended = !another || inflateReset(&z.stream) != Z_OK;
    } else if (code == Z_BUF_ERROR
               || (code == Z_OK && z.stream.avail_in == 0 && z.stream.avail_out != 0)) {
      break; // the input is used up
    } else if (code != Z_OK) {
      return corrupt(std::string(gzip ? "gzip: " : "deflate: ")
                     + (z.stream.msg ? z.stream.msg : "corrupt data"));
    }
  }
  return conclude(ended, used, out, limit,
                  gzip ? "gzip: unexpected end of data" : "deflate: unexpected end of data");
}

verdict inflate_deflate(std::string_view wire, const bounds& limit, std::string& out) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(wire[i]); };
  bool zlib_header =
      wire.size() >= 2 && (byte(0) & 0x0f) == 8 && (byte(0) * 256 + byte(1)) % 31 == 0;
  if (zlib_header) {
    auto result = inflate_all(15, wire, limit, out);
    if (result.error != fault::bad_encoding)
      return result;
    // A raw stream can begin like a zlib header by chance; the first failure is the one to report.
    std::string raw;
    if (inflate_all(-15, wire, limit, raw).error == fault::none) {
      out = std::move(raw);
      return {};
    }
    return result;
  }
  return inflate_all(-15, wire, limit, out);
}

verdict decode_brotli(std::string_view wire, const bounds& limit, std::string& out) {
  std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &BrotliDecoderDestroyInstance);
  if (!state)
    return corrupt("br: no memory");
  auto* in = reinterpret_cast<const std::uint8_t*>(wire.data());
  std::size_t in_left = wire.size();
  std::size_t used = 0;
  bool ended = false;
  for (;;) {
    if (used == out.size() && !grow(out, used, limit))
      break;
    auto* next = reinterpret_cast<std::uint8_t*>(out.data() + used);
    std::size_t room = out.size() - used;
    auto code = BrotliDecoderDecompressStream(state.get(), &in_left, &in, &room, &next, nullptr);
    used = out.size() - room;
    if (code == BROTLI_DECODER_RESULT_ERROR)
      return corrupt(std::string("br: ")
                     + BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state.get())));
    ended = code == BROTLI_DECODER_RESULT_SUCCESS;
    if (ended || code == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
      break;
  }
  return conclude(ended, used, out, limit, "br: unexpected end of data");
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool same_token(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

} // namespace

struct body_decoder::fast_state {
  libdeflate_decompressor* machine = libdeflate_alloc_decompressor();
  ~fast_state() { libdeflate_free_decompressor(machine); }
};

body_decoder::body_decoder() = default;
body_decoder::~body_decoder() = default;

verdict body_decoder::decode(std::string_view codings, std::string_view wire, bounds limit,
                             std::string& out) {
  std::array<std::string_view, codings_max> list;
  std::size_t count = 0;
  while (!codings.empty()) {
    auto comma = std::min(codings.find(','), codings.size());
    auto coding = trim(codings.substr(0, comma));
    codings.remove_prefix(std::min(comma + 1, codings.size()));
    if (coding.empty() || same_token(coding, "identity"))
      continue;
    if (count == list.size())
      return corrupt("more than " + std::to_string(codings_max) + " content codings");
    list[count++] = coding;
  }
  if (count == 0 || wire.empty()) { // an empty body needs no frame: servers send such for 0 bytes
    if (wire.size() > limit.bytes_max && !limit.cut)
      return too_large(limit);
    out.assign(wire.substr(0, limit.bytes_max));
    return {};
  }
  std::string between;
  while (count > 0) {
    std::string next;
    auto result = decode_one(list[--count], wire, limit, next);
    if (result.error != fault::none)
      return result;
    between = std::move(next);
    wire = between;
    limit.part = limit.part || (limit.cut && wire.size() == limit.bytes_max);
  }
  out = std::move(between);
  return {};
}

verdict body_decoder::decode_one(std::string_view coding, std::string_view wire, bounds limit,
                                 std::string& out) {
  if (same_token(coding, "gzip") || same_token(coding, "x-gzip"))
    return fast_gzip(wire, limit, out) ? verdict{} : inflate_all(15 + 16, wire, limit, out);
  if (same_token(coding, "deflate"))
    return inflate_deflate(wire, limit, out);
  if (same_token(coding, "br"))
    return decode_brotli(wire, limit, out);
  return corrupt("unknown content coding \"" + std::string(coding.substr(0, 40)) + "\"");
}

// The whole body in one call, into a buffer of the size that gzip's last four bytes tell. Anything
// unusual (several members, a lying length, corrupt data) is left to zlib, which knows the limits
// and the words for what is wrong. Returns: false then.
bool body_decoder::fast_gzip(std::string_view wire, bounds limit, std::string& out) {
  constexpr std::size_t frame_min = 18; // header and trailer
  if (wire.size() < frame_min)
    return false;
  std::size_t claimed = 0;
  for (std::size_t i = 0; i < 4; ++i)
    claimed |= static_cast<std::size_t>(static_cast<unsigned char>(wire[wire.size() - 4 + i]))
               << (8 * i);
  constexpr std::size_t ratio_max = 1032; // deflate cannot do better
  if (claimed == 0 || claimed > limit.bytes_max || claimed / ratio_max > wire.size())
    return false;
  if (!fast_)
    fast_ = std::make_unique<fast_state>();
  if (!fast_->machine)
    return false;
  out.resize(claimed);
  std::size_t read = 0;
  std::size_t written = 0;
  auto code = libdeflate_gzip_decompress_ex(fast_->machine, wire.data(), wire.size(), out.data(),
                                            out.size(), &read, &written);
  if (code == LIBDEFLATE_SUCCESS && read == wire.size() && written == claimed)
    return true;
  out.clear();
  return false;
}

} // namespace troupe::io
