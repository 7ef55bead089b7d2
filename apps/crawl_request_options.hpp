// SPDX-License-Identifier: BSD-3-Clause
//
// What requests carry besides, and what is asked again: headers, a name and password, cookies,
// --recrawl.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/crawl/limits.hpp"
#include "domain/crawl/plan.hpp"
#include "io/crawl/output.hpp"
#include "io/http/client.hpp"
#include "io/http/cookies.hpp"

namespace CLI {
class App;
}

namespace troupe::apps {

struct request_options {
  std::vector<std::string> headers;
  bool header_everywhere = false;
  std::string auth, auth_file;
  crawl::request_limits bounds;

  bool wants_cookies = false;
  std::string cookie_file, save_cookies;
  crawl::cookie_limits cookie_bounds;
  std::shared_ptr<io::cookie_keeper> cookies; ///< null without --cookies
  std::string cookie_text;                    ///< what stands in --cookie-file

  bool recrawl = false; ///< --recrawl: a crawl that is kept and has ended is done anew

  void declare(CLI::App& app);

  /// Checks them, and reads the files that they name. Takes: a plan that is complete; `far`,
  /// whether others crawl. Puts into `http` what goes there. Says on standard error what is only
  /// worth a warning. Returns: "" or what is wrong, in one line that shows no secret.
  std::string finish(const CLI::App& app, const crawl::crawl_plan& plan, bool far,
                     io::http_options& http);

  /// Whether cookies can be kept where they are to be: a regular file, or none yet, that is no
  /// output of rows and no part of a state folder; one is made beside it and removed, to see. And
  /// that files have names. Returns: "" or what is wrong, in one line.
  std::string check_places(const CLI::App& app, const io::output_files& files,
                           const std::string& state) const;

  /// --save-cookies. Returns: "" or why not, in one line.
  std::string save() const;
};

} // namespace troupe::apps
