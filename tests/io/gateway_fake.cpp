// SPDX-License-Identifier: BSD-3-Clause
// Answerers that need no server. A program has either these or the server's.
#include "tests/io/gateway_fake.hpp"

#include <algorithm>

#include "io/gateway/front_rules.hpp"

namespace troupe::io {

std::string_view to_string(http_method m) {
  constexpr std::string_view names[] = {"GET",   "HEAD",   "POST",    "PUT",
                                        "PATCH", "DELETE", "OPTIONS", ""};
  return names[static_cast<std::size_t>(m)];
}

struct answerer::state {
  std::shared_ptr<test::fake_answers> where;
};

void answerer::send(server_answer a) const {
  ++state_->where->sent;
  if (!state_->where->first)
    state_->where->first = std::move(a);
}
std::shared_ptr<answer_stream> answerer::stream(server_answer head) const {
  send(std::move(head));
  return std::make_shared<test::deaf_stream>();
}
void answerer::when_gone(std::function<void()>) const {}
void answerer::set_deadline(std::uint32_t) const {}
void answerer::set_label(std::string_view label) const { state_->where->label = label; }

} // namespace troupe::io

namespace troupe::test {

std::string_view fake_request::field(std::string_view name) const {
  const auto at = std::find_if(fields_.begin(), fields_.end(),
                               [&](const auto& f) { return gateway::same_word(f.first, name); });
  return at == fields_.end() ? std::string_view{} : at->second;
}

std::size_t fake_request::field_count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), [&](const auto& f) {
    return gateway::same_word(f.first, name);
  }));
}

io::answerer answerer_to(std::shared_ptr<fake_answers> where) {
  auto s = std::make_shared<io::answerer::state>();
  s->where = std::move(where);
  return io::answerer{std::move(s)};
}

} // namespace troupe::test
