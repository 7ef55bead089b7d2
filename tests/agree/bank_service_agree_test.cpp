// SPDX-License-Identifier: BSD-3-Clause
// Every engine serves the same ledger in the same way: asked itself, and over HTTP on a real file.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "io/bank/sqlite_store.hpp"
#include "io/gateway/bank_routes.hpp"
#include "io/http_server/server.hpp"
#include "tests/agree/bank_service_engines.hpp"
#include "tests/support/raw_client.hpp"

using namespace troupe;
using namespace troupe::test;
using bank::operation;
using bank::operation_kind;
namespace fs = std::filesystem;

namespace {

const bank::currency eur = bank::parse_currency("EUR");

/// A folder, and the service of one engine over a ledger in it.
struct served_bank {
  explicit served_bank(const bank_service_row& r) : row(r) {
    auto pattern = (fs::temp_directory_path() / "troupe-served-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    options.file = (folder / "bank.db").string();
    options.partitions = row.partitions;
  }
  ~served_bank() {
    service.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  void open() { service = row.make(options); }
  void reopen() {
    service.reset(); // its turn ends
    open();
  }

  template <class Answer, class Question>
  Answer ask(Question question) {
    auto told = std::make_shared<std::promise<Answer>>();
    auto answer = told->get_future();
    service->ask(std::move(question), [told](Answer a) { told->set_value(std::move(a)); });
    BOOST_REQUIRE(answer.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    return answer.get();
  }
  std::vector<bank::receipt> post(std::vector<operation> ops, bool all_or_nothing = false) {
    const auto n = ops.size();
    auto a = ask<gateway::bank_receipts>(gateway::bank_batch{std::move(ops), all_or_nothing});
    BOOST_TEST((a.error == gateway::fault::none));
    BOOST_REQUIRE(a.receipts.size() == n);
    return std::move(a.receipts);
  }
  gateway::account_answer account(bank::account_id id) {
    return ask<gateway::account_answer>(gateway::account_question{id});
  }
  gateway::history_answer history(bank::account_id id, std::uint64_t before, std::uint32_t max) {
    return ask<gateway::history_answer>(gateway::history_question{id, before, max});
  }
  gateway::operation_answer operation_of(bank::op_id id) {
    return ask<gateway::operation_answer>(gateway::operation_question{id});
  }
  gateway::hold_answer hold(bank::op_id id) {
    return ask<gateway::hold_answer>(gateway::hold_question{id});
  }
  std::uint64_t counter(std::string_view name) {
    for (const auto& c : service->read().counters)
      if (c.name == name)
        return c.value;
    throw std::runtime_error("no counter " + std::string{name});
  }

  const bank_service_row& row;
  fs::path folder;
  gateway::bank_options options;
  std::unique_ptr<gateway::bank_service> service;
};

template <class Check>
void for_each_engine(Check check) {
  for (const auto& row : bank_services())
    BOOST_TEST_CONTEXT(row.name) {
      served_bank b{row};
      b.open();
      check(b);
    }
}

std::vector<operation> first_operations() {
  return {{.id = {9, 1}, .kind = operation_kind::open, .to = 1, .unit = eur},
          {.id = {9, 2}, .kind = operation_kind::open, .to = 2, .unit = eur},
          {.id = {9, 3}, .kind = operation_kind::deposit, .to = 1, .value = 100},
          {.id = {9, 4}, .kind = operation_kind::withdraw, .from = 1, .value = 101},
          {.id = {9, 5}, .kind = operation_kind::transfer, .from = 1, .to = 2, .value = 30}};
}

// -- over HTTP

/// A service behind a server on a free port.
class http_bank {
public:
  explicit http_bank(gateway::bank_service& service) {
    gateway::add_bank_routes(front_, service);
    server_.emplace(io::http_server_options{.threads = 2},
                    [this](const io::server_request& r, io::answerer a) { front_.handle(r, a); });
    server_->start();
  }
  ~http_bank() {
    server_->stop();
    server_->wait();
  }
  std::uint16_t port() const { return server_->port(); }

private:
  gateway::front front_;
  std::optional<io::http_server> server_;
};

struct http_teller {
  explicit http_teller(std::uint16_t port) : client(port) {
    client.patience = std::chrono::seconds(60);
  }
  raw_answer post(const std::string& path, const std::string& key, const std::string& body) {
    client.send("POST " + path
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Idempotency-Key: " + key + "\r\nContent-Length: " + std::to_string(body.size())
                + "\r\n\r\n" + body);
    return client.read_answer();
  }
  raw_answer get(const std::string& path) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    return client.read_answer();
  }
  std::int64_t balance(int account) {
    const auto a = get("/bank/accounts/" + std::to_string(account));
    BOOST_REQUIRE(a.status == 200);
    return boost::json::parse(a.body).as_object().at("balance").as_int64();
  }
  raw_client client;
};

std::string key_of(std::uint64_t who, std::uint64_t n) { return to_string(bank::op_id{who, n}); }

struct sent_transfer {
  std::string key, body;
  int status = 0;
  std::string answer;
};

/// One client's transfers around the accounts, each of which is told of.
std::vector<sent_transfer> make_transfers(std::uint16_t port, unsigned who, unsigned transfers,
                                          unsigned accounts) {
  http_teller teller{port};
  std::vector<sent_transfer> sent;
  for (unsigned i = 0; i < transfers; ++i) {
    const auto from = 1 + (who + i) % accounts, to = 1 + (who + 3 * i + 1) % accounts;
    sent_transfer t{key_of(who + 1, i + 1), "{\"from\":" + std::to_string(from)
                                                + ",\"to\":" + std::to_string(to) + ",\"amount\":\""
                                                + std::to_string(1 + i % 90) + "\"}"};
    const auto a = teller.post("/bank/transfers", t.key, t.body);
    t.status = a.status;
    t.answer = a.body;
    sent.push_back(std::move(t));
  }
  return sent;
}

} // namespace

BOOST_AUTO_TEST_SUITE(bank_service_agree)

BOOST_AUTO_TEST_CASE(the_same_id_is_answered_the_same_across_a_restart) {
  for_each_engine([](served_bank& b) {
    const auto first = b.post(first_operations());
    const bank::fault faults[] = {bank::fault::none, bank::fault::none, bank::fault::none,
                                  bank::fault::insufficient_funds, bank::fault::none};
    for (std::size_t i = 0; i < first.size(); ++i)
      BOOST_TEST((first[i].error == faults[i]), i);
    BOOST_TEST((b.post(first_operations()) == first));
    b.reopen();
    BOOST_TEST((b.post(first_operations()) == first));
    BOOST_TEST(b.account(1).state.balance == 70);
    BOOST_TEST(b.account(2).state.balance == 30);
    BOOST_TEST(b.counter("bank_commits") == 0u); // since it was opened, nothing was new
    auto other = first_operations().back();
    other.value = 31;
    BOOST_TEST((b.post({other}).front().error == bank::fault::id_reused));
    BOOST_TEST(b.account(1).state.balance == 70);
  });
}

BOOST_AUTO_TEST_CASE(accounts_and_histories_are_told) {
  for_each_engine([](served_bank& b) {
    BOOST_TEST((b.account(1).refusal == bank::fault::no_account));
    BOOST_TEST((b.history(1, 0, 10).refusal == bank::fault::no_account));
    BOOST_TEST((b.history(1, 99, 10).refusal == bank::fault::no_account));
    b.post({first_operations()[0]});
    for (std::uint64_t i = 0; i < 5; ++i)
      b.post({{.id = {8, i + 1}, .kind = operation_kind::deposit, .to = 1, .value = 1}});
    const auto all = b.history(1, 0, 10).records;
    BOOST_REQUIRE(all.size() == 6u);
    BOOST_TEST(all.front().answer.to_balance == 5);
    const auto page = b.history(1, all[1].answer.sequence, 2).records;
    BOOST_REQUIRE(page.size() == 2u);
    BOOST_TEST((page[0] == all[2]));
    BOOST_TEST((page[1] == all[3]));
    const auto none = b.history(1, all.back().answer.sequence, 2);
    BOOST_TEST((none.refusal == bank::fault::none));
    BOOST_TEST(none.records.empty());
  });
}

BOOST_AUTO_TEST_CASE(an_operation_is_told_by_its_id) {
  for_each_engine([](served_bank& b) {
    const auto asked = first_operations();
    const auto receipts = b.post(asked);
    for (const bool restarted : {false, true}) {
      if (restarted)
        b.reopen();
      for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto a = b.operation_of(asked[i].id);
        BOOST_TEST((a.refusal == bank::fault::none));
        BOOST_REQUIRE(a.found.size() == 1u);
        BOOST_TEST((a.found.front().asked == asked[i]), i);
        BOOST_TEST((a.found.front().answer == receipts[i]), i);
      }
      const auto none = b.operation_of({9, 99});
      BOOST_TEST((none.refusal == bank::fault::none));
      BOOST_TEST(none.found.empty());
    }
    BOOST_TEST(b.counter("bank_commits") == 0u); // looking leaves no trace
  });
}

BOOST_AUTO_TEST_CASE(a_hold_is_told_by_its_id_in_each_of_its_states) {
  for_each_engine([](served_bank& b) {
    b.post(first_operations());
    const auto held = [](std::uint64_t n, std::int64_t until = 0) {
      return operation{
          .id = {4, n}, .kind = operation_kind::hold, .from = 1, .value = 5, .expires_ms = until};
    };
    const std::int64_t far = 4'000'000'000'000; // in the year 2096
    b.post({held(1), held(2), held(3), held(4, far)});
    b.post({{.id = {4, 5}, .kind = operation_kind::post, .from = 1, .to = 2, .hold = {4, 2}},
            {.id = {4, 6}, .kind = operation_kind::release, .from = 1, .hold = {4, 3}}});
    const auto is = [&](std::uint64_t n, bank::hold_state state, std::int64_t until = 0) {
      const auto a = b.hold({4, n});
      BOOST_REQUIRE(a.found.size() == 1u);
      const auto& h = a.found.front();
      BOOST_TEST((h.id == bank::op_id{4, n}));
      BOOST_TEST(h.from == 1u);
      BOOST_TEST(h.value == 5);
      BOOST_TEST(h.expires_ms == until);
      BOOST_TEST((h.state == state), n);
      BOOST_TEST((h.closed_by != 0) == (state != bank::hold_state::open), n);
    };
    is(1, bank::hold_state::open);
    is(2, bank::hold_state::posted);
    is(3, bank::hold_state::released);
    is(4, bank::hold_state::open, far);
    // A transfer is none, nor is one on its way to another partition.
    for (const bank::op_id& id : {bank::op_id{9, 5}, bank::op_id{4, 5}, bank::op_id{9, 99}}) {
      const auto a = b.hold(id);
      BOOST_TEST((a.refusal == bank::fault::none));
      BOOST_TEST(a.found.empty());
    }
  });
}

BOOST_AUTO_TEST_CASE(a_batch_is_all_or_nothing) {
  for_each_engine([](served_bank& b) {
    b.post(first_operations());
    const std::vector<operation> batch{
        {.id = {7, 1}, .kind = operation_kind::deposit, .to = 1, .value = 5},
        {.id = {7, 2}, .kind = operation_kind::withdraw, .from = 1, .value = 1'000}};
    const auto r = b.post(batch, true);
    BOOST_TEST((r[0].error == bank::fault::batch_refused));
    BOOST_TEST((r[1].error == bank::fault::insufficient_funds));
    BOOST_TEST(b.account(1).state.balance == 70);
  });
}

BOOST_AUTO_TEST_CASE(a_ledger_in_use_is_refused_at_once) {
  for_each_engine([](served_bank& b) {
    const auto begun = std::chrono::steady_clock::now();
    BOOST_CHECK_EXCEPTION(b.row.make(b.options), std::runtime_error, [&](const auto& e) {
      const std::string line = e.what();
      return line.starts_with(b.options.file + ": process " + std::to_string(::getpid()))
             && line.find('\n') == std::string::npos;
    });
    BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(5)));
    BOOST_TEST(b.post(first_operations()).size() == 5u); // the one who has it goes on
  });
}

BOOST_AUTO_TEST_CASE(after_a_failed_commit_nothing_is_said_to_be_done) {
  for_each_engine([](served_bank& b) {
    b.post(first_operations());
    BOOST_TEST(b.service->not_ready() == "");
    for (auto& other : io::open_stores(b.options.file, 0)) // a writer who takes no turn
      other.reset();
    const auto r = b.post({{.id = {7, 1}, .kind = operation_kind::deposit, .to = 1, .value = 5}});
    BOOST_TEST((r.front().error == bank::fault::store_failed));
    BOOST_TEST((b.account(1).refusal == bank::fault::store_failed));
    BOOST_TEST((b.operation_of({9, 5}).refusal == bank::fault::store_failed));
    BOOST_TEST((b.hold({9, 5}).refusal == bank::fault::store_failed));
    BOOST_TEST(b.service->not_ready() != "");
    b.reopen();
    BOOST_TEST(b.service->not_ready() == "");
    BOOST_TEST(b.account(1).state.balance == 70);
  });
}

BOOST_AUTO_TEST_CASE(too_much_at_once_is_refused_undone) {
  for (const auto& row : bank_services())
    BOOST_TEST_CONTEXT(row.name) {
      served_bank b{row};
      b.options.questions_waiting_max = 0;
      b.open();
      const auto a = b.ask<gateway::bank_receipts>(gateway::bank_batch{first_operations(), false});
      BOOST_TEST((a.error == gateway::fault::overloaded));
      BOOST_TEST((b.account(1).error == gateway::fault::overloaded));
      BOOST_TEST((b.history(1, 0, 1).error == gateway::fault::overloaded));
      BOOST_TEST((b.operation_of({9, 5}).error == gateway::fault::overloaded));
      BOOST_TEST((b.hold({9, 5}).error == gateway::fault::overloaded));
      BOOST_TEST(b.counter("bank_commits") == 0u);
    }
}

BOOST_AUTO_TEST_CASE(every_question_is_answered_once_when_it_ends) {
  for_each_engine([](served_bank& b) {
    b.post(first_operations());
    constexpr int questions = 300;
    std::vector<std::atomic<int>> told(questions);
    for (int i = 0; i < questions; ++i) {
      const auto count = [&told, i](const auto&) { ++told[static_cast<std::size_t>(i)]; };
      if (i % 3 == 0)
        b.service->ask(gateway::account_question{1}, count);
      else
        b.service->ask(gateway::bank_batch{{{.id = {6, static_cast<std::uint64_t>(i)},
                                             .kind = operation_kind::transfer,
                                             .from = 1,
                                             .to = 2,
                                             .value = 1}},
                                           false},
                       count);
    }
    b.service.reset();
    for (const auto& n : told)
      BOOST_TEST(n == 1);
  });
}

BOOST_AUTO_TEST_CASE(money_is_conserved_over_http_and_keys_outlive_a_restart) {
  constexpr unsigned clients = 4, transfers = 60, accounts = 5;
  constexpr std::int64_t each = 100;
  for_each_engine([&](served_bank& b) {
    std::vector<std::vector<sent_transfer>> sent(clients);
    std::int64_t first_balances[accounts] = {};
    {
      http_bank http{*b.service};
      http_teller teller{http.port()};
      for (unsigned a = 1; a <= accounts; ++a) {
        const auto n = std::to_string(a);
        const auto opened = teller.post("/bank/accounts", key_of(100, a),
                                        "{\"account\":" + n + ",\"currency\":\"EUR\"}");
        BOOST_TEST(opened.status == 201);
        BOOST_TEST(opened.field("Location") == "/bank/accounts/" + n);
        BOOST_TEST(
            teller.post("/bank/deposits", key_of(101, a), "{\"to\":" + n + ",\"amount\":100}")
                .status
            == 200);
      }
      std::vector<std::jthread> threads;
      for (unsigned who = 0; who < clients; ++who)
        threads.emplace_back(
            [&, who] { sent[who] = make_transfers(http.port(), who, transfers, accounts); });
      threads.clear();
      std::int64_t sum = 0;
      for (unsigned a = 1; a <= accounts; ++a) {
        first_balances[a - 1] = teller.balance(static_cast<int>(a));
        BOOST_TEST(first_balances[a - 1] >= 0);
        sum += first_balances[a - 1];
      }
      BOOST_TEST(sum == each * accounts);
    }
    std::uint64_t done = 0;
    std::map<int, int> statuses;
    for (const auto& list : sent)
      for (const auto& t : list) {
        ++statuses[t.status];
        done += t.status == 200;
      }
    BOOST_TEST(done > 0u);
    BOOST_TEST(statuses[200] + statuses[409] + statuses[422]
               == static_cast<int>(clients * transfers));
    BOOST_TEST(b.counter("bank_transfers_committed") == done);

    b.reopen();
    http_bank http{*b.service};
    http_teller teller{http.port()};
    for (const auto& list : sent)
      for (const auto& t : list) {
        const auto again = teller.post("/bank/transfers", t.key, t.body);
        BOOST_TEST(again.status == t.status);
        BOOST_TEST(again.body == t.answer);
        const auto looked = teller.get("/bank/operations/" + t.key);
        BOOST_TEST(looked.status == 200); // the refused are known too
        if (t.status == 200) {
          BOOST_TEST(looked.body == t.answer);
          BOOST_TEST(again.field("Content-Location") == "/bank/operations/" + t.key);
        }
      }
    for (unsigned a = 1; a <= accounts; ++a)
      BOOST_TEST(teller.balance(static_cast<int>(a)) == first_balances[a - 1]);
    BOOST_TEST(b.counter("bank_transfers_committed") == 0u);
    const auto other =
        teller.post("/bank/transfers", sent[0][0].key, R"({"from":1,"to":2,"amount":7777})");
    BOOST_TEST(other.status == 422);
    BOOST_TEST(other.body.find("\"id_reused\"") != std::string::npos);
  });
}

BOOST_AUTO_TEST_CASE(a_hold_is_posted_in_part_over_http) {
  for_each_engine([](served_bank& b) {
    b.post(first_operations());
    http_bank http{*b.service};
    http_teller teller{http.port()};
    const auto hold = key_of(5, 1);
    BOOST_TEST(teller.post("/bank/holds", hold, R"({"from":1,"amount":50})").status == 200);
    BOOST_TEST(b.account(1).state.held == 50);
    BOOST_TEST(
        teller.post("/bank/transfers", key_of(5, 2), R"({"from":1,"to":2,"amount":21})").status
        == 409); // 70, of which 50 are held
    const auto path = "/bank/holds/" + hold;
    BOOST_TEST(teller.post(path + "/post", key_of(5, 3), R"({"from":1,"to":2,"amount":51})").status
               == 422);
    BOOST_TEST(teller.post(path + "/post", key_of(5, 4), R"({"from":1,"to":2,"amount":20})").status
               == 200);
    BOOST_TEST(b.account(1).state.balance == 50);
    BOOST_TEST(b.account(1).state.held == 0);
    BOOST_TEST(b.account(2).state.balance == 50);
    BOOST_TEST(teller.post(path + "/void", key_of(5, 5), R"({"from":1})").status == 409);
    BOOST_TEST(
        teller.post("/bank/holds/" + key_of(5, 9) + "/void", key_of(5, 6), R"({"from":1})").status
        == 404);
  });
}

BOOST_AUTO_TEST_SUITE_END()
