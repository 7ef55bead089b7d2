// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/typed_response_promise.hpp>

#include "actors/bank/far_ports.hpp"
#include "messages/bank_far.hpp"
#include "runtime/mail.hpp"

namespace troupe::bank {

/// Reads all partitions at one cut, one read at a time; who asks meanwhile shares the next one.
///
///   1. cut_wanted{0}       which instances are there?
///   2. cut_wanted{cut}     a new cut; the partitions as they were at it
///   3. arrivals_wanted     what was on its way: had it arrived by then?
///
/// An instance remembers of which cut it has heard; one that starts anew does not. So each ledger
/// must be the same instance from before the cut until all snapshots are there: else, and where a
/// partition does not answer, all of it is done once more with a new cut.
class whole_reader {
public:
  static constexpr const char* name = "whole-reader";
  /// Takes: all partitions' ledgers in order; the wall's time in microseconds: the first cut is
  /// above those of a reader that was there before.
  whole_reader(whole_actor::pointer self, std::vector<ledger_actor> ledgers,
               std::function<std::uint64_t()> now_us, bank_far_limits bounds);
  whole_actor::behavior_type make_behavior();

private:
  void begin();
  void attempt();
  void take_cut();
  void ask_for_arrivals();
  template <class Answer, class Question, class Then>
  void ask_all(const std::vector<Question>& questions, Then heard, void (whole_reader::*after)());
  bool same_instance(std::size_t i, std::uint64_t instance);
  void note(whole_fault f, std::size_t partition);
  void go_on(void (whole_reader::*after)());
  void end();
  void answer(const whole_state& state);

  whole_actor::pointer self_;
  std::vector<ledger_actor> ledgers_;
  std::function<std::uint64_t()> now_us_;
  bank_far_limits bounds_;
  using promise = caf::typed_response_promise<whole_report>;
  std::vector<promise> waiting_, served_;
  bool reading_ = false;

  // of one attempt
  unsigned attempts_ = 0;
  std::uint64_t cut_ = 0;
  std::size_t missing_ = 0;
  whole_fault wrong_ = whole_fault::none;
  std::string why_;
  std::vector<std::uint64_t> instances_;
  std::vector<part_at_cut> parts_;
  std::vector<open_transfer> arrived_;
};

} // namespace troupe::bank
