// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/output.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "io/crawl/graphml_output.hpp"
#include "io/crawl/sqlite_output.hpp"
#include "io/crawl/text_output.hpp"
#include "io/crawl/warc_output.hpp"

namespace troupe::io {

namespace {

bool ends_in(std::string_view path, std::string_view ending) {
  if (path.size() < ending.size())
    return false;
  path.remove_prefix(path.size() - ending.size());
  return std::equal(path.begin(), path.end(), ending.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
  });
}

std::optional<std::uint64_t> bytes_of(const std::string& path, const std::string& position) {
  if (position.empty())
    return std::nullopt;
  std::uint64_t bytes = 0;
  const auto* end = position.data() + position.size();
  if (std::from_chars(position.data(), end, bytes).ptr != end)
    throw std::runtime_error(path + ": cannot be gone on with: no position of a file");
  return bytes;
}

// Of an earlier version, or another's. Returns: true also if it cannot be read: who opens it next
// says why.
bool begins_with(const std::string& path, std::string_view header) {
  std::ifstream in{path, std::ios::binary};
  std::string begin(header.size(), '\0');
  return !in.read(begin.data(), static_cast<std::streamsize>(begin.size())) || begin == header;
}

} // namespace

bool output_files::is_database(const std::string& path) {
  return ends_in(path, ".sqlite") || ends_in(path, ".sqlite3") || ends_in(path, ".db");
}

bool output_files::to_standard_output() const {
  const auto is = [](const std::string& path) { return path == "-"; };
  return std::any_of(items.begin(), items.end(), is) || std::any_of(pages.begin(), pages.end(), is)
         || std::any_of(graphs.begin(), graphs.end(), is);
}

std::vector<std::string> output_files::names() const {
  std::vector<std::string> all;
  for (const auto* kind : {&pages, &items, &graphs, &archives})
    all.insert(all.end(), kind->begin(), kind->end());
  return all;
}

bool output_files::want_links() const {
  return !graphs.empty() || std::any_of(items.begin(), items.end(), is_database);
}

bool output_files::want_records() const { return !archives.empty(); }

std::string output_files::check() const {
  std::set<std::string> seen;
  for (const auto* kind : {&items, &pages, &graphs, &archives})
    for (const auto& path : *kind)
      if (!seen.insert(path).second)
        return path == "-" ? "two outputs cannot both go to standard output"
                           : path + " is the same file for two outputs";
  for (const auto& path : pages)
    if (is_database(path))
      return "--pages " + path + ": a database takes pages, links and items; give it as --out";
  for (const auto& path : graphs)
    if (path != "-" && !ends_in(path, ".csv") && !ends_in(path, ".graphml"))
      return "--graph " + path + ": its name must end in .csv or .graphml";
  for (const auto& path : archives)
    if (!warc_output::takes(path))
      return "--warc " + path + ": its name must end in .warc.gz or .warc";
  return "";
}

struct crawl_output::impl {
  std::vector<std::unique_ptr<row_output>> outputs;
  std::vector<std::shared_ptr<row_file>> files; // of rows of text; standard output once
  row_taker elsewhere;                          // in place of files
  std::string refused;                          // what it said, once it did

  std::string error() const {
    for (const auto& out : outputs)
      if (!out->error().empty())
        return out->error();
    return refused;
  }

  void add_text(const std::string& path, const text_format& format, const std::string& position);
};

void crawl_output::impl::add_text(const std::string& path, const text_format& format,
                                  const std::string& position) {
  const auto is_same = [&](const auto& file) { return path == "-" && file->standard_output(); };
  std::shared_ptr<row_file> file;
  // One buffer, so that rows do not cut into each other.
  if (const auto at = std::find_if(files.begin(), files.end(), is_same); at != files.end()) {
    file = *at;
  } else {
    if (!position.empty() && !begins_with(path, format.header))
      throw std::runtime_error(path + ": has other columns than this version writes");
    file = std::make_shared<row_file>(path, bytes_of(path, position));
    for (const auto& other : files)
      if (file->regular() && file->same_file(*other))
        throw std::runtime_error(path + ": two outputs cannot go to one file");
    files.push_back(file);
  }
  outputs.push_back(std::make_unique<text_output>(std::move(file), format, !position.empty()));
}

crawl_output::crawl_output(const output_files& files, const output_about& about,
                           const crawl::output_limits& bounds,
                           const std::vector<std::string>& go_on_at)
    : impl_(std::make_unique<impl>()) {
  std::size_t number = 0;
  const auto next_position = [&] {
    return number < go_on_at.size() ? go_on_at[number++] : std::string{};
  };
  for (const auto& path : files.pages)
    impl_->add_text(path, ends_in(path, ".csv") ? pages_as_csv() : pages_as_json(),
                    next_position());
  for (const auto& path : files.items) {
    const auto position = next_position();
    if (output_files::is_database(path))
      impl_->outputs.push_back(std::make_unique<sqlite_output>(path, about, bounds, position));
    else
      impl_->add_text(path, ends_in(path, ".csv") ? items_as_csv() : items_as_json(), position);
  }
  for (const auto& path : files.graphs) {
    const auto position = next_position();
    if (ends_in(path, ".graphml"))
      impl_->outputs.push_back(
          std::make_unique<graphml_output>(path, bounds, bytes_of(path, position)));
    else
      impl_->add_text(path, links_as_csv(), position);
  }
  for (const auto& path : files.archives)
    impl_->outputs.push_back(std::make_unique<warc_output>(path, about, bounds, next_position()));
}

crawl_output::crawl_output(const std::string& pages_path, const std::string& items_path)
    : crawl_output([&] {
        output_files files;
        if (!pages_path.empty())
          files.pages.push_back(pages_path);
        if (!items_path.empty())
          files.items.push_back(items_path);
        return files;
      }()) {}

crawl_output::crawl_output(row_taker elsewhere) : impl_(std::make_unique<impl>()) {
  impl_->elsewhere = std::move(elsewhere);
}

crawl_output::~crawl_output() {
  if (impl_)
    finish();
}
crawl_output::crawl_output(crawl_output&&) noexcept = default;
crawl_output& crawl_output::operator=(crawl_output&&) noexcept = default;

std::string crawl_output::write(const found_page& page) {
  if (impl_->elsewhere && impl_->refused.empty())
    impl_->refused = impl_->elsewhere(page.row, page.items);
  for (const auto& out : impl_->outputs)
    out->write(page);
  return impl_->error();
}

std::string crawl_output::write(const crawl::page_row& row, const std::vector<crawl::item>& items) {
  static const std::vector<crawl::page_link> none;
  return write({row, items, none});
}

std::string crawl_output::flush() {
  for (const auto& out : impl_->outputs)
    out->flush();
  return impl_->error();
}

std::vector<std::string> crawl_output::positions() {
  std::vector<std::string> found;
  for (const auto& out : impl_->outputs)
    found.push_back(out->position());
  return found;
}

std::string crawl_output::finish(bool complete) {
  for (const auto& out : impl_->outputs)
    out->finish(complete);
  return impl_->error();
}

} // namespace troupe::io
