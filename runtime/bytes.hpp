// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF: a message as the bytes in which it travels to another process, to be kept, or
// tested.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "runtime/port.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#if TROUPE_CAF1
#include <caf/byte_buffer.hpp>
#else
#include <vector>
#endif

namespace troupe::runtime {

/// Returns: the message's bytes; nothing if it cannot be written.
template <class T>
std::optional<std::string> to_bytes(caf::actor_system& system, T x) {
#if TROUPE_CAF1
  caf::byte_buffer out;
  caf::binary_serializer sink{system, out};
  if (!sink.apply(x))
    return std::nullopt;
#else
  std::vector<char> out;
  caf::binary_serializer sink{system, out};
  if (sink(x))
    return std::nullopt;
#endif
  return std::string(reinterpret_cast<const char*>(out.data()), out.size());
}

/// Returns: the message; nothing if the bytes are none, or if some are left over.
template <class T>
std::optional<T> from_bytes(caf::actor_system& system, const std::string& bytes) {
  T x;
  caf::binary_deserializer source{system, bytes.data(), bytes.size()};
#if TROUPE_CAF1
  if (!source.apply(x) || source.remaining() != 0)
    return std::nullopt;
#else
  if (source(x) || source.remaining() != 0)
    return std::nullopt;
#endif
  return x;
}

} // namespace troupe::runtime
