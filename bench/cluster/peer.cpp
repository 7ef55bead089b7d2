// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cluster/peer.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/cluster/coordinator.hpp"
#include "actors/cluster/process.hpp"
#include "io/unix_time.hpp"
#include "messages/type_ids.hpp"
#include "runtime/mail.hpp"
#include "runtime/spawn.hpp"

extern char** environ; // NOLINT

namespace troupe::bench {

namespace {

// Answers what a dispatcher is asked, without checking anything: what is measured is the way.
class echo {
public:
  static constexpr const char* name = "echo";
  echo(primes::dispatcher_actor::pointer, unsigned slow_ms) : slow_(slow_ms) {}
  primes::dispatcher_actor::behavior_type make_behavior() {
    using namespace primes;
    return {
        [this](const check_primes& x) -> caf::result<primes_checked> {
          linger();
          return primes_checked{x.job, {verdict::prime}, {}};
        },
        [this](const check_lines&) -> caf::result<lines_checked> {
          linger();
          return lines_checked{nothing_, 0};
        },
        [](const want_batch&) {},
        [](const numbers_done&) {},
        [](const lines_done&) {},
        [](const batch_dropped&) {},
        [](const cancel_check&) {},
        [](const checker_leaves&) -> caf::result<checker_left> { return checker_left{}; },
        [](crew_wanted) -> caf::result<crew_report> { return crew_report{}; },
    };
  }

private:
  void linger() const {
    if (slow_.count() != 0)
      std::this_thread::sleep_for(slow_);
  }
  std::chrono::milliseconds slow_;
  std::shared_ptr<const primes::block_answer> nothing_ = std::make_shared<primes::block_answer>();
};

void announce(unsigned port) {
  std::printf("port %u\n", port);
  std::fflush(stdout);
}

void wait_for_the_end() {
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

int be_actors(const peer_options& options) {
  cluster::process_options p;
  p.port = 0;
  p.tls_dir = options.tls_dir;
  if (options.tls_dir.empty())
    p.name = "far";
  cluster::process here{p};
  auto who = runtime::spawn<echo>(here.system(), options.slow_ms);
  cluster::heads whom;
  whom.primes = who;
  cluster::coordinator_ports ports;
  ports.now_unix_ms = io::now_unix_ms;
  auto head =
      runtime::spawn<cluster::coordinator>(here.system(), whom, ports, cluster::cluster_limits{});
  here.serve(head);
  announce(here.port());
  wait_for_the_end();
  std::_Exit(0); // what is under way is nobody's any more
}

int be_raw() {
  const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(door, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(door, 1) != 0
      || ::getsockname(door, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    throw std::runtime_error("no socket to listen on");
  announce(ntohs(at.sin_port));
  const int fd = ::accept(door, nullptr, nullptr);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // As much as has come is taken at once and answered by one write: as quick as one thread can be.
  std::string in, out;
  std::string piece(std::size_t{256} << 10, '\0');
  for (;;) {
    const auto n = ::read(fd, piece.data(), piece.size());
    if (n <= 0)
      return 0;
    in.append(piece, 0, static_cast<std::size_t>(n));
    std::size_t done = 0;
    raw_head head;
    while (in.size() - done >= sizeof head) {
      in.copy(reinterpret_cast<char*>(&head), sizeof head, done);
      if (in.size() - done - sizeof head < head.size)
        break;
      done += sizeof head + head.size;
      out.append(head.answer, 'a');
    }
    in.erase(0, done);
    write_whole(fd, out.data(), out.size());
    out.clear();
  }
}

} // namespace

void write_whole(int fd, const void* data, std::size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const auto n = ::send(fd, at, size, MSG_NOSIGNAL);
    if (n <= 0)
      throw std::runtime_error("the other side has gone");
    at += n;
    size -= static_cast<std::size_t>(n);
  }
}

void read_whole(int fd, void* data, std::size_t size) {
  auto* at = static_cast<char*>(data);
  while (size > 0) {
    const auto n = ::read(fd, at, size);
    if (n <= 0)
      throw std::runtime_error("the other side has gone");
    at += n;
    size -= static_cast<std::size_t>(n);
  }
}

int be_peer(const peer_options& options) { return options.raw ? be_raw() : be_actors(options); }

peer::peer(const peer_options& options) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  std::vector<std::string> words{"bench_cluster", options.raw ? "--be-raw" : "--be-actors",
                                 "--slow-ms", std::to_string(options.slow_ms)};
  if (!options.tls_dir.empty())
    words.insert(words.end(), {"--tls-dir", options.tls_dir});
  std::vector<char*> arguments;
  for (auto& w : words)
    arguments.push_back(w.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
  const int failed =
      ::posix_spawn(&pid_, "/proc/self/exe", &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::close(in[0]);
  ::close(out[1]);
  keep_alive_ = in[1];
  if (failed != 0)
    throw std::runtime_error("the peer could not be started");
  std::FILE* said = ::fdopen(out[0], "r");
  unsigned port = 0;
  if (std::fscanf(said, "port %u", &port) != 1)
    throw std::runtime_error("the peer did not begin");
  std::fclose(said);
  port_ = static_cast<std::uint16_t>(port);
}

peer::~peer() {
  ::close(keep_alive_);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

double peer::cpu_s() const {
  std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
  std::string skipped;
  std::getline(stat, skipped, ')');
  for (int i = 0; i < 11; ++i)
    stat >> skipped;
  double user = 0, system = 0;
  stat >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

void peer::signal(int number) const { ::kill(pid_, number); }

} // namespace troupe::bench
