// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "io/gateway/services.hpp"
#include "io/http_server/answer.hpp"

namespace troupe::gateway {

/// Returns: an answer of that status with a JSON text as its body.
io::server_answer json_answer(int status, std::string json_text);

/// Returns: a fault as application/problem+json: {"type":"about:blank"...}; `code` is the machine's
/// word
/// ("insufficient_funds"), `detail` a person's sentence.
/// Source: RFC 9457.
io::server_answer problem(int status, std::string_view code, std::string_view detail);

/// The same for a service's fault; 503 says when to come again.
io::server_answer problem(fault f);

} // namespace troupe::gateway
