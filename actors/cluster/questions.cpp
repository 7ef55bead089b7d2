// SPDX-License-Identifier: BSD-3-Clause
#include "actors/cluster/questions.hpp"

#include <future>
#include <utility>

#include "actors/cluster/seeker.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::cluster {

namespace {

template <class Answer>
using answer_or_words = tl::expected<Answer, std::string>;

// Finds the coordinator, asks, tells, and ends.
template <class Question, class Answer>
class asker {
public:
  static constexpr const char* name = "asker";
  asker(follower_actor::pointer self, std::vector<std::string> addresses, Question question,
        caf::timespan deadline, seeker_ports seeking, cluster_limits bounds,
        std::function<void(answer_or_words<Answer>)> tell)
      : self_(self), addresses_(std::move(addresses)), question_(std::move(question)),
        deadline_(deadline), seeking_(std::move(seeking)), bounds_(bounds), tell_(std::move(tell)),
        watcher_(self) {}
  ~asker() {
    runtime::stop(seeker_);
    tell(tl::unexpected(why_)); // whoever waits must hear of it
  }
  asker(const asker&) = delete;
  asker& operator=(const asker&) = delete;

  follower_actor::behavior_type make_behavior() {
    bounds_.rounds_max = 1;
    seeker_ = runtime::spawn<seeker>(self_, follower_actor{self_}, addresses_, seeking_, bounds_);
    watcher_.watch(self_, seeker_, [this](const caf::error&) { end(tl::unexpected(why_)); });
    return {
        [this](const coordinator_found& x) {
          runtime::request(self_, x.who, deadline_, question_)
              .then([this](const Answer& a) { end(a); },
                    [this](const caf::error& why) {
                      end(tl::unexpected(runtime::text(self_->system(), why)));
                    });
        },
        [this](const coordinator_lost& x) { why_ = x.why; },
    };
  }

private:
  void tell(answer_or_words<Answer> what) {
    if (auto once = std::exchange(tell_, nullptr))
      once(std::move(what));
  }
  void end(answer_or_words<Answer> what) {
    tell(std::move(what));
    self_->quit();
  }

  follower_actor::pointer self_;
  std::vector<std::string> addresses_;
  Question question_;
  caf::timespan deadline_;
  seeker_ports seeking_;
  cluster_limits bounds_;
  std::function<void(answer_or_words<Answer>)> tell_;
  runtime::watcher watcher_;
  seeker_actor seeker_;
  std::string why_ = "no address answers";
};

template <class Answer, class Question>
answer_or_words<Answer> ask(process& here, const std::vector<std::string>& addresses,
                            Question question, caf::timespan deadline, cluster_limits bounds) {
  std::promise<answer_or_words<Answer>> answer;
  auto came = answer.get_future();
  // Held until it has answered: once its seeker has ended, nobody else has it.
  const auto who = runtime::spawn<asker<Question, Answer>>(
      here.system(), addresses, std::move(question), deadline, here.seeking(), bounds,
      std::function<void(answer_or_words<Answer>)>{
          [&answer](answer_or_words<Answer> a) { answer.set_value(std::move(a)); }});
  return came.get();
}

} // namespace

tl::expected<cluster_report, std::string>
who_is_there(process& here, const std::vector<std::string>& addresses, cluster_limits bounds) {
  return ask<cluster_report>(here, addresses, cluster_wanted{}, bounds.answer_deadline, bounds);
}

tl::expected<node_drained, std::string> have_drained(process& here,
                                                     const std::vector<std::string>& addresses,
                                                     const std::string& node,
                                                     cluster_limits bounds) {
  // The coordinator keeps its own deadline for the node, and says so.
  return ask<node_drained>(here, addresses, drain_node{node},
                           bounds.drain_deadline + bounds.answer_deadline, bounds);
}

} // namespace troupe::cluster
