// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "actors/crawl/fetcher.hpp"
#include "actors/crawl/parser.hpp"
#include "actors/crawl/ports.hpp"
#include "messages/crawl.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

namespace troupe::crawl {

/// The fetchers and parsers of one crawl in one process; a part of the actor that owns them.
/// Fetcher i has its pages read by parser i mod parsers. A parser that dies is replaced, and its
/// fetchers are told; a fetcher that dies is replaced, and whoever it had pages from hands them out
/// again.
///
/// Takes: `Self`, the owner's pointer; its watcher; `gave_up`, called once with the reason when too
/// many have died: none is replaced any more.
template <class Self>
class hands {
public:
  hands(Self self, runtime::watcher& watcher, crawl_ports ports, limits bounds, crew_limits crew,
        std::function<void(std::string)> gave_up)
      : self_(self), watcher_(watcher), ports_(std::move(ports)), bounds_(bounds), crew_(crew),
        gave_up_(std::move(gave_up)) {}
  ~hands() {
    for (auto& f : fetchers_)
      runtime::stop(f);
    for (auto& p : parsers_)
      runtime::stop(p);
  }
  hands(const hands&) = delete;
  hands& operator=(const hands&) = delete;

  /// Takes: `whom`, whom the fetchers ask for pages.
  void start(coordinator_actor whom) {
    whom_ = std::move(whom);
    parsers_.resize(std::max(1u, crew_.parsers));
    for (std::size_t i = 0; i < parsers_.size(); ++i)
      start_parser(i);
    fetchers_.resize(std::max(1u, bounds_.concurrency));
    for (std::size_t i = 0; i < fetchers_.size(); ++i)
      start_fetcher(i);
  }

private:
  void start_parser(std::size_t i) {
    parsers_[i] = runtime::spawn<parser>(self_, ports_);
    watcher_.watch(self_, parsers_[i], [this, i](const caf::error&) {
      if (!may_restart("parser"))
        return;
      start_parser(i);
      for (auto f = i; f < fetchers_.size(); f += parsers_.size())
        runtime::send(self_, fetchers_[f], use_parser{parsers_[i]});
    });
  }

  void start_fetcher(std::size_t i) {
    fetchers_[i] = runtime::spawn<fetcher>(self_, whom_, parsers_[i % parsers_.size()], ports_,
                                           bounds_, crew_);
    watcher_.watch(self_, fetchers_[i], [this, i](const caf::error&) {
      if (may_restart("fetcher"))
        start_fetcher(i);
    });
  }

  bool may_restart(const char* what) {
    if (restarts_++ < crew_.restarts_max)
      return true;
    if (auto tell = std::exchange(gave_up_, nullptr))
      tell(std::string{"gave up: a "} + what + " died, after " + std::to_string(crew_.restarts_max)
           + " others had been replaced");
    return false;
  }

  Self self_;
  runtime::watcher& watcher_;
  crawl_ports ports_;
  limits bounds_;
  crew_limits crew_;
  std::function<void(std::string)> gave_up_;
  coordinator_actor whom_;
  std::vector<parser_actor> parsers_;
  std::vector<fetcher_actor> fetchers_;
  std::uint32_t restarts_ = 0;
};

} // namespace troupe::crawl
