// SPDX-License-Identifier: BSD-3-Clause
// A crawl's own folder: what is in it is there after the process that wrote it was killed, one
// process has it at a time, and others may look.
#include "io/crawl/crawl_book.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "domain/crawl/final_page.hpp"
#include "io/crawl/earlier_pages.hpp"
#include "io/crawl/robots_shelf.hpp"
#include "io/sqlite/sqlite.hpp"
#include "tests/support/scratch_folder.hpp"

using troupe::io::crawl_book;
using troupe::io::look_at_crawl_book;
using namespace troupe;

namespace {

std::string page(int number, int status = 200, crawl::fault error = crawl::fault::none,
                 const std::string& host = "a.example") {
  crawl::page_job job;
  job.target = *crawl::parse_url("http://" + host + "/" + std::to_string(number));
  crawl::page_result r;
  r.row.status = status;
  r.row.error = error;
  r.row.bytes = 10;
  return crawl::to_bytes(job, r);
}

// One that has an ETag.
std::string tagged(int number, int status = 200) {
  auto p = crawl::read_final_page(page(number, status)).value();
  p.result.now.etag = '"' + std::to_string(number) + '"';
  return crawl::to_bytes(p.job, p.result);
}

std::vector<std::string> all(crawl_book& book, std::uint64_t skip = 0) {
  std::vector<std::string> out;
  book.read(skip, [&](std::string_view bytes) {
    out.push_back(crawl::read_final_row(bytes).value().url);
    return true;
  });
  return out;
}

template <class Work>
std::string thrown(Work work) {
  try {
    work();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

const std::string who = R"({"scope":"host"})";

} // namespace

BOOST_AUTO_TEST_SUITE(crawl_books)

BOOST_AUTO_TEST_CASE(what_was_appended_is_there_the_next_time) {
  test::scratch_folder here;
  const auto folder = here.path("deep/er");
  {
    crawl_book book{folder, who};
    BOOST_TEST(book.pages() == 0u);
    BOOST_TEST(!book.ended());
    BOOST_TEST(book.append(std::vector{page(1), page(2)}) == "");
    BOOST_TEST(book.append({}) == "");
    BOOST_TEST(book.append(std::vector{page(3, 404)}) == "");
    BOOST_TEST(book.pages() == 3u);
  }
  crawl_book book{folder, who};
  BOOST_TEST(book.pages() == 3u);
  BOOST_TEST((all(book)
              == std::vector<std::string>{"http://a.example/1", "http://a.example/2",
                                          "http://a.example/3"}));
  BOOST_TEST((all(book, 2) == std::vector<std::string>{"http://a.example/3"}));
  BOOST_TEST(all(book, 3).empty());
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_outlives_kill_9) {
  test::scratch_folder here;
  int told[2];
  BOOST_REQUIRE(::pipe(told) == 0);
  const auto child = ::fork();
  if (child == 0) {
    crawl_book book{here.path("book"), who};
    for (int i = 1;; ++i) {
      if (!book.append(std::vector{page(i)}).empty())
        ::_exit(1);
      if (::write(told[1], "x", 1) != 1)
        ::_exit(1);
    }
  }
  ::close(told[1]);
  std::uint64_t acknowledged = 0;
  char c = 0;
  while (acknowledged < 25 && ::read(told[0], &c, 1) == 1)
    ++acknowledged;
  ::kill(child, SIGKILL);
  while (::read(told[0], &c, 1) == 1)
    ++acknowledged;
  ::close(told[0]);
  ::waitpid(child, nullptr, 0);
  BOOST_TEST(acknowledged >= 25u);
  crawl_book book{here.path("book"), who}; // the lock went with the process
  BOOST_TEST(book.pages() >= acknowledged);
  BOOST_TEST(book.pages() <= acknowledged + 1);
  BOOST_TEST(all(book).size() == book.pages());
}

BOOST_AUTO_TEST_CASE(a_crawl_done_anew_has_the_one_before_beside_it) {
  test::scratch_folder here;
  const auto url = [](int n) { return *crawl::parse_url("http://a.example/" + std::to_string(n)); };
  {
    crawl_book book{here.path("book"), who};
    BOOST_TEST(thrown([&] { io::earlier_pages none(book.file()); }) != "");
    BOOST_TEST(book.append(std::vector{page(1), tagged(2), tagged(3), page(4, 404),
                                       page(5, 200, crawl::fault::body_timeout)})
               == "");
    BOOST_TEST(book.put_mark({5, {"a.jsonl"}, {"7"}}) == "");
    BOOST_TEST(book.keep_cookies("secret") == "");
    BOOST_TEST(book.cookies() == "secret");
    BOOST_TEST(book.end("5 pages") == "");
    BOOST_TEST(!book.has_previous());
    BOOST_TEST(!look_at_crawl_book(here.path("book"), 5).previous.has_value());
    BOOST_TEST(book.begin_anew() == "");
    BOOST_TEST(book.pages() == 0u);
    BOOST_TEST(!book.ended());
  }
  crawl_book book{here.path("book"), who};
  BOOST_TEST(book.pages() == 0u);
  BOOST_TEST(!book.ended());
  BOOST_TEST(book.has_previous());
  BOOST_TEST(book.cookies() == ""); // another session
  BOOST_TEST(book.last_mark().rows == 0u);
  BOOST_TEST(book.last_mark().names.empty());
  io::earlier_pages earlier{book.file()};
  BOOST_TEST(earlier.validators_of(url(2)).etag == "\"2\"");
  BOOST_TEST((*earlier.page(url(2)) == tagged(2)));
  for (const int none : {1, 4, 5, 6})
    BOOST_TEST(earlier.validators_of(url(none)).empty(), none);
  BOOST_TEST((earlier.page(url(4)) == nullptr));
  BOOST_TEST((earlier.page(url(6)) == nullptr));

  BOOST_TEST(book.append(std::vector{page(1), tagged(2, 304), page(7)}) == "");
  auto seen = look_at_crawl_book(here.path("book"), 5);
  BOOST_REQUIRE(seen.previous.has_value());
  BOOST_TEST(seen.pages == 3u);
  BOOST_TEST(seen.previous->fresh == 1u);
  BOOST_TEST(seen.previous->changed == 1u);
  BOOST_TEST(seen.previous->unchanged == 1u);
  BOOST_TEST(seen.previous->gone == 3u);
  BOOST_TEST(earlier.validators_of(url(3)).etag == "\"3\""); // whoever writes meanwhile

  BOOST_TEST(book.begin_anew() == ""); // a third one, while somebody has the second open
  BOOST_TEST(earlier.validators_of(url(2)).etag == "\"2\"");
  BOOST_TEST(earlier.validators_of(url(3)).empty());
}

BOOST_AUTO_TEST_CASE(bounds_that_ended_a_crawl_are_remembered) {
  test::scratch_folder here;
  {
    crawl_book book{here.path("book"), who};
    BOOST_TEST(!book.was_stopped_by_bounds());
    BOOST_TEST(book.stopped_by_bounds(true) == "");
  }
  crawl_book book{here.path("book"), who};
  BOOST_TEST(book.was_stopped_by_bounds());
  BOOST_TEST(book.stopped_by_bounds(false) == "");
  BOOST_TEST(!book.was_stopped_by_bounds());
}

BOOST_AUTO_TEST_CASE(one_process_at_a_time) {
  test::scratch_folder here;
  crawl_book book{here.path("book"), who};
  const auto why = thrown([&] { crawl_book again(here.path("book"), who); });
  BOOST_TEST(why
             == here.path("book") + ": another crawl is at work with it (process "
                    + std::to_string(::getpid()) + ")");
  BOOST_TEST(look_at_crawl_book(here.path("book"), 5).process == ::getpid());
}

BOOST_AUTO_TEST_CASE(another_crawl_is_refused) {
  test::scratch_folder here;
  { crawl_book book{here.path("book"), who}; }
  const auto why = thrown([&] { crawl_book other(here.path("book"), R"({"scope":"domain"})"); });
  BOOST_TEST(why
             == here.path("book")
                    + ": has another crawl in it: scope: host there, and domain here; go on with "
                      "its options, or name another folder");
}

BOOST_AUTO_TEST_CASE(what_is_no_book_is_told) {
  test::scratch_folder here;
  std::ofstream{here.path("file")} << "x";
  BOOST_TEST(thrown([&] { crawl_book b(here.path("file"), who); }).find("cannot be made")
             != std::string::npos);
  std::filesystem::create_directory(here.path("book"));
  std::ofstream{here.path("book/crawl.db")} << std::string(5'000, 'x');
  const auto why = thrown([&] { crawl_book b(here.path("book"), who); });
  BOOST_TEST(why.find("is no SQLite database") != std::string::npos, why);
  BOOST_TEST(thrown([&] { look_at_crawl_book(here.path("nothing"), 5); }).find("there is no crawl")
             != std::string::npos);
  crawl_book sound{here.path("sound"), who};
  BOOST_TEST(sound.append(std::vector<std::string>{"no page"}).find("no page")
             != std::string::npos);
  BOOST_TEST(sound.pages() == 0u);
  BOOST_TEST(sound.append(std::vector{page(1)}) == ""); // and it goes on
}

BOOST_AUTO_TEST_CASE(marks_are_the_last_ones) {
  test::scratch_folder here;
  {
    crawl_book book{here.path("book"), who};
    BOOST_TEST(book.last_mark().rows == 0u);
    BOOST_TEST(book.put_mark({5, {"a.jsonl", "-"}, {"100", ""}}) == "");
    BOOST_TEST(book.put_mark({7, {"a.jsonl", "-"}, {"140", ""}}) == "");
  }
  crawl_book book{here.path("book"), who};
  const auto m = book.last_mark();
  BOOST_TEST(m.rows == 7u);
  BOOST_TEST((m.names == std::vector<std::string>{"a.jsonl", "-"}));
  BOOST_TEST((m.positions == std::vector<std::string>{"140", ""}));
}

BOOST_AUTO_TEST_CASE(a_view_counts_hosts_and_ends) {
  test::scratch_folder here;
  crawl_book book{here.path("book"), who};
  BOOST_TEST(book.append(std::vector{page(1), page(2, 404),
                                     page(3, 0, crawl::fault::dns_failed, "b.example"),
                                     page(4, 200, crawl::fault::none, "c.example")})
             == "");
  BOOST_TEST(book.append(std::vector{page(5), page(6, 0, crawl::fault::dns_failed, "b.example")})
             == "");
  BOOST_TEST(book.tell(R"({"queued":3})") == "");
  auto v = look_at_crawl_book(here.path("book"), 2);
  BOOST_TEST(v.pages == 6u);
  BOOST_TEST(v.now == R"({"queued":3})");
  BOOST_TEST(v.hosts_in_all == 3u);
  BOOST_REQUIRE(v.hosts.size() == 2u);
  BOOST_TEST(v.hosts[0].name == "a.example");
  BOOST_TEST(v.hosts[0].pages == 3u);
  BOOST_TEST(v.hosts[0].bytes == 30u);
  BOOST_TEST(v.hosts[1].errors == 2u);
  BOOST_TEST((v.statuses == std::vector<std::pair<int, std::uint64_t>>{{200, 3}, {404, 1}}));
  BOOST_TEST((v.faults == std::vector<std::pair<std::string, std::uint64_t>>{{"dns_failed", 2}}));
  // What is cut is counted no more.
  BOOST_TEST(book.cut(2) == "");
  BOOST_TEST(book.pages() == 2u);
  v = look_at_crawl_book(here.path("book"), 5);
  BOOST_TEST(v.pages == 2u);
  BOOST_TEST(v.hosts.size() == 1u);
  BOOST_TEST(v.faults.empty());
  BOOST_TEST(book.append(std::vector{page(9)}) == "");
  BOOST_TEST((all(book, 2) == std::vector<std::string>{"http://a.example/9"}));
}

BOOST_AUTO_TEST_CASE(an_end_is_kept) {
  test::scratch_folder here;
  {
    crawl_book book{here.path("book"), who};
    BOOST_TEST(book.end("6 pages") == "");
    BOOST_TEST(book.ended());
  }
  crawl_book book{here.path("book"), who};
  BOOST_TEST(book.why_ended() == "6 pages");
  BOOST_TEST(look_at_crawl_book(here.path("book"), 5).ended);
}

BOOST_AUTO_TEST_CASE(robots_txt_is_kept_with_the_next_batch) {
  test::scratch_folder here;
  crawl::robots_outcome some;
  some.status = 200;
  some.text = std::string("User-agent: *\0\n", 15);
  some.moved = true;
  {
    crawl_book book{here.path("book"), who};
    BOOST_TEST(!book.robots_of("http://a.example", "me"));
    book.keep_robots("http://a.example", "me", some);
    BOOST_TEST(book.append(std::vector{page(1)}) == "");
    auto none = some;
    none.status = 404;
    book.keep_robots("http://b.example", "me", none);
    for (const int status : {0, 401, 403, 429, 500, 503}) {
      auto bad = some;
      bad.status = status;
      bad.error = status == 0 ? crawl::fault::dns_failed : crawl::fault::none;
      book.keep_robots("http://c.example", "me", bad);
    }
    BOOST_TEST(book.tell("{}") == "");
    book.keep_robots("http://d.example", "me", some); // and is killed before the next batch
  }
  crawl_book book{here.path("book"), who};
  const auto got = book.robots_of("http://a.example", "me");
  BOOST_REQUIRE(got);
  BOOST_TEST(got->status == 200);
  BOOST_TEST(got->text == some.text);
  BOOST_TEST(got->moved);
  BOOST_TEST(book.robots_of("http://b.example", "me").value().status == 404);
  BOOST_TEST(!book.robots_of("http://a.example", "another"));
  BOOST_TEST(!book.robots_of("http://c.example", "me"));
  BOOST_TEST(!book.robots_of("http://d.example", "me"));
}

BOOST_AUTO_TEST_CASE(robots_txt_counts_for_a_day) {
  test::scratch_folder here;
  io::sqlite_db db(here.path("x.db"), io::sqlite_mode::create);
  crawl::robots_outcome some;
  some.status = 200;
  constexpr std::int64_t then = 1'800'000'000, day = io::robots_shelf::age_s_max;
  {
    io::robots_shelf shelf{db, then};
    shelf.put("http://a.example", "me", some, then);
    shelf.write(db);
  }
  io::robots_shelf shelf{db, then + day - 1};
  BOOST_TEST(shelf.find("http://a.example", "me", then + day - 1).has_value());
  BOOST_TEST(!shelf.find("http://a.example", "me", then + day));
  io::robots_shelf later{db, then + day}; // forgets it
  io::robots_shelf back{db, then};
  BOOST_TEST(!back.find("http://a.example", "me", then));
}

BOOST_AUTO_TEST_CASE(a_crawl_that_failed_begins_anew) {
  test::scratch_folder here;
  {
    crawl_book book{here.path("book"), who};
    BOOST_TEST(book.append(std::vector{page(1, 0, crawl::fault::dns_failed)}) == "");
    BOOST_TEST(book.put_mark({1, {"x.jsonl"}, {"77"}}) == "");
    BOOST_TEST(book.fail("no answer") == "");
    const auto seen = look_at_crawl_book(here.path("book"), 5);
    BOOST_TEST(seen.why_failed == "no answer");
    BOOST_TEST(!seen.ended);
    BOOST_TEST(seen.pages == 1u);
  }
  crawl_book book{here.path("book"), who};
  BOOST_TEST(book.why_failed() == "no answer");
  BOOST_TEST(book.start_over() == "");
  BOOST_TEST(book.why_failed() == "");
  BOOST_TEST(book.pages() == 0u);
  BOOST_TEST(book.last_mark().rows == 0u);
  BOOST_TEST(book.last_mark().names.empty());
  BOOST_TEST(look_at_crawl_book(here.path("book"), 5).hosts.empty());
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_and_loses_nothing) {
  test::scratch_folder here;
  crawl_book book{here.path("book"), who};
  BOOST_TEST(book.append(std::vector{page(1)}) == "");
  {
    const test::small_disk full{200'000};
    std::string why;
    for (int i = 2; why.empty() && i < 100'000; ++i) {
      std::vector<std::string> many(50, page(i));
      why = book.append(many);
    }
    BOOST_TEST(why.find(here.path("book")) != std::string::npos);
  }
  const auto kept = book.pages();
  BOOST_TEST(all(book).size() == kept);
}

BOOST_AUTO_TEST_SUITE_END()
