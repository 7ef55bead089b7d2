// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace troupe::primes {

/// Who holds which batch, and what each is to be told next. Batches and checkers are numbers here,
/// each used once.
///
///   a batch:    waits -> held by its keeper -> answered, or forgotten, or given up
///   a checker:  says how many batches it has room for; works on them in the order of giving; ends
///               each by an answer, or, if told to drop it before it was begun, by saying so
///
/// Nobody is idle while another has work that it has not begun: with nothing left that waits, a
/// checker with room gets what one holds that has at least two more. That one is told to drop it,
/// but may have begun it meanwhile: then both answer, and the first counts.
///
/// The oldest batch in the hands of one that dies is what it died of. One that is lost with its
/// connection died of nothing that we know, so more of that is borne.
///
/// Known limits: the first that a checker holds is never taken from it, and no batch is taken
/// twice, nor one that somebody died of: else one that kills could be in many hands at once.
class batch_table {
public:
  using batch_number = std::uint64_t;
  using checker_number = std::uint64_t;

  struct limits {
    unsigned deaths_max = 3;       ///< of checkers, over one batch
    unsigned losses_max = 10;      ///< of connections, over one batch
    std::uint32_t room_max = 1024; ///< of one checker, at once
  };
  enum class ending { died, unreachable };

  /// What a checker is to be told.
  struct order {
    enum class kind { give, drop } what = kind::give;
    checker_number to = 0;
    batch_number which = 0;
  };

  explicit batch_table(const limits& l) : limits_(l) {}

  /// A new batch, behind all that wait.
  void add(batch_number b);
  /// Nobody wants its answer any more.
  void forget(batch_number b);

  /// A checker has room for `more`. It is known from here on, until it is lost.
  void want(checker_number c, std::uint32_t more);
  /// A checker has answered. Returns: whether the answer counts: not if there was one before.
  bool answered(checker_number c, batch_number b);
  /// A checker has dropped what it was told to drop.
  void dropped(checker_number c, batch_number b);
  /// A checker gets nothing more; what it has not begun goes to others.
  void leave(checker_number c);
  /// A checker is no more. Returns: the batch that is given up on its account.
  std::optional<batch_number> lost(checker_number c, ending how);
  /// Returns: whether a checker holds nothing, nor is to drop anything.
  bool holds_nothing(checker_number c) const;

  /// Hands out what can be. Returns: what has to be said since the last call, in this order.
  /// Cost: logarithmic for each batch; linear in the checkers while some are idle.
  std::vector<order> take_orders();

  std::size_t checkers() const { return crew_.size(); }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t held() const { return batches_.size() - waiting_.size(); }
  std::uint64_t done() const { return done_; }
  std::uint64_t losses() const { return losses_; }
  std::uint64_t steals() const { return steals_; }

private:
  struct batch {
    std::optional<std::int64_t> place;    // in waiting_,
    std::optional<checker_number> keeper; // or who is to check it
    unsigned deaths = 0, losses = 0;
    bool stolen = false;
  };
  struct holding {
    batch_number which = 0;
    bool to_drop = false; // told so; it may have begun it all the same
  };
  struct checker {
    std::deque<holding> held; // oldest first: the order in which it works
    std::size_t open = 0;     // of them, those that it is not to drop
    std::uint32_t room = 0;
    bool leaving = false;
    bool in_line = false; // in with_room_
  };
  using crew = std::map<checker_number, checker>;

  void give(crew::iterator to, batch_number b);
  void tell_to_drop(crew::iterator from, std::size_t at);
  void wait_in_front(batch_number b);
  void remove(std::map<batch_number, batch>::iterator i);
  void make_room(crew::iterator of, std::uint32_t more);
  void hand_out();
  bool steal();
  std::optional<std::size_t> stealable(const checker& c) const;

  limits limits_;
  std::map<batch_number, batch> batches_;
  std::map<std::int64_t, batch_number> waiting_; // by place
  std::int64_t front_ = 0, back_ = 0;            // the next free places
  crew crew_;
  std::deque<checker_number> with_room_; // in the order of their turns
  std::vector<order> orders_;
  std::uint64_t done_ = 0, losses_ = 0, steals_ = 0;
};

} // namespace troupe::primes
