// SPDX-License-Identifier: BSD-3-Clause
// Asio's and Beast's non-template code, compiled once for the whole project (the definitions
// BOOST_ASIO_SEPARATE_COMPILATION and BOOST_BEAST_SEPARATE_COMPILATION come from CMake).

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
