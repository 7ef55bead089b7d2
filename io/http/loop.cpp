// SPDX-License-Identifier: BSD-3-Clause
#include "io/http/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>

namespace troupe::io {

io_loop::io_loop() : impl_(std::make_unique<impl>()) {}

io_loop::~io_loop() {
  stop();
  if (impl_->thread.joinable())
    impl_->thread.join();
}

void io_loop::start() {
  if (impl_->thread.joinable())
    return;
  impl_->lingers = true;
  impl_->thread = std::thread([&context = impl_->context] {
    auto work = asio::make_work_guard(context);
    context.run();
  });
}

void io_loop::stop() { impl_->context.stop(); }

void io_loop::run() {
  if (!impl_->thread.joinable())
    impl_->context.run();
}

void* io_loop::context() { return &impl_->context; }

} // namespace troupe::io
