// SPDX-License-Identifier: BSD-3-Clause
#include "domain/bank/history.hpp"

#include <stdexcept>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace json = boost::json;

namespace troupe::bank {

namespace {

/// What a line is wrong about; ends in add_file.
struct bad_line : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const json::value& need(const json::object& o, const char* name) {
  const auto* at = o.if_contains(name);
  if (at == nullptr)
    throw bad_line("has no \"" + std::string{name} + "\"");
  return *at;
}

template <class Number>
Number whole(const json::value& v, const char* name) {
  json::error_code error;
  const auto n = v.is_double() ? Number{} : v.to_number<Number>(error);
  if (error || v.is_double())
    throw bad_line("\"" + std::string{name} + "\" is no whole number of its range");
  return n;
}

template <class Number>
Number number_of(const json::object& o, const char* name) {
  return whole<Number>(need(o, name), name);
}

template <class Number>
Number number_or_0(const json::object& o, const char* name) {
  const auto* at = o.if_contains(name);
  return at == nullptr || at->is_null() ? Number{} : whole<Number>(*at, name);
}

std::string word_of(const json::object& o, const char* name) {
  const auto* at = o.if_contains(name);
  if (at == nullptr || at->is_null())
    return "";
  if (!at->is_string())
    throw bad_line("\"" + std::string{name} + "\" is no text");
  return std::string{at->as_string()};
}

op_id id_of(const json::object& o, const char* name) {
  const auto text = word_of(o, name);
  const auto id = parse_op_id(text);
  if (!text.empty() && !id)
    throw bad_line("\"" + std::string{name} + "\" is no id");
  return id.value_or(op_id{});
}

template <class Enum>
Enum named(const json::object& o, const char* name) {
  const auto text = word_of(o, name);
  for (int n = 0; n < 256; ++n)
    if (const auto e = static_cast<Enum>(n); !text.empty() && to_string(e) == text)
      return e;
  throw bad_line("\"" + std::string{name} + "\" is nothing that is known: " + text);
}

fault error_of(const json::object& o, const char* name) {
  return word_of(o, name).empty() ? fault::none : named<fault>(o, name);
}

const json::array& array_of(const json::object& o, const char* name) {
  const auto& v = need(o, name);
  if (!v.is_array())
    throw bad_line("\"" + std::string{name} + "\" is no array");
  return v.as_array();
}

operation operation_of(const json::object& o, operation_kind kind) {
  return {.id = id_of(o, "id"),
          .kind = kind,
          .why = error_of(o, "why"),
          .from = number_or_0<account_id>(o, "from"),
          .to = number_or_0<account_id>(o, "to"),
          .value = number_or_0<amount>(o, kind == operation_kind::open ? "overdraft" : "amount"),
          .hold = id_of(o, "hold")};
}

record record_of(const json::object& o) {
  record r{.asked = operation_of(o, named<operation_kind>(o, "kind"))};
  r.answer = {.id = r.asked.id,
              .error = error_of(o, "error"),
              .sequence = number_or_0<std::uint64_t>(o, "sequence"),
              .moved = number_or_0<amount>(o, "moved")};
  if (const auto* pending = o.if_contains("pending"))
    r.answer.pending = pending->is_bool() && pending->as_bool();
  return r;
}

event_type type_of(const json::object& o) {
  const auto text = word_of(o, "type");
  for (const auto& [name, type] : {std::pair{"invoke", event_type::invoke},
                                   {"ok", event_type::ok},
                                   {"fail", event_type::fail},
                                   {"info", event_type::info}})
    if (text == name)
      return type;
  throw bad_line("\"type\" is none of invoke, ok, fail, info");
}

void read_whole(const json::object& o, history_event& e) {
  for (const auto& pair : array_of(o, "balances")) {
    if (!pair.is_array() || pair.as_array().size() != 2)
      throw bad_line("\"balances\" has something else than [account, balance]");
    e.balances.emplace_back(whole<account_id>(pair.as_array()[0], "balances"),
                            whole<amount>(pair.as_array()[1], "balances"));
  }
  e.in_transit = number_of<amount>(o, "in_transit");
}

void read_found(const json::object& o, history_event& e) {
  for (const auto& f : array_of(o, "found")) {
    if (!f.is_object())
      throw bad_line("\"found\" has something else than objects");
    e.found.push_back(record_of(f.as_object()));
    e.found.back().asked.id = e.found.back().answer.id = e.asked.id;
  }
}

history_event event_of(const json::object& o) {
  history_event e{.process = number_of<std::uint64_t>(o, "process"),
                  .type = type_of(o),
                  .time_ns = number_of<std::int64_t>(o, "time_ns"),
                  .error = error_of(o, "error")};
  const auto op = word_of(o, "op");
  if (op == "whole_read") {
    e.op = event_op::whole_read;
    if (e.type == event_type::ok)
      read_whole(o, e);
    return e;
  }
  e.op = op == "lookup" ? event_op::lookup : event_op::post;
  e.asked = e.op == event_op::lookup ? operation{.id = id_of(o, "id")}
                                     : operation_of(o, named<operation_kind>(o, "op"));
  if (!e.asked.id)
    throw bad_line("has no \"id\"");
  if (e.op == event_op::lookup && e.type == event_type::ok)
    read_found(o, e);
  return e;
}

/// Records of the next partition begin with sequence 1.
void add_record(history& to, record r) {
  if (r.answer.sequence == 1 || to.partitions.empty())
    to.partitions.emplace_back();
  to.partitions.back().push_back(std::move(r));
}

void add_account(history& to, const json::object& o) {
  const account a{.id = number_of<account_id>(o, "account"),
                  .balance = number_of<amount>(o, "balance"),
                  .held = number_or_0<amount>(o, "held"),
                  .overdraft_max = number_or_0<amount>(o, "overdraft")};
  if (!is_system(a.id) && !to.accounts.emplace(a.id, a).second)
    throw bad_line("account " + std::to_string(a.id) + " is there twice");
}

enum class line_kind { event, exported };

line_kind add_line(history& to, std::string_view text, std::uint64_t line) {
  json::error_code error;
  const auto value = json::parse(text, error);
  const auto* o = error ? nullptr : value.if_object();
  if (o == nullptr)
    throw bad_line("is no JSON object");
  if (o->contains("sequence")) {
    add_record(to, record_of(*o));
    return line_kind::exported;
  }
  if (o->contains("account")) {
    add_account(to, *o);
    return line_kind::exported;
  }
  if (const auto* setting = o->if_contains("setting")) {
    if (!setting->is_object())
      throw bad_line("\"setting\" is no object");
    to.total = number_of<amount>(setting->as_object(), "total");
    return line_kind::event;
  }
  auto e = event_of(*o);
  e.file = static_cast<std::uint32_t>(to.files.size() - 1);
  e.line = line;
  to.events.push_back(std::move(e));
  return line_kind::event;
}

} // namespace

std::string add_file(history& to, const std::string& name, std::string_view text) {
  to.files.push_back(name);
  auto kind = line_kind::event;
  for (std::uint64_t line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    try {
      kind = add_line(to, text.substr(0, end), line);
    } catch (const bad_line& e) {
      if (end != std::string_view::npos || kind != line_kind::event)
        return name + ":" + std::to_string(line) + ": " + e.what();
      ++to.truncated;
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return "";
}

// -- writing

namespace {

const char* word_of(event_type t) {
  return t == event_type::invoke ? "invoke"
         : t == event_type::ok   ? "ok"
         : t == event_type::fail ? "fail"
                                 : "info";
}

void put_content(json::object& o, const operation& op) {
  if (op.from != no_account)
    o["from"] = op.from;
  if (op.to != no_account)
    o["to"] = op.to;
  o[op.kind == operation_kind::open ? "overdraft" : "amount"] = op.value;
}

json::value error_or_null(fault f) {
  return f == fault::none ? json::value(nullptr) : json::value(to_string(f));
}

void put_read(json::object& o, const history_event& e) {
  json::array balances;
  for (const auto& [id, balance] : e.balances)
    balances.emplace_back(json::array{id, balance});
  o["balances"] = std::move(balances);
  o["in_transit"] = e.in_transit;
}

void put_found(json::object& o, const history_event& e) {
  json::array found;
  for (const auto& r : e.found) {
    json::object one{{"kind", to_string(r.asked.kind)}};
    put_content(one, r.asked);
    one["error"] = error_or_null(r.answer.error);
    found.emplace_back(std::move(one));
  }
  o["found"] = std::move(found);
}

} // namespace

std::string line_of(const history_event& e) {
  json::object o{{"process", e.process}, {"type", word_of(e.type)}, {"time_ns", e.time_ns}};
  o["op"] = e.op == event_op::whole_read ? "whole_read"
            : e.op == event_op::lookup   ? "lookup"
                                         : to_string(e.asked.kind);
  if (e.op != event_op::whole_read)
    o["id"] = to_string(e.asked.id);
  if (e.op == event_op::post && e.type == event_type::invoke)
    put_content(o, e.asked);
  if (e.op == event_op::whole_read && e.type == event_type::ok)
    put_read(o, e);
  if (e.op == event_op::lookup && e.type == event_type::ok)
    put_found(o, e);
  if (e.type == event_type::fail || e.type == event_type::info)
    o["error"] = error_or_null(e.error);
  return json::serialize(o) + "\n";
}

std::string place_of(const history& h, const history_event& e) {
  return h.files.at(e.file) + ":" + std::to_string(e.line);
}

history_counts count_of(const history& h) {
  history_counts n;
  std::uint64_t begun = 0;
  for (const auto& e : h.events) {
    const bool invoked = e.type == event_type::invoke, ok = e.type == event_type::ok;
    if (e.op == event_op::whole_read && !invoked)
      ++(ok ? n.reads : n.reads_failed);
    if (e.op == event_op::lookup && ok)
      ++n.lookups;
    if (e.op != event_op::post || e.asked.kind != operation_kind::transfer)
      continue;
    begun += invoked ? 1 : 0;
    n.transfers_ok += ok ? 1 : 0;
    n.transfers_fail += e.type == event_type::fail ? 1 : 0;
  }
  const auto ended = n.transfers_ok + n.transfers_fail;
  n.transfers_info = begun > ended ? begun - ended : 0;
  for (const auto& p : h.partitions)
    n.records += p.size();
  return n;
}

} // namespace troupe::bank
