// SPDX-License-Identifier: BSD-3-Clause
// The six small ones; the bank, the philosophers and the barber are in run_classics.cpp.
#include "baselines/savina/run.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "baselines/savina/crew.hpp"

namespace troupe::baselines {

using namespace savina;

// -- ping-pong ------------------------------------------------------------------------------------

ping_pong_outcome by_locks(const ping_pong_plan& p) {
  std::mutex mutex;
  std::condition_variable pinger_wakes, ponger_wakes;
  bool asked = false;
  ping_pong_outcome o;
  run_crew(2, [&](number who) {
    std::unique_lock lock(mutex);
    for (number i = 0; i < p.pings; ++i)
      if (who == 0) {
        asked = true;
        ponger_wakes.notify_one();
        wait_for(pinger_wakes, lock, "waits for a pong", [&] { return !asked; });
        ++o.pongs;
      } else {
        wait_for(ponger_wakes, lock, "waits for a ping", [&] { return asked; });
        ++o.pings;
        asked = false;
        pinger_wakes.notify_one();
      }
  });
  return o;
}

// -- threadring -----------------------------------------------------------------------------------

namespace {

// Where a member finds the token.
class ring_slot {
public:
  void put(number hops) {
    {
      const std::lock_guard lock(mutex_);
      hops_ = hops;
    }
    wakes_.notify_one();
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    wakes_.notify_one();
  }
  /// Returns: nothing when the slot is closed.
  std::optional<number> take() {
    std::unique_lock lock(mutex_);
    wait_for(wakes_, lock, "waits for the token", [this] { return hops_ || closed_; });
    return std::exchange(hops_, std::nullopt);
  }

private:
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::optional<number> hops_;
  bool closed_ = false;
};

} // namespace

ring_outcome by_locks(const ring_plan& p) {
  std::vector<ring_slot> slots(p.members);
  ring_outcome o;
  o.had.assign(p.members, 0);
  slots[0].put(p.hops);
  run_crew(p.members, [&](number me) {
    number had = 0;
    while (const auto hops = slots[me].take()) {
      ++had;
      if (*hops > 0) {
        slots[(me + 1) % p.members].put(*hops - 1);
        continue;
      }
      o.ended_at = me; // only one gets here
      for (auto& slot : slots)
        slot.close();
    }
    o.had[me] = had;
  });
  return o;
}

// -- fjcreate -------------------------------------------------------------------------------------

fork_join_outcome by_locks(const fork_join_plan& p) {
  fork_join_outcome o;
  std::vector<number> results(p.workers, 0); // what a thread leaves is seen by who joins it
  std::deque<std::jthread> alive;
  const auto join_oldest = [&] {
    alive.front().join();
    alive.pop_front();
    o.sum += results[o.ended++];
  };
  for (; o.begun < p.workers; ++o.begun) {
    if (alive.size() == p.threads_at_once)
      join_oldest();
    alive.emplace_back([&results, i = o.begun] {
      const trace::slice works{"works"};
      results[i] = work_of(i);
    });
  }
  while (!alive.empty())
    join_oldest();
  return o;
}

// -- counting -------------------------------------------------------------------------------------

counting_outcome by_locks(const counting_plan& p) {
  std::mutex mutex;
  number count = 0;
  std::vector<number> sent(p.producers, 0);
  run_crew(p.producers, [&](number me) {
    const auto share = share_of(p.increments, p.producers, me);
    for (number i = 0; i < share; ++i) {
      const std::lock_guard lock(mutex);
      ++count;
    }
    sent[me] = share;
  });
  return {.sent = std::accumulate(sent.begin(), sent.end(), number{0}), .counted = count};
}

// -- chameneos ------------------------------------------------------------------------------------

namespace {

class locked_mall {
public:
  struct visitor {
    colour mine;
    std::optional<colour> other = std::nullopt;
    std::condition_variable met = {};
  };

  explicit locked_mall(number meetings_max) : meetings_max_(meetings_max) {}

  /// Waits for another. Returns: its colour; nothing when the mall is closed. Nobody waits when it
  /// closes: the last meeting is one of two.
  std::optional<colour> meet(visitor& me) {
    std::unique_lock lock(mutex_);
    if (meetings_ == meetings_max_)
      return std::nullopt;
    if (auto* first = std::exchange(waiting_, nullptr)) {
      ++meetings_;
      first->other = me.mine;
      first->met.notify_one(); // under the lock: it lives at least until it has it
      return first->mine;
    }
    waiting_ = &me;
    wait_for(me.met, lock, "waits for another", [&me] { return me.other.has_value(); });
    return std::exchange(me.other, std::nullopt);
  }

  number meetings() const { return meetings_; } ///< when all are through

private:
  const number meetings_max_;
  std::mutex mutex_;
  number meetings_ = 0;
  visitor* waiting_ = nullptr;
};

} // namespace

chameneos_outcome by_locks(const chameneos_plan& p) {
  locked_mall mall(p.meetings);
  chameneos_outcome o;
  o.creatures.resize(p.creatures);
  run_crew(p.creatures, [&](number me) {
    locked_mall::visitor self{first_colour(me)};
    creature_tally tally;
    while (const auto other = mall.meet(self)) {
      ++tally.met;
      tally.same += *other == self.mine;
      self.mine = complement(self.mine, *other);
    }
    o.creatures[me] = tally;
  });
  o.meetings = mall.meetings();
  return o;
}

// -- big ------------------------------------------------------------------------------------------

namespace {

class inbox {
public:
  struct letters {
    std::vector<number> askers; ///< who wait for an answer
    number pongs = 0;
    bool closed = false;
  };

  void ask(number who) {
    put([who](letters& x) { x.askers.push_back(who); });
  }
  void answer() {
    put([](letters& x) { ++x.pongs; });
  }
  void close() {
    put([](letters& x) { x.closed = true; });
  }
  /// Waits until there is something. Takes: letters that are done, whose memory is used again.
  void take(letters& out) {
    out.askers.clear();
    out.pongs = 0;
    std::unique_lock lock(mutex_);
    wait_for(wakes_, lock, "waits for letters",
             [this] { return !letters_.askers.empty() || letters_.pongs > 0 || letters_.closed; });
    out.closed = letters_.closed;
    std::swap(out, letters_);
  }

private:
  template <class Change>
  void put(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change(letters_);
    }
    wakes_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable wakes_;
  letters letters_;
};

} // namespace

big_outcome by_locks(const big_plan& p) {
  std::vector<inbox> inboxes(p.members);
  std::mutex mutex;
  number through = 0; // members who have asked enough
  big_outcome o;
  o.pings.assign(p.members, 0);
  o.pongs.assign(p.members, 0);
  run_crew(p.members, [&](number me) {
    number pings = 0, pongs = 0;
    inbox::letters got;
    inboxes[partner(p, me, 0)].ask(me);
    while (!got.closed) {
      inboxes[me].take(got);
      pings += got.askers.size();
      for (const auto asker : got.askers)
        inboxes[asker].answer();
      if (got.pongs == 0)
        continue;
      if (++pongs < p.pings) { // one is asked at a time
        inboxes[partner(p, me, pongs)].ask(me);
        continue;
      }
      const std::lock_guard lock(mutex);
      if (++through == p.members) // so all questions are answered
        for (auto& other : inboxes)
          other.close();
    }
    o.pings[me] = pings;
    o.pongs[me] = pongs;
  });
  return o;
}

} // namespace troupe::baselines
