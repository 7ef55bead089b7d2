// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/crawl_far.hpp"
#include "apps/crawl_request_options.hpp"
#include "domain/crawl/plan.hpp"
#include "io/crawl/output.hpp"
#include "io/http/client.hpp"

namespace CLI {
class App;
}

namespace troupe::apps {

/// --select and --xpath, for whichever command has them. One that is given empty is an error, not
/// "none".
struct extract_options {
  crawl::extract_spec what;
  void declare(CLI::App& app, const std::string& group);
  std::string check() const; ///< "" or what is wrong with the expression
};

/// What `troupe-crawl URL...` was asked to do.
struct crawl_options {
  crawl::crawl_plan plan;
  io::http_options http;
  std::string engine = "actors";
  std::string order = "completed"; ///< of the pool engine's results
  unsigned fetchers = 3;           ///< of the queue engine
  unsigned parsers = 2;            ///< of the queue engine
  io::output_files files;          ///< "-": standard output
  crawl::output_limits outputs;
  crawl_far_options far; ///< --at
  request_options requests;
  std::string state; ///< folder in which the crawl is kept; "": nowhere
  bool show_progress = true;
  bool stats_json = false;
};

/// Parses the command line (and --config FILE).
/// Returns: the options, or nothing where the program is to end now with `exit_code`: 0 after
/// --help and --version, 2 after one clear line about what is wrong.
std::optional<crawl_options> parse_crawl_options(int argc, char** argv, int& exit_code);

/// Sets the header that servers see: "troupe/VERSION", with "(+CONTACT)" where a contact is known.
std::string default_user_agent(const std::string& contact);

/// Returns: what a user typed in a form that can be shown: without the user and password of a URL,
/// without control bytes, and not longer than a line.
std::string showable(std::string_view typed);

/// Writes "troupe-crawl: WHAT" and a hint to standard error. Returns: 2, the exit code of a usage
/// error.
int usage_error(const std::string& what, const std::string& hint = "see troupe-crawl --help");

} // namespace troupe::apps
