// SPDX-License-Identifier: BSD-3-Clause
#include "io/gateway/request_counts.hpp"

#include <algorithm>
#include <bit>

namespace troupe::gateway {

namespace {

constexpr std::array<std::string_view, 8> methods{"GET",   "HEAD",   "POST",    "PUT",
                                                  "PATCH", "DELETE", "OPTIONS", "other"};
// What the gateway may send; the first stands for no answer, the last for any other.
constexpr std::array<int, 35> statuses{0,   200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308,
                                       400, 401, 403, 404, 405, 406, 408, 409, 411, 413, 414, 415,
                                       417, 421, 422, 429, 431, 500, 501, 502, 503, 504, 505};
constexpr std::array<std::string_view, statuses.size() + 1> status_names{
    "gone", "200", "201", "202", "204", "206", "301", "302", "303", "304", "307", "308",
    "400",  "401", "403", "404", "405", "406", "408", "409", "411", "413", "414", "415",
    "417",  "421", "422", "429", "431", "500", "501", "502", "503", "504", "505", "other"};
constexpr std::size_t status_end = 600;

constexpr auto status_slots = [] {
  std::array<std::uint8_t, status_end> out{};
  out.fill(statuses.size());
  for (std::size_t i = 0; i < statuses.size(); ++i)
    out[static_cast<std::size_t>(statuses[i])] = static_cast<std::uint8_t>(i);
  return out;
}();

// One route's counters: answers by method and status, buckets, nanoseconds, bytes; in whole lines
// of the cache.
constexpr std::size_t answers_at = 0;
constexpr std::size_t buckets_at = methods.size() * status_names.size();
constexpr std::size_t took_at = buckets_at + latency_buckets;
constexpr std::size_t bytes_at = took_at + 1;
constexpr std::size_t route_counters = (bytes_at + 1 + 7) / 8 * 8;

constexpr auto bounds_ns = [] {
  std::array<std::uint64_t, latency_s_bounds.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint64_t>(latency_s_bounds[i] * 1e9 + .5);
  return out;
}();

std::size_t method_slot(std::string_view method) noexcept {
  const auto found = std::find(methods.begin(), methods.end() - 1, method);
  return static_cast<std::size_t>(found - methods.begin());
}

std::size_t hash(std::string_view label) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(label.data());
  return static_cast<std::size_t>((address >> 3) * 0x9E3779B97F4A7C15ull >> 40);
}

std::size_t my_copy() noexcept {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine =
      threads.fetch_add(1, std::memory_order_relaxed) % request_counts::copies;
  return mine;
}

void add(std::atomic<std::uint64_t>& c, std::uint64_t n) noexcept {
  c.fetch_add(n, std::memory_order_relaxed);
}

} // namespace

request_counts::request_counts() { know({}); }

void request_counts::know(const std::vector<std::string_view>& labels) {
  names_.clear();
  slots_.assign(std::bit_ceil(2 * labels.size() + 1), {});
  for (const auto label : labels) {
    // Routes of one pattern and several methods are one series each by their method.
    auto name = std::find(names_.begin(), names_.end(), label);
    if (name == names_.end())
      name = names_.emplace(names_.end(), label);
    auto at = hash(label) & (slots_.size() - 1);
    while (slots_[at].address)
      at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {label.data(), static_cast<std::uint32_t>(label.size()),
                  static_cast<std::uint32_t>(name - names_.begin())};
  }
  names_.emplace_back("other");
  for (auto& c : counters_)
    c = std::make_unique<counter[]>(names_.size() * route_counters);
}

std::size_t request_counts::find(std::string_view label) const noexcept {
  for (auto at = hash(label) & (slots_.size() - 1); slots_[at].address;
       at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].address == label.data() && slots_[at].bytes == label.size())
      return slots_[at].route;
  const auto name = std::find(names_.begin(), names_.end() - 1, label);
  return static_cast<std::size_t>(name - names_.begin());
}

void request_counts::count(const io::request_report& r) noexcept {
  counter* const c = counters_[my_copy()].get() + find(r.label) * route_counters;
  const auto status = static_cast<std::size_t>(r.status) < status_end
                          ? status_slots[static_cast<std::size_t>(r.status)]
                          : statuses.size();
  add(c[answers_at + method_slot(r.method) * status_names.size() + status], 1);
  const auto bound = std::lower_bound(bounds_ns.begin(), bounds_ns.end(), r.took_ns);
  add(c[buckets_at + static_cast<std::size_t>(bound - bounds_ns.begin())], 1);
  add(c[took_at], r.took_ns);
  add(c[bytes_at], r.body_bytes);
}

std::vector<route_count> request_counts::read() const {
  std::vector<route_count> out(names_.size());
  std::vector<std::uint64_t> sum(route_counters);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::fill(sum.begin(), sum.end(), 0);
    for (const auto& copy : counters_)
      for (std::size_t k = 0; k < route_counters; ++k)
        sum[k] += copy[i * route_counters + k].load(std::memory_order_relaxed);
    out[i].route = names_[i];
    for (std::size_t m = 0; m < methods.size(); ++m)
      for (std::size_t s = 0; s < status_names.size(); ++s)
        if (const auto n = sum[answers_at + m * status_names.size() + s]; n > 0)
          out[i].by_answer.push_back({methods[m], status_names[s], n});
    std::copy_n(sum.begin() + buckets_at, latency_buckets, out[i].by_latency.begin());
    out[i].took_s = static_cast<double>(sum[took_at]) / 1e9;
    out[i].body_bytes = sum[bytes_at];
  }
  return out;
}

std::uint64_t request_counts::total() const {
  std::uint64_t n = 0;
  for (const auto& copy : counters_)
    for (std::size_t i = 0; i < names_.size(); ++i)
      for (std::size_t b = 0; b < latency_buckets; ++b)
        n += copy[i * route_counters + buckets_at + b].load(std::memory_order_relaxed);
  return n;
}

} // namespace troupe::gateway
