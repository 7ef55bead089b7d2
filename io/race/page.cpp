// SPDX-License-Identifier: BSD-3-Clause
#include "io/race/page.hpp"

#include "io/page/one_file.hpp"

namespace troupe::race {

std::string race_page(std::string_view json) {
  return io::one_file_page(page_files(), "race", json);
}

} // namespace troupe::race
