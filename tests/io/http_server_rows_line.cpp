// SPDX-License-Identifier: BSD-3-Clause
// Rows of the conformance table: request line and target.
#include "tests/io/http_server_rows.hpp"

namespace troupe::test {

namespace {

const std::string host = "Host: a\r\n\r\n";

std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\n" + host; }

} // namespace

std::vector<conformance_row> request_line_rows() {
  using enum then;
  const std::string nul(1, '\0');
  return {
      {"get", get("/"), {200}, kept, "GET /? "},
      {"head", "HEAD /x HTTP/1.1\r\n" + host, {200}, kept},
      {"put", "PUT /x HTTP/1.1\r\n" + host, {200}, kept, "PUT /x? "},
      {"patch", "PATCH /x HTTP/1.1\r\n" + host, {200}, kept, "PATCH /x? "},
      {"delete", "DELETE /x HTTP/1.1\r\n" + host, {200}, kept, "DELETE /x? "},
      {"options_path", "OPTIONS /x HTTP/1.1\r\n" + host, {200}, kept, "OPTIONS /x? "},
      {"options_star", "OPTIONS * HTTP/1.1\r\n" + host, {200}, kept, "OPTIONS *? "},
      {"one_empty_line_before", "\r\n" + get("/"), {200}, kept, "GET /? "},
      {"two_empty_lines_before", "\r\n\r\n" + get("/"), {400}, closed},
      {"bare_lf_before", "\n" + get("/"), {400}, closed},
      {"star_for_get", "GET * HTTP/1.1\r\n" + host, {400}, closed},
      {"connect", "CONNECT a:443 HTTP/1.1\r\n" + host, {501}, closed},
      {"trace", "TRACE / HTTP/1.1\r\n" + host, {501}, closed},
      {"unknown_method", "BREW /pot HTTP/1.1\r\n" + host, {501}, closed},
      {"method_in_lower_case", "get / HTTP/1.1\r\n" + host, {501}, closed},
      {"method_too_long", std::string(40, 'M') + " / HTTP/1.1\r\n" + host, {501}, closed},
      {"method_without_end", std::string(60, 'M'), {501}, closed},
      {"method_no_token", "G(T / HTTP/1.1\r\n" + host, {400}, closed},
      {"no_method", " / HTTP/1.1\r\n" + host, {400}, closed},
      {"no_version", "GET /\r\n" + host, {400}, closed},
      {"no_target", "GET HTTP/1.1\r\n" + host, {400}, closed},
      {"empty_target", "GET  HTTP/1.1\r\n" + host, {400}, closed},
      {"two_spaces_before_target", "GET  / HTTP/1.1\r\n" + host, {400}, closed},
      {"two_spaces_before_version", "GET /  HTTP/1.1\r\n" + host, {400}, closed},
      {"space_after_version", "GET / HTTP/1.1 \r\n" + host, {400}, closed},
      {"tab_for_space", "GET\t/\tHTTP/1.1\r\n" + host, {400}, closed},
      {"space_in_target", "GET /a b HTTP/1.1\r\n" + host, {400}, closed},
      {"version_2", "GET / HTTP/2.0\r\n" + host, {505}, closed},
      {"version_1_2", "GET / HTTP/1.2\r\n" + host, {505}, closed},
      {"version_0_9", "GET / HTTP/0.9\r\n" + host, {505}, closed},
      {"version_two_digits", "GET / HTTP/1.10\r\n" + host, {400}, closed},
      {"version_in_lower_case", "GET / http/1.1\r\n" + host, {400}, closed},
      {"version_of_another", "GET / HTCP/1.1\r\n" + host, {400}, closed},
      {"version_without_minor", "GET / HTTP/1\r\n" + host, {400}, closed},
      {"preface_of_http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {505}, closed},
      {"tls_hello", std::string("\x16\x03\x01\x02\x00\x01", 6), {400}, closed},
      {"line_ends_in_lf", "GET / HTTP/1.1\nHost: a\n\n", {400}, closed},
      {"line_ends_in_cr", "GET / HTTP/1.1\rHost: a\r\r", {400}, closed},
      {"cr_in_line", "GET /\r HTTP/1.1\r\n" + host, {400}, closed},
      {"nul_in_line", "GET /" + nul + " HTTP/1.1\r\n" + host, {400}, closed},
      {"target_at_its_limit", get("/" + std::string(511, 'a')), {200}, kept},
      {"target_too_long", get("/" + std::string(512, 'a')), {414}, closed},
      {"target_without_end", "GET /" + std::string(600, 'a'), {414}, closed},
  };
}

std::vector<conformance_row> target_rows() {
  using enum then;
  return {
      {"query", get("/a?b=c&d=%20"), {200}, kept, "GET /a?b=c&d=%20 "},
      {"empty_query", get("/a?"), {200}, kept, "GET /a? "},
      {"question_in_query", get("/a?b?c"), {200}, kept, "GET /a?b?c "},
      {"brackets_in_query", get("/a?b[0]=\"1\"|2"), {200}, kept, "GET /a?b[0]=\"1\"|2 "},
      {"escape_decoded", get("/a%20b"), {200}, kept, "GET /a b? "},
      {"escape_in_lower_case", get("/%c3%a9"), {200}, kept, "GET /\xc3\xa9? "},
      {"escape_decoded_once", get("/%2541"), {200}, kept, "GET /%41? "},
      {"escaped_question", get("/a%3Fb"), {200}, kept, "GET /a?b? "},
      {"dot", get("/a/./b"), {200}, kept, "GET /a/b? "},
      {"dot_at_end", get("/a/."), {200}, kept, "GET /a/? "},
      {"two_dots", get("/a/../b"), {200}, kept, "GET /b? "},
      {"two_dots_at_end", get("/a/b/.."), {200}, kept, "GET /a/? "},
      {"escaped_dots", get("/a/%2e%2E/b"), {200}, kept, "GET /b? "},
      {"three_dots", get("/a/.../b"), {200}, kept, "GET /a/.../b? "},
      {"hidden_name", get("/.well-known/x"), {200}, kept, "GET /.well-known/x? "},
      {"dots_in_query", get("/a?../.."), {200}, kept, "GET /a?../.. "},
      {"empty_segments", get("//a//b/"), {200}, kept, "GET //a//b/? "},
      {"leaves_the_root", get("/.."), {400}, closed},
      {"leaves_the_root_deeper", get("/a/../../b"), {400}, closed},
      {"leaves_the_root_escaped", get("/%2e%2e/etc/passwd"), {400}, closed},
      {"leaves_the_root_half_escaped", get("/.%2e/etc"), {400}, closed},
      {"escaped_slash", get("/a%2Fb"), {400}, closed},
      {"escaped_slash_in_dots", get("/..%2f..%2fetc"), {400}, closed},
      {"escaped_backslash", get("/a%5Cb"), {400}, closed},
      {"backslash", get("/a\\b"), {400}, closed},
      {"escaped_nul", get("/a%00.txt"), {400}, closed},
      {"escaped_line_end", get("/a%0d%0aSet-Cookie:x"), {400}, closed},
      {"escaped_delete", get("/%7f"), {400}, closed},
      {"escape_without_digits", get("/%"), {400}, closed},
      {"escape_with_one_digit", get("/a%4"), {400}, closed},
      {"escape_with_other_digits", get("/%zz"), {400}, closed},
      {"escape_of_sixteen_bits", get("/%u0041"), {400}, closed},
      {"bad_escape_in_query", get("/a?b=%g0"), {400}, closed},
      {"cut_escape_in_query", get("/a?b=%4"), {400}, closed},
      {"fragment", get("/a#b"), {400}, closed},
      {"fragment_in_query", get("/a?b#c"), {400}, closed},
      {"bytes_above_ascii", get("/\xc3\xa9"), {400}, closed},
      {"bytes_above_ascii_in_query", get("/?\xc3\xa9"), {400}, closed},
      {"quote_in_path", get("/\"a\""), {400}, closed},
      {"no_slash", get("a"), {400}, closed},
      {"absolute_form", get("http://a/b?c"), {200}, kept, "GET /b?c "},
      {"absolute_form_without_path", get("http://a"), {200}, kept, "GET /? "},
      {"absolute_form_query_only", get("http://a?c"), {200}, kept, "GET /?c "},
      {"absolute_form_https", get("HTTPS://A/b"), {200}, kept, "GET /b? "},
      {"absolute_form_with_dots", get("http://a/x/../b"), {200}, kept, "GET /b? "},
      {"absolute_form_of_another_host", get("http://b/"), {400}, closed},
      {"absolute_form_of_another_port", get("http://a:81/"), {400}, closed},
      {"absolute_form_with_user", get("http://me@a/"), {400}, closed},
      {"absolute_form_without_host", get("http:///b"), {400}, closed},
      {"absolute_form_of_another_scheme", get("ftp://a/b"), {400}, closed},
      {"authority_form", get("a:80"), {400}, closed},
  };
}

} // namespace troupe::test
