// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/prime_routes.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "io/gateway/answers.hpp"

namespace troupe::gateway {

namespace {

void ask(prime_service& service, number_query query, const io::answerer& answer) {
  if (!query.error.empty())
    return answer.send(query.large ? problem(413, "too_many_numbers", query.error)
                                   : problem(400, "invalid_number", query.error));
  auto list = std::move(query.list);
  auto cancel = service.check(
      std::move(list),
      [answer, query = std::make_shared<const number_query>(std::move(query))](prime_answer a) {
        if (a.error != fault::none)
          return answer.send(problem(a.error));
        // Checkers died over it, or it was stopped: there is no answer to give.
        if (std::find(a.verdicts.begin(), a.verdicts.end(), primes::verdict::cancelled)
            != a.verdicts.end())
          return answer.send(problem(fault::unavailable));
        answer.send(json_answer(200, query->answer(a.verdicts)));
      });
  if (cancel)
    answer.when_gone(std::move(cancel));
}

} // namespace

void add_prime_routes(front& to, prime_service& service, const number_limits& bounds) {
  to.add({io::http_method::get, "/is_prime/{numbers}", access::open,
          [&service, bounds](const exchange& x) {
            ask(service, read_number_list(x.parameters[0], bounds), x.answer);
          }});
  // It changes nothing, so that any page may ask it.
  to.add({io::http_method::post, "/is_prime", access::open, [&service, bounds](const exchange& x) {
            ask(service, read_number_array(x.request.body(), bounds), x.answer);
          }});
}

} // namespace troupe::gateway
