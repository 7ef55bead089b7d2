// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/token.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "io/gateway/front_rules.hpp"
#include "io/process/descriptor.hpp"

namespace troupe::gateway {

namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::string_view line_begin = "sha256 ";

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw std::runtime_error(path + ": " + why);
}
[[noreturn]] void fail_with_errno(const std::string& path) {
  fail(path, std::generic_category().message(errno));
}

std::string hex(const unsigned char* bytes, std::size_t n) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < n; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 0xf];
  }
  return out;
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// Returns: false if this is no digest.
bool read_digest(std::string_view text, std::array<unsigned char, 32>& out) {
  if (text.size() != 2 * out.size())
    return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    out[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

void write_all(const std::string& path, int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail_with_errno(path);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string read_bounded(const std::string& path) {
  // Without O_NONBLOCK a named pipe would hold us here for ever.
  const io::descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0)
    fail_with_errno(path);
  if (!S_ISREG(about.st_mode))
    fail(path, "is no file");
  if (about.st_mode & (S_IWGRP | S_IWOTH))
    fail(path, "others may write it, and so open what it guards; chmod go-w it");
  std::string text(token_file::file_bytes_max + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto n = ::read(file.get(), text.data() + have, text.size() - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      fail_with_errno(path);
    if (n == 0)
      break;
    have += static_cast<std::size_t>(n);
  }
  if (have == text.size())
    fail(path, "is longer than a file of tokens may be (64 KiB)");
  text.resize(have);
  return text;
}

} // namespace

token_file::token_file(const std::string& path) {
  const auto text = read_bounded(path);
  std::size_t line_number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    ++line_number;
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() < rest.size() ? line.size() + 1 : line.size());
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (line.empty() || line.starts_with('#'))
      continue;
    digest d{};
    if (!line.starts_with(line_begin) || !read_digest(line.substr(line_begin.size()), d))
      fail(path + ":" + std::to_string(line_number),
           "is no 'sha256 ' and 64 hexadecimal digits; see new-token");
    if (digests_.size() == tokens_max)
      fail(path, "has more than " + std::to_string(tokens_max) + " tokens");
    digests_.push_back(d);
  }
  if (digests_.empty())
    fail(path, "has no token; see new-token");
}

bool token_file::opens(std::string_view authorization) const {
  constexpr std::string_view scheme = "Bearer ";
  if (!same_word(authorization.substr(0, scheme.size()), scheme))
    return false;
  authorization.remove_prefix(scheme.size());
  while (authorization.starts_with(' '))
    authorization.remove_prefix(1);
  digest shown{};
  ::SHA256(reinterpret_cast<const unsigned char*>(authorization.data()), authorization.size(),
           shown.data());
  bool found = false;
  for (const auto& d : digests_) // all of them, found or not
    found |= ::CRYPTO_memcmp(d.data(), shown.data(), d.size()) == 0;
  return found;
}

std::string token_file::make(const std::string& path) {
  std::array<unsigned char, token_bytes> random{};
  if (::RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("no randomness for a token");
  const auto token = hex(random.data(), random.size());
  digest d{};
  ::SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), d.data());
  const io::descriptor file{
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!file)
    fail_with_errno(path);
  try {
    write_all(path, file.get(), std::string{line_begin} + hex(d.data(), d.size()) + "\n");
    if (::fsync(file.get()) != 0)
      fail_with_errno(path);
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
  return token;
}

} // namespace troupe::gateway
