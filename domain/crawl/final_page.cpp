// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/final_page.hpp"

#include <cstdint>
#include <utility>

namespace troupe::crawl {

namespace {

constexpr char plain = 1, with_marks = 2, with_validators = 3, with_both = 4;
constexpr std::uint64_t seed_flag = 1, cut_flag = 2, last_hop_flag = 4, sitemap_flag = 8;

// Those that there are; an unknown name makes the bytes none of ours.
constexpr fault faults[] = {
    fault::none,
    fault::dns_failed,
    fault::connect_refused,
    fault::connect_timeout,
    fault::tls_failed,
    fault::header_timeout,
    fault::body_timeout,
    fault::connection_lost,
    fault::bad_response,
    fault::header_too_large,
    fault::body_too_large,
    fault::bad_encoding,
    fault::proxy_failed,
    fault::redirect_bad,
    fault::redirect_limit,
    fault::worker_lost,
    fault::canceled,
    fault::address_refused,
    fault::bad_sitemap,
    fault::not_modified_unasked,
};

class writer {
public:
  void number(std::uint64_t n) {
    for (; n >= 0x80; n >>= 7)
      out_ += static_cast<char>(n | 0x80);
    out_ += static_cast<char>(n);
  }
  void text(std::string_view t) {
    number(t.size());
    out_ += t;
  }
  void link(const url& u) {
    text(u.str());
    text(u.credentials());
  }
  void links(std::span<const url> all) {
    number(all.size());
    for (const auto& u : all)
      link(u);
  }
  void octet(char c) { out_ += c; }
  std::string take() && { return std::move(out_); }

private:
  std::string out_;
};

// After the first thing that is wrong all is empty, and ok() false.
class reader {
public:
  explicit reader(std::string_view bytes) : left_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && left_.empty(); }

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto c = static_cast<unsigned char>(octet());
      const auto seven = static_cast<std::uint64_t>(c & 0x7f);
      if (shift == 63 && seven > 1)
        return wrong();
      n |= seven << shift;
      if (c < 0x80)
        return n;
    }
    return wrong();
  }
  std::uint32_t small() {
    const auto n = number();
    return n > 0xffffffffu ? static_cast<std::uint32_t>(wrong()) : static_cast<std::uint32_t>(n);
  }
  // Each of what is counted takes a byte at least: so no claim makes us reserve what is not there.
  std::uint64_t count() {
    const auto n = number();
    return n > left_.size() ? wrong() : n;
  }
  std::string text() {
    const auto size = count();
    std::string t{left_.substr(0, size)};
    left_.remove_prefix(size);
    return t;
  }
  url link() {
    auto where = text();
    auto u = url::from_normalized(std::move(where), text());
    if (u.empty())
      wrong();
    return u;
  }
  std::vector<url> links() {
    std::vector<url> all;
    for (auto n = count(); n > 0 && ok_; --n)
      all.push_back(link());
    return all;
  }
  char octet() {
    if (left_.empty())
      return static_cast<char>(wrong());
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }
  std::uint64_t wrong() {
    ok_ = false;
    left_ = {};
    return 0;
  }

private:
  std::string_view left_;
  bool ok_ = true;
};

fault read_fault(reader& in) {
  const auto name = in.text();
  for (const auto f : faults)
    if (to_string(f) == name)
      return f;
  in.wrong();
  return fault::none;
}

page_row read_row(reader& in) {
  page_row row;
  row.status = static_cast<int>(in.small());
  row.depth = in.small();
  row.bytes = in.number();
  row.content_type = in.text();
  row.links = in.small();
  row.redirect_to = in.text();
  row.error = read_fault(in);
  row.ms = in.small();
  return row;
}

struct beginning {
  validators now;
  bool marks = false; // are behind all the rest
};

beginning read_first(reader& in) {
  beginning b;
  const char first = in.octet();
  if (first < plain || first > with_both)
    in.wrong();
  b.marks = first == with_marks || first == with_both;
  if (first == with_validators || first == with_both) {
    b.now.etag = in.text();
    b.now.last_modified = in.text();
  }
  return b;
}

page_row read_begin(reader& in, page_job& job, beginning& begin) {
  begin = read_first(in);
  job.target = in.link();
  job.id = in.number();
  job.depth = in.small();
  job.redirects = in.small();
  job.attempt = in.small();
  auto row = read_row(in);
  row.url = job.target.str();
  return row;
}

} // namespace

std::string to_bytes(const page_job& job, const page_result& result,
                     std::span<const url> announced) {
  writer out;
  const bool marks = job.sitemap || !result.sitemaps.empty() || !announced.empty()
                     || !result.row.canonical.empty() || result.digest.set();
  if (result.now.empty()) {
    out.octet(marks ? with_marks : plain);
  } else {
    out.octet(marks ? with_both : with_validators);
    out.text(result.now.etag);
    out.text(result.now.last_modified);
  }
  out.link(job.target);
  out.number(job.id);
  out.number(job.depth);
  out.number(job.redirects);
  out.number(job.attempt);
  const auto& row = result.row;
  out.number(static_cast<std::uint64_t>(row.status < 0 ? 0 : row.status));
  out.number(row.depth);
  out.number(row.bytes);
  out.text(row.content_type);
  out.number(row.links);
  out.text(row.redirect_to);
  out.text(to_string(row.error));
  out.number(row.ms);
  out.links(result.links);
  out.number(result.items.size());
  for (const auto& x : result.items) {
    out.text(x.href);
    out.text(x.text);
  }
  out.number(result.all_links.size());
  for (const auto& x : result.all_links) {
    out.text(x.target);
    out.number(x.nofollow ? 1 : 0);
  }
  out.number(result.redirect ? 1 : 0);
  if (result.redirect)
    out.link(*result.redirect);
  out.number((job.seed ? seed_flag : 0) | (result.cut ? cut_flag : 0)
             | (job.last_hop ? last_hop_flag : 0) | (job.sitemap ? sitemap_flag : 0));
  if (marks) {
    out.links(result.sitemaps);
    out.links(announced);
    out.text(result.row.canonical);
    out.text(result.row.duplicate_of);
    out.number(result.digest.first);
    out.number(result.digest.second);
  }
  return std::move(out).take();
}

validators read_final_validators(std::string_view bytes) {
  reader in{bytes};
  const auto first = read_first(in);
  return in.ok() ? first.now : validators{};
}

std::optional<page_row> read_final_row(std::string_view bytes) {
  reader in{bytes};
  page_job job;
  beginning begin;
  auto row = read_begin(in, job, begin);
  if (!in.ok())
    return std::nullopt;
  return row;
}

std::optional<final_page> read_final_page(std::string_view bytes) {
  reader in{bytes};
  final_page page;
  beginning begin;
  page.result.row = read_begin(in, page.job, begin);
  page.result.now = begin.now;
  page.result.links = in.links();
  for (auto n = in.count(); n > 0 && in.ok(); --n) {
    item x;
    x.href = in.text();
    x.text = in.text();
    page.result.items.push_back(std::move(x));
  }
  for (auto n = in.count(); n > 0 && in.ok(); --n) {
    page_link x;
    x.target = in.text();
    x.nofollow = in.number() != 0;
    page.result.all_links.push_back(std::move(x));
  }
  if (in.number() != 0)
    page.result.redirect = in.link();
  const auto flags = in.number();
  page.job.seed = (flags & seed_flag) != 0;
  page.result.cut = (flags & cut_flag) != 0;
  page.job.last_hop = (flags & last_hop_flag) != 0;
  if (begin.marks) {
    page.job.sitemap = (flags & sitemap_flag) != 0;
    page.result.sitemaps = in.links();
    page.announced = in.links();
    page.result.row.canonical = in.text();
    page.result.row.duplicate_of = in.text();
    page.result.digest.first = in.number();
    page.result.digest.second = in.number();
  }
  if (!in.at_end() || flags > (begin.marks ? 15 : 7))
    return std::nullopt;
  return page;
}

} // namespace troupe::crawl
