// SPDX-License-Identifier: BSD-3-Clause
// That true certificates are taken is half of it. The other half: no text proves a composite, and a
// damaged certificate is none.
#include <boost/test/unit_test.hpp>
#include <flint/fmpz.h>
#include <flint/ulong_extras.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "domain/primes/certificate.hpp"
#include "domain/primes/integer.hpp"
#include "domain/primes/large.hpp"

using namespace troupe::primes;

namespace {

const std::string header = "primality-certificate 1\n";

/// What PARI/GP 2.15's primecert(nextprime(10^45)) prints: facts about that number.
const std::string pari =
    "[[1000000000000000000000000000000000000000000009, 61154315512742656872506, 174665808, 0, "
    "[774470598416544013208705176275673247782649651, "
    "329544411365072679802494568690915324706656435]], "
    "[5725218985046002821570772716343471513, 4412555875735665584, 1170, "
    "169270568433979956366238155725577716, [1645553055078265971205856777416124976, "
    "109801029178557315529609557892118594]], [4893349559868378476203604137271629, "
    "126369772879878287, 317375667, 0, [1139810834456069055619234209394196, "
    "529996336069958377610068966935615]], [15418162350387052041497029, 4264598003179, 3433651, 0, "
    "[13995618172277793062674415, 1069985119457154894438039]]]";

std::string why_not(const std::string& text) {
  const auto checked = check_certificate(text);
  return checked ? "it holds" : checked.error().why;
}

std::size_t line_of(const std::string& text) {
  const auto checked = check_certificate(text);
  return checked ? 0 : checked.error().line;
}

integer random_prime(std::mt19937_64& random, int bits) {
  integer n;
  for (int i = 0; i < bits; i += 32) {
    fmpz_mul_2exp(n.get(), n.get(), 32);
    fmpz_add_ui(n.get(), n.get(), random() >> 32);
  }
  fmpz_fdiv_r_2exp(n.get(), n.get(), static_cast<ulong>(bits));
  fmpz_setbit(n.get(), static_cast<ulong>(bits - 1));
  fmpz_nextprime(n.get(), n.get(), 0);
  return n;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_made_is_taken) {
  std::mt19937_64 random{1};
  for (int bits = 40; bits <= 160; bits += 12) {
    const auto n = random_prime(random, bits).decimal();
    const auto made = make_certificate(n);
    BOOST_REQUIRE_MESSAGE(made.has_value(), n);
    const auto checked = check_certificate(*made);
    BOOST_REQUIRE_MESSAGE(checked.has_value(), *made << why_not(*made));
    BOOST_TEST(*checked == n);
  }
}

BOOST_AUTO_TEST_CASE(large_primes_of_a_kind_are_certified) {
  // 2^n - 1 has no such help, but these have: k 2^n + 1, n! + 1, p# + 1 (A002981, A005234).
  integer n{3};
  fmpz_mul_2exp(n.get(), n.get(), 2816);
  fmpz_add_ui(n.get(), n.get(), 1);
  integer factorial;
  fmpz_fac_ui(factorial.get(), 154);
  fmpz_add_ui(factorial.get(), factorial.get(), 1);
  integer primorial;
  fmpz_primorial(primorial.get(), 379);
  fmpz_add_ui(primorial.get(), primorial.get(), 1);
  for (const auto& prime : {n, factorial, primorial}) {
    const auto made = make_certificate(prime.decimal());
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(check_certificate(*made).value() == prime.decimal());
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_certified_has_a_fault) {
  BOOST_TEST((make_certificate("ten") == tl::unexpected{fault::invalid}));
  BOOST_TEST((make_certificate("10") == tl::unexpected{fault::not_prime}));
  BOOST_TEST((make_certificate("1") == tl::unexpected{fault::not_prime}));
  BOOST_TEST((make_certificate("18446744073709551617") == tl::unexpected{fault::not_prime}));
  BOOST_TEST((make_certificate("0007").value() == header + "small 7\n"));
  certificate_limits limits;
  limits.digits_max = 19;
  BOOST_TEST(
      (make_certificate("18446744073709551629", {}, limits) == tl::unexpected{fault::too_large}));
  std::mt19937_64 random{2};
  const auto n = random_prime(random, 260).decimal();
  BOOST_TEST((make_certificate(n, [] { return true; }) == tl::unexpected{fault::cancelled}));
}

BOOST_AUTO_TEST_CASE(elliptic_steps_of_pari_are_taken) {
  const auto text = certificate_from_pari(pari);
  BOOST_REQUIRE(text.has_value());
  BOOST_TEST(why_not(*text) == "it holds");
  BOOST_TEST(check_certificate(*text).value() == "1000000000000000000000000000000000000000000009");
  BOOST_TEST(check_certificate(certificate_from_pari(" 101\n").value()).value() == "101");
  for (const char* no : {"", "[", "[]", "[[]]", "[[1,2,3,4,[5,6]", "[[1,2,3,4,[5,6]]]]", "x",
                         "[[1,2,3,4,5,6]]", "[1,2]", "-5", "[[1,2,3,4,[5,6]],]"})
    BOOST_TEST((certificate_from_pari(no) == tl::unexpected{fault::invalid}), no);
  BOOST_TEST((certificate_from_pari(std::string(3000, '1')) == tl::unexpected{fault::too_large}));
}

BOOST_AUTO_TEST_CASE(every_damaged_digit_is_seen) {
  // Other than a digit of A, as long as the point is on another good curve, there is none to spare;
  // so nothing but the number itself may come out.
  std::mt19937_64 random{3};
  const auto prime = random_prime(random, 140).decimal();
  for (const auto& [text, number] :
       {std::pair{*make_certificate(prime), prime},
        std::pair{*certificate_from_pari(pari),
                  std::string{"1000000000000000000000000000000000000000000009"}}}) {
    int refused = 0, tried = 0;
    for (std::size_t i = header.size(); i < text.size(); ++i) {
      auto damaged = text;
      const bool is_digit = damaged[i] >= '0' && damaged[i] <= '9';
      damaged[i] = is_digit ? static_cast<char>('0' + (damaged[i] - '0' + 1 + i % 8) % 10) : 'x';
      const auto checked = check_certificate(damaged);
      ++tried;
      refused += checked ? 0 : 1;
      if (checked) // a witness may be another one; what comes out is prime all the same
        BOOST_TEST((judge(*checked, method::prove) == verdict::prime), damaged);
    }
    BOOST_TEST(refused > tried * 9 / 10);
    for (std::size_t i = 0; i + 1 < text.size(); ++i)
      BOOST_TEST(
          (!check_certificate(text.substr(0, i))
           || judge(*check_certificate(text.substr(0, i)), method::prove) == verdict::prime));
  }
}

BOOST_AUTO_TEST_CASE(each_flaw_is_named_with_its_line) {
  BOOST_TEST(why_not("") == "it does not begin with \"primality-certificate 1\"");
  BOOST_TEST(why_not(header) == "it has no steps");
  BOOST_TEST(why_not(header + "small 7") == "the last line has no end");
  BOOST_TEST(why_not(header + "small 9\n") == "not prime");
  BOOST_TEST(why_not(header + "small 18446744073709551629\n") == "not below 2^64");
  BOOST_TEST(why_not(header + "small 07\n") == "its numbers are wrong, too many or too large");
  BOOST_TEST(why_not(header + "small 7 \n") == "its numbers are wrong, too many or too large");
  BOOST_TEST(why_not(header + "small\n") == "its numbers are wrong, too many or too large");
  BOOST_TEST(why_not(header + "tiny 7\n") == "it is no step");
  BOOST_TEST(why_not(header + "factor 3 2\n") == "a factor belongs to an n-1 step");
  BOOST_TEST(why_not(header + "n-1 7\n") == "an n-1 step has no factors");
  BOOST_TEST(why_not(header + "n-1 7\nsmall 7\n") == "the n-1 step above has no factors");
  BOOST_TEST(why_not(header + "n-1 13\nfactor 3 2\nfactor 2 2\n") == "it holds");
  BOOST_TEST(why_not(header + "n-1 13\nfactor 3 2\nfactor 3 2\n") == "a factor comes twice");
  BOOST_TEST(why_not(header + "n-1 13\nfactor 5 2\n") == "a factor does not divide n - 1");
  BOOST_TEST(why_not(header + "n-1 13\nfactor 4 2\n")
             == "a factor is neither a prime below 2^64 nor proved further down");
  BOOST_TEST(why_not(header + "n-1 13\nfactor 3 1\n") == "a factor's witness is none");
  BOOST_TEST(why_not(header + "n-1 13\nfactor 3 0\n") == "a factor's witness is none");
  BOOST_TEST(why_not(header + "n-1 103\nfactor 3 5\n") == "the factors are too small together");
  BOOST_TEST(why_not(header + "n-1 12\nfactor 11 2\n") == "not an odd number above 1");
  BOOST_TEST(line_of(header + "small 7\nn-1 13\nfactor 3 2\nfactor 3 2\n") == 3u);
  BOOST_TEST(line_of(header + "small 7\nsmall 8\n") == 3u);
  certificate_limits limits;
  limits.steps_max = 2;
  BOOST_TEST((check_certificate(header + "small 7\nsmall 5\n", limits).has_value()));
  BOOST_TEST((!check_certificate(header + "small 7\nsmall 5\nsmall 3\n", limits).has_value()));
  limits.digits_max = 3;
  BOOST_TEST((check_certificate(header + "small 997\n", limits).has_value()));
  BOOST_TEST((!check_certificate(header + "small 1009\n", limits).has_value()));
}

BOOST_AUTO_TEST_CASE(each_flaw_of_an_elliptic_step_is_named) {
  const auto of = [](const std::string& step) { return why_not(header + "ec " + step + "\n"); };
  // 101 * 103: all holds but the size of q, which is what the proof rests on.
  BOOST_TEST(of("10403 10301 1 5254 0 7315") == "q is too small");
  BOOST_TEST(of("9 3 1 1 1 1") == "not a number above 4 without the factors 2 and 3");
  BOOST_TEST(of("101 0 5 1 1 1") == "s does not divide the curve's order");
  BOOST_TEST(of("101 0 0 1 1 1") == "s does not divide the curve's order");
  BOOST_TEST(of("101 0 1 1 1 1") == "q is neither a prime below 2^64 nor proved further down");
  BOOST_TEST(of("101 -5 1 1 1 1") == "q is neither a prime below 2^64 nor proved further down");
  // m = 97 is a prime, large enough.
  BOOST_TEST(of("101 5 1 1 101 1") == "the point's coordinates are not below n");
  BOOST_TEST(of("101 5 1 1 1 101") == "the point's coordinates are not below n");
  BOOST_TEST(of("101 5 1 0 0 0") == "the curve is singular");
  // s P is zero: y = 0 has order 2, and m = 94 = 2 * 47.
  BOOST_TEST(of("101 8 2 1 1 0") == "s P is zero, or n is composite");
  BOOST_TEST(of("101 5 1 1 1 0") == "q s P is not zero");
}

BOOST_AUTO_TEST_CASE(composites_have_no_certificate_however_one_tries) {
  // Products of primes that are all 1 modulo F, a known part of n - 1: all that n-1 steps rest on,
  // but for the last condition. Witnesses are tried until one is good for each factor.
  int almost = 0;
  for (ulong f = 12; f < 3000; f += 2) {
    const ulong p = 2 * f + 1, q = 3 * f + 1; // n - 1 = F (6 F + 5)
    if (f % 5 == 0 || !n_is_prime(p) || !n_is_prime(q))
      continue;
    const ulong n = p * q;
    std::string text = header + "n-1 " + std::to_string(n) + "\n";
    n_factor_t of;
    n_factor_init(&of);
    n_factor(&of, f, 1);
    bool all = true;
    for (int i = 0; i < of.num; ++i) {
      ulong a = 2;
      const auto works = [&] {
        const auto b =
            n_powmod2_preinv(a, static_cast<slong>((n - 1) / of.p[i]), n, n_preinvert_limb(n));
        return n_powmod2_preinv(b, static_cast<slong>(of.p[i]), n, n_preinvert_limb(n)) == 1
               && n_gcd(b - 1, n) == 1;
      };
      while (a < 1000 && !works())
        ++a;
      all = all && a < 1000;
      text += "factor " + std::to_string(of.p[i]) + " " + std::to_string(a) + "\n";
    }
    almost += all ? 1 : 0;
    BOOST_TEST(!check_certificate(text), text);
    if (all)
      BOOST_TEST(why_not(text) == "c1^2 - 4 c2 is a square");
  }
  BOOST_TEST_MESSAGE(almost << " composites passed all but the last condition");
  BOOST_TEST(almost > 20);
}

BOOST_AUTO_TEST_CASE(pari_takes_what_we_make_and_we_what_it_makes) {
  if (std::system("command -v gp >/dev/null 2>&1") != 0) {
    BOOST_TEST_MESSAGE("skipped: there is no gp (pari-gp)");
    return;
  }
  const auto ask = [](const std::string& expression) {
    const auto command = "echo '" + expression + "' | gp -q -f -s 400M --default colors=no 2>&1";
    std::string said;
    auto* pipe = popen(command.c_str(), "r");
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;)
      said += static_cast<char>(c);
    pclose(pipe);
    return said;
  };
  for (const int digits : {25, 60, 100}) {
    const auto printed = ask("primecert(nextprime(10^" + std::to_string(digits) + "))");
    const auto text = certificate_from_pari(printed);
    BOOST_REQUIRE_MESSAGE(text.has_value(), printed);
    BOOST_TEST(why_not(*text) == "it holds");
    BOOST_TEST(ask("primecertisvalid(" + printed.substr(0, printed.find('\n')) + ")") == "1\n");
  }
  // Each line of an n-1 certificate is something that PARI can recompute.
  std::mt19937_64 random{4};
  const auto text = *make_certificate(random_prime(random, 150).decimal());
  std::string n, expression = "ok=1;";
  for (std::size_t at = header.size(); at < text.size(); at = text.find('\n', at) + 1) {
    const auto line = text.substr(at, text.find('\n', at) - at);
    if (line.starts_with("n-1 ")) {
      n = line.substr(4);
      continue;
    }
    const auto q = line.substr(7, line.find(' ', 7) - 7);
    const auto b =
        "(Mod(" + line.substr(line.rfind(' ') + 1) + "," + n + ")^((" + n + "-1)/" + q + "))";
    expression +=
        "ok=ok&&isprime(" + q + ")&&" + b + "^" + q + "==1&&gcd(lift(" + b + ")-1," + n + ")==1;";
  }
  BOOST_TEST(ask(expression + "print(ok)") == "1\n");
}
