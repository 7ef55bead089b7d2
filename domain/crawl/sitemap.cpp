// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/sitemap.hpp"

#include <algorithm>
#include <optional>

#include <boost/unordered/unordered_flat_set.hpp>

#include "domain/crawl/gunzip.hpp"
#include "domain/crawl/html.hpp"
#include "domain/crawl/sitemap_xml.hpp"

namespace troupe::crawl {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t line_bytes_max = 64u << 10; // of a text; longer ones are left out

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_utf16(std::string_view head) {
  return head.starts_with("\xff\xfe"sv) || head.starts_with("\xfe\xff"sv)
         || head.starts_with("<\0"sv) || head.starts_with("\0<"sv);
}

/// One file, which comes in pieces.
class sitemap_reader {
public:
  sitemap_reader(const url& where, const limits& bounds) : where_(where), bounds_(bounds) {}

  /// Returns: false if it has enough.
  bool read(std::string_view piece) {
    if (form_ != form::unknown)
      return read_on(piece);
    if (!head_.empty())
      piece = head_ += piece;
    if (decide(piece, false))
      return read_on(piece);
    head_ = std::string(piece);
    return true;
  }

  /// Takes: how its bytes have ended.
  sitemap finish(gunzip_end how) {
    if (std::string_view rest = head_; form_ == form::unknown && decide(rest, true))
      read_on(rest);
    if (how == gunzip_end::whole) { // else what is at hand may be half of something
      if (xml_)
        xml_->finish();
      else
        take_line(line_);
    }
    if (xml_)
      out_.wrong = xml_->wrong();
    else if (out_.pages.empty() && odd_line_)
      out_.wrong = "no sitemap: neither XML nor a list of URLs";
    if (how == gunzip_end::broken && out_.wrong.empty())
      out_.wrong = "gzip: damaged, or it ends in its middle";
    out_.cut = out_.cut || how == gunzip_end::full;
    return std::move(out_);
  }

private:
  enum class form : std::uint8_t { unknown, xml, text };

  /// Returns: whether its form is known now. What stands in front of it is taken off `text`.
  bool decide(std::string_view& text, bool at_end) {
    constexpr std::size_t enough = 4;
    if (text.size() < enough && !at_end)
      return false;
    if (!is_utf16(text)) {
      // XML may not, but often does, begin with a blank line, with the mark before or behind it.
      constexpr auto mark = "\xef\xbb\xbf"sv;
      while (!text.empty() && (is_blank(text.front()) || text.starts_with(mark)))
        text.remove_prefix(is_blank(text.front()) ? 1 : mark.size());
      if (text.empty() || (text.size() < enough && !at_end))
        return false;
    }
    form_ = is_utf16(text) || text.front() == '<' ? form::xml : form::text;
    if (form_ == form::xml)
      xml_.emplace([this](std::string_view ref, bool of_index) {
        return take(resolve(where_, ref), of_index ? out_.sitemaps : out_.pages);
      });
    return true;
  }

  bool read_on(std::string_view piece) { return xml_ ? xml_->read(piece) : read_lines(piece); }

  bool read_lines(std::string_view piece) {
    while (!piece.empty()) {
      const auto end = std::min(piece.find_first_of("\r\n"sv), piece.size());
      line_ += piece.substr(0, std::min(end, line_bytes_max + 1 - line_.size()));
      if (end == piece.size())
        return true;
      if (!take_line(line_))
        return false;
      line_.clear();
      piece.remove_prefix(end + 1);
    }
    return true;
  }

  bool take_line(std::string_view line) {
    while (!line.empty() && is_blank(line.front()))
      line.remove_prefix(1);
    if (line.empty())
      return true;
    auto found = line_.size() > line_bytes_max ? url_result(tl::unexpected(url_fault::too_long))
                                               : parse_url(line);
    odd_line_ = odd_line_ || !found;
    return take(std::move(found), out_.pages);
  }

  /// Returns: false if there is room for no more, and there may be more.
  bool take(url_result found, std::vector<url>& list) {
    if (!found || found->str().size() > bounds_.url_bytes_max)
      return true;
    if (out_.pages.size() + out_.sitemaps.size() >= bounds_.sitemap_urls_max
        || bytes_ >= page_link_bytes_max) {
      out_.cut = true;
      return false;
    }
    if (!known_.insert(found->str()).second)
      return true;
    bytes_ += found->str().size();
    list.push_back(std::move(*found));
    return true;
  }

  const url& where_;
  const limits& bounds_;
  form form_ = form::unknown;
  std::string head_;
  std::string line_; // of a text, its beginning
  bool odd_line_ = false;
  std::optional<sitemap_xml> xml_;
  boost::unordered_flat_set<std::string> known_;
  std::size_t bytes_ = 0;
  sitemap out_;
};

} // namespace

sitemap read_sitemap(std::string_view body, const url& where, const limits& bounds) {
  sitemap_reader reader{where, bounds};
  if (looks_like_gzip(body))
    return reader.finish(gunzip(body, bounds.sitemap_bytes_max,
                                [&](std::string_view piece) { return reader.read(piece); }));
  const bool fits = body.size() <= bounds.sitemap_bytes_max;
  const bool all = reader.read(body.substr(0, bounds.sitemap_bytes_max));
  return reader.finish(!all ? gunzip_end::stopped : fits ? gunzip_end::whole : gunzip_end::full);
}

} // namespace troupe::crawl
