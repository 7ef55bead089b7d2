// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_commands.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "actors/bank/run.hpp"
#include "apps/bank_answers.hpp"
#include "apps/bank_errors.hpp"
#include "apps/stop_signal.hpp"
#include "io/bank/open_files.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/bank/sqlite_store.hpp"
#include "io/bank/writer_turn.hpp"
#include "io/unix_time.hpp"

namespace troupe::apps {

namespace {

using bank::operation_kind;

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

/// What cannot be opened is not to be made.
void check_open_files(const ledger_request& r) {
  constexpr std::uint64_t others = 64; // threads, sockets, what the shell left open
  const auto most = io::raise_open_files();
  const auto wanted = r.partitions * io::open_files_per_partition + others;
  if (!is_there(r.db) && wanted > most)
    throw std::runtime_error(r.db + ": " + std::to_string(r.partitions) + " partitions need "
                             + std::to_string(wanted) + " open files, and the limit is "
                             + std::to_string(most) + " (ulimit -H -n)");
}

/// A bank that is open, while it is our turn to write.
struct open_bank {
  open_bank(const ledger_request& r, io::when_missing missing, const std::stop_token& stop = {}) {
    check_open_files(r);
    if (missing == io::when_missing::create || is_there(r.db))
      turn.emplace(r.db, std::chrono::seconds{r.wait_s}, stop);
    auto stores = io::open_stores(r.db, r.partitions, missing);
    partitions = static_cast<std::uint32_t>(stores.size());
    bank = std::make_unique<bank::bank>(std::move(stores),
                                        bank::bank_setting{bounds, io::now_unix_ms});
  }
  bank::ledger_limits bounds;
  std::uint32_t partitions = 0;
  std::optional<io::writer_turn> turn; // ends after the bank has
  std::unique_ptr<bank::bank> bank;
};

int post_one(const ledger_request& r, const bank::operation& op) {
  const auto missing =
      op.kind == operation_kind::open ? io::when_missing::create : io::when_missing::fail;
  open_bank to{r, missing};
  const auto receipt = to.bank->post({op}).at(0);
  if (receipt.error == bank::fault::none) {
    std::puts((r.json ? json_of(op, receipt, "") : text_of(op, receipt)).c_str());
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw std::runtime_error("standard output cannot be written, but the "
                               + std::string{word_of(op.kind)} + " was done; id "
                               + to_string(op.id));
    return 0;
  }
  const auto why = to.bank->failure();
  const auto message = refusal_of(op, receipt) + (why.empty() ? "" : " (" + why + ")");
  if (r.json)
    std::puts(json_of(op, receipt, message).c_str());
  tell_error(std::string{word_of(op.kind)} + ": " + message + "; id " + to_string(op.id));
  return 1;
}

bank::account find(io::sqlite_snapshot& part, bank::account_id id) {
  const auto a = part.find_account(id);
  if (!a)
    throw refused("no_account", "account " + std::to_string(id) + ": no_account");
  return *a;
}

} // namespace

bank::operation operation_asked_for(const ledger_request& r, operation_kind kind) {
  auto fields = r.fields;
  for (const auto& [name, text] : fields)
    if (text.empty())
      throw bad_value("the " + name + " is empty");
  fields["kind"] = to_string(kind);
  fields.try_emplace("id", to_string(random_id()));
  if (r.for_s != 0)
    fields["expires_ms"] = std::to_string(io::now_unix_ms() + std::int64_t{r.for_s} * 1000);
  return operation_of(fields);
}

int do_operation(const ledger_request& r, operation_kind kind) {
  return post_one(r, operation_asked_for(r, kind));
}

int import_file(ledger_request& r) {
  r.import.json = r.json;
  if (const auto wrong = check_import(r.import); !wrong.empty())
    throw bad_value(wrong);
  row_reader rows{r.import.file, r.import.format == "csv"}; // before a ledger is made for it
  const stop_signal stop;                                   // before there are threads
  open_bank to{r, io::when_missing::create, stop.token()};
  try {
    const import_target target{
        [&to](auto ops, bool all) { return to.bank->post(std::move(ops), all); },
        [&to](bank::account_id id) { return to.bank->find_account(id); },
        [&to] { return to.bank->failure(); }, to.partitions, to.bounds};
    return import_rows(r.import, rows, target, stop.token()) ? 0 : 1;
  } catch (const std::exception& e) {
    if (stop.exit_code() == 0)
      throw;
    tell_error(e.what(), "stopped", r.json);
    return stop.exit_code();
  }
}

// -- reading: from the store, so that it disturbs no writer

int show_balance(const ledger_request& r) {
  const auto id = parse_account(r.account);
  auto part = io::open_snapshot_of(r.db, id);
  const auto a = find(part, id);
  // A hold whose time is over ends as soon as a ledger runs: it binds nobody any more.
  auto held = a.held;
  const auto now = io::now_unix_ms();
  for (const auto& h : part.open_holds(id))
    if (!h.outgoing && h.expires_ms != 0 && h.expires_ms <= now)
      held -= h.value;
  std::puts((r.json ? json_of(a, held) : text_of(a, held)).c_str());
  return 0;
}

int show_history(const ledger_request& r) {
  const auto id = parse_account(r.account);
  auto part = io::open_snapshot_of(r.db, id);
  find(part, id);
  for (const auto& x : part.history(id, r.before, r.limit))
    std::puts((r.json ? json_of(x) : text_of(x, id)).c_str());
  return 0;
}

} // namespace troupe::apps
