// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/fake_disk.hpp"

namespace troupe::test {

/// A partition's file that several nodes can open: who opened last writes.
struct shared_disk {
  fake_disk disk;
  std::int64_t epoch = 0;
  bool locked = false; // by a process that was stopped inside a commit
};

class fenced_store final : public fake_store {
public:
  explicit fenced_store(shared_disk& of) : fake_store(of.disk), of_(of), epoch_(++of.epoch) {}
  std::string commit(const bank::change_set& change) override {
    return of_.epoch == epoch_ ? fake_store::commit(change) : "another writer has taken over";
  }

private:
  shared_disk& of_;
  std::int64_t epoch_;
};

} // namespace troupe::test
