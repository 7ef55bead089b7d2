// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/route_tree.hpp"

#include <functional>
#include <stdexcept>

namespace troupe::gateway {

struct route_tree::node {
  std::map<std::string, std::unique_ptr<node>, std::less<>> literals;
  std::unique_ptr<node> parameter;
  std::unique_ptr<leaf> end;
};

route_tree::route_tree() : root_(std::make_unique<node>()) {}
route_tree::~route_tree() = default;

void route_tree::add(io::http_method method, std::string_view pattern, std::size_t number) {
  const auto refuse = [&](const char* why) {
    throw std::logic_error("route " + std::string{pattern} + ": " + why);
  };
  if (static_cast<std::size_t>(method) >= methods)
    refuse("its method is none");
  if (!pattern.starts_with('/'))
    refuse("it has to begin with /");
  node* at = root_.get();
  for (auto rest = pattern; !rest.empty();) {
    rest.remove_prefix(1);
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    const bool named = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
    if (segment.empty() && !rest.empty())
      refuse("it has an empty segment");
    if (!named && segment.find_first_of("{}") != segment.npos)
      refuse("a {name} has to be a whole segment");
    auto& next = named ? at->parameter : at->literals[std::string{segment}];
    if (!next)
      next = std::make_unique<node>();
    at = next.get();
  }
  if (!at->end)
    at->end = std::make_unique<leaf>();
  auto& place = at->end->by_method[static_cast<std::size_t>(method)];
  if (place != none)
    refuse("it is there already");
  place = number;
  at->end->any = number;
}

const route_tree::leaf* route_tree::find(std::string_view path,
                                         std::vector<std::string_view>& parameters) const {
  parameters.clear();
  return path.starts_with('/') ? find(*root_, path, parameters) : nullptr;
}

// Takes: `rest`, "" or what begins with '/'. As deep as the deepest pattern, and no deeper.
const route_tree::leaf* route_tree::find(const node& at, std::string_view rest,
                                         std::vector<std::string_view>& parameters) {
  if (rest.empty())
    return at.end.get();
  rest.remove_prefix(1);
  const auto segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  if (const auto next = at.literals.find(segment); next != at.literals.end())
    if (const auto* found = find(*next->second, rest, parameters))
      return found;
  if (!at.parameter || segment.empty())
    return nullptr;
  parameters.push_back(segment);
  if (const auto* found = find(*at.parameter, rest, parameters))
    return found;
  parameters.pop_back();
  return nullptr;
}

} // namespace troupe::gateway
