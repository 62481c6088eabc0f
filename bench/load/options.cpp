#include "options.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace bench {
namespace {

[[noreturn]] void usage() {
  std::fputs(
      "usage: bench_load KIND [OPTION...]\n"
      "  as the client of --port P: echo, churn, idle, broadcast\n"
      "  as the server (prints its port): feed, sink, pong, churn-server\n"
      "  --pid PID                 of the end under test; else read from standard input\n"
      "  --raw --tls --deflate --binary\n"
      "  --connections N --depth N --bytes N\n"
      "  --warm-up MS --window MS --quiet MS\n",
      stderr);
  std::exit(2);
}

bool takeFlag(LoadOptions& options, std::string_view name) {
  if (name == "--raw") {
    options.protocol = Protocol::Raw;
  } else if (name == "--tls") {
    options.security = Security::Tls;
  } else if (name == "--deflate") {
    options.compression = Compression::On;
  } else if (name == "--binary") {
    options.payload = Payload::Binary;
  } else {
    return false;
  }
  return true;
}

bool takeNumber(LoadOptions& options, std::string_view name, long value) {
  const auto size = static_cast<std::size_t>(value);
  if (name == "--port") {
    options.port = static_cast<std::uint16_t>(value);
  } else if (name == "--pid") {
    options.process = static_cast<pid_t>(value);
  } else if (name == "--connections") {
    options.connections = size;
  } else if (name == "--depth") {
    options.depth = size;
  } else if (name == "--bytes") {
    options.bytes = size;
  } else if (name == "--warm-up") {
    options.warmUp = std::chrono::milliseconds(value);
  } else if (name == "--window") {
    options.window = std::chrono::milliseconds(value);
  } else if (name == "--quiet") {
    options.quiet = std::chrono::milliseconds(value);
  } else {
    return false;
  }
  return true;
}

}  // namespace

LoadOptions parseOptions(int argc, char** argv) {
  if (argc < 2) usage();
  LoadOptions options;
  options.kind = argv[1];
  for (int i = 2; i < argc; ++i) {
    if (takeFlag(options, argv[i])) continue;
    if (i + 1 == argc) usage();
    char* end = nullptr;
    const long value = std::strtol(argv[i + 1], &end, 10);
    if (*end != '\0' || value < 0 || !takeNumber(options, argv[i], value)) usage();
    ++i;
  }
  return options;
}

}  // namespace bench
