// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The Asio that io/http/*.cpp share; never included by a public header (1.5 s of compile time).
// Everything names io_context's own executor: the polymorphic one costs an allocation or a virtual
// call at each step of an operation.

#include <chrono>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

namespace troupe::io {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using loop_executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<tcp, loop_executor>;
using steady = std::chrono::steady_clock;
using loop_timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, loop_executor>;

} // namespace troupe::io
