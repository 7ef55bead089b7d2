// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include "domain/jobs/log_row.hpp"
#include "domain/jobs/resume.hpp"

using namespace troupe::jobs;

namespace {

job a_job(std::uint64_t seq, std::vector<std::string> argv = {"true"}) {
  job j;
  j.seq = seq;
  j.argv = std::move(argv);
  j.key = key_of(j.argv);
  return j;
}

attempt ended(job_end end, int code = 0) {
  attempt a;
  a.end = end;
  a.exit_code = code;
  return a;
}

log_row row_of(const job& j, attempt what, bool final) {
  what.seq = j.seq;
  const auto line = log_line(j, what, final);
  return *parse_log_line({line.data(), line.size() - 1});
}

} // namespace

BOOST_AUTO_TEST_SUITE(logs)

BOOST_AUTO_TEST_CASE(a_row_is_read_back) {
  const auto j = a_job(3, {"a b", "\"q\"\n", "\xff\xfe", "\xc3\xa4", ""});
  attempt a;
  a.seq = 3;
  a.number = 2;
  a.end = job_end::exited;
  a.exit_code = 7;
  a.reason = "exited with 7";
  a.start_s = 1764115200.25;
  a.seconds = 0.001;
  a.cpu_s = 0.5;
  a.bytes = 12;
  const auto line = log_line(j, a, true);
  BOOST_TEST(line.find('\n') == line.size() - 1);
  const auto row = parse_log_line({line.data(), line.size() - 1});
  BOOST_REQUIRE(row);
  BOOST_TEST(row->seq == 3u);
  BOOST_TEST(row->key == j.key);
  BOOST_TEST(row->final);
  BOOST_TEST((row->what == a));
  BOOST_TEST(
      (row->argv
       == std::vector<std::string>{"a b", "\"q\"\n", "\xef\xbf\xbd\xef\xbf\xbd", "\xc3\xa4", ""}));
  BOOST_TEST(line.find("node") == std::string::npos); // as it always was, of a run here
}

BOOST_AUTO_TEST_CASE(a_row_names_the_node_that_ran_it) {
  auto a = ended(job_end::worker_lost);
  a.node = "anna";
  a.reason = "node anna was lost";
  const auto row = row_of(a_job(1), a, true);
  BOOST_TEST(row.what.node == "anna");
  BOOST_TEST(row.what.reason == "node anna was lost");
}

BOOST_AUTO_TEST_CASE(every_end_has_a_name_and_words) {
  for (int i = 0; i <= static_cast<int>(job_end::worker_lost); ++i) {
    const auto end = static_cast<job_end>(i);
    BOOST_TEST((job_end_of(to_string(end)) == end));
    BOOST_TEST(in_words(ended(end, 3)) != "?");
    auto a = ended(end);
    a.seq = 1;
    const auto line = log_line(a_job(1), a, false);
    BOOST_TEST((parse_log_line({line.data(), line.size() - 1})->what.end == end));
    BOOST_TEST(a.good() == (end == job_end::exited));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_row_is_refused) {
  const auto line = log_line(
      a_job(1),
      [] {
        attempt a;
        a.seq = 1;
        return a;
      }(),
      true);
  for (std::size_t cut = 0; cut + 1 < line.size() - 1; ++cut)
    BOOST_TEST(!parse_log_line({line.data(), cut}), cut);
  for (const char* bad : {"[]", "{}", "1", R"({"seq":1,"key":"zz"})", R"({"seq":-1,"key":"00"})"})
    BOOST_TEST(!parse_log_line(bad), bad);
}

BOOST_AUTO_TEST_CASE(resuming_leaves_out_what_is_over) {
  using answer = resume_rule::answer;
  const attempt good = ended(job_end::exited), bad = ended(job_end::exited, 1),
                stopped = ended(job_end::stopped), late = ended(job_end::timed_out);
  const struct {
    std::vector<std::pair<attempt, bool>> rows; // and whether final
    answer plain, failed_again;
  } rows[] = {
      {{}, answer::run, answer::run},
      {{{good, true}}, answer::was_good, answer::was_good},
      {{{bad, true}}, answer::had_failed, answer::run},
      {{{late, true}}, answer::had_failed, answer::run},
      {{{bad, false}}, answer::run, answer::run},
      {{{bad, false}, {good, true}}, answer::was_good, answer::was_good},
      {{{bad, true}, {good, true}}, answer::was_good, answer::was_good},
      {{{stopped, true}}, answer::run, answer::run},
      {{{bad, true}, {stopped, true}}, answer::run, answer::run},
      {{{bad, false}, {bad, true}}, answer::had_failed, answer::run},
  };
  for (const auto& row : rows)
    for (const bool again : {false, true}) {
      resume_rule rule{again};
      for (const auto& [what, final] : row.rows)
        BOOST_TEST(rule.take(row_of(a_job(2), what, final)) == "");
      BOOST_TEST((rule.ask(a_job(2)) == (again ? row.failed_again : row.plain)));
      BOOST_TEST((rule.ask(a_job(1)) == answer::run));
      BOOST_TEST((rule.ask(a_job(3)) == answer::run));
      if (!row.rows.empty())
        BOOST_TEST((rule.ask(a_job(2, {"false"})) == answer::other_job));
    }
}

BOOST_AUTO_TEST_CASE(a_log_that_contradicts_itself_is_refused) {
  resume_rule rule;
  BOOST_TEST(rule.take(row_of(a_job(1), ended(job_end::exited), true)) == "");
  BOOST_TEST(rule.take(row_of(a_job(1, {"x"}), ended(job_end::exited), true)) != "");
  BOOST_TEST(rule.take(row_of(a_job(resume_rule::seq_max + 1), ended(job_end::exited), true))
             != "");
  BOOST_TEST(rule.last_seq() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
