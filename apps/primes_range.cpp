// SPDX-License-Identifier: BSD-3-Clause
// troupe-primes --range. Sieving cannot be interrupted, and begins high up with the primes up to
// the square root: it is done in a process that can be killed.
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>

#include "apps/primes_output.hpp"
#include "apps/primes_progress.hpp"
#include "apps/primes_tools.hpp"
#include "domain/primes/range.hpp"
#include "io/primes/child_process.hpp"
#include "io/primes/forked.hpp"
#include "io/primes/line_output.hpp"
#include "io/primes/stop_event.hpp"

namespace troupe::apps {

namespace {

constexpr std::size_t bytes_a_write = 64 * 1024;
constexpr char all_listed = '\0'; // behind the last line: without it the process died

std::string count_line(const primes_options& o) {
  const auto count = std::to_string(primes::count_primes(o.first, o.last).value());
  if (!o.plan.job.json)
    return count + "\n";
  return "{\"first\":\"" + std::to_string(o.first) + "\",\"last\":\"" + std::to_string(o.last)
         + "\",\"primes\":" + count + "}\n";
}

// In the process of its own: lines into the socket.
int send_primes(int socket, const primes_options& o) {
  std::string text;
  const auto flush = [&] {
    const bool good = io::send_all(socket, text.data(), text.size());
    text.clear();
    return good;
  };
  const bool all = primes::list_primes(o.first, o.last, [&](std::span<const std::uint64_t> some) {
    for (const auto p : some) {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, p).ptr;
      text += o.plan.job.json ? "{\"prime\":\"" : "";
      text.append(digits, end);
      text += o.plan.job.json ? "\"}\n" : "\n";
    }
    return text.size() < bytes_a_write || flush();
  });
  text += all_listed;
  return all && flush() ? 0 : 1;
}

// Returns: whether all were written.
bool list_by_process(const primes_options& o, const stop_signal& stop, io::line_output& output,
                     primes_progress& progress) {
  const io::stop_event stopped{stop.token()};
  const io::child_process child{[&o](int socket) { return send_primes(socket, o); }};
  std::string got(2 * bytes_a_write, ' ');
  for (std::size_t kept = 0;;) { // of a line whose end is to come
    if (!io::wait_for(child.socket(), POLLIN, stopped))
      return false;
    const auto more = ::recv(child.socket(), got.data() + kept, got.size() - kept, 0);
    if (more < 0 && errno == EINTR)
      continue;
    if (more <= 0)
      throw io::worker_died("the process that sieved died");
    const auto size = kept + static_cast<std::size_t>(more);
    const bool last = got[size - 1] == all_listed;
    const auto lines = std::string_view{got}.substr(0, got.rfind('\n', size - 1) + 1);
    if (!lines.empty())
      progress.before_output();
    if (!put_lines(output, lines))
      return false;
    if (last)
      return true;
    kept = size - lines.size();
    got.replace(0, kept, got, lines.size(), kept);
  }
}

} // namespace

int list_range(const primes_options& options, const stop_signal& stop) {
  primes_progress progress{"sieving", options.show_progress};
  io::line_output output{1, stop.token(), options.plan.stop_grace};
  if (!options.count)
    return list_by_process(options, stop, output, progress) ? 0 : stop.exit_code();
  const auto line = io::run_forked([&options] { return count_line(options); }, stop.token());
  if (!line)
    return stop.exit_code();
  progress.before_output();
  return put_lines(output, *line) ? 0 : stop.exit_code();
}

} // namespace troupe::apps
