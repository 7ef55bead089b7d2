// SPDX-License-Identifier: BSD-3-Clause
// troupe-bank ledger --at: the same commands, with the bank of a cluster.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "apps/bank_answers.hpp"
#include "apps/bank_commands.hpp"
#include "apps/bank_errors.hpp"
#include "apps/bank_far.hpp"
#include "apps/link_options.hpp"
#include "apps/stop_signal.hpp"

namespace troupe::apps {

namespace {

namespace json = boost::json;

bank_at_options options_of(const ledger_request& r) {
  bank_at_options o;
  if (const auto wrong = read_addresses(r.at, r.process.tls_dir, o.coordinators); !wrong.empty())
    throw bad_value("--at: " + wrong);
  o.process = r.process;
  return o;
}

/// Does it have an answer? Else what was asked may be asked again.
bool is_unknown(const bank::receipt& r) {
  return r.error == bank::fault::store_failed || r.error == bank::fault::unreachable;
}

/// Asks again, with the same ids, what has no answer: partitions move.
std::vector<bank::receipt> post_patiently(bank::far_bank& to,
                                          const std::vector<bank::operation>& ops,
                                          bool all_or_nothing, const std::stop_token& stop) {
  constexpr auto patience = std::chrono::seconds(60);
  constexpr auto pause = std::chrono::milliseconds(200);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  auto receipts = to.post(ops, all_or_nothing);
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < deadline) {
    std::vector<bank::operation> again;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < receipts.size(); ++i)
      if (is_unknown(receipts[i])) {
        again.push_back(ops[i]);
        places.push_back(i);
      }
    if (again.empty())
      break;
    std::this_thread::sleep_for(pause);
    if (all_or_nothing) {
      receipts = to.post(ops, true);
      continue;
    }
    const auto more = to.post(std::move(again));
    for (std::size_t k = 0; k < more.size(); ++k)
      receipts[places[k]] = more[k];
  }
  return receipts;
}

std::string unanswered(bank::far_bank& of) {
  const auto why = of.failure();
  return why.empty() ? "" : " (" + why + ")";
}

} // namespace

int do_operation_at(const ledger_request& r, bank::operation_kind kind) {
  const auto op = operation_asked_for(r, kind);
  bank_at at{options_of(r)};
  const auto receipt = at.bank().post({op}).at(0);
  if (receipt.error == bank::fault::none) {
    std::puts((r.json ? json_of(op, receipt, "") : text_of(op, receipt)).c_str());
    return 0;
  }
  const auto message = refusal_of(op, receipt) + (is_unknown(receipt) ? unanswered(at.bank()) : "");
  if (r.json)
    std::puts(json_of(op, receipt, message).c_str());
  tell_error(std::string{word_of(op.kind)} + ": " + message + "; id " + to_string(op.id));
  return 1;
}

int import_file_at(ledger_request& r) {
  r.import.json = r.json;
  if (const auto wrong = check_import(r.import); !wrong.empty())
    throw bad_value(wrong);
  row_reader rows{r.import.file, r.import.format == "csv"};
  const stop_signal stop; // before there are threads
  bank_at at{options_of(r)};
  auto& to = at.bank();
  const auto partitions = static_cast<std::uint32_t>(to.places().size());
  const import_target target{
      [&](const auto& ops, bool all) { return post_patiently(to, ops, all, stop.token()); },
      [&](bank::account_id id) { return to.find_account(id); },
      [] { return std::string{}; },
      partitions,
      {}};
  try {
    return import_rows(r.import, rows, target, stop.token()) ? 0 : 1;
  } catch (const std::exception& e) {
    if (stop.exit_code() == 0)
      throw;
    tell_error(e.what(), "stopped", r.json);
    return stop.exit_code();
  }
}

int show_balance_at(const ledger_request& r) {
  const auto id = parse_account(r.account);
  bank_at at{options_of(r)};
  const auto a = at.bank().find_account(id);
  if (!a)
    throw refused("no_account", "account " + std::to_string(id) + ": no_account");
  std::puts((r.json ? json_of(*a, a->held) : text_of(*a, a->held)).c_str());
  return 0;
}

int show_history_at(const ledger_request& r) {
  const auto id = parse_account(r.account);
  bank_at at{options_of(r)};
  auto left = r.limit;
  auto before = r.before;
  if (!at.bank().find_account(id))
    throw refused("no_account", "account " + std::to_string(id) + ": no_account");
  while (left > 0) {
    const auto some = at.bank().history(id, before, std::min(left, 1'000u));
    for (const auto& x : some)
      std::puts((r.json ? json_of(x) : text_of(x, id)).c_str());
    left -= static_cast<std::uint32_t>(some.size());
    if (some.empty() || some.back().answer.sequence <= 1)
      break;
    before = some.back().answer.sequence;
  }
  return 0;
}

int show_whole_at(const ledger_request& r) {
  bank_at at{options_of(r)};
  const auto w = at.bank().whole_read();
  if (w.error != bank::whole_fault::none)
    throw refused(to_string(w.error), "whole: " + std::string{to_string(w.error)} + ": " + w.why);
  const bool good = bank::adds_up(w.accounts);
  for (const auto& a : w.accounts)
    std::puts((r.json ? json_of(a, a.held) : bank::account_name(a.id) + "  " + text_of(a, a.held))
                  .c_str());
  json::object sums;
  std::string text;
  for (const auto& [unit, sum] : bank::sum_of_clients(w.accounts)) {
    sums[to_string(unit)] = sum;
    text += (text.empty() ? "" : ", ") + std::to_string(sum) + " " + to_string(unit);
  }
  if (r.json)
    std::puts(json::serialize(json::object{{"cut", w.cut},
                                           {"clients", sums},
                                           {"on_the_way", w.on_the_way.size()},
                                           {"adds_up", good}})
                  .c_str());
  else
    std::printf("clients have %s; %zu transfers on their way; %s\n",
                text.empty() ? "nothing" : text.c_str(), w.on_the_way.size(),
                good ? "it adds up" : "IT DOES NOT ADD UP");
  return good ? 0 : 1;
}

int show_places_at(const ledger_request& r) {
  bank_at at{options_of(r)};
  bool all = true;
  for (const auto& p : at.bank().places()) {
    all = all && !p.node.empty();
    if (r.json)
      std::puts(json::serialize(json::object{{"partition", p.number},
                                             {"node", p.node.empty() ? json::value(nullptr)
                                                                     : json::value(p.node)},
                                             {"why", p.why}})
                    .c_str());
    else
      std::printf("%u  %s\n", p.number,
                  p.node.empty() ? ("nowhere: " + p.why).c_str() : p.node.c_str());
  }
  return all ? 0 : 1;
}

} // namespace troupe::apps
