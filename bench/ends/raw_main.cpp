// The limit that the ends of libraries are measured against; the same command line as theirs.

#include "raw_end.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* otherwise) {
    return argc > index ? argv[index] : otherwise;
  };
  const std::string_view role = argument(1, "");
  if (role == "serve") {
    argc > 3 ? bench::serveRawTls(argv[3]) : bench::serveRaw(argument(2, "echo"));
    return 0;
  }
  const auto port = static_cast<std::uint16_t>(std::atoi(argument(2, "0")));
  const auto bytes = static_cast<std::size_t>(std::strtoul(argument(3, "64"), nullptr, 10));
  if (role == "receive") {
    bench::receiveRaw(port);
  } else if (role == "send") {
    bench::sendRaw(port, bytes, argument(4, "text"));
  } else if (role == "echo") {
    bench::echoRaw(port);
  } else if (role == "churn") {
    bench::churnRaw(port, bytes);
  } else {
    std::fputs("usage: bench_raw serve MODE [IDENTITY] | ROLE PORT [BYTES [text|binary]]\n",
               stderr);
    return 2;
  }
  return 0;
}
