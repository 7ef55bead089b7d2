# Finds the C++ Actor Framework however it was installed, and gives the same targets for all:
#   TroupeCAF::core  TroupeCAF::io  TroupeCAF::openssl  TroupeCAF::test (1.x only)
# CAF 1.x brings a CMake package. The 0.17.6 that Debian and Ubuntu ship has headers and shared
# libraries only, which are looked up one by one. TroupeCAF_VERSION says which it is.

find_package(CAF 1.0 CONFIG QUIET COMPONENTS core OPTIONAL_COMPONENTS io openssl test)

set(_troupe_caf_parts core io openssl test)
if(CAF_FOUND)
  set(TroupeCAF_VERSION ${CAF_VERSION})
  foreach(part IN LISTS _troupe_caf_parts)
    if(TARGET CAF::${part} AND NOT TARGET TroupeCAF::${part})
      add_library(TroupeCAF::${part} INTERFACE IMPORTED)
      target_link_libraries(TroupeCAF::${part} INTERFACE CAF::${part})
    endif()
  endforeach()
else()
  find_path(TroupeCAF_INCLUDE_DIR NAMES caf/config.hpp)
  mark_as_advanced(TroupeCAF_INCLUDE_DIR)
  if(TroupeCAF_INCLUDE_DIR)
    # "#define CAF_VERSION 1706" is 0.17.6: two digits a part, leading zeros dropped.
    file(STRINGS ${TroupeCAF_INCLUDE_DIR}/caf/config.hpp _line REGEX "#define CAF_VERSION [0-9]+")
    if(_line MATCHES "CAF_VERSION 0*([0-9]+)")
      math(EXPR _major "${CMAKE_MATCH_1} / 10000")
      math(EXPR _minor "${CMAKE_MATCH_1} / 100 % 100")
      math(EXPR _patch "${CMAKE_MATCH_1} % 100")
      set(TroupeCAF_VERSION ${_major}.${_minor}.${_patch})
    endif()
    find_package(Threads REQUIRED)
    foreach(part IN LISTS _troupe_caf_parts)
      find_library(TroupeCAF_${part}_LIBRARY NAMES caf_${part})
      mark_as_advanced(TroupeCAF_${part}_LIBRARY)
      if(TroupeCAF_${part}_LIBRARY AND NOT TARGET TroupeCAF::${part})
        add_library(TroupeCAF::${part} UNKNOWN IMPORTED)
        set_target_properties(TroupeCAF::${part} PROPERTIES
          IMPORTED_LOCATION ${TroupeCAF_${part}_LIBRARY}
          INTERFACE_INCLUDE_DIRECTORIES ${TroupeCAF_INCLUDE_DIR})
        if(part STREQUAL "core")
          target_link_libraries(TroupeCAF::core INTERFACE Threads::Threads)
        else()
          target_link_libraries(TroupeCAF::${part} INTERFACE TroupeCAF::core)
        endif()
      endif()
    endforeach()
  endif()
endif()

foreach(part IN LISTS _troupe_caf_parts)
  if(TARGET TroupeCAF::${part})
    set(TroupeCAF_${part}_FOUND TRUE)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(TroupeCAF
  REQUIRED_VARS TroupeCAF_VERSION VERSION_VAR TroupeCAF_VERSION HANDLE_COMPONENTS)
