// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "io/gateway/crawl_service.hpp"

namespace troupe::test {

/// One way of keeping many crawls, as the agree tests see it.
struct crawl_service_row {
  std::string_view name;
  std::function<std::unique_ptr<gateway::crawl_service>(const gateway::crawl_service_options&)>
      make;
};

/// The services of this test program; each program that links the cases defines it.
const std::vector<crawl_service_row>& crawl_services();

} // namespace troupe::test
