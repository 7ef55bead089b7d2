// SPDX-License-Identifier: BSD-3-Clause
#include "apps/compare_race.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "apps/compare_errors.hpp"
#include "apps/compare_race_options.hpp"
#include "domain/race/trace.hpp"
#include "io/race/page.hpp"

namespace troupe::apps {

namespace {

void list_engines() {
  std::string_view model;
  for (const auto& e : race::engines()) {
    if (e.model != model)
      std::printf("%s%s\n", model.empty() ? "" : "\n", std::string{e.model}.c_str());
    model = e.model;
    std::printf("  %-18s %s\n", std::string{e.name}.c_str(), e.what);
  }
}

race::report look(const compare_race_options& o) {
  try {
    if (!o.replay.empty())
      return race::replay(o.plan, o.replay, o.worlds_max);
    return o.schedules > 0 ? race::explore_some(o.plan, o.schedules, o.seed, o.worlds_max)
                           : race::explore_all(o.plan, o.worlds_max);
  } catch (const std::invalid_argument& e) { // an order that is none
    throw std::runtime_error(e.what());
  }
}

void write_file(const std::string& name, const std::string& text) {
  const auto fail = [&name] {
    throw std::runtime_error(name + " cannot be written: " + std::strerror(errno));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "wb"),
                                                             std::fclose);
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()
      || std::fflush(file.get()) != 0)
    fail();
}

} // namespace

int compare_race(int argc, char** argv) {
  int code = 0;
  const auto options = parse_compare_race(argc, argv, code);
  if (!options)
    return code;
  if (options->list) {
    list_engines();
    return 0;
  }
  auto report = look(*options);
  report.command = words_of_race(*options);
  if (options->json)
    std::puts(race::report_json(report).c_str());
  else
    std::fputs(race::report_text(report).c_str(), stdout);
  if (!options->trace_file.empty())
    write_file(options->trace_file, race::trace_json(report));
  if (!options->page_file.empty())
    write_file(options->page_file, race::race_page(race::report_json(report)));
  const bool expected = options->expect.empty() || (options->expect == "fail") == report.fails();
  if (!expected)
    tell_compare_error(report.fails() ? "an order fails, and all were expected to hold"
                                      : "no order fails, and one was expected to");
  return expected ? 0 : 1;
}

} // namespace troupe::apps
