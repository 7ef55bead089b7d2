// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/bank_routes.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "io/gateway/answers.hpp"
#include "io/gateway/bank_answers.hpp"
#include "io/gateway/bank_refusal_story.hpp"
#include "io/gateway/bank_requests.hpp"

namespace troupe::gateway {

namespace {

using bank::operation_kind;
using io::http_method;

io::server_answer problem_of(const bank_refusal& r) { return problem(r.status, r.code, r.detail); }

/// Made for each route: what they all have.
struct bank_desk {
  bank_service& service;
  bank_route_limits bounds;

  void post(const exchange& x, bank::operation begun) const;
  void post_batch(const exchange& x) const;
  void tell_account(const exchange& x) const;
  void tell_history(const exchange& x) const;
  void tell_operation(const exchange& x) const;
  void tell_hold(const exchange& x) const;
};

// -- one operation

/// What it is answered with once it is done, or nobody knows.
io::server_answer receipt_answer(const bank::operation& op, const bank_receipts& got) {
  if (got.error != fault::none)
    return problem(got.error);
  if (got.receipts.size() != 1)
    return problem(fault::none); // no ledger does that
  const auto& r = got.receipts.front();
  const bool made = op.kind == operation_kind::open;
  auto a = json_answer(made ? 201 : 200, receipt_json(op, r));
  if (made)
    a.fields += "Location: /bank/accounts/" + std::to_string(op.to) + "\r\n";
  a.fields += "Content-Location: /bank/operations/" + to_string(op.id) + "\r\n";
  return a;
}

void bank_desk::post(const exchange& x, bank::operation begun) const {
  const auto key = read_idempotency_key(x.request);
  if (!key)
    return x.answer.send(problem_of(key.error()));
  begun.id = *key;
  const auto op = read_operation(begun, x.request.body());
  if (!op)
    return x.answer.send(problem_of(op.error()));
  x.answer.set_deadline(bounds.answer_ms_max);
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  x.answer.when_gone([gone] { gone->store(true); });
  service.ask(bank_batch{{*op}, false},
              [answer = x.answer, op = *op, gone, &ledger = service](const bank_receipts& got) {
                if (got.error == fault::none && got.receipts.size() == 1
                    && got.receipts.front().error != bank::fault::none)
                  return tell_refusal(ledger, op, got.receipts.front(), answer, gone);
                answer.send(receipt_answer(op, got));
              });
}

// -- many

/// A batch is answered by a problem where it was refused as a whole, or where somebody who looks at
/// the status alone would take for done what perhaps is not.
const bank::receipt* decisive(const bank_batch& batch, const bank_receipts& got) {
  const auto at = std::find_if(got.receipts.begin(), got.receipts.end(), [&](const auto& r) {
    return r.error == bank::fault::store_failed || r.error == bank::fault::unreachable
           || r.error == bank::fault::batch_too_large
           || (batch.all_or_nothing && r.error != bank::fault::none
               && r.error != bank::fault::batch_refused);
  });
  return at == got.receipts.end() ? nullptr : &*at;
}

io::server_answer batch_answer(const bank_batch& batch, const bank_receipts& got) {
  if (got.error != fault::none)
    return problem(got.error);
  if (got.receipts.size() != batch.operations.size())
    return problem(fault::none);
  if (const auto* r = decisive(batch, got))
    return bank_problem(r->error, "operations[" + std::to_string(r - got.receipts.data()) + "]");
  return json_answer(200, receipts_json(batch, got));
}

void bank_desk::post_batch(const exchange& x) const {
  if (x.request.field_count("Idempotency-Key") != 0)
    return x.answer.send(problem(400, "idempotency_key_not_used",
                                 "The operations of a batch have an id each: leave the "
                                 "Idempotency-Key out."));
  auto batch = read_batch(x.request.body(), bounds.batch_operations_max);
  if (!batch)
    return x.answer.send(problem_of(batch.error()));
  x.answer.set_deadline(bounds.answer_ms_max);
  auto kept = std::make_shared<const bank_batch>(*batch);
  service.ask(std::move(*batch), [answer = x.answer, kept](const bank_receipts& got) {
    answer.send(batch_answer(*kept, got));
  });
}

// -- looking

void bank_desk::tell_account(const exchange& x) const {
  const auto id = read_account_number(x.parameters[0]);
  if (!id)
    return x.answer.send(problem_of(id.error()));
  x.answer.set_deadline(bounds.answer_ms_max);
  auto cancel =
      service.ask(account_question{*id}, [answer = x.answer, id = *id](const account_answer& got) {
        if (got.error != fault::none)
          return answer.send(problem(got.error));
        if (got.refusal != bank::fault::none)
          return answer.send(bank_problem(got.refusal, "Account " + std::to_string(id)));
        answer.send(json_answer(200, account_json(got.state)));
      });
  if (cancel)
    x.answer.when_gone(std::move(cancel));
}

void bank_desk::tell_history(const exchange& x) const {
  const auto id = read_account_number(x.parameters[0]);
  if (!id)
    return x.answer.send(problem_of(id.error()));
  const auto q = read_history_query(*id, x.request.query(), bounds);
  if (!q)
    return x.answer.send(problem_of(q.error()));
  x.answer.set_deadline(bounds.answer_ms_max);
  auto one_more = *q;
  ++one_more.records_max;
  auto cancel = service.ask(one_more, [answer = x.answer, q = *q](const history_answer& got) {
    if (got.error != fault::none)
      return answer.send(problem(got.error));
    if (got.refusal != bank::fault::none)
      return answer.send(bank_problem(got.refusal, "Account " + std::to_string(q.id)));
    answer.send(json_answer(200, history_json(q, got.records, q.records_max)));
  });
  if (cancel)
    x.answer.when_gone(std::move(cancel));
}

/// Returns: what to say where a search by id has not found one thing; none: it has.
template <class Answer>
std::optional<io::server_answer> unfound(const Answer& got, const std::string& what,
                                         io::server_answer (*missing)()) {
  if (got.error != fault::none)
    return problem(got.error);
  if (got.refusal != bank::fault::none)
    return bank_problem(got.refusal, what);
  if (got.found.empty())
    return missing();
  if (got.found.size() > 1)
    return problem(409, "ambiguous_id",
                   what
                       + " is known in several partitions, each of which has its own: only the"
                         " same request again tells which.");
  return std::nullopt;
}

void bank_desk::tell_operation(const exchange& x) const {
  const auto id = read_operation_id(x.parameters[0]);
  if (!id)
    return x.answer.send(problem_of(id.error()));
  x.answer.set_deadline(bounds.answer_ms_max);
  const auto missing = [] {
    return problem(404, "no_operation",
                   "No operation is known by this id. A ledger keeps the ids that it has taken for"
                   " ever; one that is still on its way, or that it could not take at all, it does"
                   " not know: send the same request again, with the same id.");
  };
  auto cancel = service.ask(
      operation_question{*id}, [answer = x.answer, id = *id, missing](const operation_answer& got) {
        if (auto none = unfound(got, "Operation " + to_string(id), missing))
          return answer.send(std::move(*none));
        const auto& [op, r] = got.found.front();
        if (r.error == bank::fault::store_failed || r.error == bank::fault::unreachable)
          return answer.send(bank_problem(op, r));
        answer.send(json_answer(200, receipt_json(op, r)));
      });
  if (cancel)
    x.answer.when_gone(std::move(cancel));
}

void bank_desk::tell_hold(const exchange& x) const {
  const auto id = read_hold_id(x.parameters[0]);
  if (!id)
    return x.answer.send(problem_of(id.error()));
  x.answer.set_deadline(bounds.answer_ms_max);
  const auto missing = [] {
    return problem(404, to_string(bank::fault::no_hold), "There is no hold of this id.");
  };
  auto cancel = service.ask(hold_question{*id},
                            [answer = x.answer, id = *id, missing](const hold_answer& got) {
                              if (auto none = unfound(got, "Hold " + to_string(id), missing))
                                return answer.send(std::move(*none));
                              answer.send(json_answer(200, hold_json(got.found.front())));
                            });
  if (cancel)
    x.answer.when_gone(std::move(cancel));
}

} // namespace

void add_bank_routes(front& to, bank_service& service, const bank_route_limits& bounds) {
  const bank_desk desk{service, bounds};
  const auto add = [&to](http_method m, const char* pattern, auto handle) {
    to.add({m, pattern, access::guarded, std::move(handle), m != http_method::get});
  };
  const auto add_kind = [&](const char* pattern, operation_kind kind) {
    add(http_method::post, pattern,
        [desk, kind](const exchange& x) { desk.post(x, {.kind = kind}); });
  };
  add_kind("/bank/accounts", operation_kind::open);
  add_kind("/bank/deposits", operation_kind::deposit);
  add_kind("/bank/withdrawals", operation_kind::withdraw);
  add_kind("/bank/transfers", operation_kind::transfer);
  add_kind("/bank/holds", operation_kind::hold);
  const auto add_end = [&](const char* pattern, operation_kind kind) {
    add(http_method::post, pattern, [desk, kind](const exchange& x) {
      const auto hold = read_hold_id(x.parameters[0]);
      if (!hold)
        return x.answer.send(problem_of(hold.error()));
      desk.post(x, {.kind = kind, .hold = *hold});
    });
  };
  add_end("/bank/holds/{id}/post", operation_kind::post);
  add_end("/bank/holds/{id}/void", operation_kind::release);
  add(http_method::post, "/bank/accounts/{id}/close", [desk](const exchange& x) {
    const auto id = read_account_number(x.parameters[0]);
    if (!id)
      return x.answer.send(problem_of(id.error()));
    desk.post(x, {.kind = operation_kind::close, .from = *id});
  });
  add(http_method::post, "/bank/batches", [desk](const exchange& x) { desk.post_batch(x); });
  add(http_method::get, "/bank/accounts/{id}", [desk](const exchange& x) { desk.tell_account(x); });
  add(http_method::get, "/bank/accounts/{id}/history",
      [desk](const exchange& x) { desk.tell_history(x); });
  add(http_method::get, "/bank/operations/{id}",
      [desk](const exchange& x) { desk.tell_operation(x); });
  add(http_method::get, "/bank/holds/{id}", [desk](const exchange& x) { desk.tell_hold(x); });
}

} // namespace troupe::gateway
