// SPDX-License-Identifier: BSD-3-Clause
// troupe: `troupe crawl ...` becomes `troupe-crawl ...`, whatever lies beside it under such a name.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <numeric>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/programs.hpp"
#include "apps/standard_streams.hpp"
#include "apps/version.hpp"

namespace {

using namespace troupe;
namespace fs = std::filesystem;

constexpr int usage_code = 2;
constexpr std::size_t far_typo = 3; // from here on a name is no slip of the finger

std::string file_of(const std::string& command) {
  static const auto here = fs::read_symlink("/proc/self/exe").parent_path();
  return (here / ("troupe-" + command)).string();
}

bool is_there(const std::string& command) {
  std::error_code ignored;
  return command.find('/') == std::string::npos && fs::is_regular_file(file_of(command), ignored)
         && ::access(file_of(command).c_str(), X_OK) == 0;
}

// The known ones first, in their order; then whoever else is called so.
std::vector<std::string> commands_here() {
  std::vector<std::string> known, others;
  for (const auto& p : apps::known_programs)
    if (is_there(std::string{p.name}))
      known.emplace_back(p.name);
  for (const auto& entry : fs::directory_iterator(fs::path{file_of("")}.parent_path())) {
    const auto file = entry.path().filename().string();
    const auto name = file.substr(std::min(file.size(), std::strlen("troupe-")));
    if (file.starts_with("troupe-") && is_there(name) && apps::words_about(name).empty())
      others.push_back(name);
  }
  std::sort(others.begin(), others.end());
  known.insert(known.end(), others.begin(), others.end());
  return known;
}

// How many letters have to be changed, added or left out.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = corner + (a[i] == b[j] ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

int no_such_command(const std::string& typed) {
  auto all = commands_here();
  all.emplace_back("help");
  const auto nearest = std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return distance(typed, a) < distance(typed, b);
  });
  const bool near = distance(typed, *nearest) < std::min(far_typo, typed.size());
  std::string shown; // on a terminal
  for (const char c : typed.substr(0, 100))
    shown += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  std::fprintf(stderr, "troupe: there is no command '%s'%s; see troupe --help\n", shown.c_str(),
               near ? ("; did you mean " + *nearest + "?").c_str() : "");
  return usage_code;
}

// Does not return if it can be run: its signals and exit code are then the program's own.
int become(const std::string& command, std::vector<char*> argv) {
  const auto file = file_of(command);
  auto name = "troupe-" + command;
  argv.insert(argv.begin(), name.data());
  argv.push_back(nullptr);
  ::execv(file.c_str(), argv.data());
  std::fprintf(stderr, "troupe: %s: %s\n", file.c_str(), std::strerror(errno));
  return 1;
}

int own_options(int argc, char** argv) {
  CLI::App app{"Runs Troupe's programs: troupe crawl ... is troupe-crawl ...", "troupe"};
  app.set_version_flag("--version", apps::version_line("troupe"));
  app.require_subcommand(1);
  for (const auto& name : commands_here())
    app.add_subcommand(name, std::string{apps::words_about(name)});
  app.add_subcommand("help", "what a command takes: troupe help crawl");
  app.footer(
      "Exit codes: 2 there is no such command; 1 it cannot be started; else the program's own.");
  try {
    apps::describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    std::fprintf(stderr, "troupe: %s; see troupe --help\n", e.what());
    return usage_code;
  }
  return 0;
}

int troupe_main(int argc, char** argv) {
  if (const auto code = apps::describe_dispatcher(argc, argv, {"", own_options}))
    return *code;
  std::vector<char*> rest(argv + std::min(argc, 2), argv + argc);
  std::string command = argc > 1 ? argv[1] : "";
  char help[] = "--help";
  if (command == "help") {
    const std::string_view about = rest.empty() ? "help" : rest.front();
    if (about == "help" || about == "--help" || about == "-h") {
      char* asked[] = {argv[0], help, nullptr};
      return own_options(2, asked);
    }
    command = rest.front();
    rest.erase(rest.begin());
    rest.push_back(help);
  } else if (command.empty() || command.front() == '-') {
    return own_options(argc, argv);
  }
  return is_there(command) ? become(command, std::move(rest)) : no_such_command(command);
}

} // namespace

int main(int argc, char** argv) {
  apps::hold_standard_streams();
  try {
    const int code = troupe_main(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
      return code;
    std::fputs("troupe: standard output cannot be written\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "troupe: %s\n", e.what());
  }
  return 1;
}
