// SPDX-License-Identifier: BSD-3-Clause
// The part of a crawl's coordinator that keeps what is final, and goes on with what was kept.
#include "actors/crawl/coordinator.hpp"

#include <utility>

#include "domain/crawl/final_page.hpp"
#include "messages/type_ids.hpp"

namespace troupe::crawl {

// Takes: a page that is final, and whose row comes next.
void coordinator::note(std::uint64_t id, const page_result& result) {
  auto announced = frontier_.take_announced(); // kept or not: else they would gather for ever
  if (!keep_.keeper)
    return;
  page_job job;
  if (auto held = jobs_.extract(id); !held.empty())
    job = std::move(held.mapped());
  unkept_.push_back(to_bytes(job, result, announced));
  unkept_bytes_ += unkept_.back().size();
}

// One batch at a time: while the disk syncs the next one grows.
void coordinator::keep_on() {
  if (rows_at_keeper_ > 0 || unkept_rows_.empty())
    return;
  rows_at_keeper_ = unkept_rows_.size();
  const auto rows = std::make_shared<std::vector<row_and_items>>(std::exchange(unkept_rows_, {}));
  const auto kept = [this, rows, bytes = unkept_bytes_](const std::string& error) {
    rows_at_keeper_ = 0;
    unkept_bytes_ -= bytes;
    if (!error.empty())
      return fail("what is finished cannot be kept: " + error);
    for (auto& x : *rows)
      queue_row(std::move(x));
    keep_on();
    write_on();
    hand_out();
    end_if_done();
  };
  runtime::request(self_, keep_.keeper, crew_.write_deadline,
                   keep_pages{keep_.key, keep_.owner, std::exchange(unkept_, {})})
      .then([kept](const pages_kept& x) { kept(x.error); },
            [this, kept](const caf::error& why) { kept(runtime::text(self_->system(), why)); });
}

void coordinator::restore_on() {
  runtime::request(self_, keep_.keeper, crew_.write_deadline,
                   kept_wanted{keep_.key, keep_.owner, restored_})
      .then(
          [this](const kept_pages& x) {
            if (!x.error.empty())
              fail("what was kept cannot be read: " + x.error);
            else
              restored(x.pages);
          },
          [this](const caf::error& why) {
            fail("what was kept cannot be read: " + runtime::text(self_->system(), why));
          });
}

// Rows that the sink does not have yet go to it first, in their order.
void coordinator::restored(const std::vector<std::string>& pages) {
  for (const auto& bytes : pages) {
    auto page = read_final_page(bytes);
    if (!page || !frontier_.restore(page->job, page->result, page->announced))
      return fail("what was kept is not of this crawl");
    auto& r = page->result;
    add_row(summary_, r.row);
    if (restored_++ >= keep_.rows)
      queue_row(row_of(std::move(r)));
  }
  if (!pages.empty()) {
    write_on();
    restore_waits_ = !may_queue(); // for the sink
    return restore_waits_ ? void() : restore_on();
  }
  if (restored_ < keep_.rows)
    return fail("less was kept than is written");
  restoring_ = false;
  write_on();
  hand_out();
}

void coordinator::fail(std::string why) {
  restoring_ = false;
  unkept_.clear();
  unkept_rows_.clear();
  if (summary_.output_error.empty())
    summary_.output_error = std::move(why);
  frontier_.stop();
  all_done_ = true;
  end_if_done();
}

} // namespace troupe::crawl
