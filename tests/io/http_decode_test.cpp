// SPDX-License-Identifier: BSD-3-Clause
// Content codings: every spelling, every way to be broken, and no way to fill the memory.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <brotli/encode.h>
#include <zlib.h>

#include <ostream>

#include "io/http/decode.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scripted_server.hpp"

using namespace troupe;
using crawl::fault;
using test::peer;
using test::response;
using test::scripted_server;

namespace {

// Takes: zlib's window bits: 31 gzip, 15 zlib, -15 raw.
std::string deflated(std::string_view text, int window_bits) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string gzipped(std::string_view text) { return deflated(text, 31); }

std::string brotlied(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
  std::string out(size, '\0');
  BrotliEncoderCompress(5, 18, BROTLI_MODE_TEXT, text.size(),
                        reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                        reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string prose() {
  std::string out;
  for (int i = 0; i < 2000; ++i)
    out += "line " + std::to_string(i * 7919 % 1000) + " of a page\n";
  return out;
}

std::string with_byte_flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  return bytes;
}

struct decode_row {
  const char* name;
  std::string codings;
  std::string wire;
  std::string body;
};
std::ostream& operator<<(std::ostream& out, const decode_row& row) { return out << row.name; }

const std::vector<decode_row>& good_rows() {
  const auto text = prose();
  static const std::vector<decode_row> rows = {
      {"gzip", "gzip", gzipped(text), text},
      {"x_gzip_in_capitals", "X-GZip", gzipped(text), text},
      {"gzip_of_nothing", "gzip", gzipped(""), ""},
      {"gzip_of_one_byte", "gzip", gzipped("x"), "x"},
      {"gzip_of_an_empty_body", "gzip", "", ""},
      {"gzip_in_two_members", "gzip", gzipped("hello ") + gzipped(text), "hello " + text},
      {"gzip_with_padding_behind", "gzip", gzipped(text) + std::string(64, '\0'), text},
      {"gzip_with_garbage_behind", "gzip", gzipped("hello") + "<!-- served by -->", "hello"},
      {"deflate_as_zlib", "deflate", deflated(text, 15), text},
      {"deflate_raw", "deflate", deflated(text, -15), text},
      {"br", "br", brotlied(text), text},
      {"br_then_gzip", "br, gzip", gzipped(brotlied(text)), text},
      {"three_times_gzip", "gzip,gzip , gzip", gzipped(gzipped(gzipped(text))), text},
      {"identity", "identity", "as it is", "as it is"},
      {"identity_beside_others", "identity, gzip, identity", gzipped("x"), "x"},
      {"empty_list_members", ", gzip,,", gzipped("x"), "x"},
      {"of_a_size_that_is_just_allowed", "gzip", gzipped(std::string(100'000, 'x')),
       std::string(100'000, 'x')},
      {"br_of_a_size_that_is_just_allowed", "br", brotlied(std::string(100'000, 'x')),
       std::string(100'000, 'x')},
      {"deflate_of_a_size_that_is_just_allowed", "deflate", deflated(std::string(100'000, 'x'), 15),
       std::string(100'000, 'x')},
  };
  return rows;
}

struct broken_row {
  const char* name;
  std::string codings;
  std::string wire;
  fault expected;
};
std::ostream& operator<<(std::ostream& out, const broken_row& row) { return out << row.name; }

const std::vector<broken_row>& broken_rows() {
  const auto text = prose();
  const auto gz = gzipped(text);
  const auto br = brotlied(text);
  const auto bomb = std::string(5'000'000, '\0');
  static const std::vector<broken_row> rows = {
      {"unknown_coding", "compress", "x", fault::bad_encoding},
      {"known_and_unknown", "gzip, zstd", gz, fault::bad_encoding},
      {"four_codings", "gzip, gzip, gzip, gzip", gz, fault::bad_encoding},
      {"gzip_cut_in_its_header", "gzip", gz.substr(0, 5), fault::bad_encoding},
      {"gzip_cut_in_its_data", "gzip", gz.substr(0, gz.size() / 2), fault::bad_encoding},
      {"gzip_cut_in_its_trailer", "gzip", gz.substr(0, gz.size() - 3), fault::bad_encoding},
      {"gzip_with_a_wrong_checksum", "gzip", with_byte_flipped(gz, gz.size() - 6),
       fault::bad_encoding},
      {"gzip_with_a_wrong_length", "gzip", with_byte_flipped(gz, gz.size() - 4),
       fault::bad_encoding},
      {"gzip_corrupt_in_the_middle", "gzip", with_byte_flipped(gz, gz.size() / 2),
       fault::bad_encoding},
      {"second_member_cut", "gzip", gzipped("a") + gz.substr(0, 40), fault::bad_encoding},
      {"zlib_cut", "deflate", deflated(text, 15).substr(0, 50), fault::bad_encoding},
      {"zlib_with_a_wrong_checksum", "deflate",
       with_byte_flipped(deflated(text, 15), deflated(text, 15).size() - 1), fault::bad_encoding},
      {"raw_garbage", "deflate", std::string(100, '\xff'), fault::bad_encoding},
      {"br_cut", "br", br.substr(0, br.size() / 2), fault::bad_encoding},
      {"br_garbage", "br", std::string(100, '\xff'), fault::bad_encoding},
      {"gzip_bomb", "gzip", gzipped(bomb), fault::body_too_large},
      {"gzip_bomb_that_lies_about_its_size", "gzip",
       gzipped(bomb).substr(0, gzipped(bomb).size() - 4) + std::string("\x05\0\0\0", 4),
       fault::body_too_large},
      {"gzip_bomb_in_many_members", "gzip",
       [] {
         std::string out;
         for (int i = 0; i < 200; ++i)
           out += gzipped(std::string(1000, 'x'));
         return out;
       }(),
       fault::body_too_large},
      {"gzip_bomb_in_a_bomb", "gzip, gzip", gzipped(gzipped(bomb)), fault::body_too_large},
      {"zlib_bomb", "deflate", deflated(bomb, 15), fault::body_too_large},
      {"raw_bomb", "deflate", deflated(bomb, -15), fault::body_too_large},
      {"br_bomb", "br", brotlied(bomb), fault::body_too_large},
      {"one_byte_too_many", "gzip", gzipped(std::string(100'001, 'x')), fault::body_too_large},
      {"identity_too_long", "identity", std::string(100'001, 'x'), fault::body_too_large},
  };
  return rows;
}

} // namespace

BOOST_AUTO_TEST_SUITE(decoding)

BOOST_DATA_TEST_CASE(decodes, boost::unit_test::data::make(good_rows()), row) {
  io::body_decoder decoder;
  for (int again = 0; again < 2; ++again) { // a decoder serves many bodies
    std::string out;
    auto result = decoder.decode(row.codings, row.wire, {.bytes_max = 100'000}, out);
    BOOST_TEST((result.error == fault::none), result.detail);
    BOOST_TEST((out == row.body));
  }
}

BOOST_DATA_TEST_CASE(refuses, boost::unit_test::data::make(broken_rows()), row) {
  io::body_decoder decoder;
  std::string out;
  auto result = decoder.decode(row.codings, row.wire, {.bytes_max = 100'000}, out);
  BOOST_TEST((result.error == row.expected), crawl::to_string(result.error) << result.detail);
  BOOST_TEST(!result.detail.empty());
  BOOST_TEST(out.capacity() < 400'000u); // a bomb fills no memory
}

BOOST_AUTO_TEST_CASE(cuts_where_told_even_in_mid_data) {
  const auto text = prose();
  io::body_decoder decoder;
  for (const auto& [coding, wire] :
       {std::pair{"gzip", gzipped(text)}, std::pair{"deflate", deflated(text, 15)},
        std::pair{"deflate", deflated(text, -15)}, std::pair{"br", brotlied(text)}}) {
    std::string out;
    auto result = decoder.decode(coding, wire, {.bytes_max = 1000, .cut = true}, out);
    BOOST_TEST((result.error == fault::none), result.detail);
    BOOST_TEST((out == text.substr(0, 1000)), coding);
    result = decoder.decode(coding, std::string_view(wire).substr(0, wire.size() - 10),
                            {.bytes_max = 1'000'000, .cut = true, .part = true}, out);
    BOOST_TEST((result.error == fault::none), result.detail);
    BOOST_TEST((!out.empty() && text.starts_with(out)), coding);
    result = decoder.decode(coding, std::string_view(wire).substr(0, wire.size() - 10),
                            {.bytes_max = 1'000'000, .cut = true}, out);
    BOOST_TEST((result.error == fault::bad_encoding),
               coding); // all of it came, and it is too short
  }
  std::string out; // what is cut within is only a part for what is around it
  auto result =
      decoder.decode("gzip, gzip", gzipped(gzipped(text)), {.bytes_max = 1000, .cut = true}, out);
  BOOST_TEST((result.error == fault::none), result.detail);
  BOOST_TEST((!out.empty() && text.starts_with(out)));
}

BOOST_AUTO_TEST_CASE(keeps_count_of_wire_bytes_and_decodes_what_servers_send) {
  const auto text = prose();
  const auto wire = gzipped(text);
  scripted_server server([&](peer& p) {
    p.read_request();
    p.send(response(wire, "Content-Encoding: gzip\r\n"));
    p.read_request();
    p.send("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Encoding: gzip\r\n\r\n"
           + gzipped(brotlied(text)));
  });
  test::http_probe probe;
  auto answer = probe.get(server.url());
  BOOST_TEST((test::text(answer) == text), answer.detail);
  BOOST_TEST(answer.wire_bytes == wire.size());
  BOOST_TEST((test::text(probe.get(server.url())) == text));
}

BOOST_AUTO_TEST_CASE(names_a_bomb_that_a_server_sends) {
  const auto bomb = gzipped(std::string(3'000'000, 'x'));
  scripted_server server([&](peer& p) {
    p.read_request();
    p.send(response(bomb, "Content-Encoding: gzip\r\n"));
  });
  auto answer = test::http_probe().get(server.url());
  BOOST_TEST((answer.error == fault::body_too_large));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.detail.find("decompression") != std::string::npos);
  BOOST_TEST((answer.body == nullptr));
}

BOOST_AUTO_TEST_CASE(cuts_a_compressed_robots_txt_of_any_size) {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i)
    text += "Disallow: /" + std::to_string(i * 2654435761u) + "\n";
  scripted_server server([&](peer& p) {
    p.read_request();
    p.send(response(gzipped(text), "Content-Encoding: gzip\r\n"));
    p.hold();
  });
  auto answer = test::http_probe().get(server.url(), 20'000);
  BOOST_TEST((answer.error == fault::none), answer.detail);
  BOOST_TEST((test::text(answer) == text.substr(0, 20'000)));
}

BOOST_AUTO_TEST_SUITE_END()
