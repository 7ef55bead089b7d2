// SPDX-License-Identifier: BSD-3-Clause
// The bank's routes over a service that says what the test wants: each fault, each malformed
// request, and what the ledger is asked.

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "io/gateway/bank_answers.hpp"
#include "io/gateway/bank_routes.hpp"
#include "tests/io/gateway_fake_bank.hpp"

using namespace troupe;
using namespace troupe::gateway;
using bank::operation_kind;
using io::http_method;

namespace {

constexpr const char* key = "00000000-0000-4000-8000-00000000000a";
const bank::op_id key_id{0x4000, 0x800000000000000a};

using test::asked_request;

struct bank_fixture {
  test::fake_bank service;
  front f;
  bank_fixture() { add_bank_routes(f, service, {.batch_operations_max = 3}); }

  io::server_answer ask(const io::server_request& r) {
    auto got = std::make_shared<test::fake_answers>();
    f.handle(r, test::answerer_to(got));
    BOOST_REQUIRE(got->first);
    BOOST_TEST(got->sent == 1);
    return *got->first;
  }
  io::server_answer get(const std::string& path, const std::string& query = "") {
    return ask(asked_request{http_method::get, path, query});
  }
  io::server_answer post(const std::string& path, const std::string& body,
                         const std::string& with_key = key) {
    asked_request r{http_method::post, path};
    r.plain().with("Content-Type", "application/json").with_body(body);
    if (!with_key.empty())
      r.plain().with("Idempotency-Key", with_key);
    return ask(r);
  }
  /// Returns: the one operation that the ledger was asked to do.
  bank::operation asked_by(const std::string& path, const std::string& body,
                           const std::string& with_key = key) {
    service.batch.reset();
    const auto a = post(path, body, with_key);
    BOOST_TEST(a.status < 300, path << " " << body << " -> " << a.body);
    BOOST_REQUIRE(service.batch);
    BOOST_REQUIRE(service.batch->operations.size() == 1u);
    return service.batch->operations.front();
  }
};

boost::json::object object_of(const io::server_answer& a) {
  return boost::json::parse(a.body).as_object();
}
std::string code_of(const io::server_answer& a) {
  BOOST_TEST(a.content_type == "application/problem+json");
  const auto o = object_of(a);
  BOOST_TEST(o.at("status").as_int64() == a.status);
  BOOST_TEST(!o.at("detail").as_string().empty());
  return std::string{o.at("code").as_string()};
}
std::string detail_of(const io::server_answer& a) {
  return std::string{object_of(a).at("detail").as_string()};
}
std::string told(const io::server_answer& a) {
  return std::to_string(a.status) + " " + (a.status < 300 ? "" : code_of(a));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(bank_routes, bank_fixture)

BOOST_AUTO_TEST_CASE(each_fault_has_a_status_and_its_name) {
  using bank::fault;
  constexpr std::pair<fault, int> rows[] = {{fault::bad_operation, 400},
                                            {fault::id_missing, 400},
                                            {fault::id_reused, 422},
                                            {fault::amount_not_positive, 422},
                                            {fault::no_account, 404},
                                            {fault::account_exists, 409},
                                            {fault::closed, 409},
                                            {fault::not_empty, 409},
                                            {fault::same_account, 422},
                                            {fault::currency_mismatch, 422},
                                            {fault::insufficient_funds, 409},
                                            {fault::overflow, 422},
                                            {fault::no_hold, 404},
                                            {fault::hold_expired, 409},
                                            {fault::hold_closed, 409},
                                            {fault::exceeds_hold, 422},
                                            {fault::expiry_past, 422},
                                            {fault::wrong_partition, 422},
                                            {fault::batch_refused, 409},
                                            {fault::ledger_full, 503},
                                            {fault::batch_too_large, 413},
                                            {fault::store_failed, 503},
                                            {fault::unreachable, 504}};
  for (const auto& [f, status] : rows) {
    service.refusal = f;
    const auto a = post("/bank/transfers", R"({"from":1,"to":2,"amount":3})");
    BOOST_TEST(a.status == status, to_string(f));
    BOOST_TEST(code_of(a) == to_string(f));
  }
  // No enumerator is without a row.
  for (int i = 1; !to_string(static_cast<fault>(i)).empty(); ++i)
    BOOST_TEST(std::any_of(std::begin(rows), std::end(rows),
                           [&](const auto& r) { return r.first == static_cast<fault>(i); }),
               to_string(static_cast<fault>(i)));
  BOOST_TEST(answer_of(fault::none).status == 200);
}

BOOST_AUTO_TEST_CASE(refusals_say_which) {
  using bank::fault;
  const auto eur = bank::parse_currency("EUR"), usd = bank::parse_currency("USD");
  service.accounts = {{1, {.id = 1, .unit = eur}}, {2, {.id = 2, .unit = usd}}};
  const auto transfer = [&](fault f, const std::string& from_and_to) {
    service.refusal = f;
    return detail_of(post("/bank/transfers", "{" + from_and_to + R"(,"amount":70})"));
  };
  BOOST_TEST(transfer(fault::no_account, R"("from":1,"to":77)") == "There is no account 77.");
  BOOST_TEST(transfer(fault::no_account, R"("from":76,"to":2)") == "There is no account 76.");
  BOOST_TEST(transfer(fault::no_account, R"("from":76,"to":77)")
             == "There are neither of accounts 76 and 77.");
  // The answer of the first time, to an account that was opened since.
  BOOST_TEST(transfer(fault::no_account, R"("from":1,"to":2)")
             == "One of accounts 1 and 2 was not there when this was first sent.");
  BOOST_TEST(transfer(fault::currency_mismatch, R"("from":1,"to":2)")
             == "Account 1 is in EUR, account 2 is in USD.");
  BOOST_TEST(transfer(fault::currency_mismatch, R"("from":1,"to":2,"currency":"JPY")")
             == "Account 1 is in EUR, account 2 is in USD, and currency is JPY.");
  service.receipt.from_balance = 900;
  BOOST_TEST(transfer(fault::insufficient_funds, R"("from":1,"to":2)")
             == "Account 1 has not enough that is free: 900 minor units, of which 0 are held.");
  // Another partition has refused it: it can only be the account there.
  service.receipt.given_back = true;
  BOOST_TEST(transfer(fault::no_account, R"("from":1,"to":77)") == "There is no account 77.");
  service.receipt.given_back = false;
  service.refusal = fault::no_account;
  BOOST_TEST(detail_of(post("/bank/deposits", R"({"to":5,"amount":1})"))
             == "There is no account 5.");
  service.refusal = fault::account_exists;
  BOOST_TEST(detail_of(post("/bank/accounts", R"({"account":17,"currency":"EUR"})"))
             == "The account number 17 is taken.");
  service.refusal = fault::exceeds_hold;
  service.holds = {{.id = {0, 1}, .from = 9, .value = 3}, {.id = {0, 1}, .from = 1, .value = 50}};
  const auto h = "/bank/holds/" + std::string(31, '0') + "1";
  BOOST_TEST(detail_of(post(h + "/post", R"({"from":1,"to":2,"amount":70})"))
             == "Only 50 minor units are held, and 70 were to be posted.");
  // What cannot be had is left out.
  service.holds.clear();
  BOOST_TEST(detail_of(post(h + "/post", R"({"from":1,"to":2,"amount":70})")) == "Less is held.");
  BOOST_TEST(detail_of(post("/bank/accounts/1/close", "")) == "There is no body: send {}.");
}

BOOST_AUTO_TEST_CASE(services_faults_are_problems) {
  constexpr std::pair<gateway::fault, int> rows[] = {{gateway::fault::unavailable, 503},
                                                     {gateway::fault::overloaded, 503},
                                                     {gateway::fault::late, 504}};
  for (const auto& [f, status] : rows) {
    service.error = f;
    BOOST_TEST(post("/bank/deposits", R"({"to":1,"amount":1})").status == status);
    BOOST_TEST(get("/bank/accounts/1").status == status);
    BOOST_TEST(get("/bank/accounts/1/history").status == status);
    BOOST_TEST(get(std::string{"/bank/operations/"} + key).status == status);
    BOOST_TEST(get(std::string{"/bank/holds/"} + key).status == status);
  }
}

BOOST_AUTO_TEST_CASE(each_route_asks_for_its_operation) {
  const auto eur = bank::parse_currency("EUR");
  const bank::op_id hold{0, 0xb0};
  const std::string h = "/bank/holds/000000000000000000000000000000b0";
  using op = bank::operation;
  const auto is = [&](const op& a, const op& b) { return a == b; };
  BOOST_TEST(is(asked_by("/bank/accounts", R"({"account":17,"currency":"EUR","overdraft":"5"})"),
                op{.id = key_id, .kind = operation_kind::open, .to = 17, .value = 5, .unit = eur}));
  BOOST_TEST(is(asked_by("/bank/accounts/17/close", "{}"),
                op{.id = key_id, .kind = operation_kind::close, .from = 17}));
  BOOST_TEST(
      is(asked_by("/bank/deposits", R"({"to":"17","amount":"1250","currency":"EUR"})"),
         op{.id = key_id, .kind = operation_kind::deposit, .to = 17, .value = 1250, .unit = eur}));
  BOOST_TEST(is(asked_by("/bank/withdrawals", R"({"from":17,"amount":1})"),
                op{.id = key_id, .kind = operation_kind::withdraw, .from = 17, .value = 1}));
  BOOST_TEST(is(asked_by("/bank/transfers", R"({"from":17,"to":18,"amount":9223372036854775807})"),
                op{.id = key_id,
                   .kind = operation_kind::transfer,
                   .from = 17,
                   .to = 18,
                   .value = 9223372036854775807}));
  BOOST_TEST(is(asked_by("/bank/holds", R"({"from":17,"amount":9,"expires_ms":1800000000000})"),
                op{.id = key_id,
                   .kind = operation_kind::hold,
                   .from = 17,
                   .value = 9,
                   .expires_ms = 1800000000000}));
  BOOST_TEST(
      is(asked_by(h + "/post", R"({"from":17,"to":18})"),
         op{.id = key_id, .kind = operation_kind::post, .from = 17, .to = 18, .hold = hold}));
  BOOST_TEST(is(asked_by(h + "/post", R"({"from":17,"to":18,"amount":4,"currency":null})"),
                op{.id = key_id,
                   .kind = operation_kind::post,
                   .from = 17,
                   .to = 18,
                   .value = 4,
                   .hold = hold}));
  BOOST_TEST(is(asked_by(h + "/void", R"({"from":17})"),
                op{.id = key_id, .kind = operation_kind::release, .from = 17, .hold = hold}));
}

BOOST_AUTO_TEST_CASE(all_routes_are_guarded_and_those_that_post_write) {
  BOOST_TEST(f.routes().size() == 13u);
  for (const auto& r : f.routes()) {
    BOOST_TEST((r.who == gateway::access::guarded), r.pattern);
    BOOST_TEST(r.writes == (r.method == http_method::post), r.pattern);
  }
}

BOOST_AUTO_TEST_CASE(opening_tells_where_the_account_is) {
  const auto a = post("/bank/accounts", R"({"account":17,"currency":"EUR"})");
  BOOST_TEST(a.status == 201);
  BOOST_TEST(a.fields.find("\r\nLocation: /bank/accounts/17\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_receipt_is_told_whole) {
  service.receipt = {.sequence = 7,
                     .time_ms = 1'000,
                     .moved = 3,
                     .from_balance = 9223372036854775807,
                     .from_held = 2,
                     .to_balance = -5};
  const auto a = post("/bank/transfers", R"({"from":1,"to":2,"amount":3})");
  BOOST_TEST(a.status == 200);
  BOOST_TEST(a.body
             == R"({"id":"0000000000004000800000000000000a","kind":"transfer","from":1,"to":2,)"
                R"("amount":3,"currency":null,"hold":null,"expires_ms":null,"error":null,)"
                R"("sequence":7,"time_ms":1000,"moved":3,"from_balance":9223372036854775807,)"
                R"("from_held":2,"to_balance":-5,"given_back":false})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_key_is_needed_once) {
  const std::string body = R"({"to":1,"amount":1})";
  BOOST_TEST(told(post("/bank/deposits", body, "")) == "400 idempotency_key_missing");
  for (const auto* bad : {"x", "1", "00000000000000000000000000000000", "\"\"",
                          "0000000000000000000000000000000ag", "0123456789abcdef0123456789abcdef0"})
    BOOST_TEST(told(post("/bank/deposits", body, bad)) == "400 invalid_idempotency_key", bad);
  asked_request twice{http_method::post, "/bank/deposits"};
  twice.plain()
      .with("Content-Type", "application/json")
      .with("Idempotency-Key", key)
      .with("idempotency-key", key)
      .with_body(body);
  BOOST_TEST(told(ask(twice)) == "400 idempotency_key_repeated");
  BOOST_TEST(service.asked == 0);
  BOOST_TEST((asked_by("/bank/deposits", body, "0000000000004000800000000000000A").id == key_id));
  BOOST_TEST((asked_by("/bank/deposits", body, std::string{"\""} + key + "\"").id == key_id));
}

BOOST_AUTO_TEST_CASE(amounts_are_exact_or_refused) {
  for (const auto* bad :
       {"1.5", "1.0", "1e3", "1E0", "9223372036854775808", "18446744073709551616", "\"1.5\"",
        "\"1e3\"", "\"\"", "\" 1\"", "\"+1\"", "\"0x1\"", "\"9223372036854775808\"", "\"1,000\"",
        "true", "\"-9223372036854775809\"", "1e400"}) {
    const auto a = post("/bank/deposits", std::string{R"({"to":1,"amount":)"} + bad + "}");
    BOOST_TEST(a.status == 400, bad);
    const auto code = code_of(a);
    BOOST_TEST((code == "invalid_amount" || code == "invalid_json"), bad << " -> " << code);
  }
  BOOST_TEST(service.asked == 0);
  // What is a whole number is the ledger's to refuse: under its id, so that it stays refused.
  BOOST_TEST(asked_by("/bank/deposits", R"({"to":1,"amount":-1})").value == -1);
  BOOST_TEST(asked_by("/bank/deposits", R"({"to":1,"amount":"9007199254740993"})").value
             == 9007199254740993);
}

BOOST_AUTO_TEST_CASE(malformed_bodies_are_refused) {
  const std::array<std::array<std::string, 2>, 25> rows{{
      {"", "invalid_json"},
      {"{", "invalid_json"},
      {"{} {}", "invalid_json"},
      {"[]", "invalid_json"},
      {"17", "invalid_json"},
      {"null", "invalid_json"},
      {"\"x\"", "invalid_json"},
      {R"({"from":1,"from":2,"to":3,"amount":4})", "invalid_json"},
      {R"({"from":null,"from":2,"to":3,"amount":4})", "invalid_json"},
      {R"({"from":1,"to":2,"amount":3,})", "invalid_json"},
      {R"({"from":1,"to":2,"amount":{"value":3}})", "invalid_json"},
      {R"({"from":1,"to":[2],"amount":3})", "invalid_json"},
      {"{\"from\":1,\"to\":2,\"amount\":3,\"currency\":\"\xff\"}", "invalid_json"},
      {R"({"from":1,"to":2,"amount":3,"currency":")" + std::string(300, 'E') + "\"}",
       "invalid_json"},
      {R"({"from":1,"to":2,"amount":3,"note":"x"})", "unknown_member"},
      {R"({"from":1,"to":2,"amount":3,"note":null})", "unknown_member"},
      {R"({"from":1,"to":2,"amount":3,"expires_ms":5})", "unknown_member"},
      {R"({"from":1,"to":2,"amount":3,"hold":"000000000000000000000000000000b0"})",
       "unknown_member"},
      {R"({"from":1,"to":2})", "missing_member"},
      {R"({"from":1,"to":null,"amount":3})", "missing_member"},
      {R"({"from":0,"to":2,"amount":3})", "invalid_account"},
      {R"({"from":-1,"to":2,"amount":3})", "invalid_account"},
      {R"({"from":4611686018427387904,"to":2,"amount":3})", "invalid_account"},
      {R"({"from":1,"to":2,"amount":3,"currency":"eur"})", "invalid_currency"},
      {R"({"from":1,"to":2,"amount":3,"currency":978})", "invalid_currency"},
  }};
  for (const auto& [body, code] : rows)
    BOOST_TEST(told(post("/bank/transfers", body)) == "400 " + code, body);
  BOOST_TEST(told(post("/bank/transfers", "{" + std::string(40, '[') + std::string(100'000, ' ')))
             == "400 invalid_json");
  BOOST_TEST(service.asked == 0);
  const auto named = post("/bank/transfers", R"({"from":1,"to":2,"amount":3,"note":"x"})");
  BOOST_TEST(named.body.find("'note'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(malformed_parts_of_others_are_refused) {
  const auto h = "/bank/holds/" + std::string(31, '0') + "1";
  BOOST_TEST(told(post("/bank/accounts", R"({"account":1,"currency":"EUR","overdraft":-1})"))
             == "400 invalid_amount");
  BOOST_TEST(told(post("/bank/accounts/1/close", R"({"from":2})")) == "400 unknown_member");
  BOOST_TEST(told(post("/bank/accounts/x/close", "{}")) == "400 invalid_account");
  BOOST_TEST(told(post("/bank/holds", R"({"from":1,"amount":2,"expires_ms":0})"))
             == "400 invalid_time");
  BOOST_TEST(told(post(h + "/post", R"({"from":1,"to":2,"amount":0})")) == "400 invalid_amount");
  BOOST_TEST(told(post(h + "/void", R"({"from":1,"currency":"EUR"})")) == "400 unknown_member");
  BOOST_TEST(told(post("/bank/holds/1/void", R"({"from":1})")) == "400 invalid_id");
  BOOST_TEST(told(get("/bank/accounts/1.0")) == "400 invalid_account");
  BOOST_TEST(told(get("/bank/accounts/4611686018427387904")) == "400 invalid_account");
  for (const auto* q : {"before=0", "before=x", "before=", "limit=0", "limit=1001", "limit=-1",
                        "limit=1&limit=2", "after=3", "limit", "before=18446744073709551615"})
    BOOST_TEST(told(get("/bank/accounts/1/history", q)) == "400 invalid_query", q);
  BOOST_TEST(service.asked == 0);
}

BOOST_AUTO_TEST_CASE(an_account_is_told) {
  const auto a = get("/bank/accounts/17");
  BOOST_TEST(a.body
             == R"({"account":17,"currency":"EUR","balance":1250,"held":50,"overdraft":0,)"
                "\"closed\":false}\n");
  service.refusal = bank::fault::no_account;
  BOOST_TEST(told(get("/bank/accounts/17")) == "404 no_account");
  BOOST_TEST(told(get("/bank/accounts/17/history")) == "404 no_account");
}

BOOST_AUTO_TEST_CASE(a_history_is_paged) {
  for (std::uint64_t s = 9; s > 6; --s)
    service.records.push_back(
        {{.id = key_id, .kind = operation_kind::deposit, .to = 17, .value = 1},
         {.id = key_id, .sequence = s, .to_balance = 5}});
  auto o = object_of(get("/bank/accounts/17/history", "limit=2&before=10"));
  BOOST_TEST(service.history->records_max == 3u);
  BOOST_TEST(service.history->before == 10u);
  BOOST_TEST(o.at("records").as_array().size() == 2u);
  BOOST_TEST(o.at("next").as_string() == "/bank/accounts/17/history?before=8&limit=2");
  o = object_of(get("/bank/accounts/17/history"));
  BOOST_TEST(service.history->records_max == 101u);
  BOOST_TEST(o.at("records").as_array().size() == 3u);
  BOOST_TEST(o.at("next").is_null());
}

BOOST_AUTO_TEST_CASE(an_operation_is_told_as_it_was_when_it_was_done) {
  const std::string path = std::string{"/bank/operations/"} + key;
  const auto done = post("/bank/transfers", R"({"from":1,"to":2,"amount":3})");
  BOOST_TEST(done.fields.find("Content-Location: /bank/operations/0000000000004000800000000000000a"
                              "\r\n")
             != std::string::npos);
  const auto receipt = [&] {
    auto r = service.receipt;
    r.id = key_id;
    return r;
  };
  service.records = {{service.batch->operations.front(), receipt()}};
  auto a = get(path);
  BOOST_TEST(a.status == 200);
  BOOST_TEST(a.body == done.body);
  BOOST_TEST((service.looked_for == key_id));
  // A refusal is an answer, and known: the status is that of the question.
  service.records.front().answer.error = bank::fault::no_account;
  a = get(path);
  BOOST_TEST(a.status == 200);
  BOOST_TEST(object_of(a).at("error").as_string() == "no_account");
  // What is not known to be done is not told as if it were.
  service.records.front().answer.error = bank::fault::unreachable;
  BOOST_TEST(told(get(path)) == "504 unreachable");
  service.records.front().answer.error = bank::fault::store_failed;
  BOOST_TEST(told(get(path)) == "503 store_failed");
  service.records.push_back(service.records.front());
  BOOST_TEST(told(get(path)) == "409 ambiguous_id");
  service.records.clear();
  BOOST_TEST(told(get(path)) == "404 no_operation");
  service.refusal = bank::fault::unreachable;
  BOOST_TEST(told(get(path)) == "504 unreachable");
  service.asked = 0;
  for (const auto* bad : {"x", "1", "00000000000000000000000000000000"})
    BOOST_TEST(told(get(std::string{"/bank/operations/"} + bad)) == "400 invalid_id", bad);
  BOOST_TEST(service.asked == 0);
}

BOOST_AUTO_TEST_CASE(a_hold_is_told) {
  const std::string path = std::string{"/bank/holds/"} + key;
  service.holds = {{.id = key_id, .from = 17, .value = 50}};
  BOOST_TEST(get(path).body
             == R"({"hold":"0000000000004000800000000000000a","account":17,"amount":50,)"
                R"("expires_ms":null,"state":"open","closed_by":null})"
                "\n");
  BOOST_TEST((service.looked_for == key_id));
  using state = bank::hold_state;
  for (const auto& [s, word] : {std::pair{state::posted, "posted"},
                                {state::released, "voided"},
                                {state::expired, "expired"}}) {
    service.holds = {
        {.id = key_id, .from = 17, .value = 50, .expires_ms = 9, .state = s, .closed_by = 8}};
    const auto o = object_of(get(path));
    BOOST_TEST(o.at("state").as_string() == word);
    BOOST_TEST(o.at("expires_ms").as_int64() == 9);
    BOOST_TEST(o.at("closed_by").as_int64() == 8);
  }
  service.holds.push_back(service.holds.front());
  BOOST_TEST(told(get(path)) == "409 ambiguous_id");
  service.holds.clear();
  BOOST_TEST(told(get(path)) == "404 no_hold");
  service.refusal = bank::fault::store_failed;
  BOOST_TEST(told(get(path)) == "503 store_failed");
  service.asked = 0;
  BOOST_TEST(told(get("/bank/holds/1")) == "400 invalid_id");
  BOOST_TEST(service.asked == 0);
}

BOOST_AUTO_TEST_CASE(batches_are_done_as_they_are_read) {
  const std::string row = R"({"id":"000000000000000000000000000000b1","kind":"deposit","to":1,)"
                          R"("amount":2})";
  const auto batch = [&](const std::string& body) { return post("/bank/batches", body, ""); };
  auto a = batch(R"({"all_or_nothing":true,"operations":[)" + row + "]}");
  BOOST_TEST(a.status == 200);
  BOOST_TEST(service.batch->all_or_nothing);
  BOOST_TEST(
      (service.batch->operations.front()
       == bank::operation{.id = {0, 0xb1}, .kind = operation_kind::deposit, .to = 1, .value = 2}));
  BOOST_TEST(object_of(a).at("receipts").as_array().size() == 1u);
  service.refusal = bank::fault::insufficient_funds;
  BOOST_TEST(batch(R"({"operations":[)" + row + "]}").status == 200);
  BOOST_TEST(told(batch(R"({"all_or_nothing":true,"operations":[)" + row + "]}"))
             == "409 insufficient_funds");
  service.refusal = bank::fault::unreachable; // perhaps done: not to be taken for an answer
  BOOST_TEST(told(batch(R"({"operations":[)" + row + "]}")) == "504 unreachable");
  service.asked = 0;
  const auto four = row + "," + row + "," + row + "," + row;
  BOOST_TEST(told(batch(R"({"operations":[)" + four + "]}")) == "413 too_many_operations");
  BOOST_TEST(told(batch(R"({"operations":[]})")) == "400 missing_member");
  BOOST_TEST(told(batch("{}")) == "400 missing_member");
  BOOST_TEST(told(batch(R"({"operations":7})")) == "400 invalid_json");
  BOOST_TEST(told(batch(R"({"operations":[7]})")) == "400 invalid_json");
  BOOST_TEST(told(batch(R"({"operations":[[]]})")) == "400 invalid_json");
  BOOST_TEST(told(batch(R"({"operations":[{"a":{}}]})")) == "400 invalid_json");
  BOOST_TEST(told(batch(R"({"operations":[{}],"operations":[{}]})")) == "400 invalid_json");
  BOOST_TEST(told(batch(R"({"operations":[{}]})")) == "400 missing_member");
  BOOST_TEST(told(batch(R"({"operations":[{"id":null,"kind":"deposit"}]})"))
             == "400 missing_member");
  BOOST_TEST(told(batch(R"({"operations":[{"id":"000000000000000000000000000000b1"}]})"))
             == "400 missing_member");
  BOOST_TEST(told(batch(R"({"operations":[{"id":""}]})")) == "400 invalid_id");
  BOOST_TEST(detail_of(batch("[17]"))
             == R"(The body is no JSON object with operations: {"operations":[...]}.)");
  BOOST_TEST(detail_of(batch(R"({"operations":[)" + four + "]}"))
             == "The body has more than 3 operations.");
  BOOST_TEST(told(batch(R"({"operations":[{"id":"000000000000000000000000000000b1",)"
                        R"("kind":"settle"}]})"))
             == "400 invalid_kind");
  BOOST_TEST(told(batch(R"({"all_or_nothing":1,"operations":[)" + row + "]}"))
             == "400 invalid_json");
  BOOST_TEST(told(post("/bank/batches", R"({"operations":[)" + row + "]}"))
             == "400 idempotency_key_not_used");
  BOOST_TEST(service.asked == 0);
}

BOOST_AUTO_TEST_SUITE_END()
