// SPDX-License-Identifier: BSD-3-Clause
#include "io/crawl/warc_record.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <new>
#include <span>
#include <stdexcept>

#include <libdeflate.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace troupe::io {

namespace {

constexpr int level = 6;
constexpr std::size_t kept_bytes_max = 1u << 20; // of buffers, for the next record

// RFC 4648, 6; 20 octets need no padding.
std::string base32(std::span<const unsigned char, 20> bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  unsigned bits = 0;
  unsigned have = 0;
  for (const unsigned char c : bytes) {
    bits = (bits << 8) | c;
    for (have += 8; have >= 5; have -= 5)
      out += letters[(bits >> (have - 5)) & 31];
  }
  return out;
}

void put_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty())
    return;
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

} // namespace

struct warc_packer::impl {
  libdeflate_compressor* compressor = nullptr; // null: records stay as they are
  std::string record;
  ~impl() { libdeflate_free_compressor(compressor); }
};

warc_packer::warc_packer(bool packed) : impl_(std::make_unique<impl>()) {
  if (!packed)
    return;
  impl_->compressor = libdeflate_alloc_compressor(level);
  if (!impl_->compressor)
    throw std::bad_alloc();
}

warc_packer::~warc_packer() = default;

void warc_packer::put(std::string& out, const warc_fields& fields,
                      std::initializer_list<std::string_view> block) {
  std::size_t bytes = 0;
  for (const auto part : block)
    bytes += part.size();
  auto& record = impl_->record;
  record = "WARC/1.1\r\n";
  put_field(record, "WARC-Type", fields.type);
  put_field(record, "WARC-Record-ID", fields.id);
  put_field(record, "WARC-Date", fields.date);
  put_field(record, "WARC-Filename", fields.file_name);
  put_field(record, "WARC-Target-URI", fields.target_uri);
  put_field(record, "WARC-Concurrent-To", fields.concurrent_to);
  put_field(record, "WARC-IP-Address", fields.ip_address);
  put_field(record, "WARC-Truncated", fields.truncated);
  put_field(record, "WARC-Payload-Digest", fields.payload_digest);
  put_field(record, "WARC-Block-Digest", digest(block));
  put_field(record, "Content-Type", fields.content_type);
  put_field(record, "Content-Length", std::to_string(bytes));
  record += "\r\n";
  record.reserve(record.size() + bytes + 4);
  for (const auto part : block)
    record += part;
  record += "\r\n\r\n";
  if (!impl_->compressor) {
    out += record;
  } else {
    const auto begin = out.size();
    out.resize(begin + libdeflate_gzip_compress_bound(impl_->compressor, record.size()));
    const auto packed = libdeflate_gzip_compress(impl_->compressor, record.data(), record.size(),
                                                 out.data() + begin, out.size() - begin);
    out.resize(begin + packed);
  }
  if (record.capacity() > kept_bytes_max)
    std::string{}.swap(record);
}

std::string warc_packer::digest(std::initializer_list<std::string_view> parts) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  std::array<unsigned char, 20> sum{};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash{EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free};
  bool done = hash && sha1 && EVP_DigestInit_ex(hash.get(), sha1, nullptr) == 1;
  for (const auto part : parts)
    done = done && EVP_DigestUpdate(hash.get(), part.data(), part.size()) == 1;
  if (!done || EVP_DigestFinal_ex(hash.get(), sum.data(), nullptr) != 1)
    throw std::runtime_error("this system's OpenSSL has no SHA-1");
  return "sha1:" + base32(sum);
}

std::string warc_packer::make_id() {
  std::array<unsigned char, 16> b{};
  if (RAND_bytes(b.data(), static_cast<int>(b.size())) != 1)
    throw std::runtime_error("this system has no random numbers");
  b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "<urn:uuid:";
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      out += '-';
    out += hex[b[i] >> 4];
    out += hex[b[i] & 15];
  }
  return out + '>';
}

std::string warc_packer::date(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const auto end = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + end, text.size() - end, ".%03dZ", static_cast<int>(unix_ms % 1000));
  return text.data();
}

} // namespace troupe::io
