// SPDX-License-Identifier: BSD-3-Clause
// The rules of the house as tests: which folder may include which, no locks among actors, every
// message registered, every program shown by a scenario, no file too long. See
// docs/architecture.md.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace fs = std::filesystem;

namespace {

constexpr std::size_t lines_max = 500;

struct source {
  std::string path; // from the root, "actors/crawl/fetcher.cpp"
  std::string room; // "actors"
  std::string text;
};

const fs::path root = TROUPE_SOURCE_DIR;
const std::vector<std::string> rooms{"messages", "actors",  "apps",      "domain",
                                     "io",       "runtime", "baselines", "tests",
                                     "bench",    "scripts", "cmake",     "packaging"};

std::string slurp(const fs::path& p) {
  std::ifstream in{p, std::ios::binary};
  return {std::istreambuf_iterator<char>(in), {}};
}

// Code without comments and string literals, so that a word in prose breaks no rule.
std::string code_of(const std::string& text) {
  static const std::regex noise{R"(//[^\n]*|/\*[^]*?\*/|"(?:[^"\\\n]|\\.)*")"};
  return std::regex_replace(text, noise, "");
}

std::vector<source> sources(const std::vector<std::string>& endings) {
  std::vector<source> found;
  for (const auto& room : rooms) {
    if (!fs::exists(root / room))
      continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const auto path = fs::relative(entry.path(), root).generic_string();
      const bool wanted = std::any_of(endings.begin(), endings.end(),
                                      [&](const auto& e) { return path.ends_with(e); });
      if (entry.is_regular_file() && wanted && path.find("/corpus/") == std::string::npos)
        found.push_back({path, room, slurp(entry.path())});
    }
  }
  return found;
}

std::vector<std::string> includes_of(const source& s) {
  static const std::regex line{R"re(^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">])re",
                               std::regex::ECMAScript | std::regex::multiline};
  std::vector<std::string> found;
  for (std::sregex_iterator i{s.text.begin(), s.text.end(), line}, end; i != end; ++i)
    found.push_back((*i)[1]);
  return found;
}

std::string first_folder(const std::string& path) { return path.substr(0, path.find('/')); }

bool is_room(const std::string& name) {
  return std::find(rooms.begin(), rooms.end(), name) != rooms.end();
}

} // namespace

BOOST_AUTO_TEST_CASE(arrows_point_the_right_way) {
  const std::map<std::string, std::set<std::string>> may{
      {"domain", {"domain"}},
      {"io", {"io", "domain"}},
      {"runtime", {"runtime"}},
      {"messages", {"messages", "domain", "runtime"}},
      {"actors", {"actors", "messages", "io", "domain", "runtime"}},
      {"baselines", {"baselines", "io", "domain"}},
      {"apps", {"apps", "actors", "baselines", "messages", "io", "domain", "runtime"}},
  };
  std::size_t checked = 0;
  for (const auto& s : sources({".hpp", ".cpp"})) {
    const auto rule = may.find(s.room);
    for (const auto& what : includes_of(s)) {
      const auto to = first_folder(what);
      if (!is_room(to))
        continue;
      ++checked;
      if (rule != may.end())
        BOOST_TEST(rule->second.count(to) == 1u, s.path << " includes " << what);
      else
        BOOST_TEST((to != "apps" || s.path.starts_with("tests/apps")),
                   s.path << " includes " << what);
    }
  }
  BOOST_TEST(checked > 100u);
}

BOOST_AUTO_TEST_CASE(outside_libraries_stay_in_their_rooms) {
  // What a room may see of the world: a prefix of an include, and the rooms it may stand in.
  const std::vector<std::pair<std::string, std::set<std::string>>> world{
      {"caf/", {"runtime", "messages", "actors", "tests", "bench"}},
      {"boost/asio", {"io", "baselines", "tests", "bench"}},
      {"boost/beast", {"io", "tests", "bench"}},
      {"libxml/", {"domain", "tests"}},
      {"unicode/", {"domain"}},
      {"openssl/", {"io", "tests"}},
      {"CLI/", {"apps"}},
      {"flint/", {"domain", "tests", "bench"}},
      {"gmp", {"domain", "tests", "bench"}},
      {"primesieve", {"domain", "tests", "bench"}},
  };
  for (const auto& s : sources({".hpp", ".cpp"}))
    for (const auto& what : includes_of(s))
      for (const auto& [prefix, where] : world)
        if (what.starts_with(prefix))
          BOOST_TEST(where.count(s.room) == 1u, s.path << " includes " << what);
}

BOOST_AUTO_TEST_CASE(domain_has_no_thread_clock_or_socket) {
  static const std::regex forbidden{
      R"(std::(jthread|thread|mutex|condition_variable|async|this_thread)|_clock::now|sys/socket\.h|std::random_device|std::time\()"};
  for (const auto& s : sources({".hpp", ".cpp"}))
    if (s.room == "domain")
      BOOST_TEST(!std::regex_search(code_of(s.text), forbidden), s.path);
}

BOOST_AUTO_TEST_CASE(actors_need_no_locks) {
  static const std::regex forbidden{
      R"(mutex|condition_variable|std::(jthread|thread)\b(?!::hardware)|std::atomic|sleep_for|sleep_until|semaphore|lock_guard|unique_lock)"};
  std::size_t checked = 0;
  for (const auto& s : sources({".hpp", ".cpp"}))
    if (s.room == "actors" || s.room == "messages") {
      ++checked;
      BOOST_TEST(!std::regex_search(code_of(s.text), forbidden), s.path);
    }
  BOOST_TEST(checked > 10u);
}

BOOST_AUTO_TEST_CASE(an_actor_folder_includes_no_other) {
  for (const auto& s : sources({".hpp", ".cpp"})) {
    if (s.room != "actors")
      continue;
    const auto mine = s.path.substr(0, s.path.find('/', 7));
    for (const auto& what : includes_of(s))
      if (what.starts_with("actors/"))
        BOOST_TEST(what.starts_with(mine + "/"), s.path << " includes " << what);
  }
}

BOOST_AUTO_TEST_CASE(every_message_is_registered) {
  const auto ids = slurp(root / "messages/type_ids.hpp") + slurp(root / "messages/savina_ids.hpp");
  static const std::regex used{R"(caf::result<([^>(]*)>\(([a-z_]+)\))"};
  std::size_t checked = 0;
  for (const auto& s : sources({".hpp"})) {
    if (s.room != "messages")
      continue;
    const auto code = code_of(s.text);
    for (std::sregex_iterator i{code.begin(), code.end(), used}, end; i != end; ++i)
      for (const auto& type : {(*i)[1].str(), (*i)[2].str()}) {
        if (type == "void")
          continue;
        ++checked;
        BOOST_TEST(ids.find("::" + type + "))") != std::string::npos,
                   s.path << ": " << type
                          << " has no line in messages/type_ids.hpp or savina_ids.hpp");
      }
  }
  BOOST_TEST(checked > 10u);
}

BOOST_AUTO_TEST_CASE(only_the_port_knows_which_caf_it_is) {
  static const std::regex version{R"(TROUPE_CAF1|CAF_(MAJOR|MINOR|PATCH)?_?VERSION|caf/all\.hpp)"};
  for (const auto& s : sources({".hpp", ".cpp"}))
    if (s.room != "runtime" && s.path != "tests/house/house_test.cpp")
      BOOST_TEST(!std::regex_search(code_of(s.text), version), s.path);
}

BOOST_AUTO_TEST_CASE(every_program_is_shown_by_a_scenario) {
  const auto cmake = slurp(root / "apps/CMakeLists.txt");
  static const std::regex program{R"(add_executable\((troupe(-[a-z]+)?)\s)"};
  std::string scenarios;
  for (const auto& s : sources({".sh"}))
    if (s.path.starts_with("scripts/scenarios/"))
      scenarios += s.text;
  std::size_t checked = 0;
  for (std::sregex_iterator i{cmake.begin(), cmake.end(), program}, end; i != end; ++i, ++checked)
    BOOST_TEST(std::regex_search(scenarios, std::regex{"/" + (*i)[1].str() + "(?![-a-z])"}),
               (*i)[1].str() << " is in no script under scripts/scenarios");
  BOOST_TEST(checked > 0u);
}

BOOST_AUTO_TEST_CASE(every_program_holds_its_standard_streams_first) {
  static const std::regex main_begin{R"(\nint main\(int argc, char\*\* argv\) \{\s*([\w:]+)\()"};
  int programs = 0;
  for (const auto& s : sources({".cpp"})) {
    if (s.room != "apps" || s.text.find("\nint main(") == std::string::npos)
      continue;
    ++programs;
    std::smatch first;
    BOOST_REQUIRE_MESSAGE(std::regex_search(s.text, first, main_begin), s.path);
    BOOST_TEST(first[1].str().ends_with("apps::hold_standard_streams"), s.path);
  }
  BOOST_TEST(programs >= 5);
}

BOOST_AUTO_TEST_CASE(no_file_is_too_long) {
  for (const auto& s : sources({".hpp", ".cpp", ".sh", ".py", ".mjs", ".txt", ".cmake"})) {
    const auto lines = static_cast<std::size_t>(std::count(s.text.begin(), s.text.end(), '\n'));
    BOOST_TEST(lines <= lines_max, s.path << " has " << lines << " lines");
  }
}

BOOST_AUTO_TEST_CASE(every_source_names_its_license_and_headers_guard_themselves) {
  for (const auto& s : sources({".hpp", ".cpp"})) {
    BOOST_TEST(s.text.starts_with("// SPDX-License-Identifier: BSD-3-Clause\n"), s.path);
    if (s.path.ends_with(".hpp"))
      BOOST_TEST(s.text.find("#pragma once") != std::string::npos, s.path);
  }
}

BOOST_AUTO_TEST_CASE(a_planted_violation_would_be_seen) {
  const source bad{"actors/x/y.cpp", "actors",
                   "#include \"apps/crawl.hpp\"\nstd::mutex m; // mutex\n"};
  BOOST_TEST(includes_of(bad).size() == 1u);
  BOOST_TEST(first_folder(includes_of(bad)[0]) == "apps");
  BOOST_TEST(code_of("int a; // std::mutex\nauto s = \"std::mutex\";").find("mutex")
             == std::string::npos);
  BOOST_TEST(code_of(bad.text).find("std::mutex") != std::string::npos);
}
