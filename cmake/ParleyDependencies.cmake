# What the library is linked with. Looked for at the top, so that every folder sees the targets.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv>=1.42)
pkg_check_modules(LIBIDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(LIBPSL REQUIRED IMPORTED_TARGET libpsl)
# Not OPENSSL, which is the prefix of CMake's own FindOpenSSL.
pkg_check_modules(LIBSSL REQUIRED IMPORTED_TARGET openssl>=3.0)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib>=1.2.8)

# ISA-L, the fast engine of compression: AUTO takes it where it is.
set(PARLEY_WITH_ISAL AUTO CACHE STRING "Compress with ISA-L: AUTO, ON or OFF")
set_property(CACHE PARLEY_WITH_ISAL PROPERTY STRINGS AUTO ON OFF)
set(PARLEY_ISAL)
if(PARLEY_WITH_ISAL STREQUAL "AUTO")
  pkg_check_modules(ISAL QUIET IMPORTED_TARGET libisal>=2.30)
elseif(PARLEY_WITH_ISAL)
  pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal>=2.30)
endif()
if(PARLEY_WITH_ISAL AND ISAL_FOUND)
  set(PARLEY_ISAL PkgConfig::ISAL)
endif()
