# What only a package for Debian has; run by cpack when all else lies where the package will have it.
set(_doc ${CPACK_TEMPORARY_DIRECTORY}/usr/share/doc/troupe)
find_program(_git git)
set(_day "")
if(_git)
  execute_process(COMMAND ${_git} -C ${CPACK_TROUPE_SOURCE} log -1 --format=%cD
                  OUTPUT_VARIABLE _day ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(_day STREQUAL "")
  string(TIMESTAMP _day "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
# To Debian a changelog is what tells a package's version; what has changed is in the other one.
file(WRITE ${_doc}/changelog.Debian
"troupe (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * What has changed is in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${_day}
")
file(CHMOD ${_doc}/changelog.Debian PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ) # whatever the umask
execute_process(COMMAND ${CPACK_TROUPE_GZIP} -9 --no-name --force ${_doc}/changelog.Debian COMMAND_ERROR_IS_FATAL ANY)
