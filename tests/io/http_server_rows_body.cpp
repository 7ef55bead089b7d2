// SPDX-License-Identifier: BSD-3-Clause
// Rows of the conformance table: where a body ends, and who might think otherwise.
#include "tests/io/http_server_rows.hpp"

namespace troupe::test {

namespace {

std::string post(const std::string& fields, const std::string& body) {
  return "POST /p HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}
std::string sized(const std::string& length, const std::string& body) {
  return post("Content-Length: " + length + "\r\n", body);
}
std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}
std::string coded(const std::string& coding) {
  return post("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n");
}

const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

} // namespace

std::vector<conformance_row> body_rows() {
  using enum then;
  const std::string nul(1, '\0');
  return {
      // Content-Length
      {"no_body", post("", ""), {200}, kept, "POST /p? "},
      {"sized", sized("5", "hello"), {200}, kept, "POST /p? hello"},
      {"sized_zero", sized("0", ""), {200}, kept, "POST /p? "},
      {"sized_with_zeros", sized("0005", "hello"), {200}, kept, "POST /p? hello"},
      {"sized_then_next", sized("5", "hello") + next, {200, 200}, kept, "GET /next? "},
      {"sized_get",
       "GET /g HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" + next,
       {200, 200},
       kept,
       "GET /next? "},
      {"body_looks_like_request",
       sized(std::to_string(next.size()), next),
       {200},
       kept,
       "POST /p? " + next},
      {"old_sized",
       "POST /p HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi",
       {200},
       closed,
       "POST /p? hi"},
      {"sized_at_its_limit", sized("1000", std::string(1'000, 'x')), {200}, kept},
      {"sized_too_large", sized("1001", ""), {413}, closed},
      {"sized_far_too_large", sized("18446744073709551617", ""), {413}, closed},
      {"sized_huge", sized(std::string(300, '9'), ""), {413}, closed},
      {"expect_too_large",
       post("Content-Length: 1001\r\nExpect: 100-continue\r\n", ""),
       {413},
       closed},
      {"length_twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), {400}, closed},
      {"lengths_differ",
       post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
       {400},
       closed},
      {"length_list", sized("5, 5", "hello"), {400}, closed},
      {"length_list_differs", sized("5, 6", "hello"), {400}, closed},
      {"length_empty", sized("", ""), {400}, closed},
      {"length_negative", sized("-1", ""), {400}, closed},
      {"length_with_plus", sized("+5", "hello"), {400}, closed},
      {"length_hexadecimal", sized("0x5", "hello"), {400}, closed},
      {"length_with_point", sized("5.0", "hello"), {400}, closed},
      {"length_with_space", sized("1 0", "hello"), {400}, closed},
      {"length_with_word", sized("5bytes", "hello"), {400}, closed},
      {"length_space_before_colon", post("Content-Length : 5\r\n", "hello"), {400}, closed},
      {"length_folded", post("Content-Length:\r\n 5\r\n", "hello"), {400}, closed},
      {"length_name_with_nul", post("Content-Length" + nul + ": 5\r\n", "hello"), {400}, closed},

      // both
      {"length_and_chunked",
       post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       {400},
       closed},
      {"chunked_and_length",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
       {400},
       closed},
      {"chunked_and_zero_length",
       post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"),
       {400},
       closed},

      // Transfer-Encoding
      {"coding_in_other_case", coded("Chunked"), {200}, kept, "POST /p? "},
      {"coding_unknown", coded("gzip"), {501}, closed},
      {"coding_before_chunked", coded("gzip, chunked"), {501}, closed},
      {"coding_after_chunked", coded("chunked, gzip"), {501}, closed},
      {"coding_identity", coded("identity"), {501}, closed},
      {"coding_like_chunked", coded("xchunked"), {501}, closed},
      {"coding_twice_chunked", coded("chunked, chunked"), {400}, closed},
      {"coding_with_parameter", coded("chunked;q=1"), {400}, closed},
      {"coding_quoted", coded("\"chunked\""), {400}, closed},
      {"coding_empty", coded(""), {400}, closed},
      {"coding_with_comma", coded(",chunked"), {400}, closed},
      {"coding_with_vertical_tab",
       coded("\x0b"
             "chunked"),
       {400},
       closed},
      {"coding_in_two_lines",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       {400},
       closed},
      {"coding_in_two_lines_other",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
       {400},
       closed},
      {"coding_space_before_colon",
       post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
       {400},
       closed},
      {"coding_folded", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), {400}, closed},
      {"coding_on_old",
       "POST /p HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       {400},
       closed},

      // chunks
      {"chunked", chunked("5\r\nhello\r\n0\r\n\r\n"), {200}, kept, "POST /p? hello"},
      {"chunked_two",
       chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
       {200},
       kept,
       "POST /p? hello world"},
      {"chunked_then_next",
       chunked("5\r\nhello\r\n0\r\n\r\n") + next,
       {200, 200},
       kept,
       "GET /next? "},
      {"chunked_hexadecimal",
       chunked("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"),
       {200},
       kept,
       "POST /p? 01234567890123456789"},
      {"chunked_with_zeros",
       chunked("0005\r\nhello\r\n000\r\n\r\n"),
       {200},
       kept,
       "POST /p? hello"},
      {"chunked_line_ends_inside",
       chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"),
       {200},
       kept,
       "POST /p? \r\n\r\n"},
      {"chunk_extension",
       chunked("5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n"),
       {200},
       kept,
       "POST /p? hello"},
      {"chunk_extension_too_long",
       chunked("5;" + std::string(5'000, 'x') + "\r\nhello\r\n"),
       {400},
       closed},
      {"chunk_extension_with_lf", chunked("5;a\nhello\r\n0\r\n\r\n"), {400}, closed},
      {"chunk_extension_with_cr", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), {400}, closed},
      {"trailer", chunked("0\r\nX: y\r\n\r\n") + next, {200, 200}, kept, "GET /next? "},
      {"trailer_too_large", chunked("0\r\nX: " + std::string(5'000, 'y')), {431}, closed},
      {"trailer_malformed", chunked("0\r\nX y\r\n\r\n"), {400}, closed},
      {"trailer_with_lf", chunked("0\r\nX: y\n\r\n"), {400}, closed},
      {"trailer_content_length", chunked("0\r\nContent-Length: 5\r\n\r\n"), {400}, closed},
      {"trailer_transfer_encoding", chunked("0\r\nTransfer-Encoding: x\r\n\r\n"), {400}, closed},
      {"chunks_at_their_limit",
       chunked("3E8\r\n" + std::string(1'000, 'x') + "\r\n0\r\n\r\n"),
       {200},
       kept},
      {"chunks_too_large", chunked("3E9\r\n"), {413}, closed},
      {"chunks_too_large_together",
       chunked("3E8\r\n" + std::string(1'000, 'x') + "\r\n1\r\n"),
       {413},
       closed},
      {"chunk_size_overflows", chunked("FFFFFFFFFFFFFFFF\r\n"), {413}, closed},
      {"chunk_size_too_long", chunked("00000000000000005\r\n"), {400}, closed},
      {"chunk_size_empty", chunked("\r\nhello\r\n0\r\n\r\n"), {400}, closed},
      {"chunk_size_negative", chunked("-5\r\nhello\r\n"), {400}, closed},
      {"chunk_size_with_prefix", chunked("0x5\r\nhello\r\n"), {400}, closed},
      {"chunk_size_no_digit", chunked("g\r\n"), {400}, closed},
      {"chunk_size_with_space_before", chunked(" 5\r\nhello\r\n"), {400}, closed},
      {"chunk_size_with_space_after", chunked("5 \r\nhello\r\n"), {400}, closed},
      {"chunk_size_with_lf", chunked("5\nhello\r\n"), {400}, closed},
      {"chunk_size_only_extension", chunked(";a\r\n"), {400}, closed},
      {"chunk_longer_than_it_says", chunked("5\r\nhello!\r\n0\r\n\r\n"), {400}, closed},
      {"chunk_ends_in_lf", chunked("5\r\nhello\n0\r\n\r\n"), {400}, closed},
      {"chunk_ends_in_cr", chunked("5\r\nhello\rX0\r\n\r\n"), {400}, closed},
      {"last_chunk_ends_in_lf", chunked("0\r\n\n"), {400}, closed},
  };
}

} // namespace troupe::test
