// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "actors/crawl/ports.hpp"
#include "io/crawl/output.hpp"
#include "io/http/client.hpp"

namespace troupe::crawl {

/// Returns: real I/O behind the actors' ports; no progress is shown. The client calls back on its
/// loop's thread. Takes: `output`, which may be null.
crawl_ports real_ports(const crawl_plan& plan, std::shared_ptr<io::crawl_output> output,
                       std::shared_ptr<io::http_client> client);

} // namespace troupe::crawl
