#!/usr/bin/env bash
# The test of the installed package: installs a build into a temporary prefix and uses it the two
# ways that there are, find_package and pkg-config, from a folder that knows nothing of this tree.
#
# usage: run.sh static|shared BUILD SOURCE CXX WORK
set -euo pipefail

kind=$1 build=$2 source=$3 cxx=$4 work=$5
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$work"
mkdir -p "$work/project"
cmake --install "$build" --prefix "$work/installed" >"$work/install.log"
# Moved after it was installed: nothing in it may hold its own absolute path.
mv "$work/installed" "$work/prefix"
libdir=$(dirname "$(find "$work/prefix" -name libparley.a)")

fail() {
  echo "FAILED: $*"
  exit 1
}

# What is installed, and nothing that names the source tree.
for file in include/parley/websocket.hpp include/parley/version.hpp; do
  [[ -f $work/prefix/$file ]] || fail "$file is not installed"
done
if grep -rlF --include='*.cmake' --include='*.pc' --include='*.hpp' -e "$source" "$work/prefix"; then
  fail "an installed file names the source tree"
fi

# The README's example, taken from its page so that the two can't drift. Its address is read from
# the command line here, so that it can be shown a server of this test.
example() {
  awk '/^<!-- example -->/ { on = 1; next } /^<!-- \/example -->/ { on = 0 }
       on && !/^```/ { print }' "$source/README.md" |
    sed -E -e 's#"wss?://[^"]*"#argv[1]#' -e 's#^int main\(\)#int main(int, char** argv)#'
}
cp "$here/CMakeLists.txt" "$here/consumer.cpp" "$work/project/"
example >"$work/project/readme_example.cpp"
grep -q 'argv\[1\]' "$work/project/readme_example.cpp" ||
  fail "README.md has no example between its markers"

run() {
  echo "+ $1"
  # Anything else than a good end within the time is a failure; 124 is the time.
  LD_LIBRARY_PATH="$libdir" timeout 20 "$@"
}

echo "== find_package, $kind"
# The generator of the build under test: another one may not be installed.
generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$build/CMakeCache.txt")
cmake -G "$generator" -S "$work/project" -B "$work/build" -DKIND="$kind" -DCMAKE_CXX_COMPILER="$cxx" \
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wconversion -Wshadow -Werror" \
  -DREADME_EXAMPLE="$work/project/readme_example.cpp" >"$work/configure.log"
cmake --build "$work/build" >"$work/build.log" 2>&1 ||
  { grep -A5 -E 'error|undefined' "$work/build.log" | head -60; fail "it does not build"; }
run "$work/build/consumer"
run "$work/build/consumer_default"

echo "== the README's example, against an echo server"
coproc server { LD_LIBRARY_PATH="$libdir" timeout 30 "$work/build/consumer" serve; }
# shellcheck disable=SC2154 # coproc sets it, and unsets it when the server ends
server_pid=$server_PID
read -r -t 20 -u "${server[0]}" port || fail "the echo server does not start"
run "$work/build/readme_example" "ws://127.0.0.1:$port/chat" | tee "$work/readme_example.txt"
grep -q hello "$work/readme_example.txt" || fail "the example does not print the echo"
wait "$server_pid" || fail "the echo server does not end with its client"

echo "== pkg-config, $kind"
export PKG_CONFIG_PATH=$libdir/pkgconfig
read -ra cflags <<<"$(pkg-config --cflags parley)"
if [[ $kind == static ]]; then
  read -ra libs <<<"$(pkg-config --static --libs parley)"
  libs=("${libs[@]/#-lparley/$libdir/libparley.a}")
else
  read -ra libs <<<"$(pkg-config --libs parley)"
fi
"$cxx" -std=c++20 "${cflags[@]}" "$here/consumer.cpp" -o "$work/by_pkg_config" "${libs[@]}"
run "$work/by_pkg_config"

echo "== which library the program asks for"
needed=$(readelf -d "$work/by_pkg_config" | grep NEEDED)
echo "$needed"
if [[ $kind == static ]] && grep -q libparley <<<"$needed"; then fail "not linked statically"; fi
if [[ $kind == shared ]] && ! grep -Eq 'libparley\.so\.[0-9]' <<<"$needed"; then
  fail "no SONAME with a version"
fi

if [[ $kind == shared ]]; then
  echo "== what the shared library shows"
  # Of its own definitions (weak ones are the C++ library's templates) only public names.
  nm -D --defined-only -C "$libdir/libparley.so" | awk '$2 ~ /^[TDBR]$/' >"$work/symbols.txt"
  hidden=$(cut -c20- "$work/symbols.txt" | sed -E 's/^((typeinfo|vtable|VTT)( name)? for )//' |
    grep -Ev '^parley::' || true)
  hidden+=$(cut -c20- "$work/symbols.txt" |
    grep -E '^parley::(bytes|frame|http|url|deflate|handshake|loop|tls|transport|session)::' || true)
  [[ -z $hidden ]] || fail "it exports more than its public names: $hidden"
  echo "$(wc -l <"$work/symbols.txt") names, all public"
fi

echo "== what the public header includes"
echo '#include <parley/websocket.hpp>' >"$work/header.cpp"
"$cxx" -std=c++20 -I"$work/prefix/include" -H -fsyntax-only "$work/header.cpp" 2>"$work/headers.txt"
# Whatever is neither ours, the compiler's nor the C and C++ libraries' own is a third party's.
third_party=$(sed -nE 's/^\.+ //p' "$work/headers.txt" |
  grep -Ev "^$work/prefix/include/parley/|/c\\+\\+/|/lib/gcc/|/lib/clang/" |
  grep -Ev '^/usr/include/([a-z0-9_-]+-linux-gnu[a-z0-9]*/)?(bits|sys|gnu|asm|asm-generic|linux)/' |
  grep -Ev '^/usr/include/(alloca|assert|ctype|endian|errno|features|features-time64|inttypes|limits|locale|math|pthread|sched|semaphore|signal|stdc-predef|stdint|stdio|stdlib|string|strings|syscall|time|unistd|wchar|wctype|libintl)\.h$' || true)
[[ -z $third_party ]] || fail "a third-party header leaks: $third_party"
echo "$(grep -c '^\.' "$work/headers.txt") headers, none of a third party"
start=$EPOCHREALTIME
"$cxx" -std=c++20 -O0 "${cflags[@]}" -c "$work/header.cpp" -o "$work/header.o"
end=$EPOCHREALTIME
echo "compile time of <parley/websocket.hpp> at -O0: $(((${end/[.,]/} - ${start/[.,]/}) / 1000)) ms"
