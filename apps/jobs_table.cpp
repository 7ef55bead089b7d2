// SPDX-License-Identifier: BSD-3-Clause
#include "apps/jobs_table.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace troupe::apps {

namespace {

struct size {
  std::size_t columns = 80, rows = 24;
};

size terminal_size() {
  winsize w{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0)
    return {};
  return {w.ws_col, w.ws_row};
}

std::string number(std::uint64_t n, const char* what) { return std::to_string(n) + " " + what; }

} // namespace

std::string human_seconds(double seconds) {
  char text[64];
  const auto whole = static_cast<long long>(seconds);
  if (seconds < 60)
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  else if (seconds < 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  return text;
}

std::string for_terminal(const std::string& text, std::size_t columns) {
  std::string out;
  std::size_t used = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0u) != 0x80u && ++used > columns)
      break;
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return out;
}

std::string counts_line(const jobs::job_progress& now) {
  const auto& n = now.counts;
  auto line = number(n.done, "done") + ", " + number(n.failed, "failed") + ", "
              + number(n.running, "running");
  if (n.skipped + n.failed_before > 0)
    line += ", " + number(n.skipped + n.failed_before, "before");
  if (!now.left)
    return line;
  line += ", " + number(*now.left, "left");
  // What is over took so long; what is left will take as long, one for one.
  const auto over = n.done + n.failed;
  if (over > 0 && *now.left > 0)
    line +=
        ", "
        + human_seconds(now.seconds * static_cast<double>(*now.left) / static_cast<double>(over))
        + " to go";
  return line;
}

jobs_table::jobs_table(bool wanted) : terminal_(wanted && ::isatty(STDERR_FILENO) == 1) {}

void jobs_table::erase() {
  if (lines_ == 0)
    return;
  std::fprintf(stderr, "\x1b[%zuA\r\x1b[J", lines_);
  std::fflush(stderr);
  lines_ = 0;
}

void jobs_table::draw(const jobs::job_progress& now) {
  if (!terminal_)
    return;
  const auto screen = terminal_size();
  const auto columns = screen.columns - 1;
  const auto rows = std::min(now.running.size(), std::max<std::size_t>(screen.rows / 2, 2) - 1);
  std::string text;
  if (lines_ > 0)
    text = "\x1b[" + std::to_string(lines_) + "A\r\x1b[J";
  for (std::size_t i = 0; i < rows; ++i) {
    const auto& job = now.running[i];
    auto line = "  " + std::to_string(job.seq) + "  " + human_seconds(job.seconds) + "  ";
    if (job.number > 1)
      line += "(attempt " + std::to_string(job.number) + ") ";
    text += for_terminal(line + job.words, columns) + "\n";
  }
  text += for_terminal(counts_line(now), columns) + "\n";
  lines_ = rows + 1;
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

} // namespace troupe::apps
