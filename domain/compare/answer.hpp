// SPDX-License-Identifier: BSD-3-Clause
//
// What an engine answered, brought into a form in which equal answers are equal texts: before that
// holds, no time means anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::compare {

/// Returns: the lines, sorted, each with a line feed: for answers whose order is free.
std::string sorted_lines(std::string_view text);

/// Returns: each line, which is a JSON object, with only these of its fields, in this order, sorted
/// as above. A field "a.b" is b of the object a. What a line does not have is null.
/// Throws: std::runtime_error naming the line that is no JSON object.
std::string rows_of(std::string_view json_lines, const std::vector<std::string_view>& fields);

/// Returns: 16 hexadecimal digits, FNV-1a of 64 bits. To be shown; texts are compared as texts.
std::string hash_of(std::string_view text);

/// Returns: where two texts first differ, "line 3: '17 prime' and '17 composite'", or "". Long
/// lines are cut, what is no printable ASCII is shown as '?'.
std::string first_difference(std::string_view a, std::string_view b);

} // namespace troupe::compare
