// SPDX-License-Identifier: BSD-3-Clause
#include "domain/cluster/frame.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/cluster/basp_guard.hpp"

using namespace troupe::cluster;

namespace {

constexpr std::uint32_t frame_max = 1000;

std::string frame(frame_kind kind, std::string_view body = {}) {
  std::string out;
  append_frame(out, kind, body);
  return out;
}

std::string head(int kind, std::uint32_t size) {
  char out[frame_head_bytes];
  write_frame_head(out, static_cast<frame_kind>(kind), size);
  return {out, sizeof out};
}

// What a reader makes of these bytes, `cut` at a time: "data:abc ping:12345678 !why".
std::string read(std::string_view bytes, std::size_t cut) {
  frame_reader reader(frame_max);
  std::string out, data;
  const char* words[] = {"", "accept", "refuse", "data", "ping", "pong", "bye"};
  const auto flush = [&] {
    out += data.empty() ? "" : " data:" + data;
    data.clear();
  };
  while (!bytes.empty()) {
    auto part = bytes.substr(0, cut);
    bytes.remove_prefix(part.size());
    for (;;) {
      const auto piece = reader.next(part);
      if (piece.state == frame_state::more)
        break;
      if (piece.state == frame_state::refused) {
        flush();
        return out + " !" + piece.why;
      }
      if (piece.kind == frame_kind::data) {
        data += piece.bytes;
        continue;
      }
      flush();
      out +=
          std::string(" ") + words[static_cast<int>(piece.kind)] + ":" + std::string(piece.bytes);
    }
  }
  flush();
  return out;
}

// A header of BASP.
std::string basp(int operation, std::uint32_t size, std::size_t payload) {
  std::string out(32, '\0');
  out[0] = static_cast<char>(operation);
  for (int i = 0; i < 4; ++i)
    out[4 + i] = static_cast<char>(size >> (24 - 8 * i) & 0xff);
  return out + std::string(payload, '\xff');
}

std::string look(std::string_view bytes, std::size_t cut, std::string_view carrier = "caf 0.17.6") {
  basp_guard guard(carrier, 100);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(cut, bytes.size())))
    if (auto why = guard.look(bytes.substr(0, cut)); !why.empty())
      return why;
  return {};
}

} // namespace

BOOST_AUTO_TEST_CASE(frames_come_out_as_they_went_in_however_they_are_cut) {
  const auto bytes = frame(frame_kind::accept) + frame(frame_kind::data, "abc")
                     + frame(frame_kind::ping, "12345678") + frame(frame_kind::pong, "87654321")
                     + frame(frame_kind::data, "d") + frame(frame_kind::bye, "so long") + "ignored";
  for (const std::size_t cut : {1, 2, 3, 5, 7, 1000})
    BOOST_TEST(read(bytes, cut)
               == " accept: data:abc ping:12345678 pong:87654321 data:d bye:so long");
}

BOOST_AUTO_TEST_CASE(frames_out_of_bounds_are_refused) {
  const auto accept = frame(frame_kind::accept);
  struct row {
    std::string bytes, read;
  };
  const row rows[] = {
      {head(0, 0), " !a frame of unknown kind 0"},
      {head(7, 0), " !a frame of unknown kind 7"},
      {head(255, 0), " !a frame of unknown kind 255"},
      {accept + head(3, 0), " accept: !a frame of 0 bytes where 1 to 1000 are allowed"},
      {accept + head(3, 1001), " accept: !a frame of 1001 bytes where 1 to 1000 are allowed"},
      {accept + head(3, 0xffffffff),
       " accept: !a frame of 4294967295 bytes where 1 to 1000 are allowed"},
      {accept + head(4, 7), " accept: !a frame of 7 bytes where 8 to 8 are allowed"},
      {accept + head(6, 501), " accept: !a frame of 501 bytes where 0 to 500 are allowed"},
      {head(2, 0), " !a frame of 0 bytes where 1 to 500 are allowed"},
      {head(1, 1), " !a frame of 1 bytes where 0 to 0 are allowed"},
      {head(3, 5), " !no answer to the hello"},
      {head(4, 8), " !no answer to the hello"},
      {accept + accept, " accept: !a second answer to the hello"},
      {accept + frame(frame_kind::refuse, "x"), " accept: !a second answer to the hello"},
      {frame(frame_kind::refuse, "no") + accept, " refuse:no"},
  };
  for (const auto& r : rows)
    for (const std::size_t cut : {1, 1000})
      BOOST_TEST(read(r.bytes, cut) == r.read);
}

BOOST_AUTO_TEST_CASE(a_long_sentence_is_cut) {
  BOOST_TEST(frame(frame_kind::bye, std::string(2000, 'x')).size() == frame_head_bytes + 500);
}

BOOST_AUTO_TEST_CASE(the_carrier_s_headers_are_looked_at_however_they_are_cut) {
  struct row {
    std::string bytes, why;
  };
  const auto first = basp(0, 10, 10);
  const row rows[] = {
      {first + basp(2, 100, 100) + basp(6, 0, 0) + basp(3, 1, 1) + basp(4, 0, 0) + basp(5, 3, 3),
       ""},
      {basp(1, 0, 0) + basp(2, 0, 0), ""},
      {first.substr(0, 31), ""}, // not whole: nobody acts on it
      {first + basp(7, 0, 0), "a message of unknown operation 7"},
      {first + basp(255, 0, 0), "a message of unknown operation 255"},
      {first + basp(2, 101, 101), "a message of 101 bytes, above 100"},
      {first + basp(2, 0xffffffff, 0), "a message of 4294967295 bytes, above 100"},
      {basp(0, 101, 0), "a message of 101 bytes, above 100"},
      {basp(2, 0, 0), "a message before the handshake"},
      {basp(6, 0, 0), "a message before the handshake"},
      {first + basp(6, 1, 1), "a heartbeat with a payload"},
  };
  for (const auto& r : rows)
    for (const std::size_t cut : {1, 3, 31, 32, 33, 10'000})
      BOOST_TEST(look(r.bytes, cut) == r.why);
}

BOOST_AUTO_TEST_CASE(other_carriers_pass_unseen) {
  BOOST_TEST(look(basp(255, 0xffffffff, 0), 1000, "caf 1.1.0") == "");
  BOOST_TEST(look(basp(255, 0, 0), 1000, "caf 0.17.5") != "");
}
