// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crawl/real_ports.hpp"

#include <utility>

#include "io/crawl/robots.hpp"

namespace troupe::crawl {

crawl_ports real_ports(const crawl_plan& plan, std::shared_ptr<io::crawl_output> output,
                       std::shared_ptr<io::http_client> client) {
  crawl_ports ports;
  ports.fetch = [client, bounds = plan.bounds](const page_job& job,
                                               std::function<void(fetched)> done) {
    client->get(job.target, std::move(done), {.body_bytes_max = body_bytes_max_of(job, bounds)});
  };
  ports.fetch_robots = [client, agent = plan.user_agent, bounds = plan.bounds](
                           const std::string& origin, std::function<void(io::robots_answer)> done) {
    io::fetch_robots(*client, origin, agent, bounds, std::move(done));
  };
  ports.fetch_robots_text = [client,
                             bounds = plan.bounds](const std::string& origin,
                                                   std::function<void(robots_outcome)> done) {
    io::fetch_robots_outcome(*client, origin, bounds, std::move(done));
  };
  ports.make_reader = [what = plan.extract, bounds = plan.bounds] {
    return [reader = std::make_shared<page_reader>(what, bounds)](
               const page_job& job, const fetched& answer) { return reader->read(job, answer); };
  };
  ports.write = [output = std::move(output)](const std::vector<row_and_items>& rows, bool flush) {
    std::string error;
    if (!output)
      return error;
    for (const auto& x : rows)
      if (error = output->write({x.row, x.items, x.links, x.record.get()}); !error.empty())
        return error;
    return flush ? output->flush() : error;
  };
  return ports;
}

} // namespace troupe::crawl
