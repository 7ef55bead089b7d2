// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp> // this program's main(): CMake names it in the first source

#include <algorithm>

#include "actors/bank/vault_bank.hpp"
#include "tests/agree/bank_engines.hpp"

namespace troupe::test {

namespace {

// Each call is a teller of its own, so that several threads' calls are several tellers.
class vault_face : public baselines::quick_bank {
public:
  vault_face(std::vector<std::int64_t> opening, const bank::vault_limits& bounds)
      : bank_(std::move(opening), {.threads = 3}), bounds_(bounds) {}

  std::size_t apply(std::span<const bank::quick_transfer> transfers) override {
    const auto all = transfers.size();
    const auto report =
        bank_.run({[transfers](std::vector<bank::quick_transfer>& batch, std::size_t max) mutable {
                    const auto next = transfers.first(std::min(max, transfers.size()));
                    batch.assign(next.begin(), next.end());
                    transfers = transfers.subspan(next.size());
                  }},
                  bounds_);
    BOOST_REQUIRE_EQUAL(report.error, "");
    BOOST_REQUIRE_EQUAL(report.applied, all);
    return report.refused;
  }

  std::vector<std::int64_t> balances() override { return bank_.balances(); }

private:
  bank::vault_bank bank_;
  const bank::vault_limits bounds_;
};

bank_engine_row vault_row(std::string_view name, bank::vault_limits bounds) {
  return {name, [bounds](std::vector<std::int64_t> opening, const std::filesystem::path&) {
            return std::make_unique<vault_face>(std::move(opening), bounds);
          }};
}

} // namespace

// One baseline stands beside the actor, so that "all engines agree" has something to agree with.
const std::vector<bank_engine_row>& bank_engines() {
  static const std::vector<bank_engine_row> rows{
      baseline_bank_engines().front(),
      vault_row("vault", {}),
      vault_row("vault-one-by-one", {.batch_transfers_max = 1, .batches_in_flight_max = 1}),
      vault_row("vault-7-ahead-3", {.batch_transfers_max = 7, .batches_in_flight_max = 3}),
  };
  return rows;
}

} // namespace troupe::test
