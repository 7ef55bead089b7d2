// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "domain/gateway/framing.hpp"

namespace troupe::io {

/// Reads the head once more, with Beast's parser: what two readers understand differently must not
/// reach a handler, whoever of them is right. Returns: whether both found the same method, target
/// and fields, and the same end of the body. Cost: no allocation; one pass.
bool second_reader_agrees(std::string_view bytes, const gateway::request_head& head);

} // namespace troupe::io
