// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/resolver_cache.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace troupe::io {

namespace {

constexpr int lookups_at_once_max = 8;
constexpr std::size_t entries_max = 4096;
constexpr std::chrono::milliseconds failure_ttl{3000};

// Blocks for as long as the system's resolver wants. `keep` tells whether the outcome is worth
// remembering: a busy name server is not.
dns_answer ask_system(const std::string& host, bool& keep) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  dns_answer out;
  int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  keep = code != EAI_AGAIN && code != EAI_SYSTEM && code != EAI_MEMORY;
  if (code != 0) {
    out.error = code == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(code);
    return out;
  }
  for (auto* at = list; at; at = at->ai_next) {
    asio::ip::address address;
    if (at->ai_family == AF_INET) {
      auto* in = reinterpret_cast<const sockaddr_in*>(at->ai_addr);
      address = asio::ip::address_v4(ntohl(in->sin_addr.s_addr));
    } else if (at->ai_family == AF_INET6) {
      auto* in = reinterpret_cast<const sockaddr_in6*>(at->ai_addr);
      asio::ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), in->sin6_addr.s6_addr, bytes.size());
      address = asio::ip::address_v6(bytes, in->sin6_scope_id);
    } else {
      continue;
    }
    if (std::find(out.addresses.begin(), out.addresses.end(), address) == out.addresses.end())
      out.addresses.push_back(address);
  }
  freeaddrinfo(list);
  if (out.addresses.empty())
    out.error = "no address of a usable kind";
  return out;
}

} // namespace

// Shared with the look-up threads, which are detached: a look-up can block for many seconds, and
// neither a client's end nor the program's must wait for it.
struct resolver_cache::workers : std::enable_shared_from_this<workers> {
  std::mutex gate; // guards all below; held while posting, so that close() is a border
  resolver_cache* owner = nullptr; // null once closed
  asio::io_context* context = nullptr;
  std::deque<std::string> queue;
  int running = 0;
  std::size_t asking = 0; // of those at work

  void submit(std::string host) {
    std::lock_guard lock(gate);
    queue.push_back(std::move(host));
    if (running >= lookups_at_once_max)
      return;
    try {
      std::thread([self = shared_from_this()] { self->work(); }).detach();
      ++running;
    } catch (const std::system_error& e) { // no thread to be had
      if (running > 0)
        return; // one of those at work takes it up
      auto found = std::make_shared<const dns_answer>(dns_answer{{}, e.what()});
      post_answer(std::move(queue.back()), std::move(found), false);
      queue.pop_back();
    }
  }

  void work() {
    for (;;) {
      std::string host;
      {
        std::lock_guard lock(gate);
        if (queue.empty() || !owner) {
          --running;
          return;
        }
        host = std::move(queue.front());
        queue.pop_front();
        ++asking;
      }
      bool keep = true;
      auto found = std::make_shared<const dns_answer>(ask_system(host, keep));
      std::lock_guard lock(gate);
      --asking;
      if (owner)
        post_answer(std::move(host), std::move(found), keep);
    }
  }

  void post_answer(std::string host, answer found, bool keep) {
    asio::post(*context,
               [self = shared_from_this(), host = std::move(host), found = std::move(found), keep] {
                 if (auto* cache = self->owner_now())
                   cache->arrived(host, found, keep);
               });
  }

  // The cache itself lives until the loop has seen its client's end: its memory is safe here.
  resolver_cache* owner_now() {
    std::lock_guard lock(gate);
    return owner;
  }
};

resolver_cache::resolver_cache(asio::io_context& context, std::chrono::milliseconds ttl)
    : ttl_(ttl), workers_(std::make_shared<workers>()) {
  workers_->owner = this;
  workers_->context = &context;
}

resolver_cache::~resolver_cache() { close(); }

void resolver_cache::close() {
  std::lock_guard lock(workers_->gate);
  workers_->owner = nullptr;
  workers_->queue.clear();
}

std::size_t resolver_cache::pending() const {
  std::lock_guard lock(workers_->gate);
  return workers_->queue.size() + workers_->asking;
}

resolver_cache::answer resolver_cache::resolve(std::string_view host, waiter later) {
  std::string name(host);
  if (name.size() > 2 && name.front() == '[' && name.back() == ']')
    name = name.substr(1, name.size() - 2);
  error_code error;
  auto literal = asio::ip::make_address(name, error);
  if (!error)
    return std::make_shared<const dns_answer>(dns_answer{{literal}, {}});

  auto now = steady::now();
  auto found = entries_.find(name);
  if (found != entries_.end() && found->second.known && found->second.expires > now)
    return found->second.known;
  if (found == entries_.end()) {
    make_room(now);
    found = entries_.try_emplace(name).first;
  }
  entry& e = found->second;
  e.known = nullptr;
  e.waiting.push_back(std::move(later));
  if (e.waiting.size() == 1)
    workers_->submit(std::move(name));
  return nullptr;
}

void resolver_cache::arrived(const std::string& host, answer found, bool keep) {
  auto at = entries_.find(host);
  if (at == entries_.end())
    return;
  auto waiting = std::move(at->second.waiting);
  if (keep) {
    at->second.waiting.clear();
    at->second.known = found;
    at->second.expires =
        steady::now() + (found->addresses.empty() ? std::min(failure_ttl, ttl_) : ttl_);
  } else {
    entries_.erase(at);
  }
  for (const auto& tell : waiting)
    tell(found);
}

void resolver_cache::make_room(steady::time_point now) {
  if (entries_.size() < entries_max)
    return;
  auto forgettable = [](const auto& item) { return item.second.waiting.empty(); };
  std::erase_if(entries_,
                [&](const auto& item) { return forgettable(item) && item.second.expires <= now; });
  if (entries_.size() >= entries_max)
    std::erase_if(entries_, forgettable);
}

} // namespace troupe::io
