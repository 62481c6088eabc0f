// This library under test. The command line is that of every end; see bench/driver/ends.py.

#include "parley_end.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* otherwise) {
    return argc > index ? argv[index] : otherwise;
  };
  const std::string_view role = argument(1, "");
  if (role == "serve") {
    std::optional<std::string> identity;
    if (argc > 3) identity = argv[3];
    bench::serve(argument(2, "echo"), identity);
    return 0;
  }
  const std::string url = std::string("ws://127.0.0.1:") + argument(2, "") + "/";
  const auto bytes = static_cast<std::size_t>(std::strtoul(argument(3, "64"), nullptr, 10));
  if (role == "receive") {
    bench::receiveFrom(url);
  } else if (role == "send") {
    bench::sendTo(url, bytes, argument(4, "text"));
  } else if (role == "echo") {
    bench::echoTo(url);
  } else if (role == "churn") {
    bench::churnAt(url, bytes);
  } else {
    std::fputs("usage: bench_parley serve MODE [IDENTITY] | ROLE PORT [BYTES [text|binary]]\n",
               stderr);
    return 2;
  }
  return 0;
}
