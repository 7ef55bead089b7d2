// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/charset.hpp"

#include "domain/crawl/encoding.hpp"
#include "domain/crawl/percent.hpp"
#include "domain/crawl/utf8.hpp"

namespace troupe::crawl {

/// UTF-8, the usual case, has none.
struct charset::impl {
  encoding id;
};

charset::charset() = default;
charset::~charset() = default;
charset::charset(charset&&) noexcept = default;
charset& charset::operator=(charset&&) noexcept = default;

std::optional<charset> charset::by_label(std::string_view label) {
  const auto id = encoding_of_label(label);
  if (!id)
    return std::nullopt;
  charset made;
  if (*id != encoding::utf_8)
    made.impl_ = std::make_unique<impl>(impl{*id});
  return made;
}

std::string_view charset::name() const { return name_of(impl_ ? impl_->id : encoding::utf_8); }

bool charset::utf8() const { return !impl_; }

std::string charset::decode(std::string_view bytes) const {
  if (!impl_)
    return repair_utf8(bytes);
  std::string out;
  decode_bytes(impl_->id, bytes, out);
  return out;
}

std::string charset::encode_query(std::string_view utf8) const {
  encoder encode{impl_ ? impl_->id : encoding::utf_8};
  std::string out;
  out.reserve(utf8.size() + utf8.size() / 2);
  std::string bytes;
  for (std::size_t at = 0; at < utf8.size();) {
    const utf8_step step = read_utf8(utf8, at);
    at += step.bytes;
    bytes.clear();
    // ISO-2022-JP gives U+FFFD for a control that would shift, not the control itself.
    const bool encoded = encode.put(step.code_point, bytes);
    append_escaped(out, bytes, escaped_in_query);
    if (!encoded) {
      const char32_t c = step.code_point < 0x80 ? replacement_character : step.code_point;
      out += "%26%23";
      out += std::to_string(static_cast<std::uint32_t>(c));
      out += "%3B";
    }
  }
  bytes.clear();
  encode.finish(bytes);
  append_escaped(out, bytes, escaped_in_query);
  return out;
}

} // namespace troupe::crawl
