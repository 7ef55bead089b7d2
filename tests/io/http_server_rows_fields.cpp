// SPDX-License-Identifier: BSD-3-Clause
// Rows of the conformance table: fields, and what they say of the connection.
#include "tests/io/http_server_rows.hpp"

namespace troupe::test {

namespace {

std::string with(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }
std::string with_host(const std::string& fields) { return with("Host: a\r\n" + fields); }
std::string old(const std::string& fields) { return "GET /o HTTP/1.0\r\n" + fields + "\r\n"; }

std::string many_fields(int n) {
  std::string out;
  for (int i = 0; i < n; ++i)
    out += "X-" + std::to_string(i) + ": 1\r\n";
  return out;
}

const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

} // namespace

std::vector<conformance_row> field_rows() {
  using enum then;
  const std::string nul(1, '\0');
  return {
      {"no_host", with(""), {400}, closed},
      {"no_host_old", old(""), {200}, closed, "GET /o? "},
      {"two_hosts", with("Host: a\r\nHost: a\r\n"), {400}, closed},
      {"two_hosts_old", old("Host: a\r\nHost: b\r\n"), {400}, closed},
      {"host_in_other_case", with("hOST: a\r\n"), {200}, kept},
      {"host_empty", with("Host:\r\n"), {400}, closed},
      {"host_with_port", with("Host: a.example:8080\r\n"), {200}, kept},
      {"host_with_empty_port", with("Host: a:\r\n"), {400}, closed},
      {"host_with_bad_port", with("Host: a:8o\r\n"), {400}, closed},
      {"host_with_large_port", with("Host: a:65536\r\n"), {400}, closed},
      {"host_ipv6", with("Host: [::1]:80\r\n"), {200}, kept},
      {"host_ipv6_open", with("Host: [::1\r\n"), {400}, closed},
      {"host_ipv6_empty", with("Host: []\r\n"), {400}, closed},
      {"host_ipv6_with_tail", with("Host: [::1]x\r\n"), {400}, closed},
      {"host_with_slash", with("Host: a/b\r\n"), {400}, closed},
      {"host_with_user", with("Host: me@a\r\n"), {400}, closed},
      {"host_with_space", with("Host: a b\r\n"), {400}, closed},
      {"host_list", with("Host: a, b\r\n"), {400}, closed},
      {"blanks_around_value", with_host("X:  \t v \t \r\n"), {200}, kept},
      {"empty_value", with_host("X:\r\n"), {200}, kept},
      {"value_above_ascii", with_host("X: \xe9\r\n"), {200}, kept},
      {"colon_in_value", with_host("X: a:b\r\n"), {200}, kept},
      {"space_before_colon", with_host("X : v\r\n"), {400}, closed},
      {"tab_before_colon", with_host("X\t: v\r\n"), {400}, closed},
      {"space_before_first_field", with(" Host: a\r\n"), {400}, closed},
      {"folded", with_host("X: a\r\n b\r\n"), {400}, closed},
      {"folded_with_tab", with_host("X: a\r\n\tb\r\n"), {400}, closed},
      {"folded_host", with("Host: a\r\n b\r\n"), {400}, closed},
      {"no_colon", with_host("X\r\n"), {400}, closed},
      {"no_name", with_host(": v\r\n"), {400}, closed},
      {"name_no_token", with_host("X[]: v\r\n"), {400}, closed},
      {"name_above_ascii", with_host("X\xe9: v\r\n"), {400}, closed},
      {"nul_in_name", with_host("X" + nul + ": v\r\n"), {400}, closed},
      {"nul_in_value", with_host("X: a" + nul + "b\r\n"), {400}, closed},
      {"escape_in_value", with_host("X: a\x1b[0m\r\n"), {400}, closed},
      {"delete_in_value", with_host("X: a\x7f\r\n"), {400}, closed},
      {"cr_in_value", with_host("X: a\rb\r\n"), {400}, closed},
      {"two_crs", with_host("X: a\r\r\n"), {400}, closed},
      {"lf_after_field", "GET / HTTP/1.1\r\nHost: a\n\r\n", {400}, closed},
      {"lf_for_empty_line", "GET / HTTP/1.1\r\nHost: a\r\n\n", {400}, closed},
      {"lf_then_field", with_host("X: a\nContent-Length: 5\r\n"), {400}, closed},
      {"fields_at_their_limit", with_host(many_fields(19)), {200}, kept},
      {"too_many_fields", with_host(many_fields(20)), {431}, closed},
      {"header_too_large", with_host("X: " + std::string(2'100, 'x') + "\r\n"), {431}, closed},
      {"header_too_large_in_pieces",
       with_host("X: " + std::string(1'100, 'x') + "\r\nY: " + std::string(1'100, 'y') + "\r\n"),
       {431},
       closed},
      {"header_without_end", "GET / HTTP/1.1\r\nX: " + std::string(2'100, 'x'), {431}, closed},
  };
}

std::vector<conformance_row> connection_rows() {
  using enum then;
  return {
      {"two_pipelined", with_host("") + next, {200, 200}, kept, "GET /next? "},
      {"three_pipelined", with_host("") + next + next, {200, 200, 200}, kept, "GET /next? "},
      {"head_of_a_stream", "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n", {200}, kept},
      {"head_of_a_stream_old",
       "HEAD /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       {200},
       kept},
      {"head_of_a_stream_old_closes", "HEAD /stream HTTP/1.0\r\n\r\n", {200}, closed},
      {"stream_then_next",
       "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n" + next,
       {200, 200},
       kept,
       "GET /next? "},
      {"close", with_host("Connection: close\r\n"), {200}, closed},
      {"close_in_list", with_host("Connection: x, CLOSE\r\n"), {200}, closed},
      {"close_in_second_line", with_host("Connection: x\r\nConnection: close\r\n"), {200}, closed},
      {"close_beats_keep_alive", with_host("Connection: keep-alive, close\r\n"), {200}, closed},
      {"close_of_another_name", with_host("Connection: closed\r\n"), {200}, kept},
      {"nothing_after_close", with_host("Connection: close\r\n") + next, {200}, closed},
      {"old_closes", old("Host: a\r\n"), {200}, closed},
      {"old_keeps", old("Host: a\r\nConnection: Keep-Alive\r\n"), {200}, kept},
      {"old_keep_and_close", old("Host: a\r\nConnection: keep-alive, close\r\n"), {200}, closed},
      {"garbage_after_request", with_host("") + "\x01\x02", {200, 400}, closed},
      {"bad_after_good", with_host("") + "GET / HTTP/1.1\r\n\r\n", {200, 400}, closed},
      {"good_after_bad", "GET / HTTP/1.1\r\n\r\n" + next, {400}, closed},
      {"upgrade_is_ignored", with_host("Connection: Upgrade\r\nUpgrade: h2c\r\n"), {200}, kept},
      {"expect_without_body", with_host("Expect: 100-continue\r\n"), {200}, kept},
      {"expect_something_else", with_host("Expect: 200-ok\r\n"), {417}, closed},
      {"expect_list", with_host("Expect: 100-continue, x\r\n"), {417}, closed},
      {"expect_on_old", old("Host: a\r\nExpect: 200-ok\r\n"), {200}, closed},
      {"empty_line_between", with_host("") + "\r\n" + next, {200, 200}, kept, "GET /next? "},
  };
}

} // namespace troupe::test
