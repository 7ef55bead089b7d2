// SPDX-License-Identifier: BSD-3-Clause
// A history as text: what is read, and what is said of a line that cannot be.

#include "domain/bank/history.hpp"

#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "domain/bank/history_check.hpp"

namespace data = boost::unit_test::data;
using namespace troupe::bank;

namespace {

/// Two partitions: 2 lives in 0, 3 in 1. A transfer of 5 from 2 to 3 between them, and reads.
const std::string good = R"({"setting":{"total":100,"seed":7}}
{"process":9,"type":"invoke","time_ns":1,"op":"open","id":"00000000000000000000000000000001","to":2,"overdraft":0}
{"process":9,"type":"ok","time_ns":2,"op":"open","id":"00000000000000000000000000000001"}
{"process":9,"type":"invoke","time_ns":3,"op":"open","id":"00000000000000000000000000000002","to":3,"overdraft":0}
{"process":9,"type":"ok","time_ns":4,"op":"open","id":"00000000000000000000000000000002"}
{"process":9,"type":"invoke","time_ns":5,"op":"deposit","id":"00000000000000000000000000000003","to":2,"amount":100}
{"process":9,"type":"ok","time_ns":6,"op":"deposit","id":"00000000000000000000000000000003"}
{"process":1,"type":"invoke","time_ns":10,"op":"transfer","id":"00000000000000000000000000000004","from":2,"to":3,"amount":5}
{"process":2,"type":"invoke","time_ns":11,"op":"whole_read"}
{"process":2,"type":"ok","time_ns":20,"op":"whole_read","balances":[[2,95],[3,0]],"in_transit":5}
{"process":1,"type":"ok","time_ns":30,"op":"transfer","id":"00000000000000000000000000000004"}
{"process":2,"type":"invoke","time_ns":31,"op":"whole_read"}
{"process":2,"type":"ok","time_ns":32,"op":"whole_read","balances":[[2,95],[3,5]],"in_transit":0}
{"process":2,"type":"invoke","time_ns":33,"op":"whole_read"}
{"process":2,"type":"info","time_ns":34,"op":"whole_read","error":"unreachable"}
{"process":9,"type":"invoke","time_ns":40,"op":"lookup","id":"00000000000000000000000000000004"}
{"process":9,"type":"ok","time_ns":41,"op":"lookup","id":"00000000000000000000000000000004","found":[{"kind":"transfer","from":2,"to":3,"amount":5,"error":null}]}
)";

/// As `troupe-bank ledger export` writes them.
const std::string exported =
    R"({"id":"00000000000000000000000000000001","kind":"open","from":null,"to":2,"overdraft":0,"currency":"EUR","hold":null,"expires_ms":null,"why":null,"error":null,"sequence":1,"time_ms":5,"moved":0,"from_balance":0,"from_held":0,"to_balance":0,"pending":false}
{"id":"00000000000000000000000000000003","kind":"deposit","from":null,"to":2,"amount":100,"currency":null,"hold":null,"expires_ms":null,"why":null,"error":null,"sequence":2,"time_ms":5,"moved":100,"from_balance":0,"from_held":0,"to_balance":100,"pending":false}
{"id":"00000000000000000000000000000004","kind":"transfer","from":2,"to":3,"amount":5,"currency":null,"hold":null,"expires_ms":null,"why":null,"error":null,"sequence":3,"time_ms":5,"moved":5,"from_balance":100,"from_held":5,"to_balance":0,"pending":true}
{"id":"00000000000000000000000000000004","kind":"settle","from":2,"to":3,"amount":5,"currency":null,"hold":"00000000000000000000000000000004","expires_ms":null,"why":null,"error":null,"sequence":4,"time_ms":5,"moved":5,"from_balance":95,"from_held":0,"to_balance":5,"pending":false}
{"id":"00000000000000000000000000000002","kind":"open","from":null,"to":3,"overdraft":0,"currency":"EUR","hold":null,"expires_ms":null,"why":null,"error":null,"sequence":1,"time_ms":5,"moved":0,"from_balance":0,"from_held":0,"to_balance":0,"pending":false}
{"id":"00000000000000000000000000000004","kind":"receive","from":2,"to":3,"amount":5,"currency":"EUR","hold":null,"expires_ms":null,"why":null,"error":null,"sequence":2,"time_ms":5,"moved":5,"from_balance":0,"from_held":0,"to_balance":5,"pending":false}
{"account":2,"currency":"EUR","balance":95,"held":0,"overdraft":0,"closed":false}
{"account":4611686022729418077,"currency":"EUR","balance":5,"held":0,"overdraft":0,"closed":false,"name":"in-flight:EUR"}
{"account":3,"currency":"EUR","balance":5,"held":0,"overdraft":0,"closed":false}
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

history read(const std::string& events, const std::string& records) {
  history h;
  BOOST_TEST(add_file(h, "events", events) == "");
  BOOST_TEST(add_file(h, "records", records) == "");
  return h;
}

std::string order_of(const history& h) {
  for (const auto& r : check_history(h))
    if (r.name == "order")
      return r.counterexample;
  return "";
}

history with_first_read(const std::string& balances) {
  return read(replaced(good, R"([[2,95],[3,0]],"in_transit":5)", balances), exported);
}

struct bad_line {
  std::string line, what;
};
std::ostream& operator<<(std::ostream& out, const bad_line& x) { return out << x.line; }

const std::vector<bad_line> bad_lines{
    {"", "is no JSON object"},
    {"[]", "is no JSON object"},
    {R"({"process":1,"type":"ok)", "is no JSON object"},
    {"{}", "has no \"process\""},
    {R"({"process":1.5,"type":"ok","time_ns":1,"op":"whole_read"})",
     "\"process\" is no whole number of its range"},
    {R"({"process":-1,"type":"ok","time_ns":1,"op":"whole_read"})",
     "\"process\" is no whole number of its range"},
    {R"({"process":1,"type":"done","time_ns":1,"op":"whole_read"})",
     "\"type\" is none of invoke, ok, fail, info"},
    {R"({"process":1,"type":"invoke","time_ns":1,"op":"borrow","id":"1"})",
     "\"op\" is nothing that is known: borrow"},
    {R"({"process":1,"type":"invoke","time_ns":1,"op":"transfer","id":"1"})", "\"id\" is no id"},
    {R"({"process":1,"type":"invoke","time_ns":1,"op":"transfer"})", "has no \"id\""},
    {R"({"process":1,"type":"ok","time_ns":1,"op":"whole_read","in_transit":0})",
     "has no \"balances\""},
    {R"({"process":1,"type":"ok","time_ns":1,"op":"whole_read","balances":[[1]],"in_transit":0})",
     "\"balances\" has something else than [account, balance]"},
    {R"({"process":1,"type":"info","time_ns":1,"op":"whole_read","error":"tired"})",
     "\"error\" is nothing that is known: tired"},
    {R"({"setting":{}})", "has no \"total\""},
};

} // namespace

BOOST_AUTO_TEST_CASE(reads_events_and_what_a_ledger_exports) {
  const auto h = read(good, exported);
  BOOST_TEST(*h.total == 100);
  BOOST_TEST(h.events.size() == 16u);
  BOOST_TEST(h.partitions.size() == 2u);
  BOOST_TEST(h.accounts.size() == 2u);
  const auto n = count_of(h);
  BOOST_TEST(n.reads == 2u);
  BOOST_TEST(n.reads_failed == 1u);
  BOOST_TEST(n.transfers_ok == 1u);
  BOOST_TEST(n.transfers_info == 0u);
  BOOST_TEST(n.lookups == 1u);
  BOOST_TEST(n.records == 6u);
  for (const auto& r : check_history(h))
    BOOST_TEST(r.good(), r.name << ": " << r.counterexample);
}

BOOST_AUTO_TEST_CASE(writes_events_as_it_reads_them) {
  const auto h = read(good, exported);
  std::string text;
  for (const auto& e : h.events)
    text += line_of(e);
  BOOST_TEST(text == good.substr(good.find('\n') + 1));
}

BOOST_DATA_TEST_CASE(says_which_line_is_bad_and_why, data::make(bad_lines), bad) {
  history h;
  BOOST_TEST(add_file(h, "x", good + bad.line + "\n" + good) == "x:18: " + bad.what);
}

BOOST_AUTO_TEST_CASE(a_line_that_was_not_finished_is_counted) {
  for (std::size_t cut = 1; cut < 60; ++cut) {
    history h;
    BOOST_TEST(add_file(h, "x", good.substr(0, good.size() - cut)) == "");
    BOOST_TEST(h.truncated == (cut == 1 ? 0u : 1u)); // a line feed alone is no loss
    BOOST_TEST(h.events.size() == (cut == 1 ? 16u : 15u));
  }
  history h; // an export is replaced when it is whole
  BOOST_TEST(add_file(h, "x", exported.substr(0, exported.size() - 4)) == "x:9: is no JSON object");
}

BOOST_AUTO_TEST_CASE(a_total_that_is_not_stated_is_what_was_paid_in) {
  history h;
  BOOST_TEST(add_file(h, "x", good.substr(good.find('\n') + 1)) == "");
  BOOST_TEST(!h.total);
  for (const auto& r : check_history(h))
    if (r.name == "totals")
      BOOST_TEST(r.good(), r.counterexample);
}

BOOST_AUTO_TEST_CASE(money_on_its_way_is_in_no_balance) {
  for (const auto* before :
       {R"([[2,100],[3,0]],"in_transit":0)", R"([[2,95],[3,5]],"in_transit":0)"})
    BOOST_TEST(order_of(with_first_read(before)) == "");
}

BOOST_AUTO_TEST_CASE(says_in_a_sentence_why_a_read_is_not_true) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"([[2,98],[3,2]],"in_transit":0)",
       "shows partition 0 as it never was: account 2 has 98, and after record 2 100"},
      {R"([[2,100]],"in_transit":0)", "shows partition 1 as it was after record 0, but record 1 "
                                      "was acknowledged in events:5 before it began"},
      {R"([[2,0],[3,0]],"in_transit":100)",
       "shows partition 0 as it was after record 1, but record 2 was acknowledged in events:7 "
       "before it began"},
      {R"([[2,100],[3,5]],"in_transit":-5)",
       "shows partition 0 as it was after record 2, but elsewhere what comes after record 3 of it"},
  };
  for (const auto& [read, why] : rows)
    BOOST_TEST(order_of(with_first_read(read)) == "events:10: process 2: " + why);
}

BOOST_AUTO_TEST_CASE(a_read_that_is_older_than_what_was_acknowledged_is_found) {
  const auto older =
      replaced(good, R"([[2,95],[3,5]],"in_transit":0)", R"([[2,95],[3,0]],"in_transit":5)");
  BOOST_TEST(
      order_of(read(older, exported))
      == "events:13: process 2: shows partition 1 as it was after record 1, but record 2 was "
         "acknowledged in events:11 before it began");
}

BOOST_AUTO_TEST_CASE(a_read_that_is_older_than_an_earlier_one_is_found) {
  // While the transfer is under way, one reads that it has arrived, and then one that it has not.
  const auto torn = replaced(good, R"([[2,95],[3,0]],"in_transit":5})",
                             R"([[2,95],[3,5]],"in_transit":0}
{"process":3,"type":"invoke","time_ns":21,"op":"whole_read"}
{"process":3,"type":"ok","time_ns":22,"op":"whole_read","balances":[[2,95],[3,0]],"in_transit":5})");
  BOOST_TEST(order_of(read(torn, exported))
             == "events:12: process 3: shows partition 1 as it was after record 1, but the read of "
                "events:10 had seen record 2 before it began");
}

BOOST_AUTO_TEST_CASE(a_read_of_what_was_begun_later_is_found) {
  const auto early = replaced(good, R"({"process":1,"type":"invoke","time_ns":10)",
                              R"({"process":3,"type":"invoke","time_ns":7,"op":"whole_read"}
{"process":3,"type":"ok","time_ns":8,"op":"whole_read","balances":[[2,95],[3,0]],"in_transit":5}
{"process":1,"type":"invoke","time_ns":10)");
  BOOST_TEST(
      order_of(read(early, exported))
      == "events:9: process 3: shows partition 0 as it was after record 3, but record 3 is of "
         "what was begun later, in events:10");
}
