// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/page.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "domain/crawl/final_page.hpp"
#include "domain/crawl/html.hpp"
#include "domain/crawl/html_directives.hpp"
#include "domain/crawl/html_spans.hpp"
#include "domain/crawl/link_header.hpp"
#include "domain/crawl/percent.hpp"
#include "domain/crawl/retry.hpp"
#include "domain/crawl/sitemap.hpp"

namespace troupe::crawl {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && html_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && html_space(text.back()))
    text.remove_suffix(1);
  return text;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Returns: true for what is no text, whatever its header says.
/// Source: MIME Sniffing Standard, and what the formats begin with.
bool looks_binary(std::string_view body, std::string_view content_type) {
  using namespace std::string_view_literals;
  static constexpr std::array magic = {"%PDF-"sv,
                                       "%!PS-Adobe-"sv,
                                       "\x89PNG\r\n\x1a\n"sv,
                                       "GIF87a"sv,
                                       "GIF89a"sv,
                                       "\xff\xd8\xff"sv,
                                       "\x1f\x8b\x08"sv,
                                       "PK\x03\x04"sv,
                                       "Rar!\x1a\x07"sv,
                                       "7z\xbc\xaf\x27\x1c"sv,
                                       "\x7f"
                                       "ELF"sv,
                                       "BZh9"sv,
                                       "\xfd"
                                       "7zXZ\0"sv,
                                       "OggS\0"sv,
                                       "RIFF"sv,
                                       "ID3\x03"sv,
                                       "ID3\x04"sv,
                                       "wOFF"sv,
                                       "wOF2"sv,
                                       "\0asm"sv,
                                       "\x28\xb5\x2f\xfd"sv,
                                       "\xca\xfe\xba\xbe"sv,
                                       "\x1a\x45\xdf\xa3"sv,
                                       "\0\0\x01\0"sv};
  if (std::any_of(magic.begin(), magic.end(), [body](auto m) { return body.starts_with(m); }))
    return true;
  if (body.starts_with("\xff\xfe"sv) || body.starts_with("\xfe\xff"sv))
    return false; // UTF-16: every other byte may be NUL
  const auto utf16 = "utf-16"sv;
  if (std::search(content_type.begin(), content_type.end(), utf16.begin(), utf16.end(),
                  [](char a, char b) { return ascii_lower(a) == b; })
      != content_type.end())
    return false;
  const std::string_view head = body.substr(0, 1'024);
  const auto nuls = static_cast<std::size_t>(std::count(head.begin(), head.end(), '\0'));
  return nuls * 10 > head.size();
}

/// Returns: true if an answer without Content-Type begins as an HTML document does.
/// Source: MIME Sniffing Standard, rules for identifying an unknown MIME type.
bool looks_like_html(std::string_view body) {
  using namespace std::string_view_literals;
  static constexpr std::array tags = {
      "!doctype html"sv, "html"sv, "head"sv,  "script"sv, "iframe"sv, "h1"sv,   "div"sv, "font"sv,
      "table"sv,         "a"sv,    "style"sv, "title"sv,  "b"sv,      "body"sv, "br"sv,  "p"sv};
  if (body.starts_with("\xef\xbb\xbf"))
    body.remove_prefix(3);
  while (!body.empty() && html_space(body.front()))
    body.remove_prefix(1);
  if (!body.starts_with('<'))
    return false;
  body.remove_prefix(1);
  if (body.starts_with("!--"))
    return true;
  return std::any_of(tags.begin(), tags.end(), [body](std::string_view t) {
    return body.size() > t.size() && equals_any_case(body.substr(0, t.size()), t)
           && (body[t.size()] == ' ' || body[t.size()] == '>');
  });
}

page_row row_of(const page_job& job, const fetched& answer) {
  page_row row;
  row.url = job.target.str();
  row.status = answer.status;
  row.depth = job.depth;
  row.bytes = answer.body ? answer.body->size() : 0;
  row.content_type = answer.content_type;
  row.error = answer.error;
  const auto ms = std::clamp<std::int64_t>(answer.took.count(), 0, 0xffffffff);
  row.ms = static_cast<std::uint32_t>(ms);
  return row;
}

bool is_as_it_was(const fetched& answer) {
  return answer.status == 304 && answer.error == fault::none && answer.earlier;
}

std::string kept(const std::string& sent, const std::string& before) {
  constexpr std::size_t bytes_max = request_limits{}.validator_bytes_max;
  return sent.empty() ? before : sent.size() > bytes_max ? std::string{} : sent;
}

/// A 304 may say the validators anew, and mostly says the ETag alone (RFC 9110, 15.4.5).
page_result as_it_was(const page_job& job, const fetched& answer) {
  auto before = read_final_page(*answer.earlier);
  auto row = row_of(job, answer);
  if (!before) {
    page_result out;
    out.row = std::move(row);
    out.row.error = fault::bad_response;
    return out;
  }
  auto out = std::move(before->result);
  // A link may have led to it before an index did, or the other way round: it was read as what it
  // is not now, and there is no body to read again. The next crawl asks for all of it.
  const bool read_so = before->job.sitemap == job.sitemap;
  if (!read_so) {
    page_row then;
    then.bytes = out.row.bytes;
    then.content_type = std::move(out.row.content_type);
    out = {};
    out.row = std::move(then);
    row.error = job.sitemap ? fault::bad_sitemap : fault::none;
  }
  row.bytes = out.row.bytes;
  row.content_type = std::move(out.row.content_type);
  row.links = out.row.links;
  row.canonical = std::move(out.row.canonical); // whose double it is, is up to this crawl
  out.row = std::move(row);
  out.record = answer.record;
  out.address = answer.address;
  out.now = read_so ? validators{kept(answer.now.etag, out.now.etag),
                                 kept(answer.now.last_modified, out.now.last_modified)}
                    : validators{};
  // Links have their page's password, which may be another by now.
  const auto& then = before->job.target.credentials();
  if (const auto& now = job.target.credentials(); now != then)
    for (auto& link : out.links)
      if (link.credentials() == then && link.origin() == job.target.origin())
        link = url::from_normalized(link.str(), now);
  return out;
}

/// Dates need a clock, which is not to be had here; who fetched has turned them into seconds.
std::optional<std::chrono::milliseconds> seconds_to_wait(std::string_view retry_after) {
  const std::string_view text = trim(retry_after);
  if (text.empty() || !std::all_of(text.begin(), text.end(), ascii_digit))
    return std::nullopt;
  return parse_retry_after(text, 0);
}

bool has_content(const fetched& answer) {
  return answer.error == fault::none && answer.status >= 200 && answer.status <= 299 && answer.body
         && !answer.body->empty();
}

void set_canonical(page_row& row, const url_result& where) {
  constexpr std::size_t bytes_max = limits{}.url_bytes_max;
  if (where && where->str().size() <= bytes_max && where->str() != row.url)
    row.canonical = where->str();
}

} // namespace

std::uint64_t body_bytes_max_of(const page_job& job, const limits& bounds) {
  return job.sitemap ? std::max(bounds.body_bytes_max, bounds.sitemap_bytes_max)
                     : bounds.body_bytes_max;
}

bool wants_reading(const fetched& answer) {
  if (is_as_it_was(answer))
    return true; // it may have as many links as any
  if (!has_content(answer))
    return false;
  const std::string_view header = answer.content_type;
  const std::string_view type = trim(header.substr(0, header.find(';')));
  const bool html = type.empty() ? looks_like_html(*answer.body)
                                 : equals_any_case(type, "text/html")
                                       || equals_any_case(type, "application/xhtml+xml");
  return html && !looks_binary(*answer.body, header);
}

bool wants_reading(const page_job& job, const fetched& answer) {
  return job.sitemap ? is_as_it_was(answer) || has_content(answer) : wants_reading(answer);
}

page_result result_without_reading(const page_job& job, const fetched& answer) {
  if (is_as_it_was(answer))
    return as_it_was(job, answer);
  page_result out;
  out.row = row_of(job, answer);
  out.record = answer.record;
  out.address = answer.address;
  out.retry_after = seconds_to_wait(answer.retry_after);
  if (has_content(answer) && !job.sitemap) {
    if (!answer.link.empty())
      if (const auto ref = canonical_link(answer.link))
        set_canonical(out.row, resolve(job.target, *ref));
    if (job.digest)
      out.digest = digest_of(*answer.body);
  }
  if (answer.error == fault::none && answer.status == 200) // of others a condition means nothing
    out.now = {kept(answer.now.etag, {}), kept(answer.now.last_modified, {})};
  if (answer.error != fault::none || !is_redirect(answer.status))
    return out;
  const std::string_view location = trim(answer.location);
  auto target = location.empty() ? url_result(tl::unexpected(url_fault::empty))
                                 : resolve(job.target, location);
  if (!target) {
    out.row.error = fault::redirect_bad;
    return out;
  }
  if (job.last_hop)
    out.row.error = fault::redirect_limit;
  out.row.redirect_to = target->str();
  out.redirect = std::move(*target);
  return out;
}

namespace {

void add_sitemap(page_result& out, sitemap&& found) {
  out.row.links = static_cast<std::uint32_t>(found.pages.size() + found.sitemaps.size());
  if (!found.wrong.empty())
    out.row.error = fault::bad_sitemap;
  out.links = std::move(found.pages);
  out.sitemaps = std::move(found.sitemaps);
  out.cut = found.cut;
}

} // namespace

struct page_reader::impl {
  impl(const extract_spec& what, const limits& l)
      : reader(what, l), bounds(l), all_links(what.links) {}
  html_reader reader;
  limits bounds;
  bool all_links;
};

page_reader::page_reader(extract_spec what, const limits& bounds)
    : impl_(std::make_unique<impl>(what, bounds)) {}

page_reader::~page_reader() = default;
page_reader::page_reader(page_reader&&) noexcept = default;
page_reader& page_reader::operator=(page_reader&&) noexcept = default;

page_result page_reader::read(const page_job& job, const fetched& answer) {
  page_result out = result_without_reading(job, answer);
  if (is_as_it_was(answer) || !wants_reading(job, answer))
    return out;
  if (job.sitemap) {
    add_sitemap(out, read_sitemap(*answer.body, job.target, impl_->bounds));
    return out;
  }
  document doc = impl_->reader.read(*answer.body, job.target, answer.content_type);
  out.row.links = static_cast<std::uint32_t>(doc.links.size());
  if (!doc.canonical.empty()) // what the page says comes before what is said of it
    out.row.canonical = doc.canonical == out.row.url ? std::string() : std::move(doc.canonical);
  out.items = std::move(doc.items);
  out.cut = doc.cut;
  const bool obey = impl_->bounds.obey_robots;
  const bool nofollow =
      (obey || impl_->all_links) && (doc.nofollow || read_robots_tag(answer.robots_tag).nofollow);
  if (impl_->all_links) {
    out.all_links.reserve(doc.links.size());
    for (const found_link& link : doc.links)
      out.all_links.push_back({link.target.str(), nofollow || link.nofollow});
  }
  if ((obey && nofollow) || impl_->bounds.sitemaps == sitemap_use::only)
    return out;
  out.links.reserve(doc.links.size());
  for (found_link& link : doc.links) {
    if (!(obey && link.nofollow))
      out.links.push_back(std::move(link.target));
  }
  return out;
}

std::string check_extract(const extract_spec& what) {
  try {
    html_reader(what, limits{});
    return "";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

} // namespace troupe::crawl
