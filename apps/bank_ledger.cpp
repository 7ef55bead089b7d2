// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_ledger.hpp"

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "actors/bank/run.hpp"
#include "apps/bank_audit.hpp"
#include "apps/bank_import.hpp"
#include "apps/bank_rows.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/bank/sqlite_store.hpp"

namespace troupe::apps {

namespace {

using bank::operation_kind;

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// All that can be typed; what a subcommand does not take stays empty.
struct typed {
  std::string db, id, account, from, to, amount, unit, overdraft, hold;
  std::int64_t for_seconds = 0, until_ms = 0;
  std::uint32_t partitions = 0;
  std::uint32_t limit = 20;
  std::uint64_t before = 0;
  bool json = false;
  import_options import;
  std::string what = "history", out = "-", format;
};

using action = std::function<int(typed&)>;

// -- writing

struct open_bank {
  open_bank(const typed& t, io::when_missing missing) {
    auto stores = io::open_stores(t.db, t.partitions, missing);
    partitions = static_cast<std::uint32_t>(stores.size());
    bank = std::make_unique<bank::bank>(std::move(stores), bank::bank_setting{bounds, now_ms});
  }
  bank::ledger_limits bounds;
  std::uint32_t partitions = 0;
  std::unique_ptr<bank::bank> bank;
};

int do_one(const typed& t, const bank::operation& op) {
  const auto missing =
      op.kind == operation_kind::open ? io::when_missing::create : io::when_missing::fail;
  open_bank to{t, missing};
  const auto r = to.bank->post({op}).at(0);
  if (t.json)
    std::puts(json_of(op, r).c_str());
  else if (r.error == bank::fault::none)
    std::puts(text_of(op, r).c_str());
  if (r.error == bank::fault::none)
    return 0;
  const auto why = to.bank->failure();
  std::fprintf(stderr, "troupe-bank: %s: %s; id %s\n", std::string{to_string(op.kind)}.c_str(),
               why.empty() ? refusal_of(op, r).c_str() : why.c_str(), to_string(op.id).c_str());
  return 1;
}

/// Takes: the kind, and what was typed for it, by the names that import has.
int operate(const typed& t, operation_kind kind) {
  row_fields fields{{"id", t.id.empty() ? to_string(random_id()) : t.id},
                    {"kind", std::string{to_string(kind)}},
                    {"account", t.account},
                    {"from", t.from},
                    {"to", t.to},
                    {"amount", t.amount},
                    {"currency", t.unit},
                    {"overdraft", t.overdraft},
                    {"hold", t.hold}};
  if (t.for_seconds != 0 || t.until_ms != 0)
    fields["expires_ms"] =
        std::to_string(t.until_ms != 0 ? t.until_ms : now_ms() + t.for_seconds * 1000);
  return do_one(t, operation_of(fields));
}

int import_command(typed& t) {
  if (const auto wrong = check_import(t.import); !wrong.empty())
    throw bad_value(wrong);
  open_bank to{t, io::when_missing::create};
  return import_rows(t.import, *to.bank, to.partitions, to.bounds, t.json);
}

// -- reading: from the store, so that it disturbs no writer

int balance_command(typed& t) {
  const auto id = parse_account(t.account);
  auto part = io::open_snapshot_of(t.db, id);
  const auto a = part.find_account(id);
  if (!a)
    throw std::runtime_error("account " + t.account + ": no_account");
  // A hold whose time is over ends as soon as a ledger runs: it binds nobody any more.
  auto held = a->held;
  const auto now = now_ms();
  for (const auto& h : part.open_holds(id))
    if (!h.outgoing && h.expires_ms != 0 && h.expires_ms <= now)
      held -= h.value;
  if (t.json)
    std::puts(json_of(*a, held).c_str());
  else
    std::printf("%lld %s%s%s\n", static_cast<long long>(a->balance), to_string(a->unit).c_str(),
                held != 0 ? (" (held " + std::to_string(held) + ")").c_str() : "",
                a->closed ? " closed" : "");
  return 0;
}

int history_command(typed& t) {
  const auto id = parse_account(t.account);
  auto part = io::open_snapshot_of(t.db, id);
  if (!part.find_account(id))
    throw std::runtime_error("account " + t.account + ": no_account");
  for (const auto& r : part.history(id, t.before, t.limit))
    std::puts((t.json ? json_of(r) : text_of(r, id)).c_str());
  return 0;
}

int export_command(typed& t) {
  auto format = t.format;
  if (format.empty())
    format = t.out.ends_with(".csv") ? "csv" : "jsonl";
  return export_ledger(t.db, t.what == "history", t.out, format);
}

// -- the command line

CLI::App* add(CLI::App& app, const char* name, const char* words, action what, action& chosen) {
  auto* sub = app.add_subcommand(name, words);
  sub->fallthrough();
  sub->callback([what = std::move(what), &chosen] { chosen = what; });
  return sub;
}

CLI::App* add_operation(CLI::App& app, typed& t, operation_kind kind, const char* words,
                        action& chosen) {
  const std::string name{kind == operation_kind::release ? "void" : to_string(kind)};
  auto* sub = add(
      app, name.c_str(), words, [kind](typed& x) { return operate(x, kind); }, chosen);
  sub->add_option("--id", t.id, "32 hexadecimal digits; the same again does nothing again");
  return sub;
}

void declare_operations(CLI::App& app, typed& t, action& chosen) {
  const char* in_units = "Whole minor units (12.50 EUR is 1250)";
  using kind = operation_kind;
  auto* open = add_operation(app, t, kind::open, "A new account", chosen);
  open->add_option("ACCOUNT", t.account, "Its number, from 1")->required();
  open->add_option("--currency", t.unit, "Three or four capital letters")->required();
  open->add_option("--overdraft", t.overdraft, "How far it may go below 0");
  auto* close = add_operation(app, t, kind::close, "Close an empty account", chosen);
  close->add_option("ACCOUNT", t.account, "")->required();
  auto* deposit = add_operation(app, t, kind::deposit, "Money from outside", chosen);
  deposit->add_option("ACCOUNT", t.account, "")->required();
  deposit->add_option("AMOUNT", t.amount, in_units)->required();
  auto* withdraw = add_operation(app, t, kind::withdraw, "Money to outside", chosen);
  withdraw->add_option("ACCOUNT", t.account, "")->required();
  withdraw->add_option("AMOUNT", t.amount, in_units)->required();
  auto* transfer = add_operation(app, t, kind::transfer, "Between two accounts", chosen);
  transfer->add_option("FROM", t.from, "")->required();
  transfer->add_option("TO", t.to, "")->required();
  transfer->add_option("AMOUNT", t.amount, in_units)->required();
  auto* hold = add_operation(app, t, kind::hold, "Reserve money; prints the hold's id", chosen);
  hold->add_option("ACCOUNT", t.account, "")->required();
  hold->add_option("AMOUNT", t.amount, in_units)->required();
  auto* seconds = hold->add_option("--for", t.for_seconds, "Seconds until it is free again")
                      ->check(CLI::Range(1, 1'000'000'000));
  hold->add_option("--until", t.until_ms,
                   "The same as a time in Unix milliseconds: needed to send "
                   "the same hold again by its --id")
      ->excludes(seconds)
      ->check(CLI::PositiveNumber);
  auto* post = add_operation(app, t, kind::post, "Pay what is held, or a part of it", chosen);
  post->add_option("--hold", t.hold, "The hold's id")->required();
  post->add_option("--account", t.from, "Where it is held")->required();
  post->add_option("TO", t.to, "")->required();
  post->add_option("AMOUNT", t.amount, "A part of it; the rest is free again");
  auto* release = add_operation(app, t, kind::release, "Free what is held", chosen);
  release->alias("release");
  release->add_option("--hold", t.hold, "The hold's id")->required();
  release->add_option("--account", t.from, "Where it is held")->required();
}

void declare(CLI::App& app, typed& t, action& chosen) {
  app.add_option("--db", t.db, "The ledger's first file; open and import make it")->required();
  app.add_option("--partitions", t.partitions, "How many, fixed when it is made")
      ->check(CLI::Range(1, 1024));
  app.add_flag("--json", t.json, "Answers as JSON, one object a line");
  app.require_subcommand(1);
  declare_operations(app, t, chosen);
  auto* balance = add(app, "balance", "How an account stands", balance_command, chosen);
  balance->add_option("ACCOUNT", t.account, "")->required();
  auto* history = add(app, "history", "What happened, newest first", history_command, chosen);
  history->add_option("ACCOUNT", t.account, "")->required();
  history->add_option("--limit", t.limit, "Records at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  history->add_option("--before", t.before, "Only those before this sequence");
  auto* import = add(app, "import",
                     "Do a file's rows: id,kind,account,from,to,amount,currency,overdraft,hold,"
                     "expires_ms. The same file again changes nothing",
                     import_command, chosen);
  import->add_option("FILE", t.import.file, ".csv or .jsonl; - is standard input")->required();
  import->add_option("--format", t.import.format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  import->add_flag("--strict", t.import.strict,
                   "All or nothing: at most 10000 rows, of one partition's accounts");
  auto* save = add(app, "export", "Write accounts or history", export_command, chosen);
  save->add_option("WHAT", t.what, "")
      ->check(CLI::IsMember({"accounts", "history"}))
      ->capture_default_str();
  save->add_option("--out", t.out, "A file, or - for standard output")->capture_default_str();
  save->add_option("--format", t.format, "csv or jsonl; by the file's ending, or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}));
}

int usage(const std::string& what) {
  std::fprintf(stderr, "troupe-bank: %s; see troupe-bank ledger --help\n", what.c_str());
  return 2;
}

} // namespace

int ledger_main(int argc, char** argv) {
  CLI::App app{"A durable ledger: accounts, holds and transfers that happen exactly once.",
               "ledger"};
  typed t;
  action chosen;
  declare(app, t, chosen);
  try {
    app.parse(argc, argv);
    return chosen(t);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    return usage(e.what());
  } catch (const bad_value& e) {
    return usage(e.what());
  }
}

} // namespace troupe::apps
