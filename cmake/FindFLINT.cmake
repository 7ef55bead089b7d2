# Finds FLINT 2.x, which brings no package file of its own before 3.0:  FLINT::flint, with GMP and MPFR.

find_path(FLINT_INCLUDE_DIR NAMES flint/fmpz.h)
find_library(FLINT_LIBRARY NAMES flint)
find_library(GMP_LIBRARY NAMES gmp)
find_library(GMPXX_LIBRARY NAMES gmpxx)
find_path(GMP_INCLUDE_DIR NAMES gmpxx.h)
mark_as_advanced(FLINT_INCLUDE_DIR FLINT_LIBRARY GMP_LIBRARY GMPXX_LIBRARY GMP_INCLUDE_DIR)

if(FLINT_INCLUDE_DIR AND EXISTS ${FLINT_INCLUDE_DIR}/flint/flint.h)
  file(STRINGS ${FLINT_INCLUDE_DIR}/flint/flint.h _line REGEX "#define +FLINT_VERSION +\"")
  string(REGEX MATCH "[0-9]+\\.[0-9]+(\\.[0-9]+)?" FLINT_VERSION "${_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FLINT
  REQUIRED_VARS FLINT_LIBRARY FLINT_INCLUDE_DIR GMP_LIBRARY GMPXX_LIBRARY GMP_INCLUDE_DIR
  VERSION_VAR FLINT_VERSION)

if(FLINT_FOUND AND NOT TARGET FLINT::flint)
  # Their headers count as the system's: no warnings of ours for them.
  add_library(FLINT::flint UNKNOWN IMPORTED)
  set_target_properties(FLINT::flint PROPERTIES
    IMPORTED_LOCATION ${FLINT_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${FLINT_INCLUDE_DIR};${GMP_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${GMPXX_LIBRARY};${GMP_LIBRARY}")
endif()
