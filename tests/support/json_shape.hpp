// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include <boost/json.hpp>

namespace troupe::test {

/// Is this JSON what an OpenAPI document's schema says of it? Looks at $ref, type, enum, const,
/// anyOf, required, properties, additionalProperties and items; at lengths, ranges and patterns it
/// does not. Stricter than JSON Schema in one thing: where properties are listed and nothing is
/// said of others, others are wrong, since nobody was told of them.
/// Returns: "", or where and what: "/receipts/0/kind is missing".
/// Throws: std::runtime_error for a $ref that stands for nothing.
std::string wrong_shape(const boost::json::object& document, const boost::json::value& schema,
                        const boost::json::value& value, const std::string& where = "");

/// Returns: what `v` stands for, if it is {"$ref": "#/..."}; else itself. Throws: likewise.
const boost::json::value& referred(const boost::json::object& document,
                                   const boost::json::value& v);

} // namespace troupe::test
