// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// Counts an engine's questions that have no answer yet, keeps them below a bound, and sees to it
/// that each is answered once: where an engine ends and drops a question, its asker hears
/// `unavailable`. Threads: any.
class open_questions {
public:
  /// Takes: how many questions, and how much of what they ask for, may be open at once.
  open_questions(std::size_t questions_max, std::size_t parts_max)
      : counts_(std::make_shared<counts>(questions_max, parts_max)) {}

  /// Returns: what the engine is to call in place of `done`, which is moved into it; or none, and
  /// `done` untouched, if too much is open. Takes: of how many parts the question is, at least 1.
  template <class Answer>
  callback<Answer> admit(callback<Answer>& done, std::size_t parts = 1) {
    if (!counts_->enter(parts))
      return {};
    auto open = std::make_shared<question<Answer>>(counts_, parts, std::move(done));
    return [open](Answer a) { open->tell(std::move(a)); };
  }

  std::uint64_t questions_open() const { return counts_->questions; }
  std::uint64_t parts_open() const { return counts_->parts; }
  std::uint64_t questions_ended() const { return counts_->questions_ended; }
  std::uint64_t parts_ended() const { return counts_->parts_ended; }

private:
  struct counts {
    counts(std::size_t q, std::size_t p) : questions_max(q), parts_max(p) {}
    bool enter(std::size_t n);
    void leave(std::size_t n);
    const std::size_t questions_max, parts_max;
    std::atomic<std::uint64_t> questions{0}, parts{0}, questions_ended{0}, parts_ended{0};
  };

  template <class Answer>
  struct question {
    question(std::shared_ptr<counts> c, std::size_t n, callback<Answer> d)
        : in(std::move(c)), parts(n), done(std::move(d)) {}
    question(const question&) = delete;
    question& operator=(const question&) = delete;
    ~question() {
      Answer none;
      none.error = fault::unavailable;
      tell(std::move(none));
    }
    void tell(Answer a) {
      if (told.exchange(true))
        return;
      in->leave(parts); // first: who is told may ask again
      std::exchange(done, nullptr)(std::move(a));
    }
    std::shared_ptr<counts> in;
    std::size_t parts;
    callback<Answer> done;
    std::atomic<bool> told{false};
  };

  std::shared_ptr<counts> counts_;
};

} // namespace troupe::gateway
