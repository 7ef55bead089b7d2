// SPDX-License-Identifier: BSD-3-Clause
// A stream of lines through all its actors, each stepped by the test, in orders drawn from a seed:
// what must hold in every order.

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "actors/primes/supervisor.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"
#include "runtime/test_system.hpp"

using namespace troupe;
using namespace troupe::primes;

namespace {

constexpr int blocks_of_run = 60;

// Blocks without I/O: block i is "i\n", and its answer "i!\n".
struct fake_lines {
  std::mt19937_64 draw;
  int read_next = 0, end = blocks_of_run;
  std::string written;
  int blocks_written = 0, on_their_way_most = 0;
  std::map<std::string, int> checks;
  std::function<void(const std::string&)> before_check; // may throw: the checker dies
  std::function<bool()> more_wanted;
  std::string read_error;

  explicit fake_lines(std::uint64_t seed) : draw(seed) {}

  static block_answer answer_to(const std::string& lines) {
    block_answer a;
    a.text = lines.substr(0, lines.size() - 1) + "!\n";
    a.counts.lines = a.counts.primes = 1;
    return a;
  }

  check_ports ports() {
    check_ports p;
    p.make_line_checker = [this](const line_job&) {
      return [this](std::string_view lines) {
        const std::string text{lines};
        ++checks[text];
        if (before_check)
          before_check(text);
        return io::timed_answer{answer_to(text), std::chrono::milliseconds(1)};
      };
    };
    p.give_up = [](const line_job&, std::string_view lines) {
      block_answer a;
      a.text = std::string{lines.substr(0, lines.size() - 1)} + "?\n";
      a.counts.lines = a.counts.unknown = 1;
      return a;
    };
    p.read = [this](std::size_t) {
      on_their_way_most = std::max(on_their_way_most, read_next - blocks_written + 1);
      if (read_next == end)
        return read_result{nullptr, read_error.empty(), read_error};
      return read_result{std::make_shared<const std::string>(std::to_string(read_next++) + "\n"),
                         false, ""};
    };
    p.write = [this](const block_answer& a) {
      written += a.text;
      ++blocks_written;
      return !more_wanted || more_wanted();
    };
    return p;
  }
};

struct stream_run {
  runtime::test_system<caf::id_block::troupe> actors;
  std::optional<stream_ended> ended;
  check_supervisor_actor head;

  stream_run(std::uint64_t seed, fake_lines& lines, crew_limits crew = {}) : actors(seed) {
    io::prime_plan plan;
    plan.workers = crew.checkers = 3;
    plan.blocks_ahead = 2;
    head = runtime::spawn<supervisor>(
        actors.system(), lines.ports(), crew, std::optional{plan},
        std::function<void(stream_ended)>{[this](stream_ended x) { ended = std::move(x); }});
  }
  ~stream_run() {
    runtime::stop(head);
    head = nullptr;
    actors.run();
  }
  bool finish() {
    return actors.run_until([this] { return ended.has_value(); }, 100);
  }
};

std::string expected(int blocks, const std::string& given_up = "") {
  std::string all;
  for (int i = 0; i < blocks; ++i)
    all += std::to_string(i) + (std::to_string(i) + "\n" == given_up ? "?\n" : "!\n");
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(prime_stream)

BOOST_AUTO_TEST_CASE(all_is_answered_in_order_once_and_few_are_on_their_way) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_lines lines{seed};
      stream_run run{seed, lines};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(lines.written == expected(blocks_of_run));
      BOOST_TEST(run.ended->complete);
      BOOST_TEST(run.ended->error == "");
      BOOST_TEST(lines.on_their_way_most <= 6);
      for (const auto& [text, times] : lines.checks) // twice, if an idle one took it too late
        BOOST_TEST((times == 1 || times == 2), text);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_checker_that_dies_is_replaced_and_its_block_is_checked_again) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_lines lines{seed};
      int deaths = 0;
      lines.before_check = [&](const std::string& text) {
        if (lines.checks[text] == 1 && lines.draw() % 8 == 0) {
          ++deaths;
          throw std::runtime_error("planted");
        }
      };
      stream_run run{seed, lines};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(deaths > 0);
      BOOST_TEST(lines.written == expected(blocks_of_run));
      BOOST_TEST(run.ended->complete);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_block_that_kills_every_checker_is_given_up_and_no_other_suffers) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_lines lines{seed};
      lines.before_check = [](const std::string& text) {
        if (text == "7\n")
          throw std::runtime_error("planted");
      };
      stream_run run{seed, lines};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(lines.written == expected(blocks_of_run, "7\n"));
      BOOST_TEST((lines.checks["7\n"] == 3 || lines.checks["7\n"] == 4)); // 4: in two hands at once
      BOOST_TEST(run.ended->complete);
    }
  }
}

BOOST_AUTO_TEST_CASE(too_many_deaths_end_the_run_and_what_was_in_order_is_written) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_lines lines{seed};
      lines.before_check = [&](const std::string&) {
        if (lines.blocks_written > 10)
          throw std::runtime_error("planted");
      };
      crew_limits crew;
      crew.restarts_max = 4;
      stream_run run{seed, lines, crew};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(run.ended->error.starts_with("gave up: a checker died"), run.ended->error);
      BOOST_TEST(!run.ended->complete);
      BOOST_TEST(lines.blocks_written > 10);
    }
  }
}

BOOST_AUTO_TEST_CASE(after_a_stop_what_is_written_is_the_beginning) {
  int cut_short = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_lines lines{seed};
      stream_run run{seed, lines};
      for (std::uint64_t i = 0; i < 40 + seed * 2; ++i)
        run.actors.step();
      runtime::post(run.head, stop_check{});
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(lines.written == expected(lines.blocks_written));
      BOOST_TEST(run.ended->complete == (lines.blocks_written == blocks_of_run));
      cut_short += lines.blocks_written < blocks_of_run ? 1 : 0;
    }
  }
  BOOST_TEST(cut_short > 50);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_after_the_writer_wants_no_more) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      fake_lines lines{seed};
      lines.more_wanted = [&] { return lines.blocks_written < 5; };
      stream_run run{seed, lines};
      BOOST_REQUIRE(run.finish());
      BOOST_TEST(lines.written == expected(5));
      BOOST_TEST(lines.read_next <= 5 + 6);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_input_that_fails_is_told_after_what_was_read_is_written) {
  fake_lines lines{1};
  lines.end = 9;
  lines.read_error = "standard input: Input/output error";
  stream_run run{1, lines};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->error == lines.read_error);
  BOOST_TEST(!run.ended->complete);
  BOOST_TEST(lines.written == expected(9));
}

BOOST_AUTO_TEST_CASE(an_empty_input_is_complete) {
  fake_lines lines{1};
  lines.end = 0;
  stream_run run{1, lines};
  BOOST_REQUIRE(run.finish());
  BOOST_TEST(run.ended->complete);
  BOOST_TEST(lines.written == "");
}

BOOST_AUTO_TEST_CASE(a_supervisor_that_is_stopped_says_so) {
  fake_lines lines{1};
  stream_run run{1, lines};
  runtime::stop(run.head);
  run.actors.run();
  BOOST_REQUIRE(run.ended.has_value());
  BOOST_TEST(!run.ended->error.empty());
}

BOOST_AUTO_TEST_SUITE_END()
