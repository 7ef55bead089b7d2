// SPDX-License-Identifier: BSD-3-Clause
// From bytes on the wire to records in a web archive, which a strict reader of our own takes apart.
#include <boost/test/unit_test.hpp>

#include <zlib.h>

#include <map>
#include <stdexcept>

#include "domain/crawl/plan.hpp"
#include "io/crawl/output.hpp"
#include "tests/support/http_probe.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/warc_reader.hpp"

using namespace troupe;
using namespace troupe::test;
using crawl::truncation;

namespace {

std::string gzipped(const std::string& text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 100, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string chunk(const std::string& bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx", bytes.size());
  return std::string{size} + "\r\n" + bytes + "\r\n";
}

const std::string page_text = "<html>" + std::string(3'000, 'a') + "</html>";
const std::string html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

/// What each path is answered with, byte by byte: header and body.
const std::map<std::string, std::pair<std::string, std::string>>& wire() {
  static const auto packed = gzipped(page_text);
  static const std::map<std::string, std::pair<std::string, std::string>> all{
      {"/plain",
       {html + "X-Odd:   kept as it is \r\nContent-Length: 3012\r\n\r\n",
        page_text.substr(0, 3'012)}},
      {"/chunked",
       {html + "Transfer-Encoding: chunked\r\n\r\n",
        "5;why=not\r\n<html\r\n" + chunk(page_text.substr(5)) + "0\r\nTrailer: there\r\n\r\n"}},
      {"/packed",
       {html + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size())
            + "\r\n\r\n",
        packed}},
      {"/both",
       {html + "Content-Encoding: gzip\r\ntransfer-encoding: Chunked\r\n\r\n",
        chunk(packed.substr(0, 20)) + chunk(packed.substr(20)) + "0\r\n\r\n"}},
      {"/moved", {"HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 4\r\n\r\n", "gone"}},
      {"/none", {"HTTP/1.1 204 No Content\r\n\r\n", ""}},
      {"/missing", {"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n", "no"}},
      {"/broken", {html + "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\n", "no zip"}},
      {"/short", {html + "Content-Length: 10\r\n\r\n", "12345"}},
      {"/large", {html + "Content-Length: 200000\r\n\r\n", ""}},
      {"/grows", {html + "Transfer-Encoding: chunked\r\n\r\n", chunk(std::string(60'000, 'x'))}},
      {"/stalls", {html + "Content-Length: 10\r\n\r\n", "123"}},
  };
  return all;
}

void answer(peer& p) {
  for (;;) {
    const auto request = p.read_request();
    if (request.empty())
      return;
    const auto path = request.substr(4, request.find(' ', 4) - 4);
    if (path == "/interim")
      p.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + html
             + "Content-Length: 2\r\n\r\nok");
    if (path == "/closes" || path == "/interim")
      return;
    const auto& [header, body] = wire().at(path);
    p.send(header);
    p.pause(std::chrono::milliseconds(20)); // so that it comes in several pieces
    p.send(body);
    if (path == "/grows")
      p.send(chunk(std::string(60'000, 'y')));
    if (path == "/stalls")
      p.hold();
    if (path == "/short")
      return;
  }
}

io::http_options recording(io::http_options options = patient_options()) {
  options.record = true;
  return options;
}

crawl::page_row row_of(const std::string& url, const crawl::fetched& got) {
  crawl::page_row row;
  row.url = url;
  row.status = got.status;
  row.error = got.error;
  row.ms = 7;
  row.depth = 2;
  return row;
}

io::output_files archive(const std::string& path) {
  io::output_files files;
  files.archives = {path};
  return files;
}

/// A record of about `bytes` that deflate makes no smaller.
crawl::exchange_record noise(unsigned seed, std::size_t bytes) {
  std::string body(bytes, '\0');
  for (char& c : body)
    c = static_cast<char>((seed = seed * 1664525u + 1013904223u) >> 24);
  crawl::exchange_record record;
  record.began_unix_ms = 1'767'225'600'123; // 2026-01-01T00:00:00.123Z
  record.address = "127.0.0.1";
  record.request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  record.header = "HTTP/1.1 200 OK\r\n\r\n";
  record.payload = std::make_shared<const std::string>(std::move(body));
  return record;
}

std::string write_noise(io::crawl_output& out, unsigned number, std::size_t bytes) {
  const auto record = noise(number, bytes);
  crawl::fetched got;
  got.status = 200;
  const auto row = row_of("http://h/" + std::to_string(number), got);
  return out.write({row, {}, {}, &record});
}

std::vector<std::string> targets_of(const std::vector<warc_entry>& records) {
  std::vector<std::string> out;
  for (const auto& r : records)
    if (r.field("WARC-Type") == "response")
      out.push_back(r.field("WARC-Target-URI"));
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(warc)

BOOST_AUTO_TEST_CASE(keeps_an_exchange_byte_by_byte) {
  scripted_server server(answer);
  http_probe probe(recording());
  for (const auto& [path, bytes] : wire()) {
    if (path == "/short" || path == "/large" || path == "/grows" || path == "/stalls")
      continue;
    BOOST_TEST_CONTEXT(path) {
      const auto got = probe.get(server.url(path));
      BOOST_REQUIRE(got.record);
      BOOST_TEST(got.record->header == bytes.first);
      BOOST_TEST((got.record->body() == bytes.second));
      BOOST_TEST((got.record->cut == truncation::none));
      BOOST_TEST(got.record->address == "127.0.0.1");
      BOOST_TEST(got.record->request == server.requests().back());
      if (path == "/both" || path == "/packed" || path == "/chunked")
        BOOST_TEST(text(got) == page_text);
      if (path == "/broken")
        BOOST_TEST(got.error == crawl::fault::bad_encoding);
      if (path == "/plain")
        BOOST_TEST((got.record->payload == got.body)); // shared, not copied
    }
  }
  const auto got = probe.get(server.url("/interim"));
  BOOST_TEST(got.record->header == html + "Content-Length: 2\r\n\r\n");
  BOOST_TEST(!probe.get(server.url("/plain"), 100).record); // as robots.txt is asked for
}

BOOST_AUTO_TEST_CASE(keeps_nothing_unless_told_to) {
  scripted_server server(answer);
  http_probe probe;
  for (const char* path : {"/plain", "/both", "/short", "/closes"})
    BOOST_TEST(!probe.get(server.url(path)).record, path);
}

BOOST_AUTO_TEST_CASE(says_why_a_response_is_not_whole) {
  scripted_server server(answer);
  http_probe probe(recording());
  const auto shortened = probe.get(server.url("/short")).record;
  BOOST_TEST((shortened->cut == truncation::disconnect));
  BOOST_TEST(shortened->body() == "12345");
  const auto large = probe.get(server.url("/large")).record;
  BOOST_TEST((large->cut == truncation::length));
  BOOST_TEST(large->header == wire().at("/large").first);
  BOOST_TEST(large->body() == "");
  const auto grown = probe.get(server.url("/grows")).record;
  BOOST_TEST((grown->cut == truncation::length));
  BOOST_TEST(grown->body().starts_with(wire().at("/grows").second));
  http_probe hasty(recording(hasty_options()));
  const auto stalled = hasty.get(server.url("/stalls")).record;
  BOOST_TEST((stalled->cut == truncation::time));
  BOOST_TEST(stalled->body() == "123");
  const auto closed = probe.get(server.url("/closes"));
  BOOST_TEST(closed.error == crawl::fault::connection_lost);
  BOOST_TEST(closed.record->header == "");
  BOOST_TEST(closed.record->request.starts_with("GET /closes HTTP/1.1\r\n"));
}

// Each byte in a chunk of its own, with an extension as long as can be: 900 bytes a byte.
BOOST_AUTO_TEST_CASE(framing_costs_no_more_than_a_body_may) {
  std::string sent;
  for (int i = 0; i < 2'000; ++i)
    sent += "1;" + std::string(900, 'e') + "\r\nx\r\n";
  scripted_server server([&](peer& p) {
    p.read_request();
    p.send(html + "Transfer-Encoding: chunked\r\n\r\n" + sent + "0\r\n\r\n");
  });
  http_probe probe(recording());
  const auto got = probe.get(server.url());
  BOOST_TEST(text(got) == std::string(2'000, 'x'));
  BOOST_TEST((got.record->cut == truncation::length));
  BOOST_TEST(got.record->chunks.size() <= 2u * 100'000u + (64u << 10));
  BOOST_TEST(sent.starts_with(got.record->chunks));
}

BOOST_AUTO_TEST_CASE(leaves_out_what_authorizes) {
  scripted_server server(answer);
  http_probe probe(recording());
  auto url = server.url("/plain");
  url.insert(7, "user:secret@");
  const auto got = probe.get(url);
  BOOST_TEST(server.requests().back().find("Authorization: Basic") != std::string::npos);
  BOOST_TEST(got.record->request.find("Authorization") == std::string::npos);
  BOOST_TEST(got.record->request.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(an_archive_is_what_iso_28500_says) {
  scripted_server server(answer);
  http_probe probe(recording(hasty_options()));
  scratch_folder dir;
  crawl::crawl_plan plan;
  plan.user_agent = "probe/1.0";
  std::map<std::string, crawl::fetched> answers;
  for (const auto& [path, bytes] : wire())
    answers[path] = probe.get(server.url(path));
  answers["/closes"] = probe.get(server.url("/closes"));
  answers["/refused"].error = crawl::fault::connect_refused;
  {
    io::crawl_output out(archive(dir.path("a.warc.gz")), {"probe/1", &plan});
    for (const auto& [path, got] : answers) {
      const auto row = row_of(server.url(path), got);
      BOOST_TEST(out.write({row, {}, {}, got.record.get()}) == "");
    }
    BOOST_TEST(out.finish(true) == "");
  }
  const auto records = read_warc(dir.path("a.warc.gz"));
  BOOST_TEST(records[0].field("WARC-Filename") == "a.warc.gz");
  BOOST_TEST(records[0].block.find("software: probe/1\r\n") != std::string::npos);
  BOOST_TEST(records[0].block.find("http-header-user-agent: probe/1.0\r\n") != std::string::npos);
  std::map<std::string, std::map<std::string, warc_entry>> by; // path, type
  for (const auto& r : records)
    if (r.field("WARC-Type") != "warcinfo")
      by[r.field("WARC-Target-URI").substr(server.url("").size())][r.field("WARC-Type")] = r;
  BOOST_TEST(by.size() == answers.size());
  for (const auto& [path, bytes] : wire()) {
    BOOST_TEST_CONTEXT(path) {
      auto& found = by[path];
      BOOST_REQUIRE(found.size() == 3u);
      const auto& response = found["response"];
      BOOST_TEST(response.http_header() == bytes.first);
      BOOST_TEST(response.http_body().starts_with(bytes.second));
      BOOST_TEST(response.field("Content-Type") == "application/http; msgtype=response");
      BOOST_TEST(response.field("WARC-IP-Address") == "127.0.0.1");
      BOOST_TEST(found["request"].block == answers[path].record->request);
      for (const char* other : {"request", "metadata"}) {
        BOOST_TEST(found[other].field("WARC-Concurrent-To") == response.field("WARC-Record-ID"));
        BOOST_TEST(found[other].field("WARC-Date") == response.field("WARC-Date"));
      }
      BOOST_TEST(found["metadata"].block.starts_with("fetchTimeMs: 7\r\ndepth: 2\r\n"));
    }
  }
  BOOST_TEST(by["/short"]["response"].field("WARC-Truncated") == "disconnect");
  BOOST_TEST(by["/stalls"]["response"].field("WARC-Truncated") == "time");
  BOOST_TEST(by["/large"]["response"].field("WARC-Truncated") == "length");
  BOOST_TEST(by["/moved"]["response"].field("WARC-Truncated") == "");
  BOOST_TEST(by["/both"]["response"].http_payload() == gzipped(page_text));
  BOOST_TEST(by["/closes"].size() == 2u); // asked, but not answered
  BOOST_TEST(by["/closes"]["metadata"].block.ends_with("error: connection_lost\r\n"));
  BOOST_TEST(by["/refused"].size() == 1u);
  BOOST_TEST(by["/refused"]["metadata"].block.ends_with("error: connect_refused\r\n"));
}

BOOST_AUTO_TEST_CASE(dates_are_when_the_request_was_sent) {
  scratch_folder dir;
  {
    io::crawl_output out(archive(dir.path("a.warc.gz")));
    write_noise(out, 1, 10);
  }
  BOOST_TEST(read_warc(dir.path("a.warc.gz"))[1].field("WARC-Date") == "2026-01-01T00:00:00.123Z");
}

BOOST_AUTO_TEST_CASE(an_archive_without_gzip_has_the_same_records) {
  scratch_folder dir;
  {
    io::crawl_output out(archive(dir.path("a.warc")));
    write_noise(out, 1, 10);
  }
  const auto text = dir.content("a.warc");
  BOOST_TEST(text.starts_with("WARC/1.1\r\nWARC-Type: warcinfo\r\n"));
  BOOST_TEST(text.find("\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n") != text.npos);
}

BOOST_AUTO_TEST_CASE(goes_over_into_further_files) {
  scratch_folder dir;
  crawl::output_limits bounds;
  bounds.warc_bytes_max = 100'000;
  {
    io::crawl_output out(archive(dir.path("a.warc.gz")), {}, bounds);
    for (unsigned i = 0; i < 10; ++i)
      BOOST_TEST(write_noise(out, i, 30'000) == "");
    BOOST_TEST(out.finish(true) == "");
  }
  std::vector<std::string> seen;
  for (const char* name : {"a.warc.gz", "a-00001.warc.gz", "a-00002.warc.gz"}) {
    const auto records = read_warc(dir.path(name));
    BOOST_TEST(records[0].field("WARC-Filename") == name);
    BOOST_TEST(records.back().offset + records.back().bytes < 135'000u);
    for (const auto& target : targets_of(records))
      seen.push_back(target);
  }
  BOOST_TEST(!dir.has("a-00003.warc.gz"));
  BOOST_TEST(seen.size() == 10u);
  BOOST_TEST(seen.back() == "http://h/9");

  const auto again = [&] { io::crawl_output out(archive(dir.path("a.warc.gz")), {}, bounds); };
  BOOST_CHECK_EXCEPTION(again(), std::runtime_error, [&](const auto& e) {
    return e.what()
           == dir.path("a-00001.warc.gz") + ": is there already, of another archive; move it away";
  });
}

BOOST_AUTO_TEST_CASE(goes_on_at_a_position_in_any_of_its_files) {
  scratch_folder dir;
  crawl::output_limits bounds;
  bounds.warc_bytes_max = 100'000;
  for (const unsigned stop : {2u, 5u, 9u}) {
    const auto name = "a" + std::to_string(stop);
    const auto files = archive(dir.path(name + ".warc.gz"));
    std::vector<std::string> at;
    {
      io::crawl_output out(files, {}, bounds);
      for (unsigned i = 0; i < stop; ++i)
        write_noise(out, i, 30'000);
      at = out.positions();
      for (unsigned i = 100; i < 108; ++i) // lost, with the files that they begin
        write_noise(out, i, 30'000);
    }
    BOOST_TEST(dir.has(name + "-00002.warc.gz"));
    {
      io::crawl_output out(files, {}, bounds, at);
      if (stop == 2)
        BOOST_TEST(!dir.has(name + "-00001.warc.gz"));
      for (unsigned i = stop; i < 10; ++i)
        BOOST_TEST(write_noise(out, i, 30'000) == "");
      BOOST_TEST(out.finish(true) == "");
    }
    std::vector<std::string> seen;
    for (const char* ending : {".warc.gz", "-00001.warc.gz", "-00002.warc.gz"})
      for (const auto& target : targets_of(read_warc(dir.path(name + ending))))
        seen.push_back(target);
    BOOST_REQUIRE(seen.size() == 10u);
    for (unsigned i = 0; i < 10; ++i)
      BOOST_TEST(seen[i] == "http://h/" + std::to_string(i));
    BOOST_TEST(!dir.has(name + "-00003.warc.gz"));
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_whole_records) {
  scratch_folder dir;
  std::string error;
  {
    small_disk full(200'003);
    io::crawl_output out(archive(dir.path("a.warc.gz")));
    for (unsigned i = 0; i < 20 && error.empty(); ++i)
      error = write_noise(out, i, 30'000);
    write_noise(out, 99, 10);
    BOOST_TEST(out.finish(false) == error);
  }
  BOOST_TEST(error == dir.path("a.warc.gz") + ": File too large");
  const auto records = read_warc(dir.path("a.warc.gz"));
  BOOST_TEST(targets_of(records).size() == 6u);
  BOOST_TEST(records.back().field("WARC-Type") == "metadata");
}

BOOST_AUTO_TEST_SUITE_END()
