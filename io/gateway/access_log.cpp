// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/access_log.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/process/descriptor.hpp"
#include "io/unix_time.hpp"

namespace troupe::gateway {

namespace {

// Threads share a buffer only where there are more of them.
constexpr std::size_t buffers = 32;
// Above so much the writer is woken before its time.
constexpr std::size_t wake_bytes = 256u << 10;
// A reader of the log who takes nothing for so long loses what waited for him.
constexpr int reader_ms_max = 1'000;

std::size_t buffer_of_this_thread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % buffers;
  return mine;
}

} // namespace

struct access_log::impl {
  struct alignas(64) buffer {
    std::mutex lock;
    std::string text;
  };

  explicit impl(access_log_options o) : options(std::move(o)) {}
  io::descriptor open_file() const;
  void run();
  void flush();
  bool put(std::string_view text);
  std::size_t write_some(std::string_view text, int wait_ms);
  void lose(std::string_view text, const std::string& why);

  access_log_options options;
  io::descriptor file; // the writer's own, once it runs
  std::array<buffer, buffers> waiting;
  std::atomic<std::uint64_t> lost{0};
  std::atomic<bool> reopen{false};
  bool said = false;    // of this trouble: once until it is over
  bool stalled = false; // in this round: nobody is waited for twice
  std::string begun;    // the rest of a line whose first part was written

  std::mutex lock;
  std::condition_variable wake;
  bool woken = false, over = false;
  std::thread writer;
};

io::descriptor access_log::impl::open_file() const {
  if (options.path == "-") {
    // A terminal or a pipe is opened anew: so O_NONBLOCK is ours alone, and a reader who has
    // stopped does not hold up the end of the program.
    struct stat kind {};
    if (::fstat(STDERR_FILENO, &kind) == 0 && (S_ISCHR(kind.st_mode) || S_ISFIFO(kind.st_mode)))
      if (io::descriptor own{
              ::open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)})
        return own;
    return io::descriptor{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  }
  // O_NONBLOCK: a named pipe without a reader is an error, and no wait without end.
  return io::descriptor{
      ::open(options.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640)};
}

access_log::access_log(access_log_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {
  impl_->file = impl_->open_file();
  if (!impl_->file)
    throw std::runtime_error("access log " + impl_->options.path + ": "
                             + std::generic_category().message(errno));
  impl_->writer = std::thread{[i = impl_.get()] { i->run(); }};
}

access_log::~access_log() {
  {
    const std::lock_guard hold{impl_->lock};
    impl_->over = true;
  }
  impl_->wake.notify_one();
  impl_->writer.join();
}

void access_log::write(const io::request_report& r) {
  auto& mine = impl_->waiting[buffer_of_this_thread()];
  bool wake = false;
  {
    const std::lock_guard hold{mine.lock};
    if (mine.text.size() >= impl_->options.waiting_bytes_max) {
      impl_->lost.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const auto before = mine.text.size();
    append_log_line(mine.text, r, io::now_unix_ms(), impl_->options.format,
                    impl_->options.word_bytes_max);
    wake = before < wake_bytes && mine.text.size() >= wake_bytes;
  }
  if (wake) {
    {
      const std::lock_guard hold{impl_->lock};
      impl_->woken = true;
    }
    impl_->wake.notify_one();
  }
}

void access_log::reopen() {
  impl_->reopen = true;
  {
    const std::lock_guard hold{impl_->lock};
    impl_->woken = true;
  }
  impl_->wake.notify_one();
}

std::uint64_t access_log::lost() const { return impl_->lost.load(); }

void access_log::impl::run() {
  for (bool last = false; !last;) {
    {
      std::unique_lock hold{lock};
      wake.wait_for(hold, std::chrono::milliseconds{options.flush_ms},
                    [&] { return woken || over; });
      woken = false;
      last = over;
    }
    flush();
    if (reopen.exchange(false)) {
      if (auto fresh = open_file()) {
        lose(begun, "the file was changed amid a line");
        begun.clear();
        file = std::move(fresh);
      } else {
        std::fprintf(stderr, "access log %s: not opened anew: %s\n", options.path.c_str(),
                     std::generic_category().message(errno).c_str());
      }
    }
  }
}

void access_log::impl::flush() {
  stalled = false;
  for (auto& b : waiting) {
    std::string text;
    {
      const std::lock_guard hold{b.lock};
      text.swap(b.text);
    }
    if (text.empty())
      continue;
    if (put(text))
      said = false;
    if (text.capacity() <= 2 * wake_bytes) { // the next second fills it without growing it
      text.clear();
      const std::lock_guard hold{b.lock};
      if (b.text.empty())
        b.text.swap(text);
    }
  }
}

// Returns: false if some of it was not written. What is lost is lost in whole lines: the rest of
// one that was begun is written before anything else.
bool access_log::impl::put(std::string_view text) {
  const auto wait_ms = stalled ? 0 : reader_ms_max;
  begun.erase(0, write_some(begun, wait_ms));
  const auto n = begun.empty() ? write_some(text, wait_ms) : 0;
  if (n == text.size())
    return true;
  const auto why = std::generic_category().message(errno);
  stalled = true;
  text.remove_prefix(n);
  if (n != 0 && text.data()[-1] != '\n') {
    begun = text.substr(0, text.find('\n') + 1);
    text.remove_prefix(begun.size());
  }
  lose(text, why);
  return false;
}

// Returns: how much was written; with errno, if that is not all.
std::size_t access_log::impl::write_some(std::string_view text, int wait_ms) {
  std::size_t done = 0;
  while (done != text.size()) {
    const auto rest = text.substr(done);
    auto n = ::send(file.get(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == ENOTSOCK)
      n = ::write(file.get(), rest.data(), rest.size());
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      pollfd p{file.get(), POLLOUT, 0};
      if (::poll(&p, 1, wait_ms) == 0) {
        errno = EAGAIN;
        break;
      }
    } else if (errno != EINTR) {
      break;
    }
  }
  return done;
}

void access_log::impl::lose(std::string_view text, const std::string& why) {
  const auto lines = std::count(text.begin(), text.end(), '\n');
  if (lines == 0)
    return;
  lost += static_cast<std::uint64_t>(lines);
  if (options.path != "-" && !std::exchange(said, true)) // whoever does not read it there ...
    std::fprintf(stderr, "access log %s: lines are lost: %s\n", options.path.c_str(), why.c_str());
}

} // namespace troupe::gateway
