// SPDX-License-Identifier: BSD-3-Clause
#include "io/trace/recorder.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "io/trace/events.hpp"

namespace troupe::trace {

namespace detail {
std::atomic<recorder*> current{nullptr};
}

moment now() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<moment>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

namespace {

/// What one thread told. Its lock is taken by that thread alone until the end.
struct notebook {
  std::mutex lock;
  std::vector<event> events;
};

/// Letters under way, by address. Several tables, since all threads look into them.
struct mailroom {
  struct sending {
    row_id from;
    moment when;
  };
  std::mutex lock;
  std::unordered_map<const void*, sending> under_way;
};
constexpr std::size_t mailrooms = 64;

// A thread may outlive one recorder and meet the next: then what it knows is of no use.
struct place {
  std::uint64_t of = 0; // which recorder
  notebook* mine = nullptr;
  row_id row = 0;
};
thread_local place here_now;

std::atomic<std::uint64_t> recorders{0};

} // namespace

struct recorder::impl {
  impl(std::string_view process, const limits& bounds)
      : number(++recorders), bounds(bounds), process(process) {
    texts.emplace_back();
    numbers.emplace(std::string_view{}, 0);
    rows.push_back(0); // row 0 is nobody's
  }

  notebook& mine() {
    if (here_now.of != number) {
      const std::lock_guard hold{books_lock};
      here_now = {number, &books.emplace_back(), 0};
    }
    return *here_now.mine;
  }

  void add(const event& e) {
    if (e.row == no_row || count.fetch_add(1, std::memory_order_relaxed) >= bounds.events_max) {
      left_out.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    auto& book = mine();
    const std::lock_guard hold{book.lock};
    book.events.push_back(e);
  }

  mailroom& room_of(const void* letter) {
    // The low bits of an address are alike.
    return letters[(reinterpret_cast<std::uintptr_t>(letter) >> 6) % mailrooms];
  }

  const std::uint64_t number;
  const limits bounds;
  const std::string process;
  std::atomic<std::size_t> count{0}, left_out{0};

  std::mutex books_lock;
  std::deque<notebook> books;

  std::shared_mutex texts_lock;
  std::deque<std::string> texts; // does not move what numbers' keys look at
  std::unordered_map<std::string_view, text_id> numbers;
  std::size_t texts_bytes = 0;

  std::mutex rows_lock;
  std::vector<text_id> rows;

  mailroom letters[mailrooms];
};

recorder::recorder(std::string_view process, const limits& bounds)
    : impl_(std::make_unique<impl>(process, bounds)) {}
recorder::~recorder() = default;

text_id recorder::text(std::string_view words) {
  {
    const std::shared_lock hold{impl_->texts_lock};
    if (const auto known = impl_->numbers.find(words); known != impl_->numbers.end())
      return known->second;
  }
  const std::lock_guard hold{impl_->texts_lock};
  if (const auto known = impl_->numbers.find(words); known != impl_->numbers.end())
    return known->second;
  if (impl_->texts_bytes + words.size() > impl_->bounds.texts_bytes_max)
    return 0;
  impl_->texts_bytes += words.size();
  const auto number = static_cast<text_id>(impl_->texts.size());
  impl_->numbers.emplace(impl_->texts.emplace_back(words), number);
  return number;
}

row_id recorder::add_row(std::string_view name) {
  const auto number = text(name);
  const std::lock_guard hold{impl_->rows_lock};
  auto& rows = impl_->rows;
  if (rows.size() > impl_->bounds.rows_max)
    return no_row;
  rows.push_back(number);
  return static_cast<row_id>(rows.size() - 1);
}

row_id recorder::here() {
  impl_->mine();
  if (here_now.row == 0)
    here_now.row =
        add_row(::getpid() == ::gettid() ? "main" : "thread " + std::to_string(::gettid()));
  return here_now.row;
}

row_id recorder::enter(row_id row) {
  impl_->mine();
  return std::exchange(here_now.row, row);
}

void recorder::slice(row_id row, text_id name, text_id detail, moment begin, moment end) {
  impl_->add({event::kind::slice, row, name, detail, 0, 0, begin, end});
}

void recorder::held(row_id lock, row_id by, moment begin, moment end) {
  text_id name = 0;
  {
    const std::lock_guard hold{impl_->rows_lock};
    if (by < impl_->rows.size())
      name = impl_->rows[by];
  }
  slice(lock, name, 0, begin, end);
}

void recorder::span(row_id row, text_id kind, text_id name, text_id detail, moment begin,
                    moment end) {
  impl_->add({event::kind::span, row, name, kind, detail, 0, begin, end});
}

void recorder::sent(const void* letter) {
  const auto from = here();
  auto& room = impl_->room_of(letter);
  const std::lock_guard hold{room.lock};
  // Those that nobody takes, because their receiver is gone, stay: so there is a bound.
  if (room.under_way.size() < impl_->bounds.events_max)
    room.under_way.insert_or_assign(letter, mailroom::sending{from, now()});
}

void recorder::taken(const void* letter, row_id to, text_id name, moment when) {
  mailroom::sending begin{};
  {
    auto& room = impl_->room_of(letter);
    const std::lock_guard hold{room.lock};
    const auto known = room.under_way.find(letter);
    if (known == room.under_way.end())
      return;
    begin = known->second;
    room.under_way.erase(known);
  }
  impl_->add({event::kind::letter, begin.from, name, to, 0, 0, begin.when, when});
}

namespace {

// None is ever taken away: who got it from on() may still hold it.
std::vector<std::unique_ptr<recorder>>& all() {
  static std::vector<std::unique_ptr<recorder>> made;
  return made;
}

} // namespace

recorder* start(std::string_view process, const limits& bounds) {
  all().emplace_back(new recorder{process, bounds});
  detail::current.store(all().back().get(), std::memory_order_release);
  return all().back().get();
}

std::string finish(const std::string& path, std::size_t& left_out) {
  auto* const made = detail::current.exchange(nullptr);
  if (!made)
    return "";
  auto& from = *made->impl_;
  story s;
  s.process = from.process;
  s.pid = ::getpid();
  s.left_out = left_out = from.left_out.load();
  {
    const std::lock_guard hold{from.texts_lock};
    s.texts.assign(from.texts.begin(), from.texts.end());
  }
  {
    const std::lock_guard hold{from.rows_lock};
    s.rows = from.rows;
  }
  const std::lock_guard hold{from.books_lock};
  for (auto& book : from.books) {
    const std::lock_guard his{book.lock};
    s.events.insert(s.events.end(), book.events.begin(), book.events.end());
    book.events = {};
  }
  arrange(s);
  std::FILE* const to = std::fopen(path.c_str(), "w");
  if (!to)
    return std::strerror(errno);
  const bool whole = write(s, to);
  const int written = errno;
  if (std::fclose(to) != 0)
    return std::strerror(errno);
  return whole ? "" : std::strerror(written);
}

void forget() noexcept { detail::current.store(nullptr, std::memory_order_release); }

} // namespace troupe::trace
