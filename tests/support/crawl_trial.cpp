// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/crawl_trial.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include <boost/json.hpp>

namespace troupe::test {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

/// A folder that goes with its owner.
class scratch_folder {
public:
  scratch_folder() {
    static std::atomic<unsigned> number{0};
    path_ = fs::temp_directory_path()
            / ("troupe-trial-" + std::to_string(::getpid()) + "-" + std::to_string(++number));
    fs::create_directories(path_);
  }
  ~scratch_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string file(const char* name) const { return (path_ / name).string(); }

private:
  fs::path path_;
};

std::string text_of(const json::object& row, std::string_view key) {
  const auto* value = row.if_contains(key);
  if (value == nullptr)
    throw std::runtime_error("a row lacks " + std::string(key));
  return value->is_null() ? "" : std::string(value->as_string());
}

std::int64_t number_of(const json::object& row, std::string_view key) {
  return row.at(key).to_number<std::int64_t>();
}

/// Throws on a line that is no JSON object: half a row is a failed test.
template <class Take>
void each_row(const std::string& file, Take take) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    take(json::parse(line).as_object());
}

} // namespace

std::ostream& operator<<(std::ostream& out, const seen_page& row) {
  return out << row.url << " status=" << row.status << " bytes=" << row.bytes
             << " links=" << row.links << " redirect_to=" << row.redirect_to
             << " error=" << row.error;
}

std::ostream& operator<<(std::ostream& out, const seen_item& row) {
  return out << row.page << " href=" << row.href << " text=" << row.text;
}

crawl_trial
try_crawl(const std::function<crawl::crawl_summary(const crawl::crawl_plan&,
                                                   const baselines::crawl_setting&)>& engine,
          const crawl::crawl_plan& plan, baselines::crawl_setting setting) {
  const scratch_folder folder;
  const auto pages = folder.file("pages.jsonl");
  const auto items = folder.file("items.jsonl");
  crawl_trial trial;
  {
    io::crawl_output output(pages, items);
    setting.output = &output;
    trial.summary = engine(plan, setting);
  }
  each_row(pages, [&](const json::object& row) {
    trial.pages.push_back({text_of(row, "url"), number_of(row, "status"), number_of(row, "bytes"),
                           number_of(row, "links"), text_of(row, "redirect_to"),
                           text_of(row, "error")});
  });
  each_row(items, [&](const json::object& row) {
    trial.items.push_back({text_of(row, "page"), text_of(row, "href"), text_of(row, "text")});
  });
  return trial;
}

crawl::crawl_plan plan_for(const std::vector<std::string>& seeds) {
  crawl::crawl_plan plan;
  for (const auto& seed : seeds)
    plan.seeds.push_back(crawl::parse_url(seed).value());
  plan.bounds.retry_base_ms = 20;
  plan.bounds.retry_ms_max = 200;
  return plan;
}

} // namespace troupe::test
