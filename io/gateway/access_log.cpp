// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/access_log.hpp"

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
#include <unistd.h>

#include "io/process/descriptor.hpp"

namespace troupe::gateway {

namespace {

// Threads share a buffer only where there are more of them.
constexpr std::size_t buffers = 32;
// Above so much the writer is woken before its time.
constexpr std::size_t wake_bytes = 256u << 10;

std::size_t buffer_of_this_thread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % buffers;
  return mine;
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

struct access_log::impl {
  struct alignas(64) buffer {
    std::mutex lock;
    std::string text;
    std::uint64_t lines = 0;
  };

  explicit impl(access_log_options o) : options(std::move(o)) {}
  io::descriptor open_file() const;
  void run();
  void flush();
  bool put(std::string_view text);
  void lose(std::uint64_t lines, const std::string& why);

  access_log_options options;
  io::descriptor file; // the writer's own, once it runs
  std::array<buffer, buffers> waiting;
  std::atomic<std::uint64_t> lost{0};
  std::atomic<bool> reopen{false};
  bool said = false; // of this trouble: once until it is over

  std::mutex lock;
  std::condition_variable wake;
  bool woken = false, over = false;
  std::thread writer;
};

io::descriptor access_log::impl::open_file() const {
  if (options.path == "-")
    return io::descriptor{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
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
    append_log_line(mine.text, r, now_ms(), impl_->options.format, impl_->options.word_bytes_max);
    ++mine.lines;
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
      if (auto fresh = open_file())
        file = std::move(fresh);
      else
        std::fprintf(stderr, "access log %s: not opened anew: %s\n", options.path.c_str(),
                     std::generic_category().message(errno).c_str());
    }
  }
}

void access_log::impl::flush() {
  for (auto& b : waiting) {
    std::string text;
    std::uint64_t lines = 0;
    {
      const std::lock_guard hold{b.lock};
      text.swap(b.text);
      lines = std::exchange(b.lines, 0);
    }
    if (text.empty())
      continue;
    if (put(text))
      said = false;
    else
      lose(lines, std::generic_category().message(errno));
    if (text.capacity() <= 2 * wake_bytes) { // the next second fills it without growing it
      text.clear();
      const std::lock_guard hold{b.lock};
      if (b.text.empty())
        b.text.swap(text);
    }
  }
}

// Returns: false, with errno, if some of it was not written.
bool access_log::impl::put(std::string_view text) {
  constexpr int pipe_ms_max = 1'000;
  while (!text.empty()) {
    const auto n = ::write(file.get(), text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) { // a pipe whose reader is slow
      pollfd p{file.get(), POLLOUT, 0};
      if (::poll(&p, 1, pipe_ms_max) == 0) {
        errno = EAGAIN;
        return false;
      }
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void access_log::impl::lose(std::uint64_t lines, const std::string& why) {
  lost += lines;
  if (!std::exchange(said, true))
    std::fprintf(stderr, "access log %s: lines are lost: %s\n", options.path.c_str(), why.c_str());
}

} // namespace troupe::gateway
