// SPDX-License-Identifier: BSD-3-Clause
// One line of the access log; when and where it is written: access_log.cpp.
#include <cstdio>
#include <ctime>

#include "io/gateway/access_log.hpp"
#include "io/gateway/json_text.hpp"

namespace troupe::gateway {

namespace {

constexpr std::string_view cut_mark = "...";

// A second's text is made once a thread.
struct second_text {
  std::int64_t second = -1;
  char text[32] = "", iso[32] = "";
};

const second_text& text_of(std::int64_t second) {
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  thread_local second_text t;
  if (t.second != second) {
    const auto time = static_cast<std::time_t>(second);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char format[32];
    std::snprintf(format, sizeof format, "%%d/%s/%%Y:%%H:%%M:%%S +0000", months[utc.tm_mon]);
    std::strftime(t.text, sizeof t.text, format, &utc);
    std::strftime(t.iso, sizeof t.iso, "%Y-%m-%dT%H:%M:%S", &utc);
    t.second = second;
  }
  return t;
}

// Between quotes: nothing in it ends them, or the line, or is a terminal's command.
void append_escaped(std::string& out, std::string_view word) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : word) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 0xf];
    }
  }
}

void append_text_word(std::string& out, std::string_view word, std::size_t max) {
  append_escaped(out, word.substr(0, max));
  if (word.size() > max)
    out += cut_mark;
}

void append_json_word(std::string& out, std::string_view word, std::size_t max) {
  if (word.size() <= max)
    return append_json_string(out, word);
  append_json_string(out, std::string{word.substr(0, max)}.append(cut_mark));
}

void append_seconds(std::string& out, std::uint64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%llu.%06llu",
                static_cast<unsigned long long>(ns / 1'000'000'000),
                static_cast<unsigned long long>(ns / 1'000 % 1'000'000));
  out += text;
}

void append_text(std::string& out, const io::request_report& r, std::int64_t unix_ms,
                 std::size_t max) {
  append_escaped(out, r.peer);
  out.append(" - - [").append(text_of(unix_ms / 1'000).text).append("] \"");
  append_text_word(out, r.method, max);
  out += ' ';
  append_text_word(out, r.target, max);
  out.append("\" ").append(std::to_string(r.status)).append(" ");
  out.append(std::to_string(r.body_bytes)).append(" \"-\" \"");
  if (r.agent.empty())
    out += '-';
  append_text_word(out, r.agent, max);
  out += "\" ";
  append_seconds(out, r.took_ns);
  out.append(" ").append(r.label.empty() ? "-" : r.label).append("\n");
}

void append_json(std::string& out, const io::request_report& r, std::int64_t unix_ms,
                 std::size_t max) {
  char ms[8];
  std::snprintf(ms, sizeof ms, ".%03dZ", static_cast<int>(unix_ms % 1'000));
  out.append("{\"time\":\"").append(text_of(unix_ms / 1'000).iso).append(ms);
  out += "\",\"peer\":";
  append_json_string(out, r.peer);
  out += ",\"method\":";
  append_json_word(out, r.method, max);
  out += ",\"target\":";
  append_json_word(out, r.target, max);
  out.append(",\"status\":").append(std::to_string(r.status));
  out.append(",\"bytes\":").append(std::to_string(r.body_bytes));
  out += ",\"seconds\":";
  append_seconds(out, r.took_ns);
  out += ",\"route\":";
  append_json_string(out, r.label);
  out += ",\"agent\":";
  append_json_word(out, r.agent, max);
  out += "}\n";
}

} // namespace

void append_log_line(std::string& out, const io::request_report& r, std::int64_t unix_ms,
                     log_format format, std::size_t word_bytes_max) {
  if (format == log_format::json)
    append_json(out, r, unix_ms, word_bytes_max);
  else
    append_text(out, r, unix_ms, word_bytes_max);
}

} // namespace troupe::gateway
