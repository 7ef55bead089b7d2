// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/json_rows.hpp"

#include <algorithm>

#include <boost/json/basic_parser_impl.hpp>

namespace troupe::gateway {

namespace {

namespace json = boost::json;

/// Takes the members as they are met.
struct row_handler {
  // The parser's own bounds, which count more than is kept: ours are below.
  static constexpr std::size_t max_object_size = 1u << 20;
  static constexpr std::size_t max_array_size = 1u << 20;
  static constexpr std::size_t max_key_size = 1u << 20;
  static constexpr std::size_t max_string_size = 1u << 20;
  using error_code = json::error_code;
  using text = json::string_view;
  using kind = json_member::kind;

  json_rows found;
  std::string_view array;
  json_row_limits bounds;
  std::string name, value; // of the member at hand
  int depth = 0;           // 1: the object, 2: its array, 3: an object in it

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& e) {
    if (depth == 1 || depth == 3)
      return wrong_kind(e);
    if (depth == 2) {
      if (found.rows.size() == bounds.rows_max) {
        found.too_many = true;
        found.error = "The body has more than " + std::to_string(bounds.rows_max) + " "
                      + std::string{array} + ".";
        e = json::error::syntax;
        return false;
      }
      found.rows.emplace_back();
    }
    ++depth;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    --depth;
    return true;
  }
  bool on_array_begin(error_code& e) {
    if (depth != 1 || array.empty() || name != array)
      return depth == 0 || depth == 2 ? no_object(e) : wrong_kind(e);
    found.has_rows = true;
    name.clear();
    depth = 2;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    depth = 1;
    return true;
  }
  bool on_key_part(text s, std::size_t, error_code& e) {
    return append(name, s, bounds.name_bytes_max, e);
  }
  bool on_key(text s, std::size_t, error_code& e) {
    if (!append(name, s, bounds.name_bytes_max, e))
      return false;
    const auto& members = row();
    const auto same = [this](const json_member& m) { return m.name == name; };
    if (std::any_of(members.begin(), members.end(), same)
        || (depth == 1 && found.has_rows && name == array))
      return refuse(e, "has " + in_quotes(name) + " twice");
    if (members.size() == bounds.members_max)
      return refuse(e, "has more than " + std::to_string(bounds.members_max) + " members");
    return true;
  }
  bool on_string_part(text s, std::size_t, error_code& e) {
    return append(value, s, bounds.value_bytes_max, e);
  }
  bool on_string(text s, std::size_t, error_code& e) { return end_value(kind::text, s, e); }
  bool on_number_part(text s, error_code& e) { return append(value, s, bounds.value_bytes_max, e); }
  bool on_int64(std::int64_t, text s, error_code& e) { return end_value(kind::whole, s, e); }
  bool on_uint64(std::uint64_t, text s, error_code& e) { return end_value(kind::whole, s, e); }
  bool on_double(double, text, error_code& e) {
    return depth == 2 || depth == 0
               ? no_object(e)
               : refuse(e, "has a number for " + in_quotes(name)
                               + " that is not whole, has an exponent, or is beyond 64 bits");
  }
  bool on_bool(bool b, error_code& e) { return end_value(kind::boolean, b ? "true" : "false", e); }
  bool on_null(error_code& e) { return end_value(kind::null, "", e); }
  bool on_comment_part(text, error_code&) { return true; }
  bool on_comment(text, error_code&) { return true; }

private:
  json_row& row() { return depth == 3 ? found.rows.back() : found.top; }
  bool refuse(error_code& e, const std::string& what) {
    found.error = place() + what + ".";
    e = json::error::syntax;
    return false;
  }
  std::string place() const {
    return depth >= 2 && !found.rows.empty()
               ? std::string{array} + "[" + std::to_string(found.rows.size() - 1) + "] "
               : "The body ";
  }
  bool no_object(error_code& e) {
    if (depth == 0 && !array.empty()) {
      const std::string name{array};
      return refuse(e, "is no JSON object with " + name + ": {\"" + name + "\":[...]}");
    }
    return refuse(e, depth == 0 ? "is no JSON object" : "is followed by what is no object");
  }
  bool wrong_kind(error_code& e) {
    return refuse(e, "has " + in_quotes(name) + " with a value of a kind that it cannot have");
  }
  bool append(std::string& to, text s, std::size_t max, error_code& e) {
    if (to.size() + s.size() > max)
      return refuse(e, "has a name or value that is too long");
    to.append(s.data(), s.size());
    return true;
  }
  bool end_value(kind what, text s, error_code& e) {
    if (depth == 0 || depth == 2)
      return no_object(e);
    if (!append(value, s, bounds.value_bytes_max, e))
      return false;
    row().push_back({name, what, value});
    name.clear();
    value.clear();
    return true;
  }
};

} // namespace

std::string in_quotes(std::string_view sent) {
  constexpr std::size_t bytes_max = 60;
  std::string out{"'"};
  for (const char c : sent.substr(0, bytes_max))
    out += c < 0x20 || c >= 0x7f ? '?' : c;
  return out + (sent.size() > bytes_max ? "...'" : "'");
}

json_rows read_json_rows(std::string_view body, std::string_view array,
                         const json_row_limits& bounds) {
  json::basic_parser<row_handler> parser{json::parse_options{}};
  auto& handler = parser.handler();
  handler.array = array;
  handler.bounds = bounds;
  json::error_code error;
  const auto used = parser.write_some(false, body.data(), body.size(), error);
  auto& found = handler.found;
  if (found.error.empty() && (error || used != body.size()))
    found.error = body.empty() ? "There is no body." : "The body is no JSON.";
  return std::move(found);
}

} // namespace troupe::gateway
