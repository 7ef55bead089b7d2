// SPDX-License-Identifier: BSD-3-Clause
//
// What is drawn at random in these benchmarks, each value from its number alone: so it is the same
// whoever draws it, on whichever thread and in whatever order.
#pragma once

#include <cstdint>

#include "domain/savina/plans.hpp"

namespace troupe::savina {

/// Returns: 64 bits of what looks like chance. Source: Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014 (splitmix64).
constexpr number mixed(number seed, number which) {
  auto z = (seed << 32) + (which + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// Returns: a number below `bound`, evenly. Takes: a bound from 1 to 2^32.
constexpr number below(number bound, number bits) { return ((bits >> 32) * bound) >> 32; }

/// fjcreate: what a worker has to tell. As small as the suite's, which is a sine.
constexpr number work_of(number worker) { return mixed(0, worker); }

/// big: whom a member asks at its `ping`th time, from 0. Anybody but itself.
constexpr number partner(const big_plan& p, number member, number ping) {
  const auto drawn = below(p.members - 1, mixed(p.seed, member * p.pings + ping));
  return drawn + (drawn >= member);
}

/// banking: a transfer.
struct drawn_transfer {
  number from = 0, to = 0; ///< never the same
  std::int64_t amount = 0; ///< from 1 to amount_max
};
inline constexpr std::int64_t amount_max = 128;

constexpr drawn_transfer transfer_of(const banking_plan& p, number which) {
  const auto bits = mixed(p.seed, which);
  const auto from = below(p.accounts, bits);
  auto to = below(p.accounts - 1, bits << 32);
  to += to >= from;
  return {from, to, static_cast<std::int64_t>(1 + bits % amount_max)};
}
/// Returns: what each account holds at first: so much that nobody is ever refused, in any order.
constexpr std::int64_t opening_of(const banking_plan& p) {
  return static_cast<std::int64_t>(p.transfers) * amount_max;
}
/// Returns: how many of all transfers are a teller's: every so-manieth.
constexpr number share_of(number all, number sharers, number which) {
  return all / sharers + (which < all % sharers);
}

/// barber: computes for as long as drawn for this customer. Returns: what it came to, so that no
/// compiler leaves it out.
constexpr number work_for(number seed, number customer, number steps_max) {
  number sum = 0;
  const auto steps = steps_max == 0 ? 0 : below(steps_max, mixed(seed, customer)) + 1;
  for (number i = 0; i < steps; ++i)
    sum += mixed(sum, i);
  return sum;
}
/// Returns: the haircut of a customer. It draws from other numbers than the customer's way does.
constexpr number haircut_of(const barber_plan& p, number customer) {
  return work_for(p.seed, customer, p.haircut_steps);
}
/// Takes: the how-manieth visit to the room it is, of all.
constexpr number way_of(const barber_plan& p, number visit) {
  return work_for(p.seed + 1, visit, p.arrival_steps);
}

/// chameneos: what they are.
enum class colour : std::uint8_t { blue, red, yellow };
inline constexpr number colours = 3;

/// Returns: what two become when they meet: the same colour stays, two different ones become the
/// third.
constexpr colour complement(colour a, colour b) {
  if (a == b)
    return a;
  return static_cast<colour>(colours - static_cast<number>(a) - static_cast<number>(b));
}
/// Returns: a creature's first colour: they come in turn.
constexpr colour first_colour(number creature) { return static_cast<colour>(creature % colours); }

} // namespace troupe::savina
