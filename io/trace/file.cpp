// SPDX-License-Identifier: BSD-3-Clause
//
// FILE   {"displayTimeUnit":"ms","otherData":{"left_out":N},"traceEvents":[
//        EVENT,
//        ...
//        EVENT]}
// EVENT  M names the process and rows; X is a slice (ts, dur); b and e are the ends of a span, s
// and f
//        those of an arrow, by category and id. Times are microseconds with three decimals.
//
// An event a line: files are large, and so grep and tools that read lines can do with them too.
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "domain/crawl/utf8.hpp"
#include "io/trace/events.hpp"

namespace troupe::trace {

namespace {

class writer {
public:
  writer(const story& s, std::FILE* to) : s_(s), to_(to) {
    quoted_.reserve(s.texts.size());
    for (const auto text : s.texts)
      quoted_.push_back(quote(text));
  }

  bool write() {
    std::fprintf(to_,
                 "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"left_out\":%zu},\"traceEvents\":[\n",
                 s_.left_out);
    std::fprintf(to_,
                 R"({"ph":"M","name":"process_name","pid":%lld,"tid":0,"ts":0,"args":{"name":%s}})",
                 pid(), quote(s_.process).c_str());
    names();
    for (const auto& e : s_.events)
      switch (e.what) {
      case event::kind::slice:
        slice(e);
        break;
      case event::kind::span:
        span(e);
        break;
      case event::kind::letter:
        letter(e);
        break;
      }
    std::fputs("\n]}\n", to_);
    return std::fflush(to_) == 0 && std::ferror(to_) == 0;
  }

private:
  // What came from outside, such as a URL, may be no UTF-8.
  static std::string quote(std::string_view text) {
    return boost::json::serialize(boost::json::string{crawl::repair_utf8(text)});
  }
  long long pid() const { return static_cast<long long>(s_.pid); }
  const char* name(text_id text) const { return text ? quoted_[text].c_str() : R"("unnamed")"; }

  // Only rows in which something is: an actor that never got a letter is none.
  void names() {
    std::vector<bool> used(s_.rows.size());
    for (const auto& e : s_.events) {
      used[e.row] = true;
      if (e.what == event::kind::letter)
        used[e.other] = true;
    }
    for (row_id row = 0; row < s_.rows.size(); ++row)
      if (used[row]) {
        std::fprintf(
            to_,
            ",\n"
            R"({"ph":"M","name":"thread_name","pid":%lld,"tid":%u,"ts":0,"args":{"name":%s}})",
            pid(), row, name(s_.rows[row]));
        std::fprintf(
            to_,
            ",\n"
            R"({"ph":"M","name":"thread_sort_index","pid":%lld,"tid":%u,"ts":0,"args":{"sort_index":%u}})",
            pid(), row, row);
      }
  }

  void begin(const char* kind, const char* quoted, row_id row, moment when) {
    std::fprintf(to_,
                 ",\n"
                 R"({"ph":"%s","name":%s,"pid":%lld,"tid":%u,"ts":%lld.%03lld)",
                 kind, quoted, pid(), row, static_cast<long long>(when / 1000),
                 static_cast<long long>(when % 1000));
  }
  void detail(text_id text) {
    if (text)
      std::fprintf(to_, R"(,"args":{"what":%s})", quoted_[text].c_str());
  }

  void slice(const event& e) {
    const auto took = e.end - e.begin;
    begin("X", name(e.name), e.row, e.begin);
    std::fprintf(to_, R"(,"dur":%lld.%03lld)", static_cast<long long>(took / 1000),
                 static_cast<long long>(took % 1000));
    detail(e.other);
    std::fputc('}', to_);
  }

  void pair(const char* first, const char* second, const char* kind, const event& e, row_id to,
            const char* more) {
    begin(first, name(e.name), e.row, e.begin);
    std::fprintf(to_, R"(,"cat":%s,"id":%llu)", kind, number_);
    if (e.what == event::kind::span)
      detail(e.detail);
    std::fputc('}', to_);
    begin(second, name(e.name), to, e.end);
    std::fprintf(to_, R"(,"cat":%s,"id":%llu%s})", kind, number_, more);
  }

  void span(const event& e) {
    ++number_;
    pair("b", "e", name(e.other), e, e.row, "");
  }
  // The arrow, and how long the letter lay in the mailbox.
  void letter(const event& e) {
    ++number_;
    pair("s", "f", R"("letter")", e, e.other, R"(,"bp":"e")");
    pair("b", "e", R"("mailbox")", e, e.row, "");
  }

  const story& s_;
  std::FILE* to_;
  std::vector<std::string> quoted_;
  unsigned long long number_ = 0;
};

} // namespace

bool write(const story& s, std::FILE* to) { return writer{s, to}.write(); }

} // namespace troupe::trace
