// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>
#include <vector>

namespace troupe::jobs {

/// Reads a shell's line character by character (XCU 2.2, 2.3, 2.6) to know where an argument that
/// is put in, quoted, stays one word. Elsewhere its quotes close others, or mean nothing, and what
/// it holds is run.
///
/// Known limits: a `case` pattern's parenthesis within $( ) ends it here; nothing may be put in
/// behind a here-document, even behind its end; a line feed in an argument ends a comment.
class shell_context {
public:
  void take(char c);
  /// Returns: "" if an argument may stand here, or where this is: "within quotes".
  std::string_view trouble() const;

private:
  enum class mode : unsigned char {
    command,
    single,
    twofold,
    backquote,
    arithmetic,
    brace,
    comment
  };
  mode top() const { return open_.empty() ? mode::command : open_.back(); }
  void take_in_command(char c);
  void open_behind_dollar(char c);

  std::vector<mode> open_;
  char before_ = '\n'; // the character before; '\0' if it was escaped
  bool escaped_ = false;
  bool opened_by_dollar_ = false; // the character before is the parenthesis of $(
  int angles_ = 0;
  bool document_announced_ = false, in_document_ = false;
};

} // namespace troupe::jobs
