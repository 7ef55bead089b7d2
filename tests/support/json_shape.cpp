// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/json_shape.hpp"

#include <algorithm>
#include <stdexcept>

namespace troupe::test {

namespace json = boost::json;

namespace {

bool is_type(const json::value& v, std::string_view type) {
  return type == "object"    ? v.is_object()
         : type == "array"   ? v.is_array()
         : type == "string"  ? v.is_string()
         : type == "boolean" ? v.is_bool()
         : type == "null"    ? v.is_null()
         : type == "integer" ? v.is_int64() || v.is_uint64()
         : type == "number"  ? v.is_number()
                             : false;
}

bool is_one_of(const json::value& v, const json::value& types) {
  if (types.is_string())
    return is_type(v, types.get_string());
  const auto& all = types.as_array();
  return std::any_of(all.begin(), all.end(),
                     [&](const json::value& t) { return is_type(v, t.as_string()); });
}

std::string wrong_members(const json::object& document, const json::object& schema,
                          const json::object& value, const std::string& where) {
  if (const auto* required = schema.if_contains("required"))
    for (const auto& name : required->as_array())
      if (!value.contains(name.as_string()))
        return where + "/" + std::string(name.as_string()) + " is missing";
  const auto* properties = schema.if_contains("properties");
  const auto* others = schema.if_contains("additionalProperties");
  for (const auto& [name, member] : value) {
    const auto at = where + "/" + std::string(name);
    const auto* own = properties ? properties->as_object().if_contains(name) : nullptr;
    if (!own && others && others->is_object())
      own = others;
    if (!own && (properties || others) && !(others && *others == json::value(true)))
      return at + " is not told of";
    if (own)
      if (auto wrong = wrong_shape(document, *own, member, at); !wrong.empty())
        return wrong;
  }
  return "";
}

} // namespace

const json::value& referred(const json::object& document, const json::value& v) {
  const auto* ref = v.is_object() ? v.get_object().if_contains("$ref") : nullptr;
  if (!ref)
    return v;
  const std::string at(ref->as_string());
  const std::string within = "#/components";
  json::error_code e;
  const auto* found = at.starts_with(within)
                          ? document.at("components").find_pointer(at.substr(within.size()), e)
                          : nullptr;
  if (!found)
    throw std::runtime_error(at + " stands for nothing");
  return *found;
}

std::string wrong_shape(const json::object& document, const json::value& any_schema,
                        const json::value& value, const std::string& where) {
  const auto& schema = referred(document, any_schema).as_object();
  const auto text = json::serialize(value);
  if (const auto* types = schema.if_contains("type"); types && !is_one_of(value, *types))
    return where + " is no " + json::serialize(*types) + ": " + text;
  if (const auto* one = schema.if_contains("const"); one && value != *one)
    return where + " is not " + json::serialize(*one) + ": " + text;
  if (const auto* some = schema.if_contains("enum")) {
    const auto& all = some->as_array();
    if (std::find(all.begin(), all.end(), value) == all.end())
      return where + " is none of " + json::serialize(*some) + ": " + text;
  }
  if (const auto* ways = schema.if_contains("anyOf")) {
    const auto& all = ways->as_array();
    if (std::none_of(all.begin(), all.end(), [&](const json::value& way) {
          return wrong_shape(document, way, value, where).empty();
        }))
      return where + " is none of " + json::serialize(*ways) + ": " + text;
  }
  if (const auto* items = schema.if_contains("items"); items && value.is_array())
    for (std::size_t i = 0; i < value.get_array().size(); ++i)
      if (auto wrong =
              wrong_shape(document, *items, value.get_array()[i], where + "/" + std::to_string(i));
          !wrong.empty())
        return wrong;
  return value.is_object() ? wrong_members(document, schema, value.get_object(), where) : "";
}

} // namespace troupe::test
