// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/warc_reader.hpp"

#include <openssl/sha.h>
#include <zlib.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <stdexcept>

namespace troupe::test {

namespace {

[[noreturn]] void wrong(std::uint64_t offset, const std::string& what) {
  throw std::runtime_error("record at " + std::to_string(offset) + ": " + what);
}

// Unpacks the one member that begins there; `used` is what it takes.
std::string gunzip_one(std::string_view from, std::uint64_t offset, std::uint64_t& used) {
  z_stream z{};
  if (inflateInit2(&z, 15 + 16) != Z_OK)
    wrong(offset, "no zlib");
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
  z.avail_in = static_cast<uInt>(from.size());
  std::string out;
  int code = Z_OK;
  while (code == Z_OK) {
    char piece[16384];
    z.next_out = reinterpret_cast<Bytef*>(piece);
    z.avail_out = sizeof piece;
    code = inflate(&z, Z_NO_FLUSH);
    out.append(piece, sizeof piece - z.avail_out);
  }
  used = z.total_in;
  inflateEnd(&z);
  if (code != Z_STREAM_END)
    wrong(offset, "no whole gzip member");
  return out;
}

std::string sha1_of(std::string_view text) {
  unsigned char sum[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum);
  std::string bits, out = "sha1:";
  for (const unsigned char c : sum)
    for (int i = 7; i >= 0; --i)
      bits += (c >> i) & 1 ? '1' : '0';
  for (std::size_t i = 0; i < bits.size(); i += 5) // 160 bits are 32 letters
    out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[std::stoi(bits.substr(i, 5), nullptr, 2)];
  return out;
}

std::string join_chunks(std::string_view body, std::uint64_t offset) {
  std::string out;
  for (;;) {
    const auto line = body.find("\r\n");
    if (line == body.npos)
      wrong(offset, "a chunk without a size");
    const auto size = std::stoull(std::string{body.substr(0, line)}, nullptr, 16);
    body.remove_prefix(line + 2);
    if (size == 0)
      return body.ends_with("\r\n") ? out : (wrong(offset, "no end of chunks"), "");
    if (body.size() < size + 2 || body.substr(size, 2) != "\r\n")
      wrong(offset, "a chunk of another size");
    out += body.substr(0, size);
    body.remove_prefix(size + 2);
  }
}

void parse_record(const std::string& text, warc_entry& entry) {
  const auto offset = entry.offset;
  const auto end = text.find("\r\n\r\n");
  if (!text.starts_with("WARC/1.1\r\n") || end == text.npos)
    wrong(offset, "no WARC/1.1 header");
  static const std::set<std::string> known{
      "WARC-Type",         "WARC-Record-ID",  "WARC-Date",           "WARC-Filename",
      "WARC-Target-URI",   "WARC-IP-Address", "WARC-Truncated",      "WARC-Concurrent-To",
      "WARC-Block-Digest", "Content-Type",    "WARC-Payload-Digest", "Content-Length"};
  for (std::size_t at = 10; at < end + 2;) {
    const auto line_end = text.find("\r\n", at);
    const auto line = text.substr(at, line_end - at);
    const auto colon = line.find(": ");
    if (colon == line.npos || line.find_first_of("\r\n") != line.npos)
      wrong(offset, "a field that is none: " + line);
    const auto name = line.substr(0, colon);
    if (known.count(name) == 0)
      wrong(offset, "an unknown field: " + name);
    if (!entry.fields.emplace(name, line.substr(colon + 2)).second)
      wrong(offset, "a field twice: " + name);
    at = line_end + 2;
  }
  const auto& length = entry.field("Content-Length");
  if (!std::regex_match(length, std::regex{"[0-9]+"}))
    wrong(offset, "no Content-Length");
  const auto begin = end + 4;
  if (text.size() != begin + std::stoull(length) + 4 || !text.ends_with("\r\n\r\n"))
    wrong(offset, "a Content-Length that is not the block's");
  entry.block = text.substr(begin, std::stoull(length));
}

void check_fields(const warc_entry& entry, std::set<std::string>& ids) {
  const auto at = entry.offset;
  static const std::regex id{"<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                             "[0-9a-f]{12}>"};
  static const std::regex date{"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
                               "(\\.[0-9]{1,9})?Z"};
  static const std::regex truncated{"|length|time|disconnect|unspecified"};
  static const std::set<std::string> types{"warcinfo", "response", "request", "metadata"};
  const auto& type = entry.field("WARC-Type");
  if (types.count(type) == 0)
    wrong(at, "type " + type);
  if (!std::regex_match(entry.field("WARC-Record-ID"), id))
    wrong(at, "no id");
  if (!std::regex_match(entry.field("WARC-Date"), date))
    wrong(at, "no date");
  if (!std::regex_match(entry.field("WARC-Truncated"), truncated))
    wrong(at, "truncated for no known reason");
  if ((type == "warcinfo") != entry.field("WARC-Target-URI").empty())
    wrong(at, "a target that should not be, or none");
  const auto& with = entry.field("WARC-Concurrent-To");
  if (!with.empty() && ids.count(with) == 0)
    wrong(at, "concurrent to nothing that came before");
  if (!ids.insert(entry.field("WARC-Record-ID")).second)
    wrong(at, "an id that was there before");
  if (entry.field("WARC-Block-Digest") != sha1_of(entry.block))
    wrong(at, "another block digest");
  const bool whole_response = type == "response" && entry.field("WARC-Truncated").empty();
  if (whole_response && entry.field("WARC-Payload-Digest") != sha1_of(entry.http_payload()))
    wrong(at, "another payload digest");
  if (!whole_response && !entry.field("WARC-Payload-Digest").empty())
    wrong(at, "a payload digest of no whole payload");
}

} // namespace

const std::string& warc_entry::field(const std::string& name) const {
  static const std::string none;
  const auto at = fields.find(name);
  return at == fields.end() ? none : at->second;
}

std::string warc_entry::http_header() const {
  const auto end = block.find("\r\n\r\n");
  if (end == block.npos)
    wrong(offset, "no HTTP header");
  return block.substr(0, end + 4);
}

std::string warc_entry::http_body() const { return block.substr(http_header().size()); }

std::string warc_entry::http_payload() const {
  static const std::regex chunked{"\r\ntransfer-encoding: chunked\r\n", std::regex::icase};
  return std::regex_search(http_header(), chunked) ? join_chunks(http_body(), offset) : http_body();
}

std::vector<warc_entry> read_warc(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>{in}, {}};
  std::vector<warc_entry> found;
  std::set<std::string> ids;
  for (std::uint64_t at = 0; at < all.size();) {
    warc_entry entry;
    entry.offset = at;
    parse_record(gunzip_one(std::string_view{all}.substr(at), at, entry.bytes), entry);
    check_fields(entry, ids);
    at += entry.bytes;
    found.push_back(std::move(entry));
  }
  if (found.empty() || found.front().field("WARC-Type") != "warcinfo")
    throw std::runtime_error(path + ": does not begin with a warcinfo");
  return found;
}

} // namespace troupe::test
