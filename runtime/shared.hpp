// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <utility>

#include "runtime/port.hpp"

namespace troupe::runtime {

/// A field that is shared inside a process: there messages carry the pointer, and the value is
/// never copied. To another process the value itself travels, or that there is none.
///
///   auto lines = shared{x.lines};
///   return fields(f, x, "check_lines", field("lines", lines));
///
/// Cost: one copy of the value each time it leaves the process.
template <class T>
struct shared {
  std::shared_ptr<const T>& pointer;
};
template <class T>
shared(std::shared_ptr<const T>&) -> shared<T>;

/// What a shared field travels as.
template <class T>
struct value_or_none {
  bool is_there = false;
  T value{};
};
template <class Inspector, class T>
auto inspect(Inspector& f, value_or_none<T>& x) {
  return fields(f, x, "shared", field("is_there", x.is_there), field("value", x.value));
}

template <class Inspector, class T>
auto inspect(Inspector& f, shared<T>& x) {
  return fields_as(
      f,
      [&x] {
        return x.pointer ? value_or_none<T>{true, *x.pointer} : value_or_none<T>{};
      },
      [&x](value_or_none<T> got) {
        x.pointer = got.is_there ? std::make_shared<const T>(std::move(got.value)) : nullptr;
      });
}

} // namespace troupe::runtime
