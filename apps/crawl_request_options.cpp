// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_request_options.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <sys/stat.h>

#include "apps/new_file.hpp"
#include "domain/crawl/request_extras.hpp"

namespace troupe::apps {

namespace {

namespace fs = std::filesystem;

// Returns: where it is or would be, without links as far as there is something.
fs::path real_path(const std::string& name) {
  std::error_code e;
  return fs::weakly_canonical(fs::absolute(name, e), e);
}

void warn_of_readers(const std::string& option, const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & 077) != 0)
    std::fprintf(stderr, "troupe-crawl: %s: others can read or change %s; chmod 600 %s\n",
                 option.c_str(), path.c_str(), path.c_str());
}

// Returns: "" or why not.
std::string read_file(const std::string& path, std::size_t bytes_max, std::string& into) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return path + ": cannot be opened: " + std::strerror(errno);
  for (std::array<char, 1u << 16> piece; in && into.size() <= bytes_max;) {
    in.read(piece.data(), piece.size());
    into.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad())
    return path + ": cannot be read";
  return into.size() > bytes_max ? path + ": is longer than " + std::to_string(bytes_max) + " bytes"
                                 : "";
}

std::string read_headers(const request_options& o, crawl::request_extras& extras) {
  for (const auto& text : o.headers) {
    crawl::header_field field;
    if (const auto wrong = crawl::read_header(text, field); !wrong.empty())
      return "--header: " + wrong;
    extras.headers.push_back(std::move(field));
  }
  if (o.wants_cookies && extras.find("cookie"))
    return "--header Cookie and --cookies: a request has one of them; --cookie-file FILE puts "
           "cookies into the jar";
  for (const char* secret : {"authorization", "cookie"})
    if (o.header_everywhere && extras.find(secret))
      return std::string{"--header-everywhere and --header "} + secret
             + ": whoever the crawl meets would have it";
  extras.everywhere = o.header_everywhere;
  const auto wrong = crawl::check_headers(extras.headers, o.bounds);
  return wrong.empty() ? "" : "--header: " + wrong;
}

std::string read_credentials(const CLI::App& app, const request_options& o,
                             crawl::request_extras& extras) {
  const bool in_file = app.count("--auth-file") > 0;
  if (!in_file && app.count("--auth") == 0)
    return "";
  const std::string name = in_file ? "--auth-file" : "--auth";
  if (in_file && app.count("--auth") > 0)
    return "--auth and --auth-file: one of them";
  auto text = o.auth;
  if (in_file) {
    if (const auto wrong = read_file(o.auth_file, o.bounds.credentials_bytes_max + 2, text);
        !wrong.empty())
      return "--auth-file: " + wrong;
    warn_of_readers(name, o.auth_file);
    if (text.ends_with('\n'))
      text.pop_back();
    if (text.ends_with('\r'))
      text.pop_back();
  }
  if (const auto wrong = crawl::check_credentials(text, o.bounds); !wrong.empty())
    return name + " " + wrong;
  if (extras.find("authorization"))
    return "--header Authorization and " + name + ": a request has one of them";
  extras.credentials = std::move(text);
  return "";
}

std::string open_jar(const CLI::App& app, request_options& o) {
  for (const char* name : {"--cookie-file", "--save-cookies", "--max-cookies",
                           "--max-cookies-domain", "--cookie-bytes-max", "--cookie-jar-max"})
    if (!o.wants_cookies && app.count(name) > 0)
      return std::string{name} + " is for --cookies";
  if (!o.wants_cookies)
    return "";
  o.cookies = std::make_shared<io::cookie_keeper>(o.cookie_bounds);
  if (!o.cookie_file.empty()) {
    auto wrong = read_file(o.cookie_file, 2 * o.cookie_bounds.jar_bytes_max, o.cookie_text);
    if (wrong.empty()) {
      warn_of_readers("--cookie-file", o.cookie_file);
      if (wrong = o.cookies->read(o.cookie_text); !wrong.empty())
        wrong = o.cookie_file + ": " + wrong;
    }
    if (!wrong.empty())
      return "--cookie-file: " + wrong;
  }
  return "";
}

} // namespace

void request_options::declare(CLI::App& app) {
  const char* what = "What requests carry";
  app.add_option("--header", headers,
                 "'Name: value', with each request to the given URLs' sites; several times")
      ->group(what)
      ->allow_extra_args(false);
  app.add_flag("--header-everywhere", header_everywhere,
               "Send those headers to all other sites too, secrets or not")
      ->group(what);
  app.add_option("--auth", auth,
                 "USER:PASSWORD for the given URLs' sites; others see a command line: --auth-file")
      ->group(what);
  app.add_option("--auth-file", auth_file, "File with USER:PASSWORD in it")->group(what);
  app.add_flag("--cookies", wants_cookies, "Take cookies, and send them back")->group(what);
  app.add_option("--cookie-file", cookie_file, "Cookies to begin with, in Netscape's format")
      ->group(what);
  app.add_option("--save-cookies", save_cookies, "File for the cookies that there are in the end")
      ->group(what);
  app.add_option("--max-cookies", cookie_bounds.cookies_max,
                 "Cookies in all; beyond that the least recently used go")
      ->group(what)
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  app.add_option("--max-cookies-domain", cookie_bounds.cookies_per_domain_max,
                 "Cookies of one domain")
      ->group(what)
      ->check(CLI::Range(1u, 10'000u))
      ->capture_default_str();
  app.add_option("--cookie-bytes-max", cookie_bounds.cookie_bytes_max,
                 "Bytes of a cookie's name and value; longer ones are not taken")
      ->group(what)
      ->check(CLI::Range(1u, 65'536u))
      ->capture_default_str();
  app.add_option("--cookie-jar-max", cookie_bounds.jar_bytes_max, "Bytes of all cookies")
      ->group(what)
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 30))
      ->capture_default_str();
  app.add_flag("--recrawl", recrawl,
               "With --state: crawl anew what has ended, and have unchanged pages not sent again")
      ->group("How");
}

std::string request_options::finish(const CLI::App& app, const crawl::crawl_plan& plan, bool far,
                                    io::http_options& http) {
  if (far)
    for (const char* name : {"--header", "--header-everywhere", "--auth", "--auth-file"})
      if (app.count(name) > 0)
        return std::string{name}
               + " and --at: what may be a secret is not handed to a cluster's nodes";
  if (far && wants_cookies)
    return "--cookies and --at: nodes share no cookies";
  if (far && recrawl)
    return "--recrawl and --at: pages that nodes fetched are not asked for again";
  if (recrawl && app.count("--state") == 0)
    return "--recrawl needs --state FOLDER, which the earlier crawl is in";
  crawl::request_extras extras;
  auto wrong = read_headers(*this, extras);
  if (wrong.empty())
    wrong = read_credentials(app, *this, extras);
  if (wrong.empty())
    wrong = open_jar(app, *this);
  if (!wrong.empty())
    return wrong;
  http.cookies = cookies;
  if (!extras.empty()) {
    extras.add_home(plan.seeds);
    http.extras = std::make_shared<const crawl::request_extras>(std::move(extras));
  } else if (header_everywhere) {
    return "--header-everywhere is for --header";
  }
  return "";
}

std::string request_options::check_places(const CLI::App& app, const io::output_files& files,
                                          const std::string& state) const {
  for (const auto* given : {&cookie_file, &save_cookies})
    if (const char* name = given == &save_cookies ? "--save-cookies" : "--cookie-file";
        app.count(name) > 0 && (given->empty() || *given == "-"))
      return std::string{name} + " needs a file's name; '" + *given + "' is none";
  if (save_cookies.empty())
    return "";
  const auto wrong = [this](const std::string& what) {
    return "--save-cookies: " + save_cookies + what;
  };
  std::error_code e;
  if (const auto now = fs::status(save_cookies, e);
      fs::exists(now) ? !fs::is_regular_file(now)
                      : fs::is_symlink(fs::symlink_status(save_cookies, e)))
    return wrong(" is no regular file: name another");
  const auto place = real_path(save_cookies);
  for (const auto& name : files.names())
    if (name != "-" && real_path(name) == place)
      return wrong(" is an output of rows as well: name another");
  if (const auto kept = real_path(state);
      !state.empty()
      && std::mismatch(kept.begin(), kept.end(), place.begin(), place.end()).first == kept.end())
    return wrong(" is in the folder of --state: name another");
  try {
    const new_file can_be{save_cookies, true};
  } catch (const std::runtime_error& e) {
    return "--save-cookies: " + std::string{e.what()};
  }
  return "";
}

// Beside the old one, and then in its place: half a file is no jar.
std::string request_options::save() const {
  if (!cookies || save_cookies.empty())
    return "";
  try {
    new_file jar{save_cookies, true};
    std::ofstream out(jar.path(), std::ios::binary);
    if (!(out << cookies->text() << std::flush))
      return "--save-cookies: " + save_cookies + ": " + std::strerror(errno);
    jar.put();
  } catch (const std::runtime_error& e) {
    return "--save-cookies: " + std::string{e.what()};
  }
  return "";
}

} // namespace troupe::apps
