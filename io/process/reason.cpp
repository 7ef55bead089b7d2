// SPDX-License-Identifier: BSD-3-Clause
#include "io/process/reason.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>

namespace troupe::io {

namespace {

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name ? "SIG" + std::string{name} : "signal " + std::to_string(signal);
}

bool holds_zero(const std::string& s) { return s.find('\0') != std::string::npos; }

// Why execve() said no; its errno alone can mean several things.
std::string exec_reason(const spawn_plan& plan, int error) {
  const auto& program = plan.argv.front();
  const bool searched = program.find('/') == std::string::npos;
  struct stat file {};
  bool there = false;
  for (const auto& each : plan.candidates) {
    const auto path =
        each.front() == '/' || plan.directory.empty() ? each : plan.directory + "/" + each;
    if ((there = ::stat(path.c_str(), &file) == 0))
      break;
  }
  switch (error) {
  case ENOENT:
  case ENOTDIR:
    if (searched)
      return program + ": no such program along PATH";
    return program
           + (there ? ": its interpreter (#! line, loader) is missing" : ": no such program");
  case EACCES:
    if (there && S_ISDIR(file.st_mode))
      return program + ": is a directory, not a program";
    return program + ": may not be executed: " + words_of(error);
  case E2BIG: {
    std::size_t bytes = 0;
    for (const auto& each : plan.argv)
      bytes += each.size() + 1;
    for (const auto& each : plan.environment)
      bytes += each.size() + 1;
    return program + ": arguments and environment of " + std::to_string(bytes)
           + " bytes are more than the system takes, or one of them is";
  }
  case ENOEXEC:
    return program + ": not in a format that can be executed (has it no #! line?)";
  default:
    return program + ": cannot be executed: " + words_of(error);
  }
}

} // namespace

std::string words_of(int error) {
  const char* words = ::strerrordesc_np(error);
  std::string said = words ? words : "error " + std::to_string(error);
  // "Argument list too long" becomes ours in mid-sentence; "I/O error" stays.
  if (said.size() > 1 && std::islower(static_cast<unsigned char>(said[1])))
    said[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(said[0])));
  return said;
}

std::string reason_of(const process_spec& spec, const process_end& end) {
  using ending = process_end::ending;
  std::string how = "exited with " + std::to_string(end.code);
  if (end.signal != 0) {
    how = "ended by " + signal_name(end.signal);
    if (end.killed)
      how += " after " + std::to_string(spec.grace.count()) + " ms of grace";
    if (end.core_dumped)
      how += ", core dumped";
  }
  switch (end.how) {
  case ending::deadline:
    how = "its deadline of " + std::to_string(spec.deadline.count()) + " ms passed: " + how;
    break;
  case ending::cancelled:
    how = "cancelled: " + how;
    break;
  case ending::output_limit:
    how = "it wrote more than " + std::to_string(spec.output_bytes_max) + " bytes: " + how;
    break;
  case ending::lost:
    how = "ended, but its exit code was lost: SIGCHLD is ignored, or another part of this process "
          "waits for all children";
    break;
  default:
    break;
  }
  if (end.stragglers)
    how += "; what it left running was killed";
  return how;
}

std::string reason_of(const spawn_plan& plan, const spawned& failure) {
  switch (failure.failed) {
  case spawn_step::directory:
    return "directory " + plan.directory + ": " + words_of(failure.error);
  case spawn_step::exec:
    return exec_reason(plan, failure.error);
  default:
    return plan.argv.front() + ": no process could be started for it: " + words_of(failure.error);
  }
}

std::string fault_of(const process_spec& spec, const process_limits& limits) {
  if (spec.argv.empty() || spec.argv.front().empty())
    return "no program was given";
  const auto& program = spec.argv.front();
  for (const auto& each : spec.argv)
    if (holds_zero(each))
      return program.c_str() + std::string{": an argument holds a zero byte"};
  auto named = [](const std::string& s) {
    const auto equals = s.find('=');
    return equals != std::string::npos && equals != 0 && !holds_zero(s);
  };
  for (const auto* list : {spec.environment ? &*spec.environment : nullptr, &spec.environment_set})
    if (list)
      for (const auto& each : *list)
        if (!named(each))
          return program + ": \"" + each.c_str() + "\" in its environment is not NAME=value";
  if (holds_zero(spec.directory))
    return program + ": its directory's name holds a zero byte";
  if (spec.out == process_output::merged)
    return program + ": only its error output can be merged, into its output";
  if (spec.in.from == process_input::kind::bytes && spec.in.bytes.size() > limits.input_bytes_max)
    return program + ": an input of " + std::to_string(spec.in.bytes.size())
           + " bytes is more than the limit of " + std::to_string(limits.input_bytes_max)
           + "; give it a file";
  if (spec.deadline.count() < 0 || spec.grace.count() < 0)
    return program + ": a negative deadline or grace";
  return {};
}

std::string_view to_string(process_end::ending e) {
  switch (e) {
  case process_end::ending::exited:
    return "exited";
  case process_end::ending::signaled:
    return "signaled";
  case process_end::ending::deadline:
    return "deadline";
  case process_end::ending::cancelled:
    return "cancelled";
  case process_end::ending::output_limit:
    return "output_limit";
  case process_end::ending::not_started:
    return "not_started";
  case process_end::ending::lost:
    return "lost";
  }
  return "?";
}

} // namespace troupe::io
