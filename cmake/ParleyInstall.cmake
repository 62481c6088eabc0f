# What `cmake --install` puts where: headers, both libraries, CMake and pkg-config files and the
# papers (the tool has a rule of its own). The two libraries have an export set each, so that a
# program that only wants the shared one does not need the development packages of what the static
# one is made of.

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Parley)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/parley DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
foreach(kind static shared)
  install(TARGETS parley_${kind} EXPORT Parley_${kind}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(EXPORT Parley_${kind} NAMESPACE Parley:: FILE Parley_${kind}.cmake
    DESTINATION ${package_dir})
endforeach()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ParleyConfig.cmake.in
  ${PROJECT_BINARY_DIR}/ParleyConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ParleyConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ParleyConfig.cmake ${PROJECT_BINARY_DIR}/ParleyConfigVersion.cmake
  DESTINATION ${package_dir})

# Relative to the .pc file, so that the installed tree may be moved.
file(RELATIVE_PATH PARLEY_PC_PREFIX
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" PARLEY_PC_PREFIX "${PARLEY_PC_PREFIX}")
# libidn2 and libpsl by their flags, not by their names: as a private requirement libidn2 would ask
# for the development package of its own libunistring, which the one of libidn2 does not bring on
# Debian. libpsl is made of both.
list(JOIN LIBIDN2_LDFLAGS " " PARLEY_PC_LIBIDN2)
list(JOIN LIBPSL_LDFLAGS " " PARLEY_PC_LIBPSL)
set(PARLEY_PC_ISAL "")
if(PARLEY_ISAL)
  set(PARLEY_PC_ISAL " libisal")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/parley.pc.in ${PROJECT_BINARY_DIR}/parley.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/parley.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md
  ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/docs/architecture.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
