// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_ledger.hpp"

#include <functional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/bank_commands.hpp"
#include "apps/bank_errors.hpp"
#include "apps/bank_export.hpp"
#include "apps/describe.hpp"
#include "apps/link_options.hpp"
#include "apps/tracing.hpp"
#include "apps/tracing_letters.hpp"
#include "apps/typed_text.hpp"
#include "io/bank/sqlite_schema.hpp"

namespace troupe::apps {

namespace {

using bank::operation_kind;
using action = std::function<int(ledger_request&)>;

/// What a subcommand does in a file, and with a cluster; empty where it is not for that.
action either(action here, action at) {
  return [here = std::move(here), at = std::move(at)](ledger_request& r) {
    const auto& chosen = r.at.empty() ? here : at;
    if (!chosen)
      throw bad_value(r.at.empty() ? "this is for the bank of a cluster: say --at HOST:PORT"
                                   : "this is for a file: say --db FILE");
    return chosen(r);
  };
}

CLI::App* add(CLI::App& app, const char* name, const char* words, action what, action& chosen) {
  auto* sub = app.add_subcommand(name, words);
  sub->fallthrough();
  sub->footer("And --db FILE or --at HOST:PORT, one of which is needed, and --json: see "
              "troupe-bank ledger --help");
  sub->callback([what = std::move(what), &chosen] { chosen = what; });
  return sub;
}

/// An operation's subcommand, and what it takes.
class operation_command {
public:
  operation_command(CLI::App& app, ledger_request& r, operation_kind kind, const char* name,
                    const char* words, action& chosen)
      : request_(r),
        sub_(add(app, name, words,
                 either([kind](ledger_request& x) { return do_operation(x, kind); },
                        [kind](ledger_request& x) { return do_operation_at(x, kind); }),
                 chosen)) {
    take("--id", "id", "32 hexadecimal digits: sent again, it is not done again. Else made");
  }
  CLI::Option* take(const char* typed, const char* field, const char* words) {
    return sub_->add_option_function<std::string>(
        typed, [&to = request_.fields, field](const std::string& x) { to[field] = x; }, words);
  }
  void need(const char* typed, const char* field, const char* words) {
    take(typed, field, words)->required();
  }
  CLI::App& app() { return *sub_; }

private:
  ledger_request& request_;
  CLI::App* sub_;
};

void declare_operations(CLI::App& app, ledger_request& r, action& chosen) {
  using kind = operation_kind;
  const char* account = "The account's number";
  const char* in_units = "Whole minor units (12.50 EUR is 1250)";
  const auto add_one = [&](kind k, const char* name, const char* words) {
    return operation_command{app, r, k, name, words, chosen};
  };
  auto open = add_one(kind::open, "open", "A new account");
  open.need("ACCOUNT", "account", "Its number, from 1");
  open.need("--currency", "currency", "Three or four capital letters");
  open.take("--overdraft", "overdraft", "How far it may go below 0");
  auto close = add_one(kind::close, "close", "Close an empty account");
  close.need("ACCOUNT", "account", account);
  auto deposit = add_one(kind::deposit, "deposit", "Money from outside");
  deposit.need("ACCOUNT", "account", account);
  deposit.need("AMOUNT", "amount", in_units);
  auto withdraw = add_one(kind::withdraw, "withdraw", "Money to outside");
  withdraw.need("ACCOUNT", "account", account);
  withdraw.need("AMOUNT", "amount", in_units);
  auto transfer = add_one(kind::transfer, "transfer", "Between two accounts");
  transfer.need("FROM", "from", "Who pays");
  transfer.need("TO", "to", "Who is paid");
  transfer.need("AMOUNT", "amount", in_units);
  auto hold = add_one(kind::hold, "hold", "Reserve money; prints the hold's id");
  hold.need("ACCOUNT", "account", account);
  hold.need("AMOUNT", "amount", in_units);
  auto* seconds = hold.app().add_option("--for", r.for_s, "Seconds until it is free again");
  seconds->check(whole(1, 1'000'000'000));
  hold.take("--until", "expires_ms",
            "The same as a time in Unix milliseconds: needed to send the same hold again by its "
            "--id")
      ->excludes(seconds);
  auto post = add_one(kind::post, "post", "Pay what is held, or a part of it");
  post.need("--hold", "hold", "The hold's id");
  post.need("--account", "account", "Where it is held");
  post.need("TO", "to", "Who is paid");
  post.take("AMOUNT", "amount", "A part of it; the rest is free again. Else the whole");
  auto release = add_one(kind::release, "void", "Free what is held");
  release.app().alias("release");
  release.need("--hold", "hold", "The hold's id");
  release.need("--account", "account", "Where it is held");
}

void declare_files(CLI::App& app, ledger_request& r, action& chosen) {
  auto* import = add(app, "import",
                     "Do a file's rows: id,kind,account,from,to,amount,currency,overdraft,hold,"
                     "expires_ms. The same file again changes nothing",
                     either(import_file, import_file_at), chosen);
  import->add_option("FILE", r.import.file, ".csv or .jsonl; - is standard input")->required();
  import->add_option("--format", r.import.format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  import->add_flag("--strict", r.import.strict,
                   "All or nothing: at most 10000 rows, of one partition's accounts");
  auto* save = add(app, "export", "Write accounts or history",
                   either(
                       [](ledger_request& x) {
                         return export_ledger(x.db, x.what == "history", x.out, x.format);
                       },
                       {}),
                   chosen);
  save->add_option("WHAT", r.what, "accounts or history")
      ->check(CLI::IsMember({"accounts", "history"}))
      ->capture_default_str();
  save->add_option("--out", r.out, "A file, or - for standard output")->capture_default_str();
  save->add_option("--format", r.format, "csv or jsonl; by the file's ending, or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  auto* backup = add(
      app, "backup", "Copy the whole ledger as it is at one moment; others may write meanwhile",
      either([](ledger_request& x) { return back_up_ledger(x.db, x.copy, x.json); }, {}), chosen);
  backup->add_option("TO", r.copy, "The copy's first file; there must be none yet")->required();
}

void declare(CLI::App& app, ledger_request& r, action& chosen) {
  auto* db = app.add_option("--db", r.db, "The ledger's first file; open and import make it");
  app.add_option("--at", r.at, "In its place: the bank of the cluster whose coordinator this is")
      ->excludes(db);
  app.add_option("--partitions", r.partitions,
                 "How many, fixed when it is made; each is a file, and takes six open ones")
      ->check(whole(1, io::partitions_max));
  app.add_option("--wait", r.wait_s, "Seconds at most, while another process writes")
      ->check(whole(0, 86'400))
      ->capture_default_str();
  app.add_flag("--json", r.json, "Answers as JSON, one object a line; errors too");
  app.require_subcommand(1);
  declare_operations(app, r, chosen);
  auto* balance =
      add(app, "balance", "How an account stands", either(show_balance, show_balance_at), chosen);
  balance->add_option("ACCOUNT", r.account, "The account's number")->required();
  auto* history = add(app, "history", "What happened, newest first",
                      either(show_history, show_history_at), chosen);
  history->add_option("ACCOUNT", r.account, "The account's number")->required();
  history->add_option("--limit", r.limit, "Records at most")
      ->check(whole(1, 1'000'000))
      ->capture_default_str();
  history->add_option("--before", r.before, "Only those before this sequence")
      ->check(whole(1, ~std::uint64_t{0} >> 1));
  declare_files(app, r, chosen);
  add(app, "whole", "With --at: all accounts as they were at one moment, and what clients have",
      either({}, show_whole_at), chosen);
  add(app, "places", "With --at: which node has which partition", either({}, show_places_at),
      chosen);
  declare_trace(app);
  declare_link_bounds(app, r.process);
}

/// Where the options are explained that somebody got wrong.
std::string hint(const CLI::App& app) {
  const auto typed = app.get_subcommands();
  return "see troupe-bank ledger " + (typed.empty() ? "" : typed.front()->get_name() + " ")
         + "--help";
}

} // namespace

int ledger_main(int argc, char** argv) {
  CLI::App app{"A durable ledger: accounts, holds and transfers that happen exactly once.",
               "troupe-bank ledger"};
  ledger_request r;
  action chosen;
  declare(app, r, chosen);
  try {
    describe_here(app);
    app.parse(argc, argv);
    if (app.count("--db") == 0 && r.at.empty())
      throw CLI::RequiredError("--db or --at");
    if (r.at.empty())
      check_db(r.db);
    tracing trace{"troupe-bank"};
    trace_letters();
    return trace.finish(chosen(r));
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    throw usage_error(e.what(), hint(app));
  } catch (const bad_value& e) {
    throw usage_error(e.what(), hint(app));
  }
}

} // namespace troupe::apps
