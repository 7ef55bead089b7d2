// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/bank_answers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/gateway/answers.hpp"

namespace troupe::gateway {

namespace {

using bank::operation_kind;

/// Puts members one behind the other. Values are ours: numbers, and words without quotes in them.
class object {
public:
  explicit object(std::string& out) : out_(out) { out_ += '{'; }
  void number(const char* name, std::int64_t n) { key(name) += std::to_string(n); }
  void number(const char* name, std::uint64_t n) { key(name) += std::to_string(n); }
  void flag(const char* name, bool b) { key(name) += b ? "true" : "false"; }
  void word(const char* name, std::string_view w) { key(name).append("\"").append(w).append("\""); }
  void word_or_null(const char* name, std::string_view w) {
    w.empty() ? void(key(name) += "null") : word(name, w);
  }
  void account(const char* name, bank::account_id a) {
    a == bank::no_account ? word_or_null(name, "") : number(name, a);
  }
  void end() { out_ += '}'; }
  std::string& key(const char* name) {
    out_.append(first_ ? "\"" : ",\"").append(name).append("\":");
    first_ = false;
    return out_;
  }

private:
  std::string& out_;
  bool first_ = true;
};

std::string_view word_of(operation_kind k) {
  return k == operation_kind::release ? "void" : to_string(k);
}
std::string_view word_of(bank::hold_state s) {
  constexpr std::string_view words[] = {"open", "posted", "voided", "expired"};
  return words[static_cast<std::size_t>(s)];
}
std::string id_text(const bank::op_id& id) { return id ? to_string(id) : std::string{}; }
std::string_view fault_word(bank::fault f) { return f == bank::fault::none ? "" : to_string(f); }

void put_operation(object& o, const bank::operation& op) {
  o.word_or_null("id", id_text(op.id));
  o.word("kind", word_of(op.kind));
  o.account("from", op.from);
  o.account("to", op.to);
  o.number(op.kind == operation_kind::open ? "overdraft" : "amount", op.value);
  o.word_or_null("currency", to_string(op.unit));
  o.word_or_null("hold", id_text(op.hold));
  if (op.expires_ms != 0)
    o.number("expires_ms", op.expires_ms);
  else
    o.word_or_null("expires_ms", "");
}

void put_receipt(object& o, const bank::receipt& r) {
  o.word_or_null("error", fault_word(r.error));
  o.number("sequence", r.sequence);
  o.number("time_ms", r.time_ms);
  o.number("moved", r.moved);
  o.number("from_balance", r.from_balance);
  o.number("from_held", r.from_held);
  o.number("to_balance", r.to_balance);
}

void append_receipt(std::string& out, const bank::operation& op, const bank::receipt& r) {
  object o{out};
  put_operation(o, op);
  put_receipt(o, r);
  o.flag("given_back", r.given_back);
  o.end();
}

// "account 1", "accounts 1 and 2".
std::string accounts_text(const std::vector<bank::account_id>& all) {
  std::string out = all.size() == 1 ? "account " : "accounts ";
  for (std::size_t i = 0; i < all.size(); ++i)
    out += (i == 0 ? "" : " and ") + bank::account_name(all[i]);
  return out;
}

std::string missing_text(const bank::operation& op, const bank::receipt& r,
                         const bank_facts& facts) {
  if (op.from == bank::no_account || op.to == bank::no_account)
    return "There is no account " + bank::account_name(op.from | op.to) + ".";
  if (r.given_back) // reserved at the one, refused by the other's partition
    return "There is no account " + bank::account_name(op.to) + ".";
  if (!facts.known)
    return "";
  std::vector<bank::account_id> missing;
  if (!facts.from)
    missing.push_back(op.from);
  if (!facts.to)
    missing.push_back(op.to);
  if (!missing.empty())
    return missing.size() == 1 ? "There is no " + accounts_text(missing) + "."
                               : "There are neither of " + accounts_text(missing) + ".";
  return "One of " + accounts_text({op.from, op.to}) + " was not there when this was first sent.";
}

std::string currencies_text(const bank::operation& op, const bank_facts& facts) {
  std::string out;
  for (const auto* a : {&facts.from, &facts.to})
    if (*a)
      out += (out.empty() ? "Account " : ", account ") + bank::account_name((*a)->id) + " is in "
             + to_string((*a)->unit);
  if (!out.empty() && op.unit != bank::currency::none)
    out += ", and currency is " + to_string(op.unit);
  return out.empty() ? "" : out + ".";
}

/// Returns: a sentence that says which account, amount or currency it was; "" if that is not known.
std::string which(const bank::operation& op, const bank::receipt& r, const bank_facts& facts) {
  switch (r.error) {
  case bank::fault::no_account:
    return missing_text(op, r, facts);
  case bank::fault::account_exists:
    return "The account number " + bank::account_name(op.to) + " is taken.";
  case bank::fault::not_empty:
    return "Money or a hold is left on account " + bank::account_name(op.from) + ".";
  case bank::fault::currency_mismatch:
    return currencies_text(op, facts);
  case bank::fault::insufficient_funds:
    return r.sequence == 0 || op.from == bank::no_account
               ? ""
               : "Account " + bank::account_name(op.from)
                     + " has not enough that is free: " + std::to_string(r.from_balance)
                     + " minor units, of which " + std::to_string(r.from_held) + " are held.";
  case bank::fault::exceeds_hold:
    return facts.hold ? "Only " + std::to_string(facts.hold->value) + " minor units are held, and "
                            + std::to_string(op.value) + " were to be posted."
                      : "";
  default:
    return "";
  }
}

} // namespace

bank_fault_answer answer_of(bank::fault f) {
  switch (f) {
  case bank::fault::none:
    return {200, ""};
  case bank::fault::bad_operation:
    return {400, "A field is missing, or not one for this, or beyond its range."};
  case bank::fault::id_missing:
    return {400, "The operation has no id."};
  case bank::fault::id_reused:
    return {422, "Another operation had this id before; each needs one of its own."};
  case bank::fault::amount_not_positive:
    return {422, "An amount is 1 or more."};
  case bank::fault::no_account:
    return {404, "There is no such account."};
  case bank::fault::account_exists:
    return {409, "This account number is taken."};
  case bank::fault::closed:
    return {409, "The account is closed."};
  case bank::fault::not_empty:
    return {409, "Money or a hold is left on the account."};
  case bank::fault::same_account:
    return {422, "It would go from an account to itself."};
  case bank::fault::currency_mismatch:
    return {422, "Not all of it is in one currency."};
  case bank::fault::insufficient_funds:
    return {409, "The account has not enough that is free."};
  case bank::fault::overflow:
    return {422, "A balance would be beyond 64 bits."};
  case bank::fault::no_hold:
    return {404, "The account has no hold of this id."};
  case bank::fault::hold_expired:
    return {409, "The hold's time is over; what it held is free again."};
  case bank::fault::hold_closed:
    return {409, "The hold was posted or voided before."};
  case bank::fault::exceeds_hold:
    return {422, "Less is held."};
  case bank::fault::expiry_past:
    return {422, "The hold would be over at once."};
  case bank::fault::wrong_partition:
    return {422, "All or nothing works inside one partition, and these accounts live in several."};
  case bank::fault::batch_refused:
    return {409, "Another operation of the batch was refused, so nothing of it was done."};
  case bank::fault::ledger_full:
    return {503, "A partition has as many ids, accounts or holds as it can take."};
  case bank::fault::batch_too_large:
    return {413, "These are more operations than the ledger takes at once."};
  case bank::fault::store_failed:
    return {503, "The ledger cannot read or write its file. Whether an operation was done is not "
                 "known: send it again with the same id."};
  case bank::fault::unreachable:
    return {504, "The ledger did not answer in time. Whether an operation was done is not known: "
                 "send it again with the same id."};
  }
  return {500, "The ledger gave an answer that is not known here."};
}

io::server_answer bank_problem(const bank::operation& op, const bank::receipt& r,
                               const bank_facts& facts) {
  auto detail = which(op, r, facts);
  if (detail.empty())
    detail = answer_of(r.error).meaning;
  if (r.given_back && op.kind == operation_kind::post)
    detail += " The hold is over, and what it held is free again.";
  return problem(answer_of(r.error).status, to_string(r.error), detail);
}

io::server_answer bank_problem(bank::fault f, const std::string& where) {
  const auto [status, meaning] = answer_of(f);
  return problem(status, to_string(f), where + ": " + std::string{meaning});
}

std::string receipt_json(const bank::operation& op, const bank::receipt& r) {
  std::string out;
  append_receipt(out, op, r);
  return out += '\n';
}

std::string receipts_json(const bank_batch& batch, const bank_receipts& answer) {
  std::string out = "{\"receipts\":[";
  for (std::size_t i = 0; i < batch.operations.size() && i < answer.receipts.size(); ++i) {
    out += i == 0 ? "" : ",";
    append_receipt(out, batch.operations[i], answer.receipts[i]);
  }
  return out += "]}\n";
}

std::string account_json(const bank::account& a) {
  std::string out;
  object o{out};
  o.number("account", a.id);
  o.word("currency", to_string(a.unit));
  o.number("balance", a.balance);
  o.number("held", a.held);
  o.number("overdraft", a.overdraft_max);
  o.flag("closed", a.closed);
  o.end();
  return out += '\n';
}

std::string hold_json(const bank::hold& h) {
  std::string out;
  object o{out};
  o.word("hold", to_string(h.id));
  o.number("account", h.from);
  o.number("amount", h.value);
  if (h.expires_ms != 0)
    o.number("expires_ms", h.expires_ms);
  else
    o.word_or_null("expires_ms", "");
  o.word("state", word_of(h.state));
  if (h.closed_by != 0)
    o.number("closed_by", h.closed_by);
  else
    o.word_or_null("closed_by", "");
  o.end();
  return out += '\n';
}

std::string history_json(const history_question& asked, const std::vector<bank::record>& records,
                         std::size_t records_max) {
  std::string out;
  object o{out};
  o.number("account", asked.id);
  o.key("records") += '[';
  const auto told = std::min(records.size(), records_max);
  for (std::size_t i = 0; i < told; ++i) {
    const auto& [op, r] = records[i];
    out += i == 0 ? "" : ",";
    object line{out};
    put_operation(line, op);
    line.word_or_null("why", fault_word(op.why));
    put_receipt(line, r);
    line.flag("pending", r.pending);
    line.end();
  }
  out += ']';
  if (told != 0 && records.size() > records_max)
    o.word("next", "/bank/accounts/" + std::to_string(asked.id)
                       + "/history?before=" + std::to_string(records[told - 1].answer.sequence)
                       + "&limit=" + std::to_string(records_max));
  else
    o.word_or_null("next", "");
  o.end();
  return out += '\n';
}

} // namespace troupe::gateway
