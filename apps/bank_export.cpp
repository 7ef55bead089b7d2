// SPDX-License-Identifier: BSD-3-Clause
#include "apps/bank_export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "apps/bank_answers.hpp"
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

/// Where rows go that are to be a file: a sibling of it that takes its place when all are there.
/// What is no regular file is written as it is.
class new_file {
public:
  explicit new_file(const std::string& path) : to_(path), write_(path) {
    std::error_code error;
    const auto before = fs::status(path, error);
    if (path == "-" || (fs::exists(before) && !fs::is_regular_file(before)))
      return;
    to_ = fs::weakly_canonical(path, error).string(); // a link stays a link
    if (error)
      throw std::runtime_error(path + ": " + error.message());
    write_ = to_ + ".part" + std::to_string(::getpid());
    replaces_ = true;
    permissions_ = fs::exists(before) ? before.permissions() : fs::perms::unknown;
  }
  ~new_file() {
    if (replaces_)
      ::unlink(write_.c_str());
  }
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  const std::string& path() const { return write_; }

  /// Takes its place. Throws: std::runtime_error.
  void put() {
    if (!replaces_)
      return;
    const int fd = ::open(write_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    const int code = errno;
    if (fd >= 0)
      ::close(fd);
    if (!synced)
      throw std::runtime_error(write_ + ": " + std::strerror(code));
    std::error_code error;
    if (permissions_ != fs::perms::unknown)
      fs::permissions(write_, permissions_, error);
    if (::rename(write_.c_str(), to_.c_str()) != 0)
      throw std::runtime_error(to_ + ": " + std::strerror(errno));
    replaces_ = false;
  }

private:
  std::string to_, write_;
  bool replaces_ = false;
  fs::perms permissions_ = fs::perms::unknown;
};

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

} // namespace troupe::apps
