// SPDX-License-Identifier: BSD-3-Clause
//
// What a program says to its timeline, if there is one (recorder.hpp).
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "io/trace/recorder.hpp"

namespace troupe::trace {

/// Something done by the calling thread, from here to the end of the block. Make it on the stack:
/// slices of a row have to be inside each other.
/// Cost: if nobody takes it down, one look.
class slice {
public:
  explicit slice(const char* name) : slice() {
    if (to_)
      name_ = to_->text(name);
  }
  /// Takes: `name`, called likewise as `detail` below.
  template <class Name>
  requires std::is_invocable_v<Name>
  explicit slice(Name&& name) : slice() {
    if (to_)
      name_ = to_->text(name());
  }
  /// Takes: `detail`, called if somebody takes it down; what it returns turns into a string_view.
  template <class Detail>
  slice(const char* name, Detail&& detail) : slice(name) {
    if (to_)
      detail_ = to_->text(detail());
  }
  ~slice() {
    if (to_)
      to_->slice(to_->here(), name_, detail_, begin_, now());
  }
  slice(const slice&) = delete;
  slice& operator=(const slice&) = delete;

private:
  slice() : to_(on()), begin_(to_ ? now() : 0) {}
  recorder* to_;
  text_id name_ = 0;
  text_id detail_ = 0;
  moment begin_;
};

/// Something under way, which may end on another thread, or beside others of its kind.
class span {
public:
  span() = default; ///< none
  /// Takes: `kind`, what is drawn together, e.g. "http"; `name`, as of a slice.
  span(const char* kind, const char* name) : to_(on()), kind_(kind), name_(name) { begin(); }
  template <class Detail>
  span(const char* kind, const char* name, Detail&& detail) : span(kind, name) {
    if (to_)
      detail_ = to_->text(detail());
  }
  span(span&& other) noexcept { swap(other); }
  span& operator=(span&& other) noexcept {
    swap(other);
    return *this;
  }
  ~span() { end(); }
  /// Says that it is over; its destructor does so too.
  void end() {
    if (to_)
      to_->span(row_, to_->text(kind_), to_->text(name_), detail_, begin_, now());
    to_ = nullptr;
  }

private:
  void begin() {
    if (to_) {
      row_ = to_->here();
      begin_ = now();
    }
  }
  void swap(span& other) noexcept {
    std::swap(to_, other.to_);
    std::swap(kind_, other.kind_);
    std::swap(name_, other.name_);
    std::swap(detail_, other.detail_);
    std::swap(row_, other.row_);
    std::swap(begin_, other.begin_);
  }
  recorder* to_ = nullptr;
  const char* kind_ = "";
  const char* name_ = "";
  text_id detail_ = 0;
  row_id row_ = 0;
  moment begin_ = 0;
};

/// Gives the calling thread's row a name. Call it before the thread tells anything.
inline void name_thread(std::string_view name) {
  if (auto* to = on())
    to->enter(to->add_row(name));
}

/// The same for threads that follow each other in one place: they share its row.
/// Takes: `row`, of the place; 0 at first.
inline void share_row(row_id& row, std::string_view name) {
  auto* const to = on();
  if (to && row == 0)
    row = to->add_row(name);
  if (to)
    to->enter(row);
}

} // namespace troupe::trace
