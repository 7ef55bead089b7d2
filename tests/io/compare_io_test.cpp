// SPDX-License-Identifier: BSD-3-Clause
// What troupe-compare runs and reads. What servers may do wrong is in
// tests/apps/compare_cli_test.sh.
#include <chrono>
#include <stop_token>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "io/compare/machine.hpp"
#include "io/compare/page.hpp"
#include "io/compare/programs.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using io::process_end;

namespace {

io::process_spec shell(const std::string& script) {
  io::process_spec spec;
  spec.argv = {"sh", "-c", script};
  return spec;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_run_has_its_output_and_its_last_words) {
  compare::programs programs({}, 10s, 1'000);
  const auto ran =
      programs.run(shell("echo a; echo b; echo one >&2; echo two >&2; echo >&2; exit 3"));
  BOOST_TEST(ran.out == "a\nb\n");
  BOOST_TEST(ran.last_error_line == "two");
  BOOST_TEST(ran.end.code == 3);
}

BOOST_AUTO_TEST_CASE(limits_end_a_run) {
  compare::programs programs({}, 200ms, 1'000);
  BOOST_CHECK(programs.run(shell("exec sleep 60")).end.how == process_end::ending::deadline);
  compare::programs patient({}, 10s, 1'000);
  const auto much = patient.run(shell("exec yes"));
  BOOST_CHECK(much.end.how == process_end::ending::output_limit);
  BOOST_TEST(much.out.size() <= 1'000u);
}

BOOST_AUTO_TEST_CASE(a_stop_request_ends_what_runs_and_starts_no_more) {
  std::stop_source stop;
  compare::programs programs(stop.get_token(), 60s, 1'000);
  std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  BOOST_CHECK(programs.run(shell("exec sleep 60")).end.how == process_end::ending::cancelled);
  BOOST_CHECK(programs.run(shell("exec sleep 60")).end.how == process_end::ending::cancelled);
}

BOOST_AUTO_TEST_CASE(a_server_says_where_it_is) {
  compare::programs programs({}, 10s, 1'000);
  const auto server = programs.serve(
      shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo on http://127.0.0.1:4711/; "
            "exec sleep 60"));
  BOOST_TEST(compare::programs::port_of(*server) == 4711);
  BOOST_TEST(compare::child_cpu_s() > 0.01);
  BOOST_CHECK(programs.end(*server).end.how == process_end::ending::cancelled);
  BOOST_TEST(compare::child_cpu_s() == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_never_begins_is_no_server) {
  compare::programs programs({}, 300ms, 1'000);
  for (const auto* script :
       {"echo no >&2; exit 1", "exec sleep 60", "echo http://127.0.0.1:; exit 0"})
    BOOST_CHECK_THROW(programs.serve(shell(script)), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_machine_is_known) {
  const auto m = compare::this_machine();
  BOOST_TEST(m.cores >= 1u);
  BOOST_TEST(!m.processor.empty());
  BOOST_TEST(m.kernel.starts_with("Linux "));
  BOOST_TEST(m.date.size() == 10u);
  BOOST_TEST(compare::own_rss_kib() > 500u);
  const auto before = compare::busy_s();
  const auto until = std::chrono::steady_clock::now() + 100ms;
  while (std::chrono::steady_clock::now() < until) {
  }
  BOOST_TEST(compare::busy_s() > before);
}

BOOST_AUTO_TEST_CASE(the_page_is_one_file) {
  const auto page = compare::report_page(R"({"command":"</div><script>"})");
  for (const char* elsewhere : {"src=", "url(", "@import", "https:"})
    BOOST_TEST(page.find(elsewhere) == page.npos, elsewhere);
  BOOST_TEST(page.find("default-src 'none'") != page.npos);
  BOOST_TEST(page.find(R"(<div id="data" hidden>{"command":"\u003c/div>\u003cscript>"}</div>)")
             != page.npos);
  for (const auto& file : compare::page_files())
    if (file.name != "compare.html")
      BOOST_TEST(page.find(file.bytes) != page.npos, file.name);
}

// What we once used is not to be counted as that of programs that we start. Sanitizers keep what is
// freed.
#if defined(__has_feature)
#define TROUPE_HAS_FEATURE(x) __has_feature(x)
#else
#define TROUPE_HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)                                  \
    || TROUPE_HAS_FEATURE(address_sanitizer) || TROUPE_HAS_FEATURE(thread_sanitizer)
constexpr bool frees_late = true;
#else
constexpr bool frees_late = false;
#endif
BOOST_AUTO_TEST_CASE(our_own_peak_can_be_forgotten, *boost::unit_test::enable_if<!frees_late>()) {
  std::string(64u << 20, 'x').back() = 'y';
  BOOST_TEST(compare::own_rss_kib() > (60u << 10));
  compare::lower_own_peak();
  compare::programs programs({}, 10s, 1'000);
  const auto ran = programs.run(shell("exit 0"));
  BOOST_TEST(ran.end.rss_kib_max < (60u << 10));
}
