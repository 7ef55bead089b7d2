// SPDX-License-Identifier: BSD-3-Clause
#include "domain/jobs/shell_context.hpp"

namespace troupe::jobs {

void shell_context::open_behind_dollar(char c) {
  if (before_ == '$' && c == '(')
    open_.push_back(mode::command);
  else if (before_ == '$' && c == '{')
    open_.push_back(mode::brace);
}

void shell_context::take_in_command(char c) {
  angles_ = c == '<' ? angles_ + 1 : 0;
  if (angles_ > 0)
    document_announced_ = angles_ == 2; // three: a string of bash's
  switch (c) {
  case '\'':
    return open_.push_back(mode::single);
  case '"':
    return open_.push_back(mode::twofold);
  case '`':
    return open_.push_back(mode::backquote);
  case '{':
    return open_behind_dollar(c);
  case '(':
    return open_.push_back(mode::command);
  case ')':
    if (!open_.empty())
      open_.pop_back();
    return;
  case '#':
    if (std::string_view{" \t\n;&|()"}.find(before_) != std::string_view::npos)
      open_.push_back(mode::comment);
    return;
  case '\n':
    in_document_ = in_document_ || document_announced_;
    return;
  default:
    return;
  }
}

void shell_context::take(char c) {
  const auto now = top();
  if (escaped_) {
    escaped_ = false;
    before_ = '\0';
    return;
  }
  if (c == '\\' && now != mode::single && now != mode::comment) {
    escaped_ = true;
    return;
  }
  switch (now) {
  case mode::command:
    // $(( is arithmetic: its text is as if in quotes.
    if (c == '(' && before_ == '(' && !open_.empty() && opened_by_dollar_) {
      open_.back() = mode::arithmetic;
      open_.push_back(mode::arithmetic);
    } else {
      take_in_command(c);
    }
    break;
  case mode::single:
    if (c == '\'')
      open_.pop_back();
    break;
  case mode::twofold:
    if (c == '"')
      open_.pop_back();
    else if (c == '`')
      open_.push_back(mode::backquote);
    else
      open_behind_dollar(c);
    break;
  case mode::backquote:
    if (c == '`')
      open_.pop_back();
    break;
  case mode::arithmetic:
    if (c == ')')
      open_.pop_back();
    else if (c == '(' && before_ != '$')
      open_.push_back(mode::arithmetic);
    else
      open_behind_dollar(c);
    break;
  case mode::brace:
    if (c == '}')
      open_.pop_back();
    else if (c == '"')
      open_.push_back(mode::twofold);
    else
      open_behind_dollar(c);
    break;
  case mode::comment:
    if (c == '\n') {
      open_.pop_back();
      take_in_command(c);
    }
    break;
  }
  opened_by_dollar_ = c == '(' && before_ == '$' && now != mode::single && now != mode::backquote
                      && now != mode::comment;
  before_ = c;
}

std::string_view shell_context::trouble() const {
  if (escaped_)
    return "behind a backslash";
  if (in_document_)
    return "behind a here-document";
  switch (top()) {
  case mode::single:
  case mode::twofold:
    return "within quotes";
  case mode::backquote:
    return "within backquotes";
  case mode::arithmetic:
    return "within $(( ))";
  case mode::brace:
    return "within ${ }";
  case mode::command:
    return before_ == '$' ? "behind a dollar sign" : "";
  case mode::comment:
    return "";
  }
  return "";
}

} // namespace troupe::jobs
