// SPDX-License-Identifier: BSD-3-Clause
#include "runtime/observer.hpp"

#include <caf/actor_system.hpp>
#include <caf/local_actor.hpp>
#include <caf/mailbox_element.hpp>

namespace troupe::runtime {

namespace detail {

std::atomic<letter_observer*> observer{nullptr};

#if !TROUPE_CAF1
std::string_view name_of(const caf::local_actor& self, const caf::mailbox_element& letter) {
  const auto& content = letter.content();
  if (content.empty())
    return "nothing";
  std::string_view name = self.home_system().types().portable_name(content.type(0));
  if (const auto colons = name.rfind("::"); colons != name.npos)
    name.remove_prefix(colons + 2);
  while (name.ends_with(')'))
    name.remove_suffix(1);
  return name;
}
#endif

} // namespace detail

void observe_letters(letter_observer* to) noexcept {
  detail::observer.store(to, std::memory_order_release);
}

} // namespace troupe::runtime
