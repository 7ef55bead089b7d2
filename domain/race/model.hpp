// SPDX-License-Identifier: BSD-3-Clause
//
// A small race as explicit steps. Everything that others could come between is a step of its own,
// and what one step does nobody can come between:
//
//   threads   a step is one line of the teller's program: check, take, lock, give back
//             (programs.cpp has them all, program.cpp carries them out)
//   actors    a step is one letter handled by one actor, with all that it sends upon it
//             (bank_actors.cpp, table_actors.cpp)
//
// A scheduler says who is next, wherever more than one can go on; nothing else decides anything. So
// a list of names is an order, and the same list is the same story every time.
//
//   account        tellers draw `draw` from A, which holds `balance`
//   transfer       ta, tc ... move `draw` from A to B; tb, td ... from B to A
//   get-then-set   tellers ask for A's balance, and then set it
//   philosophers   as many forks as philosophers, and each needs two
//
// Known limits: memory is sequentially consistent, everybody acts once, nobody dies.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "domain/race/world.hpp"

namespace troupe::race {

inline constexpr std::uint32_t tellers_max = 8;
inline constexpr std::uint32_t seats_min = 2;
inline constexpr std::uint32_t seats_max = 8;
inline constexpr std::int64_t amount_max = 1'000'000'000'000;

struct plan {
  std::string model = "account";
  std::string engine = "none";
  std::uint32_t tellers = 2;
  std::uint32_t seats = 3; ///< philosophers
  std::int64_t balance = 1000;
  std::int64_t draw = 800;
};

/// An engine of a model: how it is kept from going wrong, or not.
struct engine_entry {
  std::string_view model, name;
  const char* what;
};

/// Returns: all engines of all models; the first of each model is its usual one, and fails.
const std::vector<engine_entry>& engines();
/// Returns: the names of a model's engines; none: there is no such model.
std::vector<std::string> engines_of(std::string_view model);
/// Returns: "2 tellers, each to draw 800 from 1000".
std::string heading(const plan& p);

/// Somebody who can act.
struct part {
  std::string name;    ///< "ta"
  char mark = 'a';     ///< its letter in an order's word (orders.hpp)
  bool serves = false; ///< it only answers others, and is never through
};

/// What one step did, for those who tell of it.
struct happening {
  std::string text;               ///< "ta takes 800 from A: 200 are left"
  bool got = false;               ///< it handled the oldest letter of its mailbox
  std::vector<std::uint8_t> sent; ///< whom it sent a letter, in this order
};

/// See the head of this file.
class model {
public:
  virtual ~model() = default;
  model(const model&) = delete;
  model& operator=(const model&) = delete;

  const std::vector<part>& cast() const { return cast_; }
  const std::vector<std::string>& account_names() const { return account_names_; }
  const std::vector<std::string>& lock_names() const { return lock_names_; }
  const world& begin() const { return begin_; }

  /// Returns: can it take a step now?
  virtual bool can_step(const world& w, std::size_t who) const = 0;
  /// Returns: what it waits for in words ("the lock of A, which tb holds"); "": nothing.
  virtual std::string waits_for(const world& w, std::size_t who) const = 0;

  /// Takes: somebody who can. Changes the world by one step, and looks whether all is well after
  /// it. `told`, if given, gets the words, which cost more than the step.
  void step(world& w, std::size_t who, happening* told = nullptr) const;
  /// Returns: who can take a step, in the order of the cast.
  std::vector<std::uint8_t> able(const world& w) const;
  /// Returns: is everybody through who has something to do?
  bool over(const world& w) const;
  /// Returns: what accounts and hands hold beyond what there was at first.
  std::int64_t money_off(const world& w) const;

protected:
  model() = default;
  virtual void act(world& w, std::size_t who, happening* told) const = 0;
  /// To be called once, when accounts, locks and cast are there.
  void set_up(world begin);

  std::vector<part> cast_;
  std::vector<std::string> account_names_, lock_names_;

private:
  world begin_;
  std::int64_t total_ = 0;
};

/// Takes: names that engines() has, and numbers inside the limits above.
/// Throws: std::invalid_argument, whose what() is one line.
std::unique_ptr<const model> make_model(const plan& p);

} // namespace troupe::race
