// SPDX-License-Identifier: BSD-3-Clause
// Every way of checking a stream gives the same bytes for the same bytes.

#include <chrono>
#include <cstdint>
#include <random>
#include <stop_token>
#include <thread>
#include <utility>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include "domain/primes/primality.hpp"
#include "tests/agree/prime_engines.hpp"

using namespace troupe;
using namespace troupe::test;
using primes::method;

namespace {

// Small and odd sizes, so that blocks end in the middle of everything.
const std::vector<std::size_t> block_sizes{1, 7, 100, 256 * 1024};

io::prime_plan plan_of(method how, std::size_t block_bytes = 256 * 1024) {
  io::prime_plan plan;
  plan.job.how = how;
  plan.block_bytes_max = block_bytes;
  plan.workers = 3;
  return plan;
}

// Holds every engine, at every size of blocks, to `text` and `complaints`.
void all_say(const io::prime_plan& plan, const std::string& input, const std::string& text,
             const std::vector<std::string>& complaints = {}) {
  for (const auto& engine : prime_engines())
    for (const auto size : block_sizes) {
      BOOST_TEST_CONTEXT(engine.name << ", blocks of " << size) {
        auto mine = plan;
        mine.block_bytes_max = size;
        const auto got = check_text(engine.check, mine, input);
        BOOST_TEST(got.text == text);
        BOOST_TEST(got.complaints == complaints, boost::test_tools::per_element());
        BOOST_TEST(got.sum.error == "");
        BOOST_TEST(!got.sum.interrupted);
      }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(primes_agree)

BOOST_AUTO_TEST_CASE(numbers_of_all_kinds_and_junk) {
  const std::string long_composite(400, '1'); // divisible by 11
  const std::string input =
      "2\n0\n1\n\n 7 \r\n007\n18446744073709551557\n18446744073709551615\n"
      "18446744073709551616\nx7\n-7\n+7\n7 11\n3.0\n\t\n170141183460469231731687303715884105727\n"
      + long_composite + "\n1\xff\n9";
  const std::string text =
      "2 prime\n0 composite\n1 composite\n7 prime\n007 prime\n18446744073709551557 prime\n"
      "18446744073709551615 composite\n18446744073709551616 composite\n"
      "invalid\ninvalid\ninvalid\ninvalid\ninvalid\n"
      "170141183460469231731687303715884105727 probable prime\n"
      + long_composite + " composite\ninvalid\n9 composite\n";
  std::vector<std::string> complaints;
  for (const int line : {10, 11, 12, 13, 14, 18})
    complaints.push_back("line " + std::to_string(line) + " is no whole number");
  all_say(plan_of(method::fast), input, text, complaints);
}

BOOST_AUTO_TEST_CASE(a_number_beyond_64_bits_can_be_proved) {
  all_say(plan_of(method::prove), "170141183460469231731687303715884105727\n7\n",
          "170141183460469231731687303715884105727 prime\n7 prime\n");
}

BOOST_AUTO_TEST_CASE(trial_division_says_what_it_cannot) {
  all_say(plan_of(method::trial), "1000003\n18446744073709551616\n1000001\n",
          "1000003 prime\n18446744073709551616 too large\n1000001 composite\n",
          {"line 2 is too large for this method"});
}

BOOST_AUTO_TEST_CASE(no_input_no_output) {
  all_say(plan_of(method::fast), "", "");
  all_say(plan_of(method::fast), "\n\r\n \n", "");
}

BOOST_AUTO_TEST_CASE(json) {
  auto plan = plan_of(method::fast);
  plan.job.json = true;
  all_say(plan, "7\nx\n8",
          "{\"number\":\"7\",\"verdict\":\"prime\"}\n{\"verdict\":\"invalid\"}\n"
          "{\"number\":\"8\",\"verdict\":\"composite\"}\n",
          {"line 2 is no whole number"});
}

BOOST_AUTO_TEST_CASE(strict_ends_at_the_first_junk) {
  auto plan = plan_of(method::fast);
  plan.job.strict = true;
  std::string input, text;
  for (int n = 1; n <= 3000; ++n) {
    input += n == 1234 || n > 2000 ? "junk\n" : std::to_string(n) + "\n";
    if (n < 1234)
      text += std::to_string(n)
              + (primes::is_prime(static_cast<unsigned>(n)) ? " prime\n" : " composite\n");
  }
  for (const auto& engine : prime_engines())
    for (const auto size : block_sizes) {
      BOOST_TEST_CONTEXT(engine.name << ", blocks of " << size) {
        plan.block_bytes_max = size;
        const auto got = check_text(engine.check, plan, input);
        BOOST_TEST(got.text == text + "invalid\n");
        BOOST_TEST(got.sum.refused);
        BOOST_TEST(got.complaints == std::vector<std::string>{"line 1234 is no whole number"},
                   boost::test_tools::per_element());
      }
    }
}

BOOST_AUTO_TEST_CASE(complaints_have_a_limit) {
  auto plan = plan_of(method::fast);
  plan.job.faults_shown_max = 3;
  std::string input, text;
  for (int i = 0; i < 50; ++i) {
    input += "junk\n";
    text += "invalid\n";
  }
  all_say(plan, input, text,
          {"line 1 is no whole number", "line 2 is no whole number", "line 3 is no whole number",
           "47 more of that kind are not shown"});
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_bounded) {
  auto plan = plan_of(method::fast);
  plan.job.line_bytes_max = 1000;
  const std::string digits(1001, '1'), fits(1000, '2');
  all_say(plan,
          "3\n" + std::string(3'000'000, '7') + "\n5\n" + fits + "\n" + digits + "\n"
              + std::string(200'000, '7'),
          "3 prime\ninvalid\n5 prime\n" + fits + " composite\ninvalid\ninvalid\n",
          {"line 2 is too long for a number", "line 5 is too long for a number",
           "line 6 is too long for a number"});
}

BOOST_AUTO_TEST_CASE(many_numbers_come_in_their_order) {
  std::mt19937_64 draw{7};
  std::string input, text;
  for (int i = 0; i < 30'000; ++i) {
    const auto n = draw() >> draw() % 64;
    input += std::to_string(n) + "\n";
    text += std::to_string(n) + (primes::is_prime(n) ? " prime\n" : " composite\n");
  }
  for (const auto& engine : prime_engines())
    for (const std::size_t size : {1000, 256 * 1024}) {
      const auto got = check_text(engine.check, plan_of(method::fast, size), input);
      BOOST_TEST((got.text == text), engine.name << ", blocks of " << size);
      BOOST_TEST(got.sum.counts.answers() == 30'000u);
    }
}

BOOST_AUTO_TEST_CASE(lines_that_are_there_are_answered_before_the_input_ends) {
  for (const auto& engine : prime_engines()) {
    BOOST_TEST_CONTEXT(engine.name) {
      int in[2], out[2];
      BOOST_REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
      BOOST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
      io::prime_setting setting;
      setting.in = in[0];
      setting.out = out[1];
      std::jthread run{[&] { engine.check(plan_of(method::fast), setting); }};
      for (const std::string text : {"7\n", "8\n9\n"}) {
        BOOST_REQUIRE(::write(in[1], text.data(), text.size())
                      == static_cast<ssize_t>(text.size()));
        std::string got;
        const std::string want = text == "7\n" ? "7 prime\n" : "8 composite\n9 composite\n";
        char piece[100];
        for (ssize_t n; got.size() < want.size() && (n = ::read(out[0], piece, sizeof piece)) > 0;)
          got.append(piece, static_cast<std::size_t>(n));
        BOOST_TEST(got == want);
      }
      ::close(in[1]);
      run.join();
      for (const int fd : {in[0], out[0], out[1]})
        ::close(fd);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_one_who_waits_for_input_and_one_who_waits_for_its_reader) {
  for (const auto& engine : prime_engines())
    for (const bool reader_sleeps : {false, true}) {
      BOOST_TEST_CONTEXT(engine.name << (reader_sleeps ? ", output" : ", input")) {
        int in[2], out[2];
        BOOST_REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
        BOOST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
        std::stop_source stop;
        io::prime_setting setting;
        setting.in = reader_sleeps ? ::open("/dev/zero", O_RDONLY | O_CLOEXEC) : in[0];
        setting.out = out[1];
        setting.stop = stop.get_token();
        // Answers of 28 bytes, which no page nor block holds a whole number of.
        const std::string number = "1000000000000000000007", answer = number + " composite\n";
        std::string text;
        for (int i = 0; i < 100'000; ++i)
          text += number + "\n";
        const memory_file endless{text};
        if (reader_sleeps) {
          ::close(setting.in);
          setting.in = endless.fd();
        }
        io::prime_summary sum;
        std::jthread run{[&] { sum = engine.check(plan_of(method::fast), setting); }};
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        const auto begun = std::chrono::steady_clock::now();
        stop.request_stop();
        run.join();
        BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(10)));
        BOOST_TEST(sum.interrupted);
        if (reader_sleeps) { // and finds whole lines when it wakes up
          ::close(std::exchange(out[1], -1));
          std::string left, piece(64 * 1024, ' ');
          for (ssize_t n; (n = ::read(out[0], piece.data(), piece.size())) > 0;)
            left.append(piece, 0, static_cast<std::size_t>(n));
          BOOST_TEST(!left.empty());
          BOOST_TEST(left.substr(left.size() / answer.size() * answer.size()) == "");
          BOOST_TEST(left.ends_with(answer));
        }
        for (const int fd : {in[0], in[1], out[0], out[1]})
          ::close(fd);
      }
    }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_a_long_proof) {
  // A prime of 390 digits without a pattern: its proof takes seconds.
  const std::string hard =
      "622788222279195441737686640171601042488283749733090202818192027996493543027014871073104864"
      "536766392228158921132171979593252043731058051791783201303117703968097968619110147150242365"
      "954667830218811606525826003203519557172534503250673673900239882088384168811107978831430476"
      "056429915140279956141982218652588984510911695886517442474030533391637917764646254869782728"
      "033626136214422734881653140377";
  auto plan = plan_of(method::prove);
  for (const auto& engine : prime_engines()) {
    std::stop_source stop;
    const auto begun = std::chrono::steady_clock::now();
    const auto got = check_text(engine.check, plan, "7\n" + hard + "\n11\n", stop.get_token(),
                                [&stop](const primes::line_counts& now) {
                                  if (now.primes == 1)
                                    stop.request_stop();
                                });
    BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(10)), engine.name);
    BOOST_TEST(got.text == "7 prime\n", engine.name);
    BOOST_TEST(got.sum.interrupted, engine.name);
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_and_a_reader_who_left) {
  std::string input;
  for (int i = 0; i < 200'000; ++i)
    input += "1000000007\n";
  for (const auto& engine : prime_engines()) {
    BOOST_TEST_CONTEXT(engine.name) {
      const memory_file in{input};
      io::prime_setting setting;
      setting.in = in.fd();
      setting.out = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
      auto sum = engine.check(plan_of(method::fast), setting);
      ::close(setting.out);
      BOOST_TEST(sum.error == "standard output: No space left on device");
      int out[2];
      BOOST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
      ::close(out[0]);
      ::lseek(in.fd(), 0, SEEK_SET);
      setting.out = out[1];
      sum = engine.check(plan_of(method::fast), setting);
      ::close(out[1]);
      BOOST_TEST(sum.reader_gone);
      BOOST_TEST(sum.error == "");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
