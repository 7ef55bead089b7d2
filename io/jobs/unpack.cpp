// SPDX-License-Identifier: BSD-3-Clause
#include "io/jobs/unpack.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <clocale>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <utility>

#include "domain/jobs/archive_kind.hpp"
#include "io/jobs/archive_listing.hpp"
#include "io/jobs/find_program.hpp"
#include "io/jobs/unpack_folder.hpp"
#include "io/process/runner.hpp"

namespace troupe::io {

namespace {

using namespace std::chrono_literals;
constexpr auto watch_interval = 200ms;
constexpr std::size_t complaint_bytes_max = 300;

std::string judge(const std::string& path, jobs::archive_kind::form what,
                  jobs::archive_check& check, const std::stop_token& stop) {
  std::string wrong;
  const auto entry_is = [&wrong](const std::string& name, jobs::archive_fault fault) {
    if (fault != jobs::archive_fault::none)
      wrong = "entry '" + name + "': " + std::string{to_string(fault)} + "; nothing was unpacked";
    return wrong.empty();
  };
  auto error = list_archive(path, what, [&](const jobs::archive_entry& entry) {
    return !stop.stop_requested() && entry_is(entry.name, check.take(entry));
  });
  if (!error.empty() || !wrong.empty())
    return error.empty() ? wrong : error;
  std::string culprit;
  const auto fault = check.finish(culprit);
  entry_is(culprit, fault);
  return stop.stop_requested() ? "stopped" : wrong;
}

// Returns: "" or what to install.
std::string choose_tool(const jobs::archive_kind& kind, const std::string& archive,
                        const std::string& into, jobs::unpack_tool& chosen) {
  for (auto& tool : jobs::unpack_tools(kind.what, archive, into)) {
    if (find_program(tool.program).empty())
      continue;
    if (tool.program == "tar" && !kind.decompress.empty() && find_program(kind.decompress).empty())
      return "tar needs " + kind.decompress + " for it: install "
             + jobs::decompress_package(kind.decompress);
    chosen = std::move(tool);
    return "";
  }
  return "nothing here can unpack it: install " + std::string{jobs::unpack_packages(kind.what)};
}

// Runs the tool to its end, or to the limit's. Returns: "" or what went wrong.
std::string run_tool(const jobs::unpack_tool& tool, const unpack_folder& folder,
                     std::uint64_t bytes_max, const std::stop_token& stop) {
  process_spec spec;
  spec.argv = tool.argv;
  spec.directory = folder.sibling(); // no tool is told a folder's name, which it might expand
  spec.out = process_output::null;
  spec.output_bytes_max = 1u << 20;
  std::promise<process_end> ended;
  auto end = ended.get_future();
  std::string complaint;
  process_runner runner;
  const auto id = runner.start(
      std::move(spec),
      [&complaint](const process_text& text) {
        for (const auto& line : text.lines)
          if (complaint.empty() && !line.empty())
            complaint = line.substr(0, complaint_bytes_max);
      },
      [&ended](process_end e) { ended.set_value(std::move(e)); });
  std::string wrong;
  while (end.wait_for(watch_interval) != std::future_status::ready) {
    if (stop.stop_requested())
      wrong = "stopped";
    else if (folder.bytes() > bytes_max)
      wrong = std::string{to_string(jobs::archive_fault::too_many_bytes)};
    if (!wrong.empty()) {
      runner.cancel(id);
      end.wait();
      break;
    }
  }
  const auto how = end.get();
  if (!wrong.empty())
    return wrong;
  // unzip's 1 is a warning, with all unpacked; the comparison with the list has the last word.
  if (how.ok() || (tool.program == "unzip" && how.code == 1))
    return "";
  if (folder.bytes() >= bytes_max) // a tool says of RLIMIT_FSIZE that the disk is full
    return std::string{to_string(jobs::archive_fault::too_many_bytes)};
  return tool.program + " " + how.reason + (complaint.empty() ? "" : ": " + complaint);
}

} // namespace

unpack_result unpack_archive(const std::string& archive, const unpack_options& options,
                             std::stop_token stop) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  const auto failed = [](std::string why) { return unpack_result{std::move(why), {}, 0, 0}; };
  const auto kind = jobs::archive_kind_of(archive);
  if (!kind)
    return failed("its name has no ending that I know (.tar, .tar.gz, .tar.xz, .tar.zst, .tar.bz2, "
                  ".zip, .7z); a file that is only compressed is no archive");
  std::error_code wrong;
  const auto path = std::filesystem::absolute(archive, wrong).string();
  if (!std::filesystem::is_regular_file(path, wrong))
    return failed(wrong ? wrong.message() : "is no file");
  jobs::archive_check check{options.limits};
  if (auto error = judge(path, kind->what, check, stop); !error.empty())
    return failed(std::move(error));
  try {
    const auto to = std::filesystem::absolute(options.to).lexically_normal().string();
    unpack_folder folder{to, kind->folder, options.force};
    jobs::unpack_tool tool;
    if (auto error = choose_tool(*kind, path, ".", tool); !error.empty())
      return failed(std::move(error));
    rlimit size{options.limits.bytes_max, options.limits.bytes_max};
    ::setrlimit(RLIMIT_FSIZE, &size);
    auto error = run_tool(tool, folder, options.limits.bytes_max, stop);
    if (error.empty())
      error = folder.inspect(check, options.limits.bytes_max);
    if (error.empty())
      error = folder.publish();
    return {std::move(error), to + "/" + kind->folder, check.entries(), check.bytes()};
  } catch (const std::exception& e) {
    return failed(e.what());
  }
}

} // namespace troupe::io
