# Makes a C++ source of files, so that a program carries them:
#   cmake -DOUT=pages.cpp "-DFILES=index.html=/path/index.html|app.js=/path/app.js" -P Embed.cmake
# It defines what io/gateway/embedded.hpp declares; or another function of that type, with -DHEADER, -DSPACE, -DFUNCTION.
cmake_minimum_required(VERSION 3.22)
if(NOT FUNCTION)
  set(HEADER io/gateway/embedded.hpp)
  set(SPACE troupe::gateway)
  set(FUNCTION embedded_files)
endif()
string(REPLACE "|" ";" _files "${FILES}")
set(_bytes "")
set(_table "")
set(_index 0)
foreach(_file IN LISTS _files)
  string(REGEX MATCH "^([^=]+)=(.+)$" _ok "${_file}")
  if(NOT _ok)
    message(FATAL_ERROR "Embed.cmake: '${_file}' is not NAME=PATH")
  endif()
  set(_name "${CMAKE_MATCH_1}")
  file(READ "${CMAKE_MATCH_2}" _hex HEX)
  if(_hex STREQUAL "")
    message(FATAL_ERROR "Embed.cmake: ${CMAKE_MATCH_2} is empty")
  endif()
  string(REGEX REPLACE "(..)" "0x\\1," _hex "${_hex}")
  string(APPEND _bytes "const unsigned char file_${_index}[] = {${_hex}};\n")
  string(APPEND _table "  {\"${_name}\", {reinterpret_cast<const char*>(file_${_index}), sizeof file_${_index}}},\n")
  math(EXPR _index "${_index} + 1")
endforeach()
file(WRITE "${OUT}"
"// Made by cmake/Embed.cmake from the files of web/; changes here are lost.
#include \"${HEADER}\"

namespace ${SPACE} {
namespace {
${_bytes}const troupe::gateway::embedded_file files[] = {
${_table}};
} // namespace
std::span<const troupe::gateway::embedded_file> ${FUNCTION}() { return files; }
} // namespace ${SPACE}
")
