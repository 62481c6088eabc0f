# What the library is linked with. Looked for at the top, so that every folder sees the targets.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv>=1.42)
pkg_check_modules(LIBIDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(LIBPSL REQUIRED IMPORTED_TARGET libpsl)
# Not OPENSSL, which is the prefix of CMake's own FindOpenSSL.
pkg_check_modules(LIBSSL REQUIRED IMPORTED_TARGET openssl>=3.0)
