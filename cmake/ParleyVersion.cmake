# The project's version is written twice: in project() and, for programs, in version.hpp.
# A configure run stops when the two differ.

set(PARLEY_VERSION_HEADER ${PROJECT_SOURCE_DIR}/include/parley/version.hpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PARLEY_VERSION_HEADER})
file(READ ${PARLEY_VERSION_HEADER} text)
foreach(pair "kVersionMajor ${PROJECT_VERSION_MAJOR}" "kVersionMinor ${PROJECT_VERSION_MINOR}"
             "kVersionPatch ${PROJECT_VERSION_PATCH}" "kVersion \"${PROJECT_VERSION}\"")
  string(REPLACE " " " = " pair "${pair}")
  string(FIND "${text}" " ${pair};" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "include/parley/version.hpp must say '${pair};', the version of project()")
  endif()
endforeach()
