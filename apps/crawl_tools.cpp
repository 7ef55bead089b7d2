// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_tools.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/crawl_options.hpp"
#include "domain/crawl/html.hpp"
#include "domain/crawl/robots.hpp"
#include "io/crawl/robots.hpp"
#include "io/http/blocking.hpp"

namespace troupe::apps {

namespace {

// Parses; returns the exit code where the program is to end now.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    return usage_error(e.what(), "see troupe-crawl " + app.get_name() + " --help");
  }
}

std::optional<std::string> read_file(const std::string& path) {
  if (path == "-")
    return std::string{std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return std::nullopt;
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return in.bad() ? std::nullopt : std::optional{std::move(bytes)};
}

std::string bad_url(const std::string& text, crawl::url_fault why) {
  return "'" + showable(text) + "' is no http or https URL: " + std::string{to_string(why)};
}

struct inspect_options {
  std::string url, file, base, select, xpath, contact, content_type;
  bool no_robots = false;
  crawl::extract_spec what() const {
    using kind = crawl::extract_spec::kind;
    if (!select.empty())
      return {kind::css, select};
    return xpath.empty() ? crawl::extract_spec{} : crawl::extract_spec{kind::xpath, xpath};
  }
};

void add_document(boost::json::object& out, const crawl::document& doc) {
  boost::json::array links, items;
  for (const auto& link : doc.links)
    links.emplace_back(link.target.str());
  for (const auto& x : doc.items)
    items.emplace_back(boost::json::object{{"href", x.href}, {"text", x.text}});
  out["base"] = doc.base.str();
  out["encoding"] = doc.encoding;
  out["nofollow"] = doc.nofollow;
  out["noindex"] = doc.noindex;
  out["links"] = std::move(links);
  out["items"] = std::move(items);
}

boost::json::value text_or_null(std::string_view text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

void print(const boost::json::object& out) { std::puts(boost::json::serialize(out).c_str()); }

int inspect_file(const inspect_options& o) {
  const auto base = crawl::parse_url(o.base);
  if (!base)
    return usage_error("--base: " + bad_url(o.base, base.error()));
  const auto body = read_file(o.file);
  if (!body) {
    std::fprintf(stderr, "troupe-crawl: %s: cannot be read\n", o.file.c_str());
    return 1;
  }
  crawl::html_reader reader{o.what(), {}};
  boost::json::object out{{"url", base->str()}, {"status", nullptr}, {"robots", nullptr}};
  add_document(out, reader.read(*body, *base, o.content_type));
  print(out);
  return 0;
}

// Asks robots.txt but fetches the page whatever it says: a person asked for this one page.
int inspect_url(const inspect_options& o) {
  const auto page = crawl::parse_typed_url(o.url);
  if (!page)
    return usage_error(bad_url(o.url, page.error()));
  io::http_options http;
  http.user_agent = default_user_agent(o.contact);
  io::blocking_client client{http};
  boost::json::object out{{"url", page->str()}};
  boost::json::value robots = nullptr;
  if (!o.no_robots) {
    const auto known = io::fetch_robots(client, std::string{page->origin()}, http.user_agent, {});
    const auto verdict = known.rules->check(page->target());
    boost::json::value rule = nullptr;
    if (known.unreachable)
      rule = "robots.txt could not be had";
    else if (!verdict.rule.empty())
      rule = verdict.rule;
    robots = {{"allowed", verdict.allowed}, {"rule", std::move(rule)}};
  }
  const auto got = client.get(*page);
  const crawl::page_job job{.id = 1, .target = *page};
  const auto plain = crawl::result_without_reading(job, got);
  out["status"] = got.status;
  out["content_type"] = got.content_type;
  out["redirect_to"] = text_or_null(plain.row.redirect_to);
  out["error"] = text_or_null(to_string(plain.row.error));
  out["robots"] = std::move(robots);
  crawl::html_reader reader{o.what(), {}};
  const bool html = crawl::wants_reading(got);
  add_document(out, html ? reader.read(*got.body, *page, got.content_type)
                         : crawl::document{.base = *page});
  print(out);
  if (got.error == crawl::fault::none)
    return 0;
  std::fprintf(stderr, "troupe-crawl: %s: %s\n", page->str().c_str(),
               got.detail.empty() ? std::string{to_string(got.error)}.c_str() : got.detail.c_str());
  return 1;
}

int inspect(int argc, char** argv) {
  inspect_options o;
  CLI::App app{"Shows what the crawler sees in one page, as one JSON object.", "inspect"};
  auto* url = app.add_option("URL", o.url, "The page");
  auto* file = app.add_option("--file", o.file, "Read the page from a file; - is standard input")
                   ->excludes(url);
  app.add_option("--base", o.base, "With --file: the URL that the page has")->needs(file);
  app.add_option("--content-type", o.content_type, "With --file: the header it came with")
      ->needs(file);
  auto* css = app.add_option("--select", o.select, "Items: elements that match a CSS selector");
  app.add_option("--xpath", o.xpath, "Items: what an XPath expression finds")->excludes(css);
  app.add_option("--contact", o.contact, "URL or address put into the User-Agent");
  app.add_flag("--no-robots", o.no_robots, "Do not ask robots.txt");
  if (const auto code = parse(app, argc, argv))
    return *code;
  if (const auto wrong = crawl::check_extract(o.what()); !wrong.empty())
    return usage_error((o.select.empty() ? "--xpath: " : "--select: ") + wrong);
  if (!o.file.empty())
    return o.base.empty() ? usage_error("--file needs --base URL, which links are resolved against")
                          : inspect_file(o);
  return o.url.empty() ? usage_error("inspect what? Give a URL, or --file and --base")
                       : inspect_url(o);
}

int robots(int argc, char** argv) {
  std::string file, agent;
  std::vector<std::string> urls;
  CLI::App app{"Says what a robots.txt allows: a line a URL.", "robots"};
  app.add_option("--file", file, "The robots.txt; - is standard input")->required();
  app.add_option("--agent", agent, "The crawler's product token or whole User-Agent")->required();
  app.add_option("URL", urls, "URLs to ask about")->required();
  if (const auto code = parse(app, argc, argv))
    return *code;
  const auto text = read_file(file);
  if (!text) {
    std::fprintf(stderr, "troupe-crawl: %s: cannot be read\n", file.c_str());
    return 1;
  }
  const auto rules = crawl::robots_rules::parse(*text, crawl::product_token(agent));
  int code = 0;
  for (const auto& given : urls) {
    const auto u = crawl::parse_url(given);
    if (!u) {
      code = usage_error(bad_url(given, u.error()));
      continue;
    }
    const auto verdict = rules.check(u->target());
    std::printf("%s\t%s\t%s\n", verdict.allowed ? "allow" : "disallow", u->str().c_str(),
                verdict.rule.empty() ? "-" : verdict.rule.c_str());
  }
  return code;
}

int resolve(int argc, char** argv) {
  // Not CLI11: a reference may begin with a dash.
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h") {
    std::puts("Usage: troupe-crawl resolve BASE REF...\n"
              "A line a REF: the absolute normalized URL, or error TAB why.");
    return 0;
  }
  if (argc < 3)
    return usage_error("resolve needs a BASE and at least one REF",
                       "troupe-crawl resolve BASE REF...");
  const auto base = crawl::parse_url(argv[1]);
  if (!base)
    return usage_error("BASE: " + bad_url(argv[1], base.error()));
  for (int i = 2; i < argc; ++i) {
    const auto u = crawl::resolve(*base, argv[i]);
    if (u)
      std::puts(u->str().c_str());
    else
      std::printf("error\t%s\n", std::string{to_string(u.error())}.c_str());
  }
  return 0;
}

} // namespace

crawl_tool find_crawl_tool(std::string_view name) {
  return name == "inspect"   ? inspect
         : name == "robots"  ? robots
         : name == "resolve" ? resolve
                             : nullptr;
}

} // namespace troupe::apps
