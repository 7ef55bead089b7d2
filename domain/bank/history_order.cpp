// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "domain/bank/history_calls.hpp"

namespace troupe::bank {

namespace {

constexpr auto no_end = std::numeric_limits<std::uint64_t>::max();

/// splitmix64's last steps.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// A state's hash is the sum of its accounts', and an account's grows with its balance: so a
/// movement adds to it, whatever the balance was.
std::uint64_t hash_of(account_id id, amount balance) {
  return mixed(id * 0x9e3779b97f4a7c15u + 1) * static_cast<std::uint64_t>(balance);
}

/// That there is such an account at all, with nothing on it too.
std::uint64_t presence_of(account_id id) { return mixed(id * 0x9e3779b97f4a7c15u + 2); }

/// What a record does to balances in a whole read, in its own partition alone: money on its way has
/// left.
template <class Move>
void each_departure(const record& r, Move move) {
  if (r.answer.error != fault::none || r.asked.kind == operation_kind::settle)
    return;
  if (r.answer.pending)
    move(r.asked.from, -r.answer.moved);
  else if (r.asked.kind == operation_kind::give_back)
    move(r.asked.from, r.answer.moved);
  else
    each_movement(r, move);
}

/// How many of a partition's records, and whose doing that is.
struct bound {
  std::uint64_t records = 0;
  const history_event* by = nullptr;
};
using bounds = std::vector<bound>; // a partition each
using cut = std::vector<std::uint64_t>;

/// A partition after 0, 1, 2 ... records.
struct timeline {
  std::vector<std::uint64_t> states; // hashes
  std::vector<cut> needs;            // how much of the others has to be there with so much of it
};

class order_check {
public:
  explicit order_check(const history_index& index)
      : index_(index), h_(index.of), count_(h_.partitions.size()) {}

  check_result run() {
    if (count_ == 0)
      return told_;
    for (std::uint32_t p = 0; p < count_; ++p)
      lines_.push_back(follow(p));
    sort_moments();
    find_upper_bounds();
    bounds acked(count_), lower(count_);
    for (const auto& m : moments_)
      if (!(m.begins ? begin(m, acked, lower) : end(m, acked, lower)))
        break;
    return told_;
  }

private:
  struct moment {
    std::int64_t time_ns;
    bool begins;
    std::size_t call;
  };

  // -- what there was

  timeline follow(std::uint32_t p) const {
    timeline line{{0}, {cut(count_)}};
    std::uint64_t state = 0;
    for (const auto& r : h_.partitions[p]) {
      each_departure(r, [&](account_id id, amount by) { state += hash_of(id, by); });
      if (r.asked.kind == operation_kind::open && r.answer.error == fault::none)
        state += presence_of(r.asked.to);
      line.states.push_back(state);
      line.needs.push_back(line.needs.back());
      before(p, r, line.needs.back());
    }
    return line;
  }

  /// What has to be in a cut that has this record: a transfer leaves, arrives, and is settled.
  void before(std::uint32_t p, const record& r, cut& need) const {
    const bool arrives = r.asked.kind == operation_kind::receive;
    const auto at = index_.places.find(r.asked.id);
    if (from_client(r.asked.kind) || at == index_.places.end())
      return;
    for (const auto& other : at->second)
      if (other.partition != p
          && (arrives ? from_client(other.what->asked.kind)
                      : other.what->asked.kind == operation_kind::receive))
        need[other.partition] = std::max(need[other.partition], other.sequence);
  }

  /// What begins when something ends is concurrent with it: beginnings first.
  void sort_moments() {
    for (std::size_t c = 0; c < index_.calls.size(); ++c) {
      moments_.push_back({index_.calls[c].begin->time_ns, true, c});
      if (index_.calls[c].end != nullptr)
        moments_.push_back({index_.calls[c].end->time_ns, false, c});
    }
    std::stable_sort(moments_.begin(), moments_.end(), [](const auto& a, const auto& b) {
      return std::tuple{a.time_ns, !a.begins} < std::tuple{b.time_ns, !b.begins};
    });
  }

  bool is_read(std::size_t call) const {
    const auto& c = index_.calls[call];
    return c.begin->op == event_op::whole_read && c.outcome() == event_type::ok;
  }

  const std::vector<placed_record>& records_of(std::size_t call) const {
    static const std::vector<placed_record> none;
    const auto& e = *index_.calls[call].begin;
    const auto at = e.op == event_op::post ? index_.places.find(e.asked.id) : index_.places.end();
    return at == index_.places.end() ? none : at->second;
  }

  /// For each read the first records of what was begun after it had ended.
  void find_upper_bounds() {
    bounds first(count_, {no_end, nullptr});
    for (auto m = moments_.rbegin(); m != moments_.rend(); ++m) {
      if (!m->begins && is_read(m->call))
        upper_[m->call] = first;
      if (m->begins)
        for (const auto& r : records_of(m->call))
          if (r.sequence < first[r.partition].records)
            first[r.partition] = {r.sequence, index_.calls[m->call].begin};
    }
  }

  // -- in the order of time

  bool begin(const moment& m, const bounds& acked, const bounds& lower) {
    const auto& e = *index_.calls[m.call].begin;
    if (is_read(m.call))
      lower_[m.call] = lower;
    for (const auto& r : records_of(m.call))
      if (const auto& b = acked[r.partition]; r.sequence <= b.records)
        return wrong(e, words_of(e.asked) + " has record " + std::to_string(r.sequence) + " of "
                            + name_of(r.partition) + ", but " + reason(b) + " before it began");
    return true;
  }

  bool end(const moment& m, bounds& acked, bounds& lower) {
    const auto& e = *index_.calls[m.call].end;
    const auto raise = [&e](bound& b, std::uint64_t records) {
      if (records > b.records)
        b = {records, &e};
    };
    if (e.type == event_type::ok || e.type == event_type::fail)
      for (const auto& r : records_of(m.call)) {
        raise(acked[r.partition], r.sequence);
        raise(lower[r.partition], r.sequence);
      }
    if (!is_read(m.call))
      return true;
    ++told_.checked;
    if (!lower_.contains(m.call))
      return wrong(e, "ends before it begins");
    const auto seen = least_cut(e, m.call);
    for (std::size_t p = 0; seen && p < count_; ++p)
      raise(lower[p], (*seen)[p]);
    return seen.has_value();
  }

  /// Returns: the least cut that the read can have seen; nothing, and why, if there is none.
  std::optional<cut> least_cut(const history_event& e, std::size_t call) {
    cut wanted(count_), now;
    for (const auto& [id, balance] : e.balances)
      wanted[id % count_] += hash_of(id, balance) + presence_of(id);
    for (const auto& b : lower_[call])
      now.push_back(b.records);
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t p = 0; p < count_; ++p) {
        const auto at = next_like(p, wanted[p], now[p]);
        if (at >= upper_[call][p].records) {
          explain(e, call, p, wanted[p], now[p]);
          return std::nullopt;
        }
        now[p] = at;
        for (std::size_t q = 0; q < count_; ++q)
          if (const auto need = lines_[p].needs[at][q]; need > now[q]) {
            now[q] = need;
            moved = true;
          }
      }
    }
    return now;
  }

  /// Returns: the first state from `least` on that looks so; no_end if there is none.
  std::uint64_t next_like(std::size_t p, std::uint64_t wanted, std::uint64_t least) const {
    const auto& states = lines_[p].states;
    for (auto n = least; n < states.size(); ++n)
      if (states[n] == wanted)
        return n;
    return no_end;
  }

  // -- why not

  void explain(const history_event& e, std::size_t call, std::size_t p, std::uint64_t wanted,
               std::uint64_t least) {
    auto older = no_end;
    for (auto n = next_like(p, wanted, 0); n < least; n = next_like(p, wanted, n + 1))
      older = n;
    const auto newer = next_like(p, wanted, least);
    const auto& low = lower_[call][p];
    const auto& high = upper_[call][p];
    const auto shows = [&](std::uint64_t n) {
      return "shows " + name_of(p) + " as it was after record " + std::to_string(n) + ", but ";
    };
    if (newer != no_end)
      wrong(e, shows(newer) + "record " + std::to_string(high.records)
                   + " is of what was begun later, in " + place_of(h_, *high.by));
    else if (older == no_end)
      wrong(e, never(e, p, least));
    else if (older < low.records)
      wrong(e, shows(older) + reason(low) + " before it began");
    else
      wrong(e,
            shows(older) + "elsewhere what comes after record " + std::to_string(least) + " of it");
  }

  /// Names an account that is not as it was where the read has to be right soonest.
  std::string never(const history_event& e, std::size_t p, std::uint64_t records) const {
    std::map<account_id, amount> balances;
    for (std::uint64_t n = 0; n < records; ++n)
      each_departure(h_.partitions[p][n], [&](account_id id, amount by) { balances[id] += by; });
    for (const auto& [id, balance] : e.balances)
      if (id % count_ == p && balances[id] != balance)
        return "shows " + name_of(p) + " as it never was: account " + std::to_string(id) + " has "
               + std::to_string(balance) + ", and after record " + std::to_string(records) + " "
               + std::to_string(balances[id]);
    return "shows " + name_of(p) + " as it never was: an account is missing";
  }

  std::string reason(const bound& b) const {
    if (b.by->op == event_op::whole_read)
      return "the read of " + place_of(h_, *b.by) + " had seen record " + std::to_string(b.records);
    return "record " + std::to_string(b.records) + " was acknowledged in " + place_of(h_, *b.by);
  }

  static std::string name_of(std::size_t p) { return "partition " + std::to_string(p); }

  bool wrong(const history_event& e, const std::string& text) {
    told_.counterexample = said_by(h_, e) + text;
    return false;
  }

  const history_index& index_;
  const history& h_;
  std::size_t count_;
  check_result told_{"order", "whole reads show what was, none too old and none too new", 0, ""};
  std::vector<timeline> lines_;
  std::vector<moment> moments_;
  std::map<std::size_t, bounds> upper_; // of reads: records that are too new
  std::map<std::size_t, bounds> lower_; // likewise: that have to be there
};

} // namespace

check_result check_order(const history_index& index) { return order_check{index}.run(); }

} // namespace troupe::bank
