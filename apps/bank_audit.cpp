// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_audit.hpp"

#include <cstdio>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/bank_errors.hpp"
#include "apps/bank_export.hpp"
#include "apps/bank_rows.hpp"
#include "apps/describe.hpp"
#include "domain/bank/audit.hpp"
#include "io/bank/open_files.hpp"
#include "io/bank/sqlite_snapshot.hpp"

namespace troupe::apps {

namespace {

bool walk(bank::audit& book, io::sqlite_snapshot& part) {
  book.begin_partition(part.untold_sequence());
  part.each_record([&](const bank::record& r) { return book.take(r); });
  part.each_account([&](const bank::account& a) { return book.take(a); });
  part.each_hold([&](const bank::hold& h) { return book.take(h); });
  return book.end_partition();
}

void print_totals(const bank::audit_totals& sum, std::size_t partitions, bool json) {
  boost::json::object clients;
  std::string text;
  for (const auto& [unit, total] : sum.clients) {
    clients[to_string(unit)] = total;
    text += ", clients have " + std::to_string(total) + " " + to_string(unit);
  }
  if (json) {
    const boost::json::object out{{"ok", true},
                                  {"partitions", partitions},
                                  {"records", sum.records},
                                  {"refused", sum.refused},
                                  {"accounts", sum.accounts},
                                  {"holds", sum.holds},
                                  {"holds_open", sum.holds_open},
                                  {"on_the_way", sum.on_the_way},
                                  {"clients", clients}};
    std::puts(boost::json::serialize(out).c_str());
    return;
  }
  const auto count = [](std::uint64_t n, const std::string& of) {
    return std::to_string(n) + " " + of + (n == 1 ? "" : "s");
  };
  std::puts(("audit: good: " + count(partitions, "partition") + ", " + count(sum.records, "record")
             + " (" + std::to_string(sum.refused) + " refused), " + count(sum.accounts, "account")
             + ", " + count(sum.holds, "hold") + " (" + std::to_string(sum.holds_open) + " open), "
             + count(sum.on_the_way, "transfer") + " on the way" + text)
                .c_str());
}

} // namespace

int audit_ledger(const std::string& db, bool json) {
  io::raise_open_files();
  auto parts = io::open_snapshots(db);
  bank::audit book{static_cast<std::uint32_t>(parts.size())};
  for (auto& part : parts) {
    part.check_structure();
    if (!walk(book, part))
      break;
  }
  if (book.finish()) {
    print_totals(book.totals(), parts.size(), json);
    return 0;
  }
  if (json)
    std::puts(boost::json::serialize(
                  boost::json::object{{"ok", false}, {"difference", book.difference()}})
                  .c_str());
  else
    std::printf("audit: %s\n", book.difference().c_str());
  return 1;
}

int audit_main(int argc, char** argv) {
  CLI::App app{
      "Re-derives every balance of a ledger from its history and compares; changes nothing.",
      "troupe-bank audit"};
  std::string db;
  bool json = false;
  app.add_option("--db", db, "The ledger's first file")->required();
  app.add_flag("--json", json, "One line of JSON");
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    throw usage_error(e.what(), "see troupe-bank audit --help");
  }
  try {
    check_db(db);
  } catch (const bad_value& e) {
    throw usage_error(e.what(), "see troupe-bank audit --help");
  }
  return audit_ledger(db, json);
}

} // namespace troupe::apps
