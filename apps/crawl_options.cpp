// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_options.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/describe.hpp"
#include "apps/link_options.hpp"
#include "apps/tracing.hpp"
#include "apps/typed_text.hpp"
#include "apps/version.hpp"

namespace troupe::apps {

namespace {

struct raw_options {
  std::vector<std::string> urls, sitemaps;
  std::string seeds_file, at, scope = "host", use_sitemaps = "never", user_agent, contact,
                              progress = "auto", stats = "text", duplicates = "off";
  std::optional<std::uint32_t> timeout_ms;
  extract_options extract;
  bool no_robots = false, no_compression = false, insecure = false;
};

void declare_files(CLI::App& app, crawl_options& o, const char* group) {
  const auto files = [&](const char* name, std::vector<std::string>& to, const char* words) {
    app.add_option(name, to, words)->group(group)->allow_extra_args(false);
  };
  files("--out", o.files.items,
        "Items file, .jsonl or .csv; .sqlite: a database of pages, links and items; - is standard "
        "output");
  files("--pages", o.files.pages, "Pages file, .jsonl or .csv; - is standard output");
  files("--graph", o.files.graphs, "Links file, .csv or .graphml; - is standard output");
  files("--warc", o.files.archives,
        "Web archive file, .warc.gz or .warc: requests and responses as they were");
  app.add_option("--warc-bytes-max", o.outputs.warc_bytes_max,
                 "Bytes of an archive file after which NAME-00001.warc.gz is begun, and so on")
      ->group(group)
      ->check(whole(1))
      ->capture_default_str();
}

void declare_sitemaps(CLI::App& app, crawl::limits& bounds, raw_options& raw) {
  const char* group = "Sitemaps";
  app.add_option(
         "--sitemaps", raw.use_sitemaps,
         "never; also: fetch what they list besides what links lead to; only: follow no "
         "links. They are those that robots.txt names, else /sitemap.xml of each URL's host")
      ->group(group)
      ->check(CLI::IsMember({"never", "also", "only"}))
      ->capture_default_str();
  app.add_option("--sitemap", raw.sitemaps, "Read this one in place of those; may be repeated")
      ->group(group)
      ->allow_extra_args(false);
  app.add_option("--sitemaps-max", bounds.sitemaps_per_host_max,
                 "Sitemaps of one host, and of one robots.txt")
      ->group(group)
      ->check(whole(1, 0xffffffffu))
      ->capture_default_str();
}

void declare(CLI::App& app, crawl_options& o, raw_options& raw) {
  auto& bounds = o.plan.bounds;
  app.set_version_flag("--version", version_line("troupe-crawl"));
  app.set_config("--config", "", "Read options from FILE: one 'name = value' a line (TOML)");
  app.allow_config_extras(false);
  app.footer(
      "Exit codes: 0 done; 1 nothing could be fetched, or an output could not be written; 2 "
      "usage;\n"
      "130 after Ctrl-C, 143 after SIGTERM: what is done is written, a second one ends at once.");
  app.get_formatter()->column_width(34);
  app.add_option("URL", raw.urls, "Where to begin");
  app.add_option("--seeds", raw.seeds_file, "More URLs, one a line; - is standard input");
  app.add_option("--scope", raw.scope, "How far links are followed")
      ->check(CLI::IsMember({"host", "prefix", "domain", "any"}))
      ->capture_default_str();
  const char* amount = "How much";
  app.add_option("--max-pages", bounds.pages_max, "Requested URLs in all; 0: no bound")
      ->group(amount)
      ->check(whole(0))
      ->capture_default_str();
  app.add_option("--max-depth", bounds.depth_max,
                 "Links away from a given URL; 0: only those given")
      ->group(amount)
      ->check(whole(0, 0xffffffffu));
  app.add_option("--max-bytes", bounds.bytes_max, "Body bytes in all; 0: no bound")
      ->group(amount)
      ->check(whole(0))
      ->capture_default_str();
  app.add_option("--body-max", bounds.body_bytes_max, "Body bytes of one page")
      ->group(amount)
      ->check(whole(1))
      ->capture_default_str();
  app.add_option("--frontier-memory", bounds.frontier_memory_bytes_max,
                 "Bytes of URLs kept in memory; more go to a file in $TMPDIR, else /var/tmp")
      ->group(amount)
      ->check(whole(1))
      ->capture_default_str();
  declare_sitemaps(app, bounds, raw);
  const char* kind = "Politeness";
  app.add_option("--concurrency", bounds.concurrency, "Requests in flight; with --at, of each node")
      ->group(kind)
      ->check(CLI::Range(1u, crawl::plan_bounds::concurrency_max))
      ->capture_default_str();
  app.add_option("--per-host", bounds.per_host, "Requests in flight to one host")
      ->group(kind)
      ->check(CLI::Range(1u, crawl::plan_bounds::per_host_max))
      ->capture_default_str();
  app.add_option("--delay", bounds.delay_ms, "Milliseconds between two requests to one host")
      ->group(kind)
      ->check(CLI::Range(0u, crawl::plan_bounds::delay_ms_max))
      ->capture_default_str();
  app.add_option("--per-ip", bounds.per_ip,
                 "Requests in flight to one address, whatever its hosts' names; 0: no bound")
      ->group(kind)
      ->check(CLI::Range(0u, crawl::plan_bounds::per_ip_max))
      ->capture_default_str();
  app.add_option("--ip-delay", bounds.ip_delay_ms,
                 "Milliseconds between two requests to one address")
      ->group(kind)
      ->check(CLI::Range(0u, crawl::plan_bounds::delay_ms_max))
      ->capture_default_str();
  auto* const throttle =
      app.add_flag("--autothrottle", bounds.autothrottle,
                   "A host's delay follows how long it takes to answer, and is never below --delay")
          ->group(kind);
  app.add_option("--autothrottle-target", bounds.autothrottle_target,
                 "Requests in flight to a host on average")
      ->group(kind)
      ->check(CLI::Range(crawl::plan_bounds::autothrottle_target_min,
                         crawl::plan_bounds::autothrottle_target_max))
      ->needs(throttle)
      ->capture_default_str();
  app.add_option("--autothrottle-max-delay-ms", bounds.autothrottle_delay_ms_max,
                 "Milliseconds that such a delay may come to")
      ->group(kind)
      ->needs(throttle)
      ->check(CLI::Range(0u, crawl::plan_bounds::delay_ms_max))
      ->capture_default_str();
  app.add_flag("--no-robots", raw.no_robots, "Ignore robots.txt and nofollow")->group(kind);
  app.add_option("--user-agent", raw.user_agent, "The whole User-Agent header")->group(kind);
  app.add_option("--contact", raw.contact, "URL or address put into the User-Agent")->group(kind);
  const char* network = "Network";
  app.add_option("--timeout", raw.timeout_ms,
                 "Milliseconds for connecting, for the header, for the body, each")
      ->group(network)
      ->check(whole(1, 0xffffffffu));
  app.add_option("--retries", bounds.retries_max, "Further attempts after a fault that may pass")
      ->group(network)
      ->check(CLI::Range(0u, crawl::plan_bounds::retries_max))
      ->capture_default_str();
  app.add_flag("--no-compression", raw.no_compression, "Do not ask for gzip or br")->group(network);
  app.add_option("--ca-file", o.http.ca_file, "Trusted certificates, PEM, in place of the system's")
      ->group(network)
      ->check(CLI::ExistingFile);
  app.add_flag("--insecure", raw.insecure, "Do not verify certificates")->group(network);
  const char* what = "What to take and where to put it";
  raw.extract.declare(app, what);
  declare_files(app, o, what);
  app.add_option("--duplicates", raw.duplicates,
                 "mark: say of each page which one before it had the same bytes; off")
      ->group(what)
      ->check(CLI::IsMember({"mark", "off"}))
      ->capture_default_str();
  const char* how = "How";
  app.add_option("--at", raw.at,
                 "Have a cluster's nodes crawl: its coordinator's HOST:PORT, several with commas "
                 "between")
      ->group(how);
  app.add_option(
         "--state", o.state,
         "Folder in which the crawl is kept: after whatever ended it, the same command goes "
         "on with it; see troupe-crawl status")
      ->group(how);
  app.add_option("--engine", o.engine, "actors, or one of the tutorial's ways")
      ->group(how)
      ->check(CLI::IsMember(
          {"actors", "serial", "threads", "queue", "pool", "coroutines", "semaphore"}))
      ->capture_default_str();
  app.add_option("--order", o.order, "Engine pool: map, submit, completed")
      ->group(how)
      ->check(CLI::IsMember({"map", "submit", "completed"}))
      ->capture_default_str();
  app.add_option("--fetchers", o.fetchers, "Engine queue: fetching threads")
      ->group(how)
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--parsers", o.parsers, "Engine queue: parsing threads")
      ->group(how)
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--progress", raw.progress, "auto or never")
      ->group(how)
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
  app.add_option("--stats", raw.stats, "text or json: how the crawl ended")
      ->group(how)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  o.requests.declare(app);
  declare_trace(app);
  declare_link_bounds(app, o.far.process);
}

// Returns: "" or why the crawl cannot be kept.
std::string check_state(const CLI::App& app, const crawl_options& o) {
  if (app.count("--state") == 0)
    return "";
  if (o.state.empty())
    return "--state needs the name of a folder";
  if (app.count("--at") > 0)
    return "--state and --at: a cluster's crawl is kept by its coordinator (troupe-node "
           "--coordinate "
           "--state)";
  return o.engine == "actors" ? ""
                              : "--state and --engine " + o.engine + ": only actors keep a crawl";
}

// Returns: "" or what makes no sense where others crawl.
std::string finish_far(const CLI::App& app, crawl_options& o, const std::string& at) {
  if (app.count("--at") == 0)
    return "";
  if (o.engine != "actors")
    return "--at and --engine " + o.engine + ": a cluster crawls with actors";
  for (const char* name : {"--order", "--fetchers", "--parsers"})
    if (app.count(name) > 0)
      return std::string{name} + " is for --engine pool and queue, and not for --at";
  if (app.count("--frontier-memory") > 0)
    return "--frontier-memory is of this machine: with --at it is an option of the coordinator's";
  if (!o.http.ca_file.empty())
    return "--ca-file is of this machine: with --at the nodes' own certificates count";
  if (!o.files.archives.empty())
    return "--warc and --at: the bytes of pages stay at the nodes that fetched them";
  const auto wrong = read_addresses(at, o.far.process.tls_dir, o.far.coordinators);
  return wrong.empty() ? "" : "--at: " + wrong;
}

std::string no_url(const std::string& text, crawl::url_fault why) {
  return "'" + showable(text) + "' is no URL to crawl: " + std::string{to_string(why)};
}

// Returns: "" or what is wrong.
std::string read_seeds(std::istream& in, const std::string& name, std::vector<crawl::url>& seeds) {
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#')
      continue;
    const auto end = line.find_last_not_of(" \t\r");
    const auto text = line.substr(begin, end - begin + 1);
    auto u = crawl::parse_typed_url(text);
    if (!u)
      return name + ":" + std::to_string(number) + ": " + no_url(text, u.error());
    seeds.push_back(std::move(*u));
  }
  return in.bad() ? name + ": cannot be read" : "";
}

std::string gather_seeds(const raw_options& raw, std::vector<crawl::url>& seeds) {
  for (const auto& text : raw.urls) {
    auto u = crawl::parse_typed_url(text);
    if (!u)
      return no_url(text, u.error());
    seeds.push_back(std::move(*u));
  }
  if (raw.seeds_file == "-")
    return read_seeds(std::cin, "standard input", seeds);
  if (!raw.seeds_file.empty()) {
    std::ifstream in{raw.seeds_file};
    if (!in)
      return raw.seeds_file + ": cannot be opened";
    return read_seeds(in, raw.seeds_file, seeds);
  }
  return "";
}

// Returns: "" or what is wrong.
std::string finish_sitemaps(const raw_options& raw, crawl::crawl_plan& plan) {
  using use = crawl::sitemap_use;
  plan.bounds.sitemaps = raw.use_sitemaps == "also"   ? use::also
                         : raw.use_sitemaps == "only" ? use::only
                                                      : use::never;
  if (plan.bounds.sitemaps == use::never)
    return raw.sitemaps.empty() ? "" : "--sitemap needs --sitemaps also, or only";
  if (raw.sitemaps.size() > crawl::plan_bounds::named_sitemaps_max)
    return "more than " + std::to_string(crawl::plan_bounds::named_sitemaps_max)
           + " times --sitemap: name an index of them";
  for (const auto& text : raw.sitemaps) {
    auto u = crawl::parse_typed_url(text);
    if (!u)
      return "--sitemap: " + no_url(text, u.error());
    if (u->str().size() > plan.bounds.url_bytes_max)
      return "--sitemap: '" + showable(text) + "' is longer than "
             + std::to_string(plan.bounds.url_bytes_max) + " bytes";
    plan.sitemaps.push_back(std::move(*u));
  }
  return "";
}

// Returns: "" or what is wrong; what CLI11 cannot see by itself.
std::string finish(crawl_options& o, const raw_options& raw) {
  auto& plan = o.plan;
  if (auto wrong = gather_seeds(raw, plan.seeds); !wrong.empty())
    return wrong;
  if (plan.seeds.empty())
    return "no URL given";
  for (const auto& seed : plan.seeds)
    if (seed.str().size() > plan.bounds.url_bytes_max)
      return "'" + showable(seed.str()) + "' is longer than "
             + std::to_string(plan.bounds.url_bytes_max) + " bytes";
  if (auto wrong = finish_sitemaps(raw, plan); !wrong.empty())
    return wrong;
  if (auto wrong = raw.extract.check(); !wrong.empty())
    return wrong;
  plan.extract = raw.extract.what;
  const bool extracts = plan.extract.how != crawl::extract_spec::kind::none;
  auto& files = o.files;
  const bool databases =
      std::all_of(files.items.begin(), files.items.end(), io::output_files::is_database);
  if (!databases && !extracts)
    return "--out is for items: say which with --select or --xpath (rows about pages go to "
           "--pages)";
  if (extracts && files.items.empty())
    files.items.emplace_back("-");
  if (auto wrong = files.check(); !wrong.empty())
    return wrong;
  plan.extract.links = files.want_links();
  plan.scope = raw.scope == "host"     ? crawl::scope_kind::host
               : raw.scope == "prefix" ? crawl::scope_kind::prefix
               : raw.scope == "domain" ? crawl::scope_kind::domain
                                       : crawl::scope_kind::any;
  auto& bounds = plan.bounds;
  bounds.obey_robots = !raw.no_robots;
  bounds.mark_duplicates = raw.duplicates == "mark";
  if (raw.timeout_ms)
    bounds.connect_ms_max = bounds.header_ms_max = bounds.body_ms_max = *raw.timeout_ms;
  plan.user_agent = raw.user_agent.empty() ? default_user_agent(raw.contact) : raw.user_agent;
  if (const auto wrong = crawl::check_user_agent(plan.user_agent); !wrong.empty())
    return "--user-agent and --contact must be " + wrong;
  o.http.accept_compressed = !raw.no_compression;
  o.http.verify_tls = !raw.insecure;
  o.http.record = files.want_records();
  o.show_progress = raw.progress == "auto";
  o.stats_json = raw.stats == "json";
  return "";
}

} // namespace

std::string showable(std::string_view typed) {
  constexpr std::size_t bytes_max = 200;
  std::string out;
  // Whatever stands before an @ may be a password, well-formed or not.
  if (const auto at = typed.substr(0, typed.find_first_of("?#")).rfind('@');
      at != std::string_view::npos) {
    const auto scheme = typed.find("://");
    out = std::string{scheme < at ? typed.substr(0, scheme + 3) : ""} + "***";
    typed.remove_prefix(at);
  }
  for (const char c : typed.substr(0, bytes_max))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return typed.size() > bytes_max ? out + "..." : out;
}

void extract_options::declare(CLI::App& app, const std::string& group) {
  const auto take = [this](crawl::extract_spec::kind how) {
    return [this, how](const std::string& expression) { what = {how, expression}; };
  };
  using kind = crawl::extract_spec::kind;
  auto* css = app.add_option_function<std::string>("--select", take(kind::css),
                                                   "Items: elements that match a CSS selector");
  auto* xpath = app.add_option_function<std::string>("--xpath", take(kind::xpath),
                                                     "Items: what an XPath expression finds")
                    ->excludes(css);
  if (!group.empty()) {
    css->group(group);
    xpath->group(group);
  }
}

std::string extract_options::check() const {
  const auto wrong = crawl::check_extract(what);
  return wrong.empty()
             ? ""
             : (what.how == crawl::extract_spec::kind::css ? "--select: " : "--xpath: ") + wrong;
}

std::string default_user_agent(const std::string& contact) {
  const std::string agent = std::string{"troupe/"} + TROUPE_VERSION;
  return contact.empty() ? agent : agent + " (+" + contact + ")";
}

int usage_error(const std::string& what, const std::string& hint) {
  std::fprintf(stderr, "troupe-crawl: %s; %s\n", what.c_str(), hint.c_str());
  return 2;
}

std::optional<crawl_options> parse_crawl_options(int argc, char** argv, int& exit_code) {
  crawl_options options;
  raw_options raw;
  CLI::App app{"Crawls sites: fetches pages, follows their links, takes out what you select.\n"
               "Also: troupe-crawl inspect | robots | resolve (each with --help).",
               "troupe-crawl"};
  declare(app, options, raw);
  try {
    describe_here(app);
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  } catch (const CLI::Error& e) {
    exit_code = usage_error(e.what());
    return std::nullopt;
  }
  auto wrong = finish(options, raw);
  if (wrong.empty())
    wrong = finish_far(app, options, raw.at);
  if (wrong.empty())
    wrong = check_state(app, options);
  if (wrong.empty())
    wrong = options.requests.check_places(app, options.files, options.state);
  if (wrong.empty())
    wrong = options.requests.finish(app, options.plan, app.count("--at") > 0, options.http);
  if (!wrong.empty()) {
    exit_code = usage_error(wrong);
    return std::nullopt;
  }
  return options;
}

} // namespace troupe::apps
