// SPDX-License-Identifier: BSD-3-Clause
// The conformance table, over raw sockets: http_server_rows.hpp.
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <map>
#include <set>
#include <thread>

#include "io/http_server/server.hpp"
#include "tests/io/http_server_rows.hpp"
#include "tests/support/raw_client.hpp"

using namespace troupe;
using test::conformance_row;
using test::then;

namespace {

constexpr auto split_pause = std::chrono::microseconds(200); // so that the pieces come apart

void echo(const io::server_request& r, io::answerer answer) {
  io::server_answer a;
  a.content_type = "text/plain";
  if (r.path() == "/stream") {
    a.body = "first,";
    const auto out = answer.stream(std::move(a));
    out->write("second");
    return out->end();
  }
  a.body.append(io::to_string(r.method())).append(" ").append(r.path()).append("?");
  a.body.append(r.query()).append(" ").append(r.body());
  answer.send(std::move(a));
}

struct running {
  running() : server(options(), echo) { server.start(); }
  static io::http_server_options options() {
    io::http_server_options o;
    o.bounds.header_bytes_max = 2'048;
    o.bounds.target_bytes_max = 512;
    o.bounds.fields_max = 20;
    o.bounds.body_bytes_max = 1'000;
    return o;
  }
  io::http_server server;
};

std::vector<conformance_row> all_rows() {
  std::vector<conformance_row> all;
  for (auto* part : {test::request_line_rows, test::target_rows, test::field_rows, test::body_rows,
                     test::connection_rows})
    for (auto& row : part())
      all.push_back(std::move(row));
  return all;
}

bool is_accepted(const conformance_row& row) {
  return std::all_of(row.statuses.begin(), row.statuses.end(), [](int s) { return s == 200; });
}

/// Returns: "" or what is missing of what every refusal says. Takes: whether it has no body.
std::string missing(const test::raw_answer& refusal, bool head_only) {
  if (refusal.field("Connection") != "close")
    return "a refusal does not say that it closes";
  if (refusal.field("Cache-Control") != "no-store"
      || refusal.field("X-Content-Type-Options") != "nosniff"
      || refusal.field("Content-Type") != "application/problem+json")
    return "a refusal lacks a field";
  static const std::map<int, std::string> codes{
      {400, "malformed_request"},  {413, "body_too_large"},   {414, "target_too_long"},
      {417, "expectation_failed"}, {431, "header_too_large"}, {505, "version_not_supported"}};
  const auto has = [&](const std::string& code) {
    return refusal.body.find("\"code\":\"" + code + "\"") != refusal.body.npos;
  };
  const auto code = codes.find(refusal.status);
  const bool right = code != codes.end() ? has(code->second)
                                         : has("unknown_method") || has("not_implemented"); // 501
  return head_only || right ? "" : "a refusal has another code: " + refusal.body;
}

/// Returns: "" or what differs from the row. Takes: where the bytes are cut in two; 0: nowhere.
std::string difference(std::uint16_t port, const conformance_row& row, std::size_t cut) {
  test::raw_client client(port);
  if (cut != 0) {
    client.send(std::string_view(row.bytes).substr(0, cut));
    std::this_thread::sleep_for(split_pause);
  }
  client.send(std::string_view(row.bytes).substr(cut));
  test::raw_answer last;
  for (const int status : row.statuses) {
    last = client.read_answer(row.bytes.starts_with("HEAD"));
    if (last.status != status)
      return "status " + std::to_string(last.status) + " in place of " + std::to_string(status);
    if (!last.whole)
      return "an answer is cut short";
    if (status != 200)
      if (const auto what = missing(last, row.bytes.starts_with("HEAD")); !what.empty())
        return what;
    if (row.bytes.starts_with("HEAD /stream") && last.field("Content-Length") != "")
      return "HEAD of a stream says a length";
  }
  if (!row.seen.empty() && last.body != row.seen)
    return "the handler saw '" + last.body + "'";
  if (row.after == then::closed)
    return client.ends() ? "" : "the connection is kept, or more came";
  client.send("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto probe = client.read_answer();
  return probe.status == 200 && probe.body == "GET /probe? " ? "" : "the next request failed";
}

} // namespace

BOOST_AUTO_TEST_CASE(every_row_is_answered_as_it_says) {
  running r;
  std::set<std::string> names;
  for (const auto& row : all_rows()) {
    BOOST_TEST(names.insert(row.name).second, row.name << " stands twice");
    const auto what = difference(r.server.port(), row, 0);
    BOOST_TEST(what == "", row.name << ": " << what);
  }
  std::cout << names.size() << " rows\n";
  BOOST_TEST(names.size() >= 100u);
}

BOOST_AUTO_TEST_CASE(accepted_rows_may_come_in_two_pieces) {
  running r;
  constexpr std::size_t bytes_max = 300; // longer ones differ in nothing but length
  std::size_t cuts = 0;
  for (const auto& row : all_rows()) {
    if (!is_accepted(row) || row.bytes.size() > bytes_max)
      continue;
    for (std::size_t cut = 1; cut < row.bytes.size(); ++cut, ++cuts) {
      const auto what = difference(r.server.port(), row, cut);
      BOOST_TEST(what == "", row.name << " cut at " << cut << ": " << what);
    }
  }
  BOOST_TEST(cuts > 2'000u);
}

BOOST_AUTO_TEST_CASE(refused_rows_may_come_byte_by_byte) {
  running r;
  for (const auto& row : all_rows()) {
    if (is_accepted(row) || row.bytes.size() > 200)
      continue;
    test::raw_client client(r.server.port());
    for (const char c : row.bytes)
      client.send({&c, 1});
    for (const int status : row.statuses)
      BOOST_TEST(client.read_answer().status == status, row.name);
    BOOST_TEST(client.ends(), row.name);
  }
}
