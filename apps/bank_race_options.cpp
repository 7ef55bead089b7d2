// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_race_options.hpp"

#include <charconv>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/bank_errors.hpp"
#include "apps/describe.hpp"
#include "apps/tracing.hpp"

namespace troupe::apps {

namespace {

constexpr std::uint64_t rounds_max = 1'000'000;
constexpr std::uint64_t orders_max_max = 100'000'000;
constexpr std::int64_t pause_ms_max = 60'000;

void declare(CLI::App& app, bank_race_options& o, std::string& pause) {
  auto& plan = o.plan;
  app.get_formatter()->column_width(34);
  app.add_option("--engine", o.engine, "How check and act are kept together, or not")
      ->check(CLI::IsMember(
          {"none", "lock", "ordered-locks", "atomics", "actor", "actor-get-then-set"}))
      ->capture_default_str();
  app.add_option("--balance", plan.balance, "What each account holds at first")
      ->check(CLI::Range(std::int64_t{0}, bank::race_amount_max))
      ->capture_default_str();
  app.add_option("--draw", plan.draw, "What each teller draws or moves")
      ->check(CLI::Range(std::int64_t{1}, bank::race_amount_max))
      ->capture_default_str();
  app.add_option("--tellers", plan.tellers, "How many, all at once")
      ->check(CLI::Range(std::uint32_t{1}, bank::race_tellers_max))
      ->capture_default_str();
  app.add_option("--pause", pause, "Between looking and acting: 100ms, 1s")->capture_default_str();
  app.add_flag("--transfer", plan.transfer, "Move money between two accounts, in both directions");
  auto* rounds = app.add_option("--rounds", o.rounds, "How often")
                     ->check(CLI::Range(std::uint64_t{1}, rounds_max))
                     ->capture_default_str();
  const char* order = "Actors only: instead of the clock, every order of delivery";
  auto* orders = app.add_flag("--orders", o.orders, "Try every order; show the first that breaks")
                     ->group(order)
                     ->excludes(rounds);
  app.add_option("--order", o.order, "Play the order of this number again")
      ->group(order)
      ->check(CLI::Range(std::uint64_t{1}, orders_max_max))
      ->excludes(rounds)
      ->excludes(orders);
  app.add_option("--orders-max", o.orders_max, "Try no more orders than this")
      ->group(order)
      ->check(CLI::Range(std::uint64_t{1}, orders_max_max))
      ->needs(orders)
      ->capture_default_str();
  app.add_flag("--json", o.json, "One JSON object instead of words");
}

// Returns: none if it is no time.
std::optional<std::chrono::milliseconds> parse_pause(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  const bool has_unit = unit == "ms" || unit == "s" || (unit.empty() && number == 0);
  if (error != std::errc{} || number < 0 || number > pause_ms_max || !has_unit)
    return std::nullopt;
  const auto ms = unit == "s" ? number * 1000 : number;
  return ms <= pause_ms_max ? std::optional{std::chrono::milliseconds{ms}} : std::nullopt;
}

// Returns: "" or what is wrong; what CLI11 cannot see by itself.
std::string finish(bank_race_options& o, const std::string& pause) {
  const auto parsed = parse_pause(pause);
  if (!parsed)
    return "--pause: '" + pause + "' is no time up to 60s, such as 100ms or 1s";
  o.plan.pause = *parsed;
  const bool actors = o.engine.starts_with("actor");
  if ((o.orders || o.order) && !actors)
    return "--orders and --order are for the engines actor and actor-get-then-set: nobody can put "
           "threads in order";
  if (o.plan.transfer && o.engine == "actor-get-then-set")
    return "--transfer is not for actor-get-then-set: one account is enough to show that trap";
  return "";
}

} // namespace

std::optional<bank_race_options> parse_bank_race(int argc, char** argv, int& exit_code) {
  bank_race_options options;
  std::string pause = "100ms";
  CLI::App app{"Several tellers at one account, all at once: shows what goes wrong, and what mends "
               "it.",
               "troupe-bank race"};
  declare(app, options, pause);
  const std::string hint = "see troupe-bank race --help";
  try {
    declare_trace(app);
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    throw usage_error(e.what(), hint);
  }
  if (const auto wrong = finish(options, pause); !wrong.empty())
    throw usage_error(wrong, hint);
  return options;
}

} // namespace troupe::apps
