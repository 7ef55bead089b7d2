// SPDX-License-Identifier: BSD-3-Clause
#include "domain/race/world.hpp"

namespace troupe::race {

namespace {

// As many bytes as the number needs, and one that says how many: most are small.
void put(std::string& out, std::int64_t n) {
  const auto at = out.size();
  out.push_back('\0');
  auto rest = static_cast<std::uint64_t>(n);
  for (; rest != 0; rest >>= 8)
    out.push_back(static_cast<char>(rest & 0xff));
  out[at] = static_cast<char>(out.size() - at - 1);
}

void put_byte(std::string& out, std::size_t n) { out.push_back(static_cast<char>(n)); }

} // namespace

std::string key(const world& w) {
  std::string out;
  out.reserve(64);
  put_byte(out, static_cast<std::size_t>(w.wrong));
  put_byte(out, static_cast<std::size_t>(w.places));
  for (const auto balance : w.accounts)
    put(out, balance);
  for (const auto holder : w.locks)
    put_byte(out, static_cast<std::size_t>(holder));
  for (const auto& p : w.people) {
    put_byte(out, p.at);
    put_byte(out, (p.over ? 1u : 0u) | static_cast<unsigned>(p.forks) << 1);
    put(out, p.seen);
    put(out, p.hand);
  }
  for (const auto& box : w.mail) {
    put_byte(out, box.size());
    for (const auto& x : box) {
      put_byte(out, static_cast<std::size_t>(x.what));
      put_byte(out, x.from);
      put(out, x.amount);
      put(out, x.seen);
    }
  }
  for (const auto& queue : w.waiting) {
    put_byte(out, queue.size());
    for (const auto who : queue)
      put_byte(out, who);
  }
  return out;
}

std::string_view to_string(flaw f) {
  switch (f) {
  case flaw::none:
    return "holds";
  case flaw::overdrawn:
    return "overdrawn";
  case flaw::miscounted:
    return "miscounted";
  case flaw::deadlocked:
    return "deadlocked";
  }
  return "";
}

} // namespace troupe::race
