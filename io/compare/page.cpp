// SPDX-License-Identifier: BSD-3-Clause
#include "io/compare/page.hpp"

#include "io/page/one_file.hpp"

namespace troupe::compare {

std::string report_page(std::string_view json) {
  return io::one_file_page(page_files(), "compare", json);
}

} // namespace troupe::compare
