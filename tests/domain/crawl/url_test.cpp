// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/url.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "domain/crawl/charset.hpp"
#include "tests/domain/crawl/url_rows.hpp"

using namespace troupe::crawl;
using troupe::test::url_row;

namespace {

std::string shown(const url_result& r) {
  if (r)
    return r->str();
  switch (r.error()) {
  case url_fault::empty:
    return "!empty";
  case url_fault::no_scheme:
    return "!no_scheme";
  case url_fault::other_scheme:
    return "!other_scheme";
  case url_fault::bad_host:
    return "!bad_host";
  case url_fault::bad_ipv4:
    return "!bad_ipv4";
  case url_fault::bad_ipv6:
    return "!bad_ipv6";
  case url_fault::bad_port:
    return "!bad_port";
  case url_fault::too_long:
    return "!too_long";
  }
  return "!?";
}

/// What holds of every url that there is.
void check_invariants(const url& u) {
  const std::string& text = u.str();
  BOOST_TEST(std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }),
             "printable ASCII: " << text);
  BOOST_TEST(text.find('#') == std::string::npos, text);
  BOOST_TEST(text
             == std::string{u.scheme()} + "://" + std::string{u.authority()}
                    + std::string{u.target()});
  BOOST_TEST(u.origin() == text.substr(0, text.size() - u.target().size()));
  BOOST_TEST(u.https() == (u.scheme() == "https"));
  BOOST_TEST(u.path().starts_with('/'));
  BOOST_TEST(u.authority().starts_with(u.host()));
  const std::string port = std::to_string(u.port());
  const bool usual = u.port() == (u.https() ? 443 : 80);
  BOOST_TEST(u.authority() == std::string{u.host()} + (usual ? "" : ":" + port));
  const bool has_query = u.target().size() > u.path().size();
  BOOST_TEST(u.target() == std::string{u.path()} + (has_query ? "?" : "") + std::string{u.query()});

  const auto parsed = parse_url(text);
  BOOST_REQUIRE_MESSAGE(parsed, text);
  const url taken = url::from_normalized(text);
  const auto resolved = resolve(u, text);
  BOOST_REQUIRE_MESSAGE(resolved, text);
  const auto stayed = resolve(u, "");
  BOOST_REQUIRE_MESSAGE(stayed, text);
  for (const url* same : {&*parsed, &taken, &*resolved, &*stayed}) {
    BOOST_TEST(same->str() == text);
    BOOST_TEST((*same == u));
    BOOST_TEST(same->scheme() == u.scheme());
    BOOST_TEST(same->host() == u.host());
    BOOST_TEST(same->port() == u.port());
    BOOST_TEST(same->authority() == u.authority());
    BOOST_TEST(same->origin() == u.origin());
    BOOST_TEST(same->path() == u.path());
    BOOST_TEST(same->query() == u.query());
    BOOST_TEST(same->target() == u.target());
  }
}

url parsed(std::string_view text) {
  const auto r = parse_url(text);
  BOOST_REQUIRE_MESSAGE(r, text);
  return *r;
}

/// Strings of what URLs are made of, in an order that nobody would think of.
class url_noise {
public:
  explicit url_noise(unsigned seed) : random_(seed) {}

  std::string operator()() {
    static constexpr std::string_view parts[] = {
        "http:", "https:", "//",   "/",  "\\",   ".", "..", "%2e", "%",     "?",   "#",
        "@",     ":",      "8080", "a",  "b.c",  "[", "]",  "::1", "1.2",   "0x",  " ",
        "\t",    "\n",     "ü",    "日", "\xff", "'", "\"", "<",   "xn--a", "^",   "%41",
        "%2f",   "%00",    "☃",    "-",  "=",    "&", ";",  "|",   "x.org", "\x7f"};
    std::string text;
    for (unsigned count = random_() % 12; count > 0; --count)
      text += parts[random_() % std::size(parts)];
    return text;
  }

private:
  std::mt19937 random_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(url_parsing)

BOOST_AUTO_TEST_CASE(absolute_urls_become_what_browsers_make_of_them) {
  for (const auto& [text, result] : troupe::test::absolute_rows) {
    const auto r = parse_url(text);
    BOOST_TEST(shown(r) == result, "of '" << text << "': " << shown(r));
    if (r)
      check_invariants(*r);
  }
}

BOOST_AUTO_TEST_CASE(references_resolve_against_their_page) {
  const url base = parsed(troupe::test::base_of_relative_rows);
  for (const auto& [text, result] : troupe::test::relative_rows) {
    const auto r = resolve(base, text);
    BOOST_TEST(shown(r) == result, "of '" << text << "': " << shown(r));
    if (r)
      check_invariants(*r);
  }
}

BOOST_AUTO_TEST_CASE(absolute_urls_do_not_depend_on_the_page) {
  const url base = parsed("https://base.example/x/y");
  for (const auto& [text, result] : troupe::test::absolute_rows) {
    if (text.find("https") == 0 || result == "!empty" || result == "!no_scheme")
      continue;
    BOOST_TEST(shown(resolve(base, text)) == result, "of '" << text << "'");
  }
}

BOOST_AUTO_TEST_CASE(typed_urls_get_a_scheme_where_they_have_none) {
  for (const auto& [text, result] : troupe::test::typed_rows) {
    const auto r = parse_typed_url(text);
    BOOST_TEST(shown(r) == result, "of '" << text << "': " << shown(r));
  }
}

BOOST_AUTO_TEST_CASE(noise_never_breaks_an_invariant) {
  constexpr unsigned seed = 20'240'601;
  BOOST_TEST_CONTEXT("seed " << seed) {
    url_noise noise{seed};
    const url base = parsed("https://h.example:8443/d/e/f?q");
    std::size_t good = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::string text = noise();
      BOOST_TEST_CONTEXT("text '" << text << "'") {
        if (const auto r = resolve(base, text)) {
          check_invariants(*r);
          ++good;
        }
        if (const auto r = parse_url("http://" + text)) {
          check_invariants(*r);
          ++good;
        }
        static_cast<void>(parse_typed_url(text));
      }
    }
    BOOST_TEST(good > 5'000u); // or the noise would test nothing
  }
}

BOOST_AUTO_TEST_CASE(resolving_in_two_steps_is_resolving_against_the_first_result) {
  const url base = parsed("http://h/a/b/c");
  const auto step = resolve(base, "../x/y?q");
  BOOST_REQUIRE(step);
  BOOST_TEST(shown(resolve(*step, "z")) == "http://h/a/x/z");
  BOOST_TEST(shown(resolve(*step, "?r")) == "http://h/a/x/y?r");
}

BOOST_AUTO_TEST_CASE(an_empty_base_is_no_base) {
  BOOST_TEST(shown(resolve(url{}, "")) == "!empty");
  BOOST_TEST(shown(resolve(url{}, "x")) == "!no_scheme");
  BOOST_TEST(shown(resolve(url{}, "http:x")) == "http://x/");
}

BOOST_AUTO_TEST_CASE(an_empty_url_has_empty_parts) {
  const url u;
  BOOST_TEST(u.empty());
  BOOST_TEST(u.str().empty());
  for (const auto part :
       {u.scheme(), u.host(), u.authority(), u.origin(), u.path(), u.query(), u.target()})
    BOOST_TEST(part.empty());
  BOOST_TEST(u.port() == 0);
  BOOST_TEST(!u.https());
}

BOOST_AUTO_TEST_CASE(credentials_are_decoded_and_kept_out_of_the_text) {
  static constexpr url_row rows[] = {
      {"http://u:p@x/", "u:p"},     {"http://u@x/", "u:"},        {"http://:p@x/", ":p"},
      {"http://@x/", ""},           {"http://:@x/", ""},          {"http://x/", ""},
      {"http://a@b:c@x/", "a@b:c"}, {"http://u:p:q@x/", "u:p:q"}, {"http://u%40:%3ap@x/", "u@::p"},
      {"http://%zz:%@x/", "%zz:%"}, {"http://ü@x/", "ü:"},        {"http:\\\\u:p@x", "u:p"},
  };
  for (const auto& [text, result] : rows) {
    const url u = parsed(text);
    BOOST_TEST(u.credentials() == result, text);
    BOOST_TEST(u.str() == "http://x/");
    BOOST_TEST((u == parsed("http://x/")));
  }
}

BOOST_AUTO_TEST_CASE(relative_references_keep_credentials_and_absolute_ones_drop_them) {
  const url base = parsed("http://u:p@h/a/b");
  for (const auto* same_page : {"", "#x", "c", "/c", "?c", "http:c", "../.."})
    BOOST_TEST(resolve(base, same_page)->credentials() == "u:p", same_page);
  for (const auto* fresh : {"//h/a", "http://h/a", "http://h", "https:h", "//other/"})
    BOOST_TEST(resolve(base, fresh)->credentials() == "", fresh);
  BOOST_TEST(resolve(base, "//v@h/")->credentials() == "v:");
}

BOOST_AUTO_TEST_CASE(the_query_is_written_in_the_charset_of_the_page) {
  struct row {
    const char* label;
    const char* reference;
    const char* result;
  };
  static constexpr row rows[] = {
      {"utf-8", "?é", "http://h/?%C3%A9"},
      {"windows-1252", "?é€", "http://h/?%E9%80"},
      {"windows-1251", "?Привет", "http://h/?%CF%F0%E8%E2%E5%F2"},
      {"windows-1252", "?日", "http://h/?%26%2326085%3B"},
      {"gb2312", "?中文", "http://h/?%D6%D0%CE%C4"},
      {"shift_jis", "?ソ", "http://h/?%83\\"},
      {"shift_jis", "?日本", "http://h/?%93%FA%96{"},
      {"euc-jp", "?日本", "http://h/?%C6%FC%CB%DC"},
      {"big5", "?中文", "http://h/?%A4%A4%A4%E5"},
      {"euc-kr", "?한", "http://h/?%C7%D1"},
      {"iso-2022-jp", "?日x", "http://h/?%1B$BF|%1B(Bx"},
      {"utf-16le", "?é", "http://h/?%C3%A9"},
      {"windows-1252", "?a b'c", "http://h/?a%20b%27c"},
      {"windows-1252", "?\xff", "http://h/?%26%2365533%3B"},
      {"windows-1252", "/é?é", "http://h/%C3%A9?%E9"},
      {"windows-1252", "/?%C3%A9#é", "http://h/?%C3%A9"},
  };
  const url base = parsed("http://h/");
  for (const row& r : rows) {
    const auto encoding = charset::by_label(r.label);
    BOOST_REQUIRE(encoding);
    const auto found = resolve(base, r.reference, &*encoding);
    BOOST_TEST(shown(found) == r.result, r.label << ' ' << r.reference << ": " << shown(found));
    check_invariants(*found);
  }
}

BOOST_AUTO_TEST_CASE(text_that_str_never_gives_is_not_taken_as_normalized) {
  for (const std::string_view text : {"",
                                      "http",
                                      "http:",
                                      "http://",
                                      "http:///",
                                      "http://h",
                                      "http://h?q",
                                      "https://",
                                      "HTTP://h/",
                                      "ftp://h/",
                                      "//h/",
                                      "/h",
                                      "http://:80/",
                                      "http://h:/",
                                      "http://h:x/",
                                      "http://h:65536/",
                                      "http://h:123456/",
                                      "http://u@h/",
                                      "http://h\\/",
                                      "http://h?/",
                                      "http://h/ x",
                                      "http://h/\r\nHost: y",
                                      "http://h/#f",
                                      "http://h/\x7f",
                                      "http://ü/"})
    BOOST_TEST(url::from_normalized(std::string{text}).empty(), "'" << text << "'");
}

BOOST_AUTO_TEST_CASE(texts_beyond_the_limit_are_refused) {
  const std::string start = "http://h/";
  const std::string longest = start + std::string(url_text_bytes_max - start.size(), 'a');
  BOOST_TEST(parse_url(longest).has_value());
  BOOST_TEST(shown(parse_url(longest + "a")) == "!too_long");
  BOOST_TEST(shown(resolve(parsed("http://h/"), longest + "a")) == "!too_long");
}

BOOST_AUTO_TEST_CASE(paths_cannot_grow_from_page_to_page_for_ever) {
  url page = parsed("http://h/");
  const std::string deeper = std::string(url_text_bytes_max - 1, 'a') + "/";
  std::size_t steps = 0;
  for (; steps < 100; ++steps) {
    auto next = resolve(page, deeper);
    if (!next) {
      BOOST_TEST(shown(next) == "!too_long");
      break;
    }
    page = std::move(*next);
  }
  BOOST_TEST(steps == 31u);
  BOOST_TEST(page.str().size() <= url_normalized_bytes_max);
}

BOOST_AUTO_TEST_CASE(every_fault_has_words) {
  std::vector<std::string_view> seen;
  for (int f = 1; f <= static_cast<int>(url_fault::too_long); ++f)
    seen.push_back(to_string(static_cast<url_fault>(f)));
  for (const auto words : seen)
    BOOST_TEST(std::count(seen.begin(), seen.end(), words) == 1, words);
}

BOOST_AUTO_TEST_SUITE_END()
