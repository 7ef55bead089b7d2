// SPDX-License-Identifier: BSD-3-Clause
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "io/crawl/output.hpp"

using namespace troupe;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "troupe-output-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string path(const char* name) const { return (folder / name).string(); }
  std::string content(const char* name) const {
    std::ifstream in(folder / name, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
  }
};

crawl::page_row a_row() {
  crawl::page_row row;
  row.url = "http://h/p?q=1";
  row.status = 200;
  row.depth = 2;
  row.bytes = 12345678901;
  row.content_type = "text/html; charset=\"utf-8\"";
  row.links = 7;
  row.ms = 31;
  return row;
}

// What `text` is in a JSON row, as written.
std::string as_json(const std::string& text) {
  scratch dir;
  {
    io::crawl_output out("", dir.path("i.jsonl"));
    out.write(a_row(), {{"", text}});
  }
  auto row = dir.content("i.jsonl");
  const std::string before = "{\"page\":\"http://h/p?q=1\",\"href\":\"\",\"text\":";
  BOOST_TEST(row.starts_with(before), row);
  return row.substr(before.size(), row.size() - before.size() - 2);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::stringstream in(text);
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

// Puts another file in the place of standard output for a while.
class stdout_swap {
public:
  explicit stdout_swap(int fd) : before_(::dup(STDOUT_FILENO)) { ::dup2(fd, STDOUT_FILENO); }
  ~stdout_swap() {
    ::dup2(before_, STDOUT_FILENO);
    ::close(before_);
  }

private:
  int before_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(output)

BOOST_AUTO_TEST_CASE(writes_pages_in_the_documented_order) {
  scratch dir;
  {
    io::crawl_output out(dir.path("p.jsonl"), "");
    BOOST_TEST(out.write(a_row(), {{"ignored", "without a file"}}) == "");
    auto moved = a_row();
    moved.status = 301;
    moved.redirect_to = "http://h/new";
    moved.canonical = "http://h/c";
    moved.duplicate_of = "http://h/d";
    BOOST_TEST(out.write(moved, {}) == "");
    crawl::page_row lost;
    lost.url = "http://h/lost";
    lost.error = crawl::fault::dns_failed;
    BOOST_TEST(out.write(lost, {}) == "");
    BOOST_TEST(out.flush() == "");
  }
  auto rows = lines(dir.content("p.jsonl"));
  BOOST_REQUIRE(rows.size() == 3u);
  BOOST_TEST(rows[0]
             == R"({"url":"http://h/p?q=1","status":200,"depth":2,"bytes":12345678901,)"
                R"("content_type":"text/html; charset=\"utf-8\"","links":7,)"
                R"("redirect_to":null,"error":null,"ms":31,"canonical":null,"duplicate_of":null})");
  BOOST_TEST(json::parse(rows[1]).at("redirect_to").as_string() == "http://h/new");
  BOOST_TEST(json::parse(rows[1]).at("canonical").as_string() == "http://h/c");
  BOOST_TEST(json::parse(rows[1]).at("duplicate_of").as_string() == "http://h/d");
  BOOST_TEST(json::parse(rows[2]).at("error").as_string() == "dns_failed");
  BOOST_TEST(json::parse(rows[2]).at("status").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(writes_items_as_json_lines) {
  scratch dir;
  {
    io::crawl_output out("", dir.path("i.jsonl"));
    out.write(a_row(), {{"http://h/a", "one"}, {"", "two"}});
  }
  BOOST_TEST(dir.content("i.jsonl")
             == "{\"page\":\"http://h/p?q=1\",\"href\":\"http://h/a\",\"text\":\"one\"}\n"
                "{\"page\":\"http://h/p?q=1\",\"href\":\"\",\"text\":\"two\"}\n");
}

BOOST_AUTO_TEST_CASE(escapes_what_json_cannot_hold) {
  BOOST_TEST(as_json("a\"b\\c/d") == R"("a\"b\\c/d")");
  BOOST_TEST(as_json(std::string("\0\x01\x1f\n\r\t\b\f\x7f", 9))
             == "\"\\u0000\\u0001\\u001f\\n\\r\\t\\u0008\\u000c\x7f\"");
  BOOST_TEST(as_json("Grüße, 世界 🎭") == "\"Grüße, 世界 🎭\"");
  std::string every;
  for (int c = 0; c < 128; ++c)
    every += static_cast<char>(c);
  BOOST_TEST((json::parse(as_json(every)).as_string() == json::string_view(every)));
}

BOOST_AUTO_TEST_CASE(replaces_what_is_no_utf_8) {
  const std::string r = "\xef\xbf\xbd";
  BOOST_TEST(as_json("a\xff"
                     "b")
             == "\"a" + r + "b\"");
  BOOST_TEST(as_json("\x80") == "\"" + r + "\"");
  BOOST_TEST(as_json("cut \xe4\xb8") == "\"cut " + r + r + "\"");
  BOOST_TEST(as_json("\xc0\xaf") == "\"" + r + r + "\"");                 // overlong
  BOOST_TEST(as_json("\xe0\x9f\xbf") == "\"" + r + r + r + "\"");         // overlong
  BOOST_TEST(as_json("\xed\xa0\x80") == "\"" + r + r + r + "\"");         // surrogate
  BOOST_TEST(as_json("\xf4\x90\x80\x80") == "\"" + r + r + r + r + "\""); // above U+10FFFF
  BOOST_TEST(as_json("\xf4\x8f\xbf\xbf") == "\"\xf4\x8f\xbf\xbf\"");
  BOOST_TEST(as_json("\xed\x9f\xbf\xee\x80\x80") == "\"\xed\x9f\xbf\xee\x80\x80\"");
}

BOOST_AUTO_TEST_CASE(every_string_of_bytes_makes_valid_json) {
  unsigned state = 12345;
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 40; ++i) {
      state = state * 1664525u + 1013904223u;
      bytes += static_cast<char>(state >> (round % 2 == 0 ? 24 : 25));
    }
    auto written = as_json(bytes);
    boost::system::error_code error;
    json::parse(written, error); // refuses bad UTF-8
    BOOST_TEST(!error, written);
  }
}

BOOST_AUTO_TEST_CASE(writes_csv_by_rfc_4180) {
  scratch dir;
  {
    io::crawl_output out("", dir.path("i.CSV"));
    auto row = a_row();
    row.url = "http://h/,";
    out.write(row, {{"http://h/a", "plain"},
                    {"", "with \"quotes\", and a comma"},
                    {"", "two\nlines\r\n"},
                    {"", "=1+1"},
                    {"", "bad \xff byte"}});
  }
  BOOST_TEST(dir.content("i.CSV")
             == "page,href,text\r\n"
                "\"http://h/,\",http://h/a,plain\r\n"
                "\"http://h/,\",,\"with \"\"quotes\"\", and a comma\"\r\n"
                "\"http://h/,\",,\"two\nlines\r\n\"\r\n"
                "\"http://h/,\",,=1+1\r\n"
                "\"http://h/,\",,bad \xef\xbf\xbd byte\r\n");
}

BOOST_AUTO_TEST_CASE(replaces_an_older_file) {
  scratch dir;
  std::ofstream(dir.path("p.jsonl")) << std::string(10'000, 'x');
  { io::crawl_output out(dir.path("p.jsonl"), dir.path("i.csv")); }
  BOOST_TEST(dir.content("p.jsonl") == "");
  BOOST_TEST(dir.content("i.csv") == "page,href,text\r\n");
}

BOOST_AUTO_TEST_CASE(shows_rows_after_a_flush_and_whole_rows_before) {
  scratch dir;
  io::crawl_output out(dir.path("p.jsonl"), "");
  out.write(a_row(), {});
  BOOST_TEST(dir.content("p.jsonl") == "");
  out.flush();
  BOOST_TEST(lines(dir.content("p.jsonl")).size() == 1u);
  for (int i = 0; i < 5000; ++i) {
    out.write(a_row(), {});
    if (i % 500 == 0) {
      auto seen = dir.content("p.jsonl");
      BOOST_TEST(seen.back() == '\n');
    }
  }
  out.flush();
  BOOST_TEST(lines(dir.content("p.jsonl")).size() == 5001u);
}

BOOST_AUTO_TEST_CASE(can_be_moved) {
  scratch dir;
  io::crawl_output first(dir.path("p.jsonl"), "");
  first.write(a_row(), {});
  io::crawl_output second(std::move(first));
  second.write(a_row(), {});
  second.flush();
  BOOST_TEST(lines(dir.content("p.jsonl")).size() == 2u);
}

BOOST_AUTO_TEST_CASE(says_in_one_line_why_a_file_cannot_be_made) {
  scratch dir;
  auto why = [](const std::string& pages, const std::string& items) -> std::string {
    try {
      io::crawl_output out(pages, items);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  auto missing = dir.path("no/such/folder/p.jsonl");
  BOOST_TEST(why(missing, "") == missing + ": No such file or directory");
  BOOST_TEST(why("", dir.folder.string()) == dir.folder.string() + ": Is a directory");
  auto one = dir.path("one.jsonl");
  BOOST_TEST(why(one, one) == one + ": two outputs cannot go to one file");
  fs::create_symlink(one, dir.path("two.jsonl"));
  BOOST_TEST(why(one, dir.path("two.jsonl")).find("one file") != std::string::npos);
  if (::geteuid() != 0) { // root may write anywhere
    fs::permissions(dir.folder, fs::perms::owner_read | fs::perms::owner_exec);
    BOOST_TEST(why(dir.path("p.jsonl"), "") == dir.path("p.jsonl") + ": Permission denied");
    fs::permissions(dir.folder, fs::perms::owner_all);
  }
}

BOOST_AUTO_TEST_CASE(reports_a_full_device_and_keeps_the_other_file) {
  scratch dir;
  io::crawl_output out("/dev/full", dir.path("i.jsonl"));
  BOOST_TEST(out.write(a_row(), {{"", "kept"}}) == "");
  BOOST_TEST(out.flush() == "/dev/full: No space left on device");
  BOOST_TEST(out.write(a_row(), {{"", "kept"}}) == "/dev/full: No space left on device");
  BOOST_TEST(out.flush() == "/dev/full: No space left on device");
  BOOST_TEST(lines(dir.content("i.jsonl")).size() == 2u);
}

// A limit on file sizes stands in for a full disk: a write is cut in the middle of a row.
BOOST_AUTO_TEST_CASE(leaves_whole_rows_when_the_disk_is_full) {
  for (const char* name : {"i.jsonl", "i.csv"}) {
    scratch dir;
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    auto handler = ::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 100'003;
    ::setrlimit(RLIMIT_FSIZE, &small);
    std::string error;
    {
      io::crawl_output out("", dir.path(name));
      for (int i = 0; i < 3000 && error.empty(); ++i)
        error = out.write(a_row(), {{"http://h/" + std::to_string(i), "line\nbreak, \"quoted\""}});
      for (int i = 0; i < 3000; ++i)
        out.write(a_row(), {{"", "after"}});
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    BOOST_TEST(error == dir.path(name) + ": File too large");
    auto text = dir.content(name);
    BOOST_TEST(text.size() > 99'000u);
    BOOST_TEST(text.size() <= 100'003u);
    auto ending =
        std::string_view(name) == "i.csv" ? "\"\"quoted\"\"\"\r\n" : "\\\"quoted\\\"\"}\n";
    BOOST_TEST(text.ends_with(ending), text.substr(text.size() - 80));
    BOOST_TEST(text.find("after") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(writes_both_to_standard_output_row_by_row) {
  scratch dir;
  int fd = ::open(dir.path("stdout").c_str(), O_RDWR | O_CREAT, 0600);
  {
    stdout_swap swap(fd);
    io::crawl_output out("-", "-");
    out.write(a_row(), {{"", "item"}});
    out.write(a_row(), {});
  }
  ::close(fd);
  auto rows = lines(dir.content("stdout"));
  BOOST_REQUIRE(rows.size() == 3u);
  BOOST_TEST(rows[0].starts_with("{\"url\""));
  BOOST_TEST(rows[1].starts_with("{\"page\""));
  BOOST_TEST(rows[2].starts_with("{\"url\""));
}

BOOST_AUTO_TEST_CASE(survives_a_reader_that_went_away) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  auto handler = ::signal(SIGPIPE, SIG_DFL); // would end the process
  std::string error;
  {
    stdout_swap swap(ends[1]);
    io::crawl_output out("-", "");
    out.write(a_row(), {});
    error = out.flush();
  }
  sigset_t pending;
  ::sigpending(&pending);
  BOOST_TEST(::sigismember(&pending, SIGPIPE) == 0);
  ::signal(SIGPIPE, handler);
  ::close(ends[1]);
  BOOST_TEST(error == "standard output: Broken pipe");
}

BOOST_AUTO_TEST_SUITE_END()
