// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/final_page.hpp"

#include <cstdint>
#include <utility>

namespace troupe::crawl {

namespace {

constexpr char version = 1;
constexpr char version_with_validators = 2;
constexpr std::uint64_t seed_flag = 1, cut_flag = 2, last_hop_flag = 4;

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

validators read_validators(reader& in) {
  validators v;
  const char first = in.octet();
  if (first == version_with_validators) {
    v.etag = in.text();
    v.last_modified = in.text();
  } else if (first != version) {
    in.wrong();
  }
  return v;
}

page_row read_begin(reader& in, page_job& job, validators* v = nullptr) {
  auto known = read_validators(in);
  if (v)
    *v = std::move(known);
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

std::string to_bytes(const page_job& job, const page_result& result) {
  writer out;
  out.octet(result.now.empty() ? version : version_with_validators);
  if (!result.now.empty()) {
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
  out.number(result.links.size());
  for (const auto& link : result.links)
    out.link(link);
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
             | (job.last_hop ? last_hop_flag : 0));
  return std::move(out).take();
}

validators read_final_validators(std::string_view bytes) {
  reader in{bytes};
  auto v = read_validators(in);
  return in.ok() ? v : validators{};
}

std::optional<page_row> read_final_row(std::string_view bytes) {
  reader in{bytes};
  page_job job;
  auto row = read_begin(in, job);
  if (!in.ok())
    return std::nullopt;
  return row;
}

std::optional<final_page> read_final_page(std::string_view bytes) {
  reader in{bytes};
  final_page page;
  page.result.row = read_begin(in, page.job, &page.result.now);
  for (auto n = in.count(); n > 0 && in.ok(); --n)
    page.result.links.push_back(in.link());
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
  if (!in.at_end() || flags > 7)
    return std::nullopt;
  return page;
}

} // namespace troupe::crawl
