// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/warc_output.hpp"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "domain/crawl/plan.hpp"
#include "io/unix_time.hpp"

namespace troupe::io {

namespace {

constexpr std::string_view packed_ending = ".warc.gz";
constexpr std::string_view plain_ending = ".warc";

std::string_view name_of(crawl::truncation cut) {
  switch (cut) {
  case crawl::truncation::none:
    return "";
  case crawl::truncation::length:
    return "length";
  case crawl::truncation::time:
    return "time";
  case crawl::truncation::disconnect:
    return "disconnect";
  case crawl::truncation::unspecified:
    return "unspecified";
  }
  return "";
}

std::string about_text(const output_about& about) {
  std::string out = "software: " + about.software + "\r\n";
  out += "format: WARC File Format 1.1\r\n"
         "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/"
         "warc-1.1/\r\n";
  if (about.plan) {
    out += "http-header-user-agent: " + about.plan->user_agent + "\r\n";
    out += about.plan->bounds.obey_robots ? "robots: obey\r\n" : "robots: ignore\r\n";
  }
  return out;
}

std::string metadata_text(const crawl::page_row& row) {
  std::string out = "fetchTimeMs: " + std::to_string(row.ms) + "\r\n";
  out += "depth: " + std::to_string(row.depth) + "\r\n";
  if (row.error != crawl::fault::none)
    out += "error: " + std::string{crawl::to_string(row.error)} + "\r\n";
  return out;
}

} // namespace

bool warc_output::takes(std::string_view path) {
  return path.ends_with(packed_ending) || path.ends_with(plain_ending);
}

warc_output::warc_output(const std::string& path, const output_about& about,
                         const crawl::output_limits& bounds, const std::string& position)
    : ending_(path.ends_with(packed_ending) ? packed_ending : plain_ending),
      bytes_max_(bounds.warc_bytes_max), info_(about_text(about)),
      packer_(ending_ == packed_ending) {
  stem_ = path.substr(0, path.size() - ending_.size());
  if (position.empty()) {
    if (const auto next = path_of(1); std::filesystem::exists(next))
      throw std::runtime_error(next + ": is there already, of another archive; move it away");
    file_ = std::make_unique<row_file>(path);
    begin_file();
    return;
  }
  std::uint64_t at = 0;
  const auto* end = position.data() + position.size();
  const auto [colon, error] = std::from_chars(position.data(), end, number_);
  if (error != std::errc{} || colon == end || *colon != ':'
      || std::from_chars(colon + 1, end, at).ptr != end)
    throw std::runtime_error(path + ": cannot be gone on with: no position of an archive");
  file_ = std::make_unique<row_file>(path_of(number_), at);
  for (auto later = number_ + 1; std::filesystem::remove(path_of(later)); ++later) {
  }
}

std::string warc_output::path_of(std::uint32_t number) const {
  if (number == 0)
    return stem_ + ending_;
  char digits[16];
  std::snprintf(digits, sizeof digits, "-%05u", number);
  return stem_ + digits + ending_;
}

void warc_output::begin_file() {
  const auto id = warc_packer::make_id();
  const auto date = warc_packer::date(now_unix_ms());
  const auto name = std::filesystem::path{file_->path()}.filename().string();
  warc_fields fields{.type = "warcinfo", .id = id, .date = date};
  fields.content_type = "application/warc-fields";
  fields.file_name = name;
  packer_.put(file_->buffer(), fields, {info_});
  file_->row_done();
}

void warc_output::write(const found_page& page) {
  if (!error().empty())
    return;
  try {
    if (file_->end() >= bytes_max_) {
      file_->flush();
      if (!file_->error().empty())
        return;
      file_ = std::make_unique<row_file>(path_of(number_ + 1), std::nullopt, true);
      ++number_;
      begin_file();
    }
    put_page(page);
    file_->row_done();
  } catch (const std::exception& e) {
    error_ = e.what();
  }
}

void warc_output::put_page(const found_page& page) {
  auto& out = file_->buffer();
  const auto* record = page.record;
  const auto date = warc_packer::date(record ? record->began_unix_ms : now_unix_ms());
  std::string first; // the id of the first record
  const auto put = [&](warc_fields fields, std::initializer_list<std::string_view> block) {
    const auto id = warc_packer::make_id();
    fields.id = id;
    fields.date = date;
    fields.target_uri = page.row.url;
    fields.concurrent_to = first;
    packer_.put(out, fields, block);
    if (first.empty())
      first = id;
  };
  if (record && !record->header.empty()) {
    const std::string_view payload = record->payload ? *record->payload : std::string_view{};
    const auto digest =
        record->cut == crawl::truncation::none ? warc_packer::digest({payload}) : "";
    warc_fields fields{.type = "response"};
    fields.content_type = "application/http; msgtype=response";
    fields.ip_address = record->address;
    fields.truncated = name_of(record->cut);
    fields.payload_digest = digest;
    put(fields, {record->header, record->body()});
  }
  if (record) {
    warc_fields fields{.type = "request"};
    fields.content_type = "application/http; msgtype=request";
    fields.ip_address = record->address;
    put(fields, {record->request});
  }
  warc_fields fields{.type = "metadata"};
  fields.content_type = "application/warc-fields";
  const auto text = metadata_text(page.row);
  put(fields, {text});
}

std::string warc_output::position() {
  const auto at = file_->sync();
  return at && error_.empty() ? std::to_string(number_) + ':' + std::to_string(*at) : std::string{};
}

} // namespace troupe::io
