// SPDX-License-Identifier: BSD-3-Clause
#include "apps/typed_text.hpp"

#include <charconv>

#include <CLI/App.hpp>

namespace troupe::apps {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t bytes_max = 60;
  std::string out{"'"};
  for (const char c : text.substr(0, bytes_max))
    out += c < 0x20 || c >= 0x7f ? '?' : c;
  return out + (text.size() > bytes_max ? "...'" : "'");
}

CLI::Validator whole(std::uint64_t least, std::uint64_t most) {
  const auto range = " from " + std::to_string(least)
                     + (most == ~std::uint64_t{0} ? " on" : " to " + std::to_string(most));
  return {[least, most, range](std::string& text) -> std::string {
            std::uint64_t value = 0;
            const auto end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, value);
            if (error == std::errc::result_out_of_range && most == ~std::uint64_t{0})
              return in_quotes(text) + " is too large";
            if (error != std::errc{} || stop != end || value < least || value > most)
              return in_quotes(text) + " is no whole number" + range;
            text = std::to_string(value);
            return "";
          },
          "", ""};
}

} // namespace troupe::apps
