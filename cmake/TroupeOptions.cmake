# The project's build options, and the flags that every target of ours gets.

option(TROUPE_BUILD_TESTS "Build the tests" ON)
option(TROUPE_BUILD_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(TROUPE_BUILD_BENCH "Build the measuring programs" OFF)
option(TROUPE_WERROR "Warnings are errors" OFF)
option(TROUPE_UNITY "Compile the actors several sources at a time: for builds without a compiler cache" OFF)
set(TROUPE_SANITIZE "" CACHE STRING "Sanitizers for all targets: '', 'address,undefined' or 'thread'")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

include(GNUInstallDirs)
set(BUILD_SHARED_LIBS OFF)

# One interface target instead of global flags: what others compile with our headers is theirs.
add_library(troupe_flags INTERFACE)
target_compile_options(troupe_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Boost 1.81's inlined buffers make g++ 12 see overflows that cannot happen.
  target_compile_options(troupe_flags INTERFACE -Wno-array-bounds -Wno-stringop-overflow
                         -Wno-stringop-overread -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(TROUPE_WERROR)
  target_compile_options(troupe_flags INTERFACE -Werror)
endif()
if(TROUPE_SANITIZE)
  add_compile_options(-fsanitize=${TROUPE_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${TROUPE_SANITIZE})
  # Sanitized objects are large, and the programs many: the faster linker, where it is there and clang can use it.
  find_program(TROUPE_LLD ld.lld)
  mark_as_advanced(TROUPE_LLD)
  if(TROUPE_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(-fuse-ld=lld)
  endif()
  if(TROUPE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      # Its check of calls through function pointers gives the assembler what it cannot lay out, in every actor.
      add_compile_options(-fno-sanitize=function)
    endif()
  endif()
endif()
# For sources that use test_system::peek(): CAF 0.17.6's queue casts its end mark to a message, which it is not, and
# never looks at it. Only those sources, and only this check.
if(TROUPE_SANITIZE)
  set(TROUPE_PEEK_OPTIONS -fno-sanitize=vptr)
endif()
if(TROUPE_BUILD_FUZZ)
  # Coverage for every library of ours; only the fuzz targets themselves get libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What runs once, or only in tests, is not worth the optimizer's minutes: CLI11 and Boost.Test cost it most. The
# libraries below it stay as released.
set(TROUPE_LIGHT_OPTIMIZATION $<$<CONFIG:Release>:-O1>)
if(TROUPE_SANITIZE)
  # The checks make more code of each file than the file itself is; not optimizing it halves the time to compile a test.
  set(TROUPE_LIGHT_OPTIMIZATION -O0)
endif()

# What several sources instantiate alike is compiled once for all of them. Sources with options of their own stay
# apart by themselves.
function(troupe_unity name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${TROUPE_UNITY} UNITY_BUILD_BATCH_SIZE 7)
endfunction()

# troupe_library(name SOURCES ... PUBLIC ... PRIVATE ...): static library troupe_<name>, alias troupe::<name>.
function(troupe_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(troupe_${name} STATIC ${ARG_SOURCES})
  add_library(troupe::${name} ALIAS troupe_${name})
  target_include_directories(troupe_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(troupe_${name} PUBLIC ${ARG_PUBLIC} PRIVATE troupe_flags ${ARG_PRIVATE})
  if(name MATCHES "^(actors_|messages$)")
    # Their code is CAF's templates, many times over, and they wait for messages more than they compute.
    troupe_unity(troupe_${name})
    if(TROUPE_SANITIZE)
      target_compile_options(troupe_${name} PRIVATE ${TROUPE_LIGHT_OPTIMIZATION})
    endif()
  endif()
endfunction()

# For tests that bound memory: AddressSanitizer's own store of freed memory would count.
set(TROUPE_BOUNDED_MEMORY "ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64")

# troupe_test(name SOURCES ... LINK ... [LABELS ...]): a Boost.Test program and its ctest entry.
function(troupe_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_definitions(${name} PRIVATE BOOST_TEST_DYN_LINK
                             TROUPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE ${TROUPE_LIGHT_OPTIMIZATION})
  # The macro makes a main(), so that one source of the program, the first, gets it.
  list(GET ARG_SOURCES 0 _first)
  set_property(SOURCE ${_first} APPEND PROPERTY COMPILE_DEFINITIONS BOOST_TEST_MODULE=${name})
  target_link_libraries(${name} PRIVATE troupe_flags ${ARG_LINK} Boost::unit_test_framework)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
