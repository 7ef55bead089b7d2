// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdio>

#include "domain/race/report.hpp"

namespace troupe::race {

namespace {

constexpr std::size_t words_width_max = 78; // longer steps push what stands behind them

std::string plural(std::uint64_t n, const std::string& one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

// "4 overdrawn, 2 deadlocked"
std::string kinds(const order_counts& c) {
  std::string text;
  for (std::size_t i = 1; i < flaws; ++i)
    if (c.by[i] > 0)
      text += (text.empty() ? "" : ", ") + std::to_string(c.by[i]) + " "
              + std::string{to_string(static_cast<flaw>(i))};
  return text;
}

std::string counted(const report& r) {
  const auto worlds = " (" + plural(r.worlds, "world") + ")\n";
  const auto& c = *r.all;
  const std::string least = c.full ? "at least " : "";
  if (c.broken() == 0)
    return c.full
               ? "all orders hold, and there are at least " + std::to_string(c.all()) + worlds
               : "all " + plural(c.all(), "order") + (c.all() == 1 ? " holds" : " hold") + worlds;
  return least + std::to_string(c.broken()) + " of " + least + plural(c.all(), "order")
         + " fail: " + kinds(c) + worlds;
}

std::string drawn(const drawn_orders& d) {
  const auto of = plural(d.schedules, "schedule") + " of seed " + std::to_string(d.seed);
  if (d.first_number == 0)
    return "none of " + of + " fails\n";
  return std::to_string(d.ends.broken()) + " of " + of
         + (d.ends.broken() == 1 ? " fails: " : " fail: ") + kinds(d.ends) + "\nschedule "
         + std::to_string(d.first_number) + " is the first: " + plural(d.first.steps.size(), "step")
         + ", " + plural(d.first.switches, "change") + " of who runs\n";
}

std::string how_short(const short_order& s) {
  const auto length =
      plural(s.steps.size(), "step") + ", " + plural(s.switches, "change") + " of who runs";
  return s.proven ? "the shortest that fails so: " + length + "; there is no shorter one\n"
                  : "made shorter: " + length + "; whether there is a shorter one is not known\n";
}

std::string numbered(std::size_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "%4zu. ", number);
  return text;
}

std::string told(const report& r) {
  std::size_t width = 0;
  for (const auto& x : r.shown.told)
    width = std::max(width, std::min(words_width_max, x.told.text.size()));
  std::string text, before = standing(*r.made, r.made->begin());
  for (std::size_t i = 0; i < r.shown.told.size(); ++i) {
    const auto& x = r.shown.told[i];
    auto line = numbered(i + 1) + x.told.text;
    // Only what is news stands behind it.
    if (const auto now = standing(*r.made, x.after); now != before) {
      line.resize(std::max(line.size(), width + 6), ' ');
      line += "  | " + now;
      before = now;
    }
    text += line + "\n";
    if (r.shown.lost_after == i + 1 && i + 1 < r.shown.told.size())
      text += "      -- from here on no order holds any more --\n";
  }
  return text;
}

std::string name_of(const report& r) {
  const auto word = to_word(*r.made, r.shown.steps);
  if (!r.number)
    return "order " + word;
  const auto of = r.all->full ? "" : " of " + std::to_string(r.all->all());
  return "order " + std::to_string(*r.number) + of + " (" + word + ")";
}

} // namespace

std::string again(const report& r) {
  const auto which = r.number ? std::to_string(*r.number) : to_word(*r.made, r.shown.steps);
  return r.command.empty() ? "" : r.command + " --replay " + which;
}

std::string report_text(const report& r) {
  auto text = r.asked.model + ", " + r.asked.engine + ": " + heading(r.asked) + "\n";
  if (r.drawn)
    text += drawn(*r.drawn);
  if (r.all && !r.replayed)
    text += counted(r);
  if (r.shrunk)
    text += how_short(*r.shrunk);
  if (r.shown.wrong == flaw::none && !r.replayed)
    return text; // an order that holds is nothing to tell of, unless it is asked for
  text += told(r) + name_of(r) + " " + ending(*r.made, r.shown) + "\n";
  if (const auto line = again(r); !r.replayed && !line.empty())
    text += "again: " + line + "\n";
  return text;
}

} // namespace troupe::race
