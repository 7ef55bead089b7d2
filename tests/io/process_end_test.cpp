// SPDX-License-Identifier: BSD-3-Clause
// How runs begin and end: codes, signals, reasons, and what cannot be started.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include <csignal>
#include <cstdlib>

#include "tests/support/process_probe.hpp"

using namespace troupe;
using ending = io::process_end::ending;
using test::command;
using test::process_probe;
using test::shell;
namespace fs = std::filesystem;
using lines = std::vector<std::string>;

namespace {

struct scratch {
  fs::path folder;
  scratch() {
    auto pattern = (fs::temp_directory_path() / "troupe-process-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string file(const char* name, const std::string& content, bool executable) const {
    const auto path = folder / name;
    std::ofstream{path} << content;
    fs::permissions(path, executable ? fs::perms::owner_all : fs::perms::owner_read);
    return path.string();
  }
};

void check_not_started(io::process_spec spec, const std::string& reason) {
  const auto got = process_probe{}.run(std::move(spec));
  BOOST_TEST(got.end.how == ending::not_started);
  BOOST_TEST(got.end.code == -1);
  BOOST_TEST(got.end.reason.find(reason) != std::string::npos, got.end.reason);
  BOOST_TEST(test::zombie_children() == 0u);
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_ends)

BOOST_AUTO_TEST_CASE(tells_exit_codes) {
  process_probe probe;
  for (int code : {0, 1, 3, 127, 255}) {
    const auto end = probe.run(shell("exit " + std::to_string(code))).end;
    BOOST_TEST(end.how == ending::exited);
    BOOST_TEST(end.code == code);
    BOOST_TEST(end.signal == 0);
    BOOST_TEST(end.ok() == (code == 0));
    BOOST_TEST(end.reason == "exited with " + std::to_string(code));
  }
}

BOOST_AUTO_TEST_CASE(names_signals) {
  process_probe probe;
  for (auto [signal, name] : {std::pair{SIGKILL, "SIGKILL"},
                              {SIGTERM, "SIGTERM"},
                              {SIGSEGV, "SIGSEGV"},
                              {SIGUSR1, "SIGUSR1"},
                              {SIGPIPE, "SIGPIPE"}}) {
    const auto end = probe.run(shell("ulimit -c 0; kill -" + std::to_string(signal) + " $$")).end;
    BOOST_TEST(end.how == ending::signaled);
    BOOST_TEST(end.signal == signal);
    BOOST_TEST(end.code == -1);
    BOOST_TEST(!end.killed);
    BOOST_TEST(end.reason == "ended by " + std::string{name});
  }
}

BOOST_AUTO_TEST_CASE(measures_time_and_memory) {
  const auto end =
      process_probe{}.run(shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done")).end;
  BOOST_TEST(end.ok());
  BOOST_TEST(end.user_s + end.system_s > 0.005);
  BOOST_TEST(end.wall_ms >= (end.user_s + end.system_s) * 500);
  BOOST_TEST(end.rss_kib_max > 500u);
}

// Each sleep gives the processor up, and so does the shell that waits for it.
BOOST_AUTO_TEST_CASE(counts_how_often_a_program_waited) {
  process_probe probe;
  const auto busy = probe.run(shell("i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done")).end;
  const auto waits = probe.run(shell("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.001; done")).end;
  BOOST_TEST(waits.ok());
  BOOST_TEST(waits.voluntary_switches >= busy.voluntary_switches + 10);
}

// Two that share a processor and never wait lose it to each other.
BOOST_AUTO_TEST_CASE(counts_how_often_a_program_lost_the_processor) {
  const auto end = process_probe{}
                       .run(shell("w() { i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; }; "
                                  "taskset -p 1 $$ >/dev/null; w & w & w & wait"))
                       .end;
  BOOST_TEST(end.ok());
  BOOST_TEST(end.involuntary_switches > 10u);
}

BOOST_AUTO_TEST_CASE(finds_programs_as_execvp_does) {
  scratch s;
  s.file("troupe-found", "#!/bin/sh\necho found\n", true);
  process_probe probe;
  auto spec = command({"troupe-found"});
  spec.environment_set = {"PATH=/nowhere:/etc/passwd:" + s.folder.string()};
  BOOST_TEST(probe.run(spec).out == lines{"found"}, boost::test_tools::per_element());
  spec = command({"./troupe-found"});
  spec.directory = s.folder;
  BOOST_TEST(probe.run(spec).out == lines{"found"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_why_a_program_cannot_run) {
  scratch s;
  check_not_started(command({"troupe-no-such-program", "x"}),
                    "troupe-no-such-program: no such program along PATH");
  check_not_started(command({"/troupe/none"}), "/troupe/none: no such program");
  check_not_started(command({"/etc"}), "/etc: is a directory, not a program");
  check_not_started(command({s.file("no-line", "echo x\n", true)}), "has it no #! line?");
  check_not_started(command({s.file("bad-line", "#!/troupe/none\n", true)}),
                    "interpreter (#! line, loader) is missing");
  check_not_started(command({s.file("data", "#!/bin/sh\n", false)}), "may not be executed");
  check_not_started(command({"true", std::string(1u << 20, 'x')}),
                    "true: arguments and environment of ");
  check_not_started(command({"true", std::string(1u << 20, 'x')}),
                    "are more than the system takes");
  check_not_started(command(lines(100'000, std::string(100, 'x'))), "no such program along PATH");
}

BOOST_AUTO_TEST_CASE(refuses_what_no_program_can_be_given) {
  check_not_started({}, "no program was given");
  check_not_started(command({""}), "no program was given");
  check_not_started(command({"echo", std::string("a\0b", 3)}),
                    "echo: an argument holds a zero byte");
  auto spec = command({"true"});
  spec.environment_set = {"NAME"};
  check_not_started(spec, "true: \"NAME\" in its environment is not NAME=value");
  spec = command({"true"});
  spec.directory = "/troupe/none";
  check_not_started(spec, "directory /troupe/none: no such file or directory");
  spec = command({"true"});
  spec.in = {io::process_input::kind::file, "/troupe/none"};
  check_not_started(spec, "true: input /troupe/none: no such file or directory");
  spec = command({"true"});
  spec.out = io::process_output::merged;
  check_not_started(spec, "only its error output can be merged");
  spec = command({"true\nwith a second line"});
  check_not_started(spec, "true?with a second line: no such");
}

BOOST_AUTO_TEST_CASE(gives_environment_and_directory) {
  process_probe probe;
  auto spec = command({"env"});
  spec.environment = lines{"A=1", "B=2", "PATH=/usr/bin:/bin"};
  spec.environment_set = {"B=3", "C=x=y"};
  spec.environment_unset = {"A", "NOT_THERE"};
  const lines wanted{"PATH=/usr/bin:/bin", "B=3", "C=x=y"};
  BOOST_TEST(probe.run(spec).out == wanted, boost::test_tools::per_element());
  spec = command({"pwd"});
  spec.directory = "/usr";
  spec.environment_unset = {"PWD"};
  BOOST_TEST(probe.run(spec).out == lines{"/usr"}, boost::test_tools::per_element());
  // Without a word about it: ours.
  BOOST_TEST(probe.run(shell("echo $PATH")).out == lines{std::getenv("PATH")},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_so_if_the_exit_code_was_thrown_away) {
  process_probe probe;
  ::signal(SIGCHLD, SIG_IGN);
  const auto end = probe.run(command({"false"})).end;
  ::signal(SIGCHLD, SIG_DFL);
  BOOST_TEST(end.how == ending::lost);
  BOOST_TEST(end.reason.find("SIGCHLD") != std::string::npos);
  BOOST_TEST(probe.run(command({"false"})).end.code == 1);
}

BOOST_AUTO_TEST_SUITE_END()
