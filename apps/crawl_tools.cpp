// SPDX-License-Identifier: BSD-3-Clause
#include "apps/crawl_tools.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "apps/crawl_kept.hpp"
#include "apps/crawl_options.hpp"
#include "apps/describe.hpp"
#include "domain/crawl/html.hpp"
#include "domain/crawl/robots.hpp"
#include "io/crawl/robots.hpp"
#include "io/http/blocking.hpp"

namespace troupe::apps {

namespace {

// Parses; returns the exit code where the program is to end now.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    describe_here(app);
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::Error& e) {
    return usage_error(e.what(), "see troupe-crawl " + app.get_name() + " --help");
  }
}

constexpr std::size_t file_bytes_max = 256u << 20; // read whole; a crawl takes 10 MiB of a page

// Takes: a path, or - for standard input. Returns: nullopt, with a line on stderr, if it cannot be
// read whole.
std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file;
  if (path != "-")
    file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  std::string bytes;
  std::array<char, 64u << 10> piece;
  while (in && bytes.size() <= file_bytes_max) {
    in.read(piece.data(), piece.size());
    bytes.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  const bool whole = in.eof() && !in.bad();
  if (whole && bytes.size() <= file_bytes_max)
    return bytes;
  std::fprintf(stderr, "troupe-crawl: %s: %s\n", path == "-" ? "standard input" : path.c_str(),
               bytes.size() > file_bytes_max ? "larger than 256 MiB" : "cannot be read");
  return std::nullopt;
}

std::string bad_url(const std::string& text, crawl::url_fault why) {
  return "'" + showable(text) + "' is no http or https URL: " + std::string{to_string(why)};
}

struct inspect_options {
  std::string url, file, base, contact, content_type;
  extract_options extract;
  bool no_robots = false;
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
  out["cut"] = doc.cut;
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
  if (!body)
    return 1;
  crawl::html_reader reader{o.extract.what, {}};
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
  crawl::html_reader reader{o.extract.what, {}};
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
  o.extract.declare(app, "");
  app.add_option("--contact", o.contact, "URL or address put into the User-Agent");
  app.add_flag("--no-robots", o.no_robots, "Do not ask robots.txt");
  if (const auto code = parse(app, argc, argv))
    return *code;
  if (const auto wrong = o.extract.check(); !wrong.empty())
    return usage_error(wrong);
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
  if (!text)
    return 1;
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
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (argc < 2 || first == "--help" || first == "-h") {
    std::string base;
    std::vector<std::string> references;
    CLI::App app{"Says what links come to: a line a REF, the absolute normalized URL, or error TAB "
                 "why.",
                 "resolve"};
    app.add_option("BASE", base, "The URL of the page that they are in")->required();
    app.add_option("REF", references, "Links, as they are in the page")->required();
    return parse(app, argc, argv).value_or(0);
  }
  // Not by CLI11: a reference may begin with a dash.
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
  return name == "status"    ? crawl_status
         : name == "inspect" ? inspect
         : name == "robots"  ? robots
         : name == "resolve" ? resolve
                             : nullptr;
}

} // namespace troupe::apps
