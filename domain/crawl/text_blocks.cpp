// SPDX-License-Identifier: BSD-3-Clause
#include "domain/crawl/text_blocks.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

namespace troupe::crawl {

namespace {

using size_field = std::uint32_t;

std::string_view text_at(const char* at) {
  size_field size;
  std::memcpy(&size, at, sizeof size);
  return {at + sizeof size, size};
}

} // namespace

text_blocks::text_blocks(std::uint64_t memory_bytes_max, std::uint64_t bytes_max,
                         std::unique_ptr<text_spill> spill)
    : spill_(std::move(spill)),
      blocks_in_memory_max_(spill_ ? std::max<std::size_t>(
                                1, static_cast<std::size_t>(memory_bytes_max / block_bytes))
                                   : std::numeric_limits<std::size_t>::max()) {
  constexpr std::uint64_t numbered = (std::uint64_t{1} << 32) * unit_bytes / block_bytes - 1;
  blocks_max_ =
      static_cast<std::size_t>(std::clamp<std::uint64_t>(bytes_max / block_bytes, 1, numbered));
}

text_blocks::place text_blocks::keep(std::string_view text) {
  assert(text.size() <= text_bytes_max);
  const auto size = static_cast<size_field>(text.size());
  if (block_bytes - used_ < sizeof size + text.size())
    new_block();
  char* at = blocks_.back().get() + used_;
  const std::size_t whole = (sizeof size + text.size() + unit_bytes - 1) / unit_bytes * unit_bytes;
  std::memset(at + whole - unit_bytes, 0, unit_bytes);
  std::memcpy(at, &size, sizeof size);
  std::memcpy(at + sizeof size, text.data(), text.size());
  const std::size_t start = (blocks_.size() - 1) * block_bytes + used_;
  used_ += whole;
  return static_cast<place>(start / unit_bytes);
}

void text_blocks::new_block() {
  if (!blocks_.empty())
    std::memset(blocks_.back().get() + used_, 0, block_bytes - used_);
  if (!spare_)
    spare_ = std::make_unique_for_overwrite<char[]>(block_bytes);
  blocks_.push_back(std::move(spare_));
  used_ = 0;
}

void text_blocks::spill() {
  for (; over(); ++first_in_memory_) {
    auto& oldest = blocks_[first_in_memory_];
    failure_ = spill_->write(spilled_bytes(), {oldest.get(), block_bytes});
    if (!failure_.empty())
      return;
    spare_ = std::move(oldest);
  }
}

const char* text_blocks::address(place where) const {
  const std::size_t start = where * unit_bytes;
  return blocks_[start / block_bytes].get() + start % block_bytes;
}

std::string_view text_blocks::in_memory(place where) const { return text_at(address(where)); }

std::string text_blocks::text(place where) {
  const std::uint64_t start = where * std::uint64_t{unit_bytes};
  if (start / block_bytes >= first_in_memory_)
    return std::string{in_memory(where)};
  size_field size = 0;
  std::string out;
  if (!copy(start, reinterpret_cast<char*>(&size), sizeof size))
    return out;
  out.resize(std::min<std::size_t>(size, text_bytes_max));
  if (!copy(start + sizeof size, out.data(), out.size()))
    out.clear();
  return out;
}

bool text_blocks::copy(std::uint64_t offset, char* to, std::size_t bytes) {
  while (bytes > 0) {
    const char* from = piece(offset / piece_bytes);
    if (from == nullptr)
      return false;
    const std::size_t in = offset % piece_bytes;
    const std::size_t part = std::min(bytes, piece_bytes - in);
    std::memcpy(to, from + in, part);
    to += part;
    offset += part;
    bytes -= part;
  }
  return true;
}

// Returns: null, and there is a failure, if it cannot be read.
const char* text_blocks::piece(std::uint64_t number) {
  if (!piece_texts_) {
    piece_texts_ = std::make_unique_for_overwrite<char[]>(pieces * piece_bytes);
    piece_numbers_.resize(pieces);
  }
  const std::size_t at = number % pieces;
  char* text = piece_texts_.get() + at * piece_bytes;
  if (piece_numbers_[at] == number + 1)
    return text;
  piece_numbers_[at] = 0;
  if (auto why = spill_->read(number * piece_bytes, {text, piece_bytes}); !why.empty()) {
    if (failure_.empty())
      failure_ = std::move(why);
    return nullptr;
  }
  piece_numbers_[at] = number + 1;
  return text;
}

bool text_blocks::holds(place where, std::string_view text) {
  // A number that is no place lies in a text, where no size can be (texts have no octet 0), or in
  // the zeroes behind the last one, or behind them all.
  const std::uint64_t start = where * std::uint64_t{unit_bytes};
  const std::uint64_t end =
      blocks_.empty() ? 0 : (blocks_.size() - 1) * std::uint64_t{block_bytes} + used_;
  if (text.empty() || start + sizeof(size_field) + text.size() > end
      || start % block_bytes + sizeof(size_field) + text.size() > block_bytes)
    return false;
  const auto size = static_cast<size_field>(text.size());
  if (start / block_bytes >= first_in_memory_) {
    const char* at = address(where);
    return std::memcmp(at, &size, sizeof size) == 0
           && std::memcmp(at + sizeof size, text.data(), text.size()) == 0;
  }
  size_field there = 0; // if it is no place: any number
  return copy(start, reinterpret_cast<char*>(&there), sizeof there) && there == size
         && this->text(where) == text;
}

void text_blocks::each_in_memory(const std::function<void(std::string_view)>& visit) const {
  for (std::size_t b = first_in_memory_; b < blocks_.size(); ++b) {
    const std::size_t end = b + 1 == blocks_.size() ? used_ : block_bytes;
    for (std::size_t at = 0; at + sizeof(size_field) <= end;) {
      const auto text = text_at(blocks_[b].get() + at);
      if (text.empty())
        break; // the zeroes behind the last one
      visit(text);
      at += (sizeof(size_field) + text.size() + unit_bytes - 1) / unit_bytes * unit_bytes;
    }
  }
}

} // namespace troupe::crawl
