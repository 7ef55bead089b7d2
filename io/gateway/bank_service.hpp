// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/bank/ledger.hpp"
#include "io/gateway/services.hpp"

namespace troupe::gateway {

/// Which ledger a bank serves, and how much of it at once.
struct bank_options {
  std::string file;             ///< its first partition's; made if there is none
  std::uint32_t partitions = 0; ///< as many as the file says, or so many, if it is to be made
  std::size_t operations_waiting_max = 65'536; ///< without a receipt; more are `overloaded`
  std::size_t questions_waiting_max = 4'096;   ///< batches and questions, likewise
  bank::ledger_limits bounds;
};

/// Do these, in order. With `all_or_nothing` all or none, and all accounts in one partition.
struct bank_batch {
  std::vector<bank::operation> operations;
  bool all_or_nothing = false;
};
struct bank_receipts {
  fault error = fault::none;           ///< unavailable: whether it was done is not known
  std::vector<bank::receipt> receipts; ///< one an operation, in order
};

struct account_question {
  bank::account_id id = bank::no_account;
};
struct account_answer {
  fault error = fault::none;
  bank::fault refusal = bank::fault::none; ///< no_account, store_failed, unreachable
  bank::account state;
};

/// What happened on an account, newest first.
struct history_question {
  bank::account_id id = bank::no_account;
  std::uint64_t before = 0; ///< sequence; 0: from the end
  std::uint32_t records_max = 100;
};
struct history_answer {
  fault error = fault::none;
  bank::fault refusal = bank::fault::none; ///< no_account, store_failed, unreachable
  std::vector<bank::record> records;
};

/// What was done under this id?
struct operation_question {
  bank::op_id id;
};
struct operation_answer {
  fault error = fault::none;
  bank::fault refusal = bank::fault::none; ///< store_failed, unreachable
  /// What was asked, and the receipt that the same batch would get again. None: no such id is
  /// known; several: as many partitions know it, each as its own.
  std::vector<bank::record> found;
};

/// What became of the hold of this id?
struct hold_question {
  bank::op_id id;
};
struct hold_answer {
  fault error = fault::none;
  bank::fault refusal = bank::fault::none; ///< store_failed, unreachable
  std::vector<bank::hold> found;           ///< likewise
};

/// A durable ledger. Receipts come, and accounts are told of, only after the commit that holds them
/// is synced. A question whose asker has gone is answered all the same: what was asked of a ledger
/// is done. `overloaded` alone says that nothing was.
class bank_service : public service {
public:
  virtual canceler ask(bank_batch question, callback<bank_receipts> done) = 0;
  virtual canceler ask(const account_question& question, callback<account_answer> done) = 0;
  virtual canceler ask(const history_question& question, callback<history_answer> done) = 0;
  virtual canceler ask(const operation_question& question, callback<operation_answer> done) = 0;
  virtual canceler ask(const hold_question& question, callback<hold_answer> done) = 0;
};

} // namespace troupe::gateway
