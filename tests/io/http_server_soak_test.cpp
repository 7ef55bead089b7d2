// SPDX-License-Identifier: BSD-3-Clause
// Moderate load for a while: memory stays flat, descriptors do not grow. Ten seconds, or as long as
// TROUPE_SOAK_S says.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <unistd.h>

#include "tests/io/http_server_fixture.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr int default_s = 10;
constexpr double grown_bytes_max = 8e6; // beyond what it took after a fifth of the time
constexpr unsigned clients = 8;

double resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::size_t descriptors() {
  return static_cast<std::size_t>(std::distance(
      std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
}

/// A thread of answers, so that half of them come home through the inbox.
class answering_thread {
public:
  answering_thread() : thread_([this] { run(); }) {}
  ~answering_thread() {
    {
      const std::lock_guard lock(gate_);
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  void add(io::answerer a) {
    {
      const std::lock_guard lock(gate_);
      waiting_.push_back(std::move(a));
    }
    changed_.notify_one();
  }

private:
  void run() {
    std::vector<io::answerer> taken;
    for (std::unique_lock lock(gate_); !over_;) {
      changed_.wait(lock, [&] { return over_ || !waiting_.empty(); });
      taken.swap(waiting_);
      lock.unlock();
      for (const auto& a : taken)
        a.send(text_answer("later"));
      taken.clear();
      lock.lock();
    }
  }

  std::mutex gate_;
  std::condition_variable changed_;
  std::vector<io::answerer> waiting_;
  bool over_ = false;
  std::thread thread_; // the last
};

/// All that a client may do in a life, well or badly. Returns: answers that were as they should be.
std::uint64_t one_life(std::uint16_t port, std::mt19937& dice) {
  raw_client client(port);
  std::uint64_t right = 0;
  const int requests = static_cast<int>(dice() % 20);
  for (int i = 0; i < requests; ++i) {
    switch (dice() % 4) {
    case 0:
      client.send(get("/now"));
      right += client.read_answer().body == "now";
      break;
    case 1:
      client.send(get("/other/later") + get("/now"));
      right += client.read_answer().body == "later";
      right += client.read_answer().body == "now";
      break;
    case 2:
      client.send("POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "1000\r\n"
                  + std::string(4'096, 'x') + "\r\n0\r\n\r\n");
      right += client.read_answer().body == "now";
      break;
    default:
      client.send(get("/other/stream"));
      right += client.read_answer().body == "abc";
    }
  }
  switch (dice() % 4) {
  case 0:
    client.send(get("/other/later"));
    return client.reset(), right;
  case 1:
    client.send("GET / HTTP/1.1\r\nbad\r\n\r\n");
    return client.read_to_end(), right;
  case 2:
    client.send("GET /now HT");
    return right;
  default:
    return right;
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(memory_and_descriptors_stay_flat) {
  const char* wanted = std::getenv("TROUPE_SOAK_S");
  const auto length = std::chrono::seconds(wanted ? std::atoi(wanted) : default_s);
  answering_thread answering;
  io::http_server_options options;
  options.threads = 2;
  waiting_server s(options);
  s.other = [&](const io::server_request& r, const io::answerer& a) {
    if (r.path() == "/other/later")
      return answering.add(a);
    const auto stream = a.stream(text_answer("a"));
    stream->write("b");
    stream->write("c");
    stream->end();
  };
  const auto before = descriptors();
  std::atomic<bool> over{false};
  std::atomic<std::uint64_t> right{0}, lives{0};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < clients; ++i)
    threads.emplace_back([&, i] {
      std::mt19937 dice(i);
      while (!over) {
        right += one_life(s.server.port(), dice);
        ++lives;
      }
    });
  std::this_thread::sleep_for(length / 5);
  const double early = resident_bytes();
  std::this_thread::sleep_for(length - length / 5);
  const double late = resident_bytes();
  over = true;
  for (auto& t : threads)
    t.join();
  BOOST_TEST(soon([&] { return s.server.counts().connections == 0; }));
  // The last ones may still be on their way from the kernel.
  BOOST_TEST(soon([&] { return descriptors() <= before; }));
  const auto after = descriptors();
  std::cout << lives << " connections, " << right << " answers, " << early / 1e6 << " MB then "
            << late / 1e6 << " MB, " << before << " descriptors then " << after << "\n";
  BOOST_TEST(late - early < grown_bytes_max);
  BOOST_TEST(right > lives);
  BOOST_TEST(s.server.counts().in_flight == 0u);
  BOOST_TEST(s.server.counts().streams == 0u);
}
