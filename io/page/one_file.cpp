// SPDX-License-Identifier: BSD-3-Clause
#include "io/page/one_file.hpp"

#include <algorithm>
#include <stdexcept>

namespace troupe::io {

namespace {

std::string_view file(std::span<const gateway::embedded_file> files, const std::string& name) {
  const auto found =
      std::find_if(files.begin(), files.end(), [name](const auto& x) { return x.name == name; });
  if (found == files.end())
    throw std::logic_error("a file of the page is missing: " + name);
  return found->bytes;
}

// What means something in HTML can be spelled otherwise in JSON.
std::string without_markup(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json)
    if (c == '<')
      out += "\\u003c";
    else if (c == '&')
      out += "\\u0026";
    else
      out += c;
  return out;
}

void put(std::string& page, std::string_view place, const std::string& what) {
  const auto at = page.find(place);
  if (at == std::string::npos)
    throw std::logic_error("the page has no place for " + std::string{place});
  page.replace(at, place.size(), what);
}

} // namespace

std::string one_file_page(std::span<const gateway::embedded_file> files, const std::string& name,
                          std::string_view json) {
  std::string page{file(files, name + ".html")};
  // It is all in this one file: nothing is to be loaded, whatever the data has in it.
  put(page, "<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">\n", "");
  put(page, "<link rel=\"stylesheet\" href=\"" + name + ".css\">",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action "
      "'none'\">\n<style>\n"
          + std::string{file(files, name + ".css")} + "</style>");
  put(page, "<script src=\"" + name + ".js\"></script>",
      "<script>\n" + std::string{file(files, name + ".js")} + "</script>");
  put(page, "<div id=\"data\" hidden></div>",
      "<div id=\"data\" hidden>" + without_markup(json) + "</div>");
  return page;
}

} // namespace troupe::io
