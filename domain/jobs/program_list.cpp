// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/program_list.hpp"

#include <algorithm>

#include "domain/jobs/words.hpp"

namespace troupe::jobs {

std::string program_list::check(std::string_view text) {
  if (text.empty())
    return "a program without a name";
  if (text.front() != '/' && text.find('/') != std::string_view::npos)
    return "'" + std::string{text} + "' is neither a name nor an absolute path";
  return "";
}

std::string program_list::refusal(std::string_view program) const {
  if (allowed_.empty() || std::find(allowed_.begin(), allowed_.end(), program) != allowed_.end())
    return "";
  return shell_quote(program.substr(0, 200)) + " is not among the programs that this node runs";
}

} // namespace troupe::jobs
