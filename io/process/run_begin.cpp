// SPDX-License-Identifier: BSD-3-Clause
// How a run begins: what was asked for becomes descriptors and a plan, and the plan a process.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/process/reason.hpp"
#include "io/process/run.hpp"

namespace troupe::io {

using ending = process_end::ending;

namespace {

bool is_shortage(int error) {
  return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE
         || error == ENOSPC; // the last is epoll's
}

void drop(std::vector<std::string>& environment, const std::string& name) {
  std::erase_if(environment, [&name](const std::string& each) {
    return each.size() > name.size() && each[name.size()] == '=' && each.starts_with(name);
  });
}

std::vector<std::string> environment_of(const process_spec& spec,
                                        const std::vector<std::string>& ours) {
  auto made = spec.environment ? *spec.environment : ours;
  for (const auto& name : spec.environment_unset)
    drop(made, name);
  for (const auto& each : spec.environment_set) {
    drop(made, each.substr(0, each.find('=')));
    made.push_back(each);
  }
  return made;
}

// A file in memory rather than a pipe: nobody has to be woken to write it, and there is no
// SIGPIPE if it is not read. Sealed, for the program gets this very file.
descriptor memory_file(const std::string& bytes) {
  descriptor file{::memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  for (std::size_t written = 0; file && written < bytes.size();) {
    const auto n = ::write(file.get(), bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      const int error = n == 0 ? ENOSPC : errno;
      file.reset();
      errno = error;
      return file;
    }
    written += static_cast<std::size_t>(n);
  }
  if (file) {
    ::lseek(file.get(), 0, SEEK_SET);
    ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  }
  return file;
}

descriptor input_file(const std::string& path) {
  // Non-blocking only while it is opened: a FIFO without a writer would hold up all.
  descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file)
    ::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) & ~O_NONBLOCK);
  return file;
}

} // namespace

process_run::begun process_run::begin() {
  if (auto fault = fault_of(spec_, host_.limits); !fault.empty()) {
    refuse(ending::not_started, std::move(fault));
    return begun::no;
  }
  spawn_plan plan;
  plan.argv = spec_.argv;
  plan.environment = environment_of(spec_, host_.environment);
  plan.candidates = program_candidates(plan.argv.front(), plan.environment);
  plan.directory = spec_.directory;
  plan.descriptors_max = host_.limits.program_descriptors_max;
  const auto failure = start(plan);
  if (failure.failed == spawn_step::none)
    return begun::yes;
  error_code ignored;
  out_.fd.close(ignored);
  err_.fd.close(ignored);
  end_.reason =
      failure.failed == spawn_step::input
          ? plan.argv.front() + ": input " + spec_.in.bytes + ": " + words_of(failure.error)
          : reason_of(plan, failure);
  return is_shortage(failure.error) && failure.failed != spawn_step::exec ? begun::shortage
                                                                          : begun::no;
}

spawned process_run::start(spawn_plan& plan) {
  spawned made;
  const auto fail = [&made](spawn_step step, int error) {
    made.failed = step;
    made.error = error;
    return std::move(made);
  };
  if (!host_.null)
    host_.null = descriptor{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  if (!host_.null)
    return fail(spawn_step::process, errno);
  descriptor input;
  switch (spec_.in.from) {
  case process_input::kind::inherit:
    break;
  case process_input::kind::null:
    plan.in = host_.null.get();
    break;
  case process_input::kind::bytes:
    if (!(input = memory_file(spec_.in.bytes)))
      return fail(spawn_step::process, errno);
    plan.in = input.get();
    break;
  case process_input::kind::file:
    if (!(input = input_file(spec_.in.bytes)))
      return fail(spawn_step::input, errno);
    plan.in = input.get();
    break;
  }
  descriptor out;
  descriptor err;
  for (auto [o, write_end, place] :
       {std::tuple{&out_, &out, &plan.out}, {&err_, &err, &plan.err}}) {
    if (o->kind == process_output::null)
      *place = host_.null.get();
    if (o->kind == process_output::merged)
      *place = plan.out >= 0 ? plan.out : STDOUT_FILENO;
    if (o->kind != process_output::lines && o->kind != process_output::chunks)
      continue;
    if (const int error = open_outlet(*o, *write_end))
      return fail(spawn_step::process, error);
    *place = write_end->get();
  }
  began_ = steady::now();
  runs_ = trace::span{"program", "runs", [this] { return spec_.argv.front(); }};
  made = host_.starter.start(plan);
  if (made.failed != spawn_step::none)
    return made;
  pid_ = made.pid;
  error_code error;
  pidfd_.assign(made.pidfd.get(), error);
  if (error) { // epoll takes no more: it cannot be watched
    signal_group(SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    return fail(spawn_step::process, error.value());
  }
  made.pidfd.release();
  spec_.in.bytes = {};
  pidfd_.async_wait(stream::wait_read, [self = shared_from_this()](const error_code& failed) {
    if (!failed && !self->over_)
      self->on_exit();
  });
  wait_for(out_);
  wait_for(err_);
  if (spec_.deadline.count() > 0)
    arm(phase::deadline, spec_.deadline);
  return made;
}

int process_run::open_outlet(outlet& o, descriptor& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return errno;
  descriptor read_end{ends[0]};
  write_end = descriptor{ends[1]};
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  error_code error;
  o.fd.assign(read_end.get(), error);
  if (!error)
    read_end.release();
  return error.value();
}

} // namespace troupe::io
