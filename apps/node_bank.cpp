// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <utility>

#include "actors/bank/bank_head.hpp"
#include "actors/bank/warden.hpp"
#include "apps/node_parts.hpp"
#include "domain/cluster/hello.hpp"
#include "io/bank/ledger_files.hpp"
#include "io/bank/open_files.hpp"
#include "io/bank/sqlite_schema.hpp"
#include "io/bank/sqlite_store.hpp"
#include "io/bank/writer_turn.hpp"
#include "io/unix_time.hpp"
#include "messages/type_ids.hpp"
#include "runtime/spawn.hpp"

namespace troupe::apps {

namespace {

// A file that another process holds locked, say one that was stopped inside a commit, is no place
// for now: it is tried again.
constexpr io::sqlite_store_limits store_limits{.begin_wait_max = std::chrono::seconds(5)};

std::uint64_t drawn() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

std::uint64_t now_us() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(
      duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

class bank_head_part final : public head_part {
public:
  bank_head_part(cluster::process& here, const say_line& say)
      : head_(runtime::spawn<bank::bank_head>(here.system(), bank::bank_head_ports{now_us, say},
                                              bank::bank_far_limits{}, bank::router_limits{})) {}
  ~bank_head_part() override { runtime::stop(head_); }
  void show(cluster::heads& to) const override { to.bank = head_; }

private:
  bank::bank_head_actor head_;
};

tl::expected<bank::opened_partition, std::string>
open_partition(const std::string& path, bank::partition where, std::int64_t epoch_above) {
  try {
    auto limits = store_limits;
    limits.epoch_above = epoch_above;
    auto store =
        std::make_shared<io::sqlite_store>(io::partition_path(path, where.number), where, limits);
    auto books = std::make_shared<bank::ledger>(where);
    if (auto why = store->load(*books); !why.empty())
      return tl::unexpected(std::move(why));
    bank::opened_partition opened;
    opened.epoch = store->epoch();
    opened.ports.store = std::move(store);
    opened.ports.books = std::move(books);
    opened.ports.now_ms = io::now_unix_ms;
    opened.ports.instance = drawn();
    return opened;
  } catch (const std::exception& e) {
    return tl::unexpected(std::string{e.what()});
  }
}

class bank_work final : public work_part {
public:
  // All nodes of a machine that have this ledger share the turn to write to it, for as long as they
  // run; who writes alone waits until they have gone, and they do not start before it has.
  bank_work(cluster::process& here, const node_bank_options& options, const say_line& say)
      : here_(here), turn_(options.path, std::chrono::seconds(0), {}, io::turn_kind::shared) {
    io::raise_open_files();
    const auto files = io::look_at_ledger(options.path, options.partitions);
    ports_.node = here.self().name;
    ports_.ledger = files.identity;
    ports_.partitions = files.partitions;
    ports_.numbers = options.numbers.empty() ? files.here : options.numbers;
    for (const auto n : ports_.numbers)
      if (std::find(files.here.begin(), files.here.end(), n) == files.here.end())
        throw std::runtime_error(io::partition_path(options.path, n)
                                 + ": there is no such partition here");
    ports_.open = [path = options.path, count = files.partitions](std::uint32_t number,
                                                                  std::int64_t epoch_above) {
      return open_partition(path, {number, count}, epoch_above);
    };
    ports_.say = say;
  }
  ~bank_work() override { stop(); }

  bool start(const cluster::heads& whom) override {
    if (whom.bank)
      warden_ =
          runtime::spawn<bank::warden>(here_.system(), whom.bank, ports_, bank::bank_far_limits{});
    return whom.bank != nullptr;
  }
  void stop() override {
    runtime::stop(warden_);
    warden_ = nullptr;
  }
  void drain(std::function<void()> done) override {
    if (!warden_)
      return done();
    runtime::post(warden_,
                  bank::warden_drain{std::make_shared<std::function<void()>>(std::move(done))});
  }

private:
  cluster::process& here_;
  io::writer_turn turn_;
  bank::warden_ports ports_;
  bank::warden_actor warden_;
};

} // namespace

node_role bank_role() {
  return {cluster::bank,
          [](cluster::process& here, const node_options& o) -> std::unique_ptr<head_part> {
            return std::make_unique<bank_head_part>(here, o.process.say);
          },
          [](cluster::process& here, const node_options& o,
             const say_line& say) -> std::unique_ptr<work_part> {
            return std::make_unique<bank_work>(here, o.bank, say);
          }};
}

} // namespace troupe::apps
