// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/log_row.hpp"

#include <charconv>
#include <cstdio>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/jobs/utf8.hpp"

namespace json = boost::json;

namespace troupe::jobs {

namespace {

std::string hex(std::uint64_t n) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(n));
  return text;
}

// By hand: a library writes 0.013 as 1.3E-2.
std::string decimal(double n) {
  char text[64];
  std::snprintf(text, sizeof text, "%.6f", n);
  return text;
}

std::string quoted(std::string_view s) { return json::serialize(json::string(as_utf8(s))); }

template <class T>
T number_of(const json::object& row, const char* name) {
  return row.at(name).to_number<T>();
}

} // namespace

std::string log_line(const job& work, const attempt& what, bool final) {
  std::string argv;
  for (const auto& word : work.argv)
    argv += (argv.empty() ? "" : ",") + quoted(word);
  std::string line = "{\"seq\":" + std::to_string(what.seq);
  line += ",\"attempt\":" + std::to_string(what.number);
  line += final ? ",\"final\":true" : ",\"final\":false";
  line += ",\"argv\":[" + argv + "],\"key\":\"" + hex(work.key) + "\"";
  line += ",\"start\":" + decimal(what.start_s) + ",\"seconds\":" + decimal(what.seconds);
  line += ",\"cpu\":" + decimal(what.cpu_s);
  line += ",\"end\":\"" + std::string{to_string(what.end)} + "\"";
  if (what.end == job_end::exited)
    line += ",\"exit\":" + std::to_string(what.exit_code);
  line += ",\"signal\":" + std::to_string(what.signal);
  line += ",\"reason\":" + quoted(what.reason);
  line += ",\"bytes\":" + std::to_string(what.bytes);
  if (!what.node.empty())
    line += ",\"node\":" + quoted(what.node);
  line += "}\n";
  return line;
}

tl::expected<log_row, std::string> parse_log_line(std::string_view line) {
  const auto wrong = [](const char* why) { return tl::unexpected(std::string{why}); };
  json::error_code error;
  const auto value = json::parse(line, error);
  const auto* row = error ? nullptr : value.if_object();
  if (!row)
    return wrong("is no JSON object");
  try {
    log_row r;
    r.seq = number_of<std::uint64_t>(*row, "seq");
    const auto& key = row->at("key").as_string();
    const auto [end, bad] = std::from_chars(key.data(), key.data() + key.size(), r.key, 16);
    if (bad != std::errc{} || end != key.data() + key.size() || r.seq == 0)
      return wrong("has no job's number and key");
    r.final = row->at("final").as_bool();
    r.what.seq = r.seq;
    r.what.number = number_of<std::uint32_t>(*row, "attempt");
    r.what.end = job_end_of(row->at("end").as_string());
    if (r.what.end == job_end::exited)
      r.what.exit_code = number_of<int>(*row, "exit");
    r.what.signal = number_of<int>(*row, "signal");
    r.what.start_s = number_of<double>(*row, "start");
    r.what.seconds = number_of<double>(*row, "seconds");
    r.what.cpu_s = number_of<double>(*row, "cpu");
    r.what.reason = row->at("reason").as_string();
    r.what.bytes = number_of<std::uint64_t>(*row, "bytes");
    if (const auto* node = row->if_contains("node"))
      r.what.node = node->as_string();
    for (const auto& word : row->at("argv").as_array())
      r.argv.emplace_back(word.as_string());
    return r;
  } catch (const std::exception&) {
    return wrong("is no row of a job log");
  }
}

} // namespace troupe::jobs
