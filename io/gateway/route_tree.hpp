// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/http_server/request.hpp"

namespace troupe::gateway {

/// The patterns of a front as a tree of segments. Where a path fits several patterns, the one whose
/// first differing segment is literal wins, whatever its methods: a path is one thing.
///
///     pattern = 1*( "/" ( literal / "{" name "}" ) )    ; "" is a literal: only as the last one
class route_tree {
public:
  static constexpr std::size_t methods = static_cast<std::size_t>(io::http_method::other);
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// The routes of one path: their numbers by method.
  struct leaf {
    std::array<std::size_t, methods> by_method;
    std::size_t any = none; ///< one of them
    leaf() { by_method.fill(none); }
  };

  route_tree();
  ~route_tree();
  /// Throws: std::logic_error for a pattern that is none, a method that is none, or a pair that is
  /// there already.
  void add(io::http_method method, std::string_view pattern, std::size_t number);
  /// Returns: null if no pattern fits; else `parameters` has what stood for each {name}.
  const leaf* find(std::string_view path, std::vector<std::string_view>& parameters) const;

private:
  struct node;
  static const leaf* find(const node& at, std::string_view rest,
                          std::vector<std::string_view>& parameters);
  std::unique_ptr<node> root_;
};

} // namespace troupe::gateway
