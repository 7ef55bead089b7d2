// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_export.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "apps/bank_answers.hpp"
#include "apps/new_file.hpp"
#include "apps/bank_rows.hpp"
#include "io/bank/open_files.hpp"
#include "io/bank/sqlite_schema.hpp"
#include "io/bank/sqlite_snapshot.hpp"
#include "io/crawl/row_file.hpp"

namespace troupe::apps {

namespace {

namespace fs = std::filesystem;

/// Whether a path, by whatever links, leads to one of the ledger's files, or would become one.
bool belongs_to(const std::string& db, std::uint32_t partitions, const std::string& path) {
  std::error_code error;
  const auto real = fs::weakly_canonical(path, error);
  for (std::uint32_t k = 0; k < partitions; ++k)
    for (const char* part : {"", "-wal", "-shm", "-journal", "-lock"}) {
      const auto own = io::partition_path(db, k) + part;
      if (fs::equivalent(path, own, error) || fs::weakly_canonical(own, error) == real)
        return true;
    }
  return false;
}

void write_rows(std::vector<io::sqlite_snapshot>& parts, bool history, bool csv,
                io::row_file& out) {
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
}

} // namespace

void check_db(const std::string& db) {
  if (db.empty() || db == ":memory:")
    throw bad_value("--db " + in_quotes(db) + " is no file");
}

int export_ledger(const std::string& db, bool history, const std::string& file,
                  std::string format) {
  if (file.empty())
    throw bad_value("--out is empty");
  if (format.empty())
    format = file.ends_with(".csv") ? "csv" : "jsonl";
  io::raise_open_files();
  auto parts = io::open_snapshots(db);
  if (belongs_to(db, static_cast<std::uint32_t>(parts.size()), file == "-" ? "/dev/stdout" : file))
    throw bad_value("--out " + in_quotes(file) + " is one of the ledger's own files");
  new_file to{file};
  io::row_file out{to.path()};
  write_rows(parts, history, format == "csv", out);
  to.put();
  return 0;
}

int back_up_ledger(const std::string& db, const std::string& to, bool json) {
  if (to.empty())
    throw bad_value("TO is empty");
  io::raise_open_files();
  auto parts = io::open_snapshots(db);
  const auto count = static_cast<std::uint32_t>(parts.size());
  std::vector<std::unique_ptr<new_file>> files;
  for (std::uint32_t k = 0; k < count; ++k) {
    const auto path = io::partition_path(to, k);
    for (const char* part : {"", "-wal", "-journal"}) // SQLite would take those for the copy's
      if (std::error_code ignored; fs::exists(fs::symlink_status(path + part, ignored)))
        throw std::runtime_error(path + part + ": is there already; a backup writes over nothing");
    files.push_back(std::make_unique<new_file>(path));
    parts[k].copy_to(files.back()->path());
  }
  // The first one last: without it the others are no ledger.
  for (auto file = files.rbegin(); file != files.rend(); ++file)
    (*file)->put();
  if (json)
    std::puts(
        boost::json::serialize(boost::json::object{{"backup", to}, {"partitions", count}}).c_str());
  else
    std::printf("backup: %u partition%s of one moment in %s\n", count, count == 1 ? "" : "s",
                to.c_str());
  return 0;
}

} // namespace troupe::apps
