// SPDX-License-Identifier: BSD-3-Clause
//
// The port to CAF, part seven: what messages look like, in words. Two processes that were built
// from other sources may have other fields under the same name and number; CAF would read the one
// as the other. So before they talk they compare a hash over this text:
//
//   want_batch{who:actor,batches:u4}
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/port.hpp"
#include "runtime/shared.hpp"

namespace troupe::runtime {

/// An inspector that writes down the fields' names and types, and never looks at a value.
class schema_writer {
public:
  static constexpr bool reads_state = true, writes_state = false, is_loading = false;
  using result_type = bool;

  /// A struct, from its fields().
  template <class... Fields>
  bool describe(const char* type, const named<Fields>&... list) {
    text_ += type;
    text_ += '{';
    (field<Fields>(list.name), ...);
    text_ += '}';
    return true;
  }
  /// A type that travels as another, from its fields_as().
  template <class Travels>
  bool describe_as() {
    add<Travels>();
    return true;
  }

  template <class T>
  void add() {
    if constexpr (std::is_same_v<T, bool>) {
      text_ += 'b';
    } else if constexpr (std::is_enum_v<T>) {
      text_ += 'e';
      add<std::underlying_type_t<T>>();
    } else if constexpr (std::is_floating_point_v<T>) {
      text_ += 'f' + std::to_string(sizeof(T));
    } else if constexpr (std::is_integral_v<T>) {
      text_ += (std::is_signed_v<T> ? 'i' : 'u') + std::to_string(sizeof(T));
    } else if constexpr (std::is_same_v<T, std::string>) {
      text_ += 's';
    } else if constexpr (is_list<T>::value) {
      text_ += '[';
      add<typename T::value_type>();
      text_ += ']';
    } else if constexpr (is_map<T>::value) {
      text_ += '<';
      add<typename T::key_type>();
      add<typename T::mapped_type>();
      text_ += '>';
    } else if constexpr (is_handle<T>::value) {
      text_ += "actor";
    } else if constexpr (is_optional<T>::value) {
      text_ += '?';
      add<typename is_optional<T>::type>();
    } else if constexpr (is_shared<T>::value) {
      add<value_or_none<typename is_shared<T>::type>>();
    } else if constexpr (is_duration<T>::value) {
      text_ += 'd' + std::to_string(T::period::den / T::period::num);
    } else {
      // Never read: only its fields' names and types are asked for.
      static T none{};
      inspect(*this, none);
    }
  }
  /// Returns: what was written since the last take.
  std::string take() { return std::exchange(text_, {}); }

private:
  template <class T>
  struct is_list : std::false_type {};
  template <class T, class A>
  struct is_list<std::vector<T, A>> : std::true_type {};
  template <class T>
  struct is_map : std::false_type {};
  template <class K, class V, class C, class A>
  struct is_map<std::map<K, V, C, A>> : std::true_type {};
  template <class T>
  struct is_optional : std::false_type {};
  template <class T>
  struct is_optional<std::optional<T>> : std::true_type {
    using type = T;
  };
  template <class T>
  struct is_optional<maybe<T>> : std::true_type {
    using type = T;
  };
  template <class T>
  struct is_shared : std::false_type {};
  template <class T>
  struct is_shared<shared<T>> : std::true_type {
    using type = T;
  };
  template <class T>
  struct is_duration : std::false_type {};
  template <class R, class P>
  struct is_duration<std::chrono::duration<R, P>> : std::true_type {};
  template <class T>
  struct is_handle : std::false_type {};
  template <class... S>
  struct is_handle<caf::typed_actor<S...>> : std::true_type {};

  template <class T>
  void field(const char* name) {
    text_ += name;
    text_ += ':';
    add<T>();
    text_ += ',';
  }

  std::string text_;
};

namespace detail {

template <class T>
void add_message(schema_writer& to, std::string& text, caf::type_id_t id) {
  text += std::to_string(id);
  text += ' ';
  text += caf::type_name<T>::value;
  text += ' ';
  // What never leaves its process may look like anything.
  if constexpr (!caf::allowed_unsafe_message_type<T>::value)
    to.template add<T>();
  text += to.take();
  text += '\n';
}

template <caf::type_id_t First, std::size_t... I>
std::string schema_of(std::index_sequence<I...>) {
  std::string text;
  schema_writer writer;
  (add_message<typename caf::type_by_id<First + I>::type>(writer, text,
                                                          static_cast<caf::type_id_t>(First + I)),
   ...);
  return text;
}

} // namespace detail

/// Returns: a line a message type of the block, in the order of their numbers.
template <class Block>
std::string schema() {
  return detail::schema_of<Block::begin>(std::make_index_sequence<Block::end - Block::begin>{});
}

/// FNV-1a, 64 bits, over the schema. Source: datatracker.ietf.org/doc/html/draft-eastlake-fnv.
template <class Block>
std::uint64_t schema_hash() {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const unsigned char c : schema<Block>())
    h = (h ^ c) * 0x100000001b3;
  return h;
}

} // namespace troupe::runtime
