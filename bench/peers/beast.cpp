// Boost.Beast under test, both ends: `async` is how its examples do it, `sync` a client of blocking
// calls. One thread.

#include "beast_end.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  const auto argument = [&](int index, const char* otherwise) {
    return argc > index ? argv[index] : otherwise;
  };
  const std::string_view style = argument(1, "");
  const std::string_view role = argument(2, "");
  try {
    if (role == "serve") {
      bench::serveBeast(argument(3, "echo"), argument(4, ""));
      return 0;
    }
    const bench::BeastClient client{.role = std::string(role),
                                    .port = argument(3, "0"),
                                    .bytes = std::strtoul(argument(4, "64"), nullptr, 10),
                                    .kind = argument(5, "text")};
    style == "sync" ? bench::runBlocking(client) : bench::runAsynchronous(client);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
