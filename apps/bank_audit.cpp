// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_audit.hpp"

#include <cstdio>
#include <stdexcept>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/bank_rows.hpp"
#include "domain/bank/audit.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/crawl/row_file.hpp"

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
  std::printf(
      "audit: good: %zu partition%s, %llu records (%llu refused), %llu accounts, "
      "%llu holds (%llu open), %llu transfers on their way%s\n",
      partitions, partitions == 1 ? "" : "s", static_cast<unsigned long long>(sum.records),
      static_cast<unsigned long long>(sum.refused), static_cast<unsigned long long>(sum.accounts),
      static_cast<unsigned long long>(sum.holds), static_cast<unsigned long long>(sum.holds_open),
      static_cast<unsigned long long>(sum.on_the_way), text.c_str());
}

} // namespace

int audit_ledger(const std::string& db, bool json) {
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

int export_ledger(const std::string& db, bool history, const std::string& file,
                  const std::string& format) {
  const bool csv = format == "csv";
  auto parts = io::open_snapshots(db);
  io::row_file out{file};
  const auto put = [&out](const std::string& line, const char* end) {
    out.buffer() += line;
    out.buffer() += end;
    out.row_done();
    return out.error().empty();
  };
  if (csv)
    put(history ? record_csv_header : account_csv_header, "\r\n");
  for (auto& part : parts) {
    if (history)
      part.each_record([&](const bank::record& r) {
        return csv ? put(csv_of(r), "\r\n") : put(json_of(r), "\n");
      });
    else
      part.each_account([&](const bank::account& a) {
        return csv ? put(csv_of(a), "\r\n") : put(json_of(a, a.held), "\n");
      });
  }
  out.flush();
  if (!out.error().empty())
    throw std::runtime_error(out.error());
  return 0;
}

int audit_main(int argc, char** argv) {
  CLI::App app{
      "Re-derives every balance of a ledger from its history and compares; changes nothing.",
      "audit"};
  std::string db;
  bool json = false;
  app.add_option("--db", db, "The ledger's first file")->required();
  app.add_flag("--json", json, "One line of JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    std::fprintf(stderr, "troupe-bank: %s; see troupe-bank audit --help\n", e.what());
    return 2;
  }
  return audit_ledger(db, json);
}

} // namespace troupe::apps
