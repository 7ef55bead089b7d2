// SPDX-License-Identifier: BSD-3-Clause
// What programs read and write: lines, chunks, limits, credit, input.
#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <mutex>
#include <numeric>
#include <thread>

#include <csignal>

#include "io/process/lines.hpp"
#include "tests/support/process_probe.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using ending = io::process_end::ending;
using io::process_output;
using test::command;
using test::process_probe;
using test::shell;
using lines = std::vector<std::string>;

namespace {

io::process_spec in_chunks(io::process_spec spec) {
  spec.out = process_output::chunks;
  spec.err = process_output::chunks;
  return spec;
}

io::process_spec with_input(io::process_spec spec, std::string bytes) {
  spec.in = {io::process_input::kind::bytes, std::move(bytes)};
  return spec;
}

std::string random_bytes(std::size_t n) {
  std::string made(n, '\0');
  std::uint32_t x = 2463534242;
  for (auto& c : made) {
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    c = static_cast<char>(x);
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_outputs)

BOOST_AUTO_TEST_CASE(cuts_lines_wherever_the_pieces_end) {
  const std::string text = "one\n\ntwo words\r\nlast, and long enough to be split";
  for (std::size_t max : {4u, 7u, 100u})
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      io::line_splitter splitter{max};
      lines got;
      std::uint64_t bytes = 0;
      for (std::size_t at = 0; at < text.size(); at += piece)
        bytes += splitter.feed(std::string_view{text}.substr(at, piece), got);
      bytes += splitter.flush(got);
      BOOST_TEST(bytes == text.size());
      if (max == 100)
        BOOST_TEST(got == (lines{"one", "", "two words\r", "last, and long enough to be split"}),
                   boost::test_tools::per_element());
      for (const auto& line : got)
        BOOST_TEST(line.size() <= max);
      BOOST_TEST(splitter.split() == (max == 100 ? 0u : 2u));
      BOOST_TEST(std::accumulate(got.begin(), got.end(), std::string{})
                 == "onetwo words\rlast, and long enough to be split");
    }
}

BOOST_AUTO_TEST_CASE(a_line_of_just_the_greatest_length_is_whole) {
  io::line_splitter splitter{4};
  lines got;
  BOOST_TEST(splitter.feed("abcd", got) == 0u);
  BOOST_TEST(splitter.feed("\nabcde\n", got) == 5u + 6u);
  BOOST_TEST(got == (lines{"abcd", "abcd", "e"}), boost::test_tools::per_element());
  BOOST_TEST(splitter.split() == 1u);
}

BOOST_AUTO_TEST_CASE(keeps_the_two_outputs_apart) {
  const auto got = process_probe{}.run(shell("echo a; echo b >&2; echo c; printf d >&2"));
  BOOST_TEST(got.out == (lines{"a", "c"}), boost::test_tools::per_element());
  BOOST_TEST(got.err == (lines{"b", "d"}), boost::test_tools::per_element());
  BOOST_TEST(got.end.out_bytes == 4u);
  BOOST_TEST(got.end.err_bytes == 3u);
  BOOST_TEST(got.told_bytes == 7u);
}

BOOST_AUTO_TEST_CASE(merges_them_in_order_or_throws_them_away) {
  process_probe probe;
  auto spec = shell("echo a; echo b >&2; echo c; echo d >&2");
  spec.err = process_output::merged;
  BOOST_TEST(probe.run(spec).out == (lines{"a", "b", "c", "d"}), boost::test_tools::per_element());
  spec.out = process_output::null;
  spec.err = process_output::lines;
  const auto got = probe.run(spec);
  BOOST_TEST(got.out.empty());
  BOOST_TEST(got.err == (lines{"b", "d"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(passes_any_byte) {
  const auto bytes = random_bytes(300'000);
  auto spec = with_input(in_chunks(command({"cat"})), bytes);
  const auto got = process_probe{}.run(spec);
  BOOST_TEST(got.end.ok());
  BOOST_TEST((got.out_bytes == bytes));
}

BOOST_AUTO_TEST_CASE(splits_a_very_long_line) {
  auto spec = shell("head -c 5000000 /dev/zero; echo; echo end");
  const auto got = process_probe{}.run(spec);
  BOOST_TEST_REQUIRE(got.out.size() == 6u);
  BOOST_TEST(got.out[0].size() == 1u << 20);
  BOOST_TEST(got.out[4].size() == 5'000'000u - (4u << 20));
  BOOST_TEST(got.out[5] == "end");
  BOOST_TEST(got.end.lines_split == 1u);
  BOOST_TEST(got.told_bytes == 5'000'005u);
}

BOOST_AUTO_TEST_CASE(cuts_output_at_its_limit_and_lets_the_program_end) {
  auto spec = in_chunks(shell("head -c 3000000 /dev/zero; echo tail >&2; exit 4"));
  spec.output_bytes_max = 1'000'000;
  const auto got = process_probe{}.run(spec);
  BOOST_TEST(got.end.how == ending::exited);
  BOOST_TEST(got.end.code == 4);
  BOOST_TEST(got.end.output_cut);
  BOOST_TEST(got.out_bytes.size() == 1'000'000u);
  BOOST_TEST(got.end.out_bytes == 3'000'000u);
  BOOST_TEST(got.end.err_bytes == 5u);
  BOOST_TEST(got.err_bytes == "");
}

BOOST_AUTO_TEST_CASE(output_of_just_the_limit_is_not_cut) {
  auto spec = in_chunks(command({"head", "-c", "100000", "/dev/zero"}));
  spec.output_bytes_max = 100'000;
  const auto got = process_probe{}.run(spec);
  BOOST_TEST(!got.end.output_cut);
  BOOST_TEST(got.out_bytes.size() == 100'000u);
}

BOOST_AUTO_TEST_CASE(kills_at_the_limit_if_told_so) {
  auto spec = command({"yes", "a line"});
  spec.output_bytes_max = 1'000;
  spec.at_output_max = io::process_excess::kill;
  const auto got = process_probe{}.run(spec);
  BOOST_TEST(got.end.how == ending::output_limit);
  BOOST_TEST(got.end.signal == SIGTERM);
  BOOST_TEST(got.end.output_cut);
  BOOST_TEST(got.told_bytes == 1'000u);
  BOOST_TEST(got.out.size() == 143u);
  BOOST_TEST(got.end.reason == "it wrote more than 1000 bytes: ended by SIGTERM");
}

BOOST_AUTO_TEST_CASE(a_program_waits_for_a_reader_that_gives_no_credit) {
  auto spec = in_chunks(command({"yes"}));
  spec.credit_bytes = 1'000;
  spec.output_bytes_max = 0;
  process_probe probe;
  std::atomic<std::uint64_t> told{0};
  std::atomic<process_probe::id> id{0};
  auto future = probe.start(spec, [&](process_probe::id its, const io::process_text& text) {
    id = its;
    told += text.bytes;
  });
  while (told == 0)
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(200ms);
  const auto after_first = told.load();
  BOOST_TEST(after_first < 1'000u + (64u << 10));
  probe.runner().more(id, 200'000);
  while (told < after_first + 100'000)
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(100ms);
  BOOST_TEST(told < 201'000u + (64u << 10));
  probe.runner().cancel(id);
  const auto got = test::get(std::move(future));
  BOOST_TEST(got.end.how == ending::cancelled);
  // What was in the pipe at its end is still told.
  BOOST_TEST(got.told_bytes == got.end.out_bytes);
}

BOOST_AUTO_TEST_CASE(an_exhausted_credit_holds_up_no_end) {
  auto spec = in_chunks(shell("head -c 60000 /dev/zero; echo x >&2"));
  spec.credit_bytes = 1;
  io::process_limits limits;
  limits.read_bytes_max = 4'096;
  const auto got = process_probe{limits}.run(spec);
  BOOST_TEST(got.end.ok());
  BOOST_TEST(!got.end.stragglers);
  BOOST_TEST(got.told_bytes == 60'002u);
}

// A gibibyte through a consumer on another thread, which gives back what it has used up.
BOOST_AUTO_TEST_CASE(a_gibibyte_is_never_in_memory_at_once) {
  constexpr std::uint64_t credit = 256u << 10;
  auto spec = in_chunks(command({"head", "-c", "1073741824", "/dev/zero"}));
  spec.credit_bytes = credit;
  spec.output_bytes_max = 0;
  std::mutex gate;
  std::condition_variable changed;
  std::vector<std::string> queue;
  std::uint64_t held = 0;
  std::uint64_t held_max = 0;
  std::uint64_t consumed = 0;
  bool over = false;
  io::process_end end;
  ::signal(SIGCHLD, SIG_DFL);
  io::process_runner runner;
  const auto id = runner.start(
      spec,
      [&](io::process_text text) {
        std::lock_guard lock{gate};
        held += text.bytes;
        held_max = std::max(held_max, held);
        queue.push_back(std::move(text.chunk));
        changed.notify_one();
      },
      [&](io::process_end its) {
        std::lock_guard lock{gate};
        end = std::move(its);
        over = true;
        changed.notify_one();
      });
  for (bool done = false; !done;) {
    std::unique_lock lock{gate};
    BOOST_TEST_REQUIRE(changed.wait_for(lock, 60s, [&] { return over || !queue.empty(); }));
    auto batch = std::exchange(queue, {});
    done = over;
    std::uint64_t bytes = 0;
    for (const auto& each : batch)
      bytes += each.size();
    held -= bytes;
    consumed += bytes;
    lock.unlock();
    runner.more(id, bytes);
  }
  BOOST_TEST(end.ok());
  BOOST_TEST(consumed == 1u << 30);
  BOOST_TEST(end.out_bytes == 1u << 30);
  // The credit, one read beyond it, and at the end what the pipe held.
  BOOST_TEST(held_max <= credit + 2 * (64u << 10));
}

BOOST_AUTO_TEST_CASE(gives_input_that_is_read_partly_or_not_at_all) {
  process_probe probe;
  const auto bytes = random_bytes(10'000'000);
  BOOST_TEST(probe.run(with_input(command({"wc", "-c"}), bytes)).out == lines{"10000000"},
             boost::test_tools::per_element());
  BOOST_TEST(probe.run(with_input(command({"true"}), bytes)).end.ok());
  auto some = with_input(in_chunks(command({"head", "-c", "10"})), bytes);
  BOOST_TEST((probe.run(some).out_bytes == bytes.substr(0, 10)));
  BOOST_TEST(probe.run(with_input(command({"wc", "-c"}), "")).out == lines{"0"},
             boost::test_tools::per_element());
  // The program cannot change what it was given, nor be kept from opening it by name.
  BOOST_TEST(
      probe.run(with_input(shell("cat /dev/stdin; echo x 2>/dev/null >&0 || echo no"), "y\n")).out
          == (lines{"y", "no"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(input_is_dev_null_or_a_file) {
  process_probe probe;
  BOOST_TEST(probe.run(command({"readlink", "/proc/self/fd/0"})).out == lines{"/dev/null"},
             boost::test_tools::per_element());
  auto spec = command({"readlink", "/proc/self/fd/0"});
  spec.in = {io::process_input::kind::file, "/etc/passwd"};
  BOOST_TEST(probe.run(spec).out == lines{"/etc/passwd"}, boost::test_tools::per_element());
  spec.in = {io::process_input::kind::bytes, std::string(100, 'x')};
  io::process_limits limits;
  limits.input_bytes_max = 99;
  BOOST_TEST(process_probe{limits}.run(spec).end.reason.find("more than the limit of 99")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(output_that_nobody_wants_is_counted) {
  process_probe probe;
  std::promise<io::process_end> done;
  auto spec = command({"head", "-c", "500000", "/dev/zero"});
  spec.credit_bytes = 1;
  probe.runner().start(spec, {}, [&](io::process_end end) { done.set_value(std::move(end)); });
  const auto end = done.get_future().get();
  BOOST_TEST(end.ok());
  BOOST_TEST(end.out_bytes == 500'000u);
}

BOOST_AUTO_TEST_SUITE_END()
