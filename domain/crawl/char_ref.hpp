// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::crawl {

/// Reads one character reference, such as "&amp;", "&copy" or "&#x41;".
/// Takes: `after`, the text behind the '&'; `in_attribute`, where "&copy=2" and "&copy2" stay as
/// they are.
/// Returns: how many bytes of `after` belong to it, its characters appended to `out` as UTF-8; 0
/// (and nothing appended) if the '&' is only an '&'.
/// Cost: a binary search among 2,125 names.
/// Source: HTML Standard, tokenization, character reference states.
std::size_t read_char_ref(std::string_view after, bool in_attribute, std::string& out);

/// Returns: `text` with its character references replaced.
std::string decode_char_refs(std::string_view text, bool in_attribute);

/// The table behind it (char_ref_names.cpp): "name=hex " or "name!hex " a reference, "hex+hex"
/// where it stands for two characters, "!" where the name also counts without its semicolon.
extern const char char_ref_names[];

} // namespace troupe::crawl
