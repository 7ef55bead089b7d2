# Makes the only source that knows which commit is built; run by every build, and leaves the file alone when nothing
# has changed, so that a commit compiles this one file anew and links the programs:
#   cmake -DSOURCE=/path -DVERSION=0.1.0 -DOUT=version.cpp -P Version.cmake
# It defines what apps/version.hpp declares.
cmake_minimum_required(VERSION 3.22)
set(_commit "")
set(_day "")
find_program(GIT git)
if(GIT)
  # Sources that were unpacked somewhere inside another clone have no commit of their own.
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse --show-prefix
                  OUTPUT_VARIABLE _prefix RESULT_VARIABLE _code ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(_code EQUAL 0 AND _prefix STREQUAL "")
    execute_process(COMMAND ${GIT} -C ${SOURCE} --no-optional-locks describe --always --abbrev=7 --exclude=* --dirty=+changes
                    OUTPUT_VARIABLE _commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    execute_process(COMMAND ${GIT} -C ${SOURCE} log -1 --format=%cs
                    OUTPUT_VARIABLE _day ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
endif()
set(_in_brackets "")
if(_commit MATCHES "^[0-9a-f]+(\\+changes)?$")
  set(_in_brackets " (${_commit})")
endif()
set(_text "// Made by cmake/Version.cmake; changes here are lost.
#include \"apps/version.hpp\"

namespace troupe::apps {
std::string version_line(std::string_view program) { return std::string{program} + \" ${VERSION}${_in_brackets}\"; }
std::string_view version_number() { return \"${VERSION}\"; }
std::string_view version_day() { return \"${_day}\"; }
} // namespace troupe::apps
")
set(_old "")
if(EXISTS ${OUT})
  file(READ ${OUT} _old)
endif()
if(NOT _old STREQUAL _text)
  file(WRITE ${OUT} "${_text}")
endif()
