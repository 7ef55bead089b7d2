// SPDX-License-Identifier: BSD-3-Clause
#include "actors/jobs/printer.hpp"

#include <utility>

#include "domain/jobs/line_tagger.hpp"
#include "io/jobs/output_spool.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"

namespace troupe::jobs {

printer_actor::behavior_type printer::make_behavior() {
  return {
      [this](const expect_outputs& x) {
        for (const auto seq : x.seqs)
          order_.expect(seq);
      },
      [this](const forget_outputs& x) {
        for (const auto seq : x.seqs)
          order_.forget(seq);
        print_ready();
      },
      [this](print_output& x) {
        order_.finished(x.seq, std::move(x));
        print_ready();
      },
      [this](const print_lines& x) -> caf::result<lines_printed> {
        if (error_.empty())
          error_ = ports_.print(x.err, plan_.tag ? line_tagger{x.tag}.take(x.text) : x.text);
        return lines_printed{error_};
      },
      [this](const show_progress& x) { ports_.show(x.how_far); },
  };
}

printer::printer(printer_actor::pointer self, job_plan plan, job_ports ports)
    : self_(self), plan_(std::move(plan)), ports_(std::move(ports)), order_(plan_.keep_order) {}

void printer::print_ready() {
  while (order_.ready()) {
    const auto x = order_.take();
    if (error_.empty())
      error_ = print(false, x.tag, x.out.get());
    if (error_.empty())
      error_ = print(true, x.tag, x.err.get());
    const bool silent = !x.out && !x.err; // it has lost nothing, whatever became of others'
    runtime::send(self_, x.answer_to, output_printed{x.seq, silent ? "" : error_});
  }
}

std::string printer::print(bool err, const std::string& tag, const io::output_spool* spool) {
  if (spool == nullptr || spool->bytes() == 0)
    return "";
  if (!plan_.tag)
    return spool->each([&](std::string_view piece) { return ports_.print(err, piece); });
  line_tagger tagger{tag};
  auto error =
      spool->each([&](std::string_view piece) { return ports_.print(err, tagger.take(piece)); });
  const auto rest = tagger.finish();
  return error.empty() && !rest.empty() ? ports_.print(err, rest) : error;
}

} // namespace troupe::jobs
