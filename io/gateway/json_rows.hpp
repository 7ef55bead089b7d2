// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::gateway {

/// One member of a flat JSON object.
struct json_member {
  enum class kind : std::uint8_t { text, whole, boolean, null };
  std::string name;
  kind what = kind::text;
  std::string value; ///< a text unescaped; a number's digits as they were sent; "true", "false"
};
using json_row = std::vector<json_member>;

/// Of one body.
struct json_row_limits {
  std::size_t members_max = 16; ///< of an object
  std::size_t name_bytes_max = 64;
  std::size_t value_bytes_max = 256;
  std::size_t rows_max = 1'000; ///< objects in the array
};

struct json_rows {
  json_row top;
  std::vector<json_row> rows; ///< of the array
  bool has_rows = false;      ///< the array was there, perhaps empty
  std::string error;          ///< "" or what is wrong, as a sentence for whoever sent it
  bool too_many = false;      ///< with an error: rows_max was passed
};

/// Reads an object of texts, whole numbers, booleans and nulls, and of one array of such objects,
/// if `array` names one. It is read as it comes, not as a tree: a tree would keep one of two
/// members of one name and not say so, and make a double of a number that is none of ours. Faults:
/// what is no JSON (RFC 8259), a member twice, a fraction or exponent, a number beyond 64 bits,
/// anything nested, anything beyond `bounds`.
json_rows read_json_rows(std::string_view body, std::string_view array = {},
                         const json_row_limits& bounds = {});

/// Returns: text that somebody sent, in quotes, for a sentence about it: short, and printable.
std::string in_quotes(std::string_view sent);

} // namespace troupe::gateway
