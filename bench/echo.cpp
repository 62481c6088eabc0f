// The first echo benchmark: CPU time of the server per message, for this library beside a raw echo
// (TCP, or OpenSSL on the socket) that carries the same bytes, in one run and interleaved, because
// the speed of a machine drifts. Server on core 0, load on core 1.

#include "allocation_counter.hpp"
#include "echo_servers.hpp"
#include "identity.hpp"
#include "load.hpp"
#include "measured_process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

constexpr bench::Security kTls = bench::Security::Tls;

struct Scenario {
  const char* name;
  bench::Load load;
};

const Scenario kScenarios[] = {
    {"64 B one at a time", {.connections = 100, .depth = 1, .payloadBytes = 64, .text = true}},
    {"64 B, 32 in flight", {.connections = 100, .depth = 32, .payloadBytes = 64, .text = true}},
    {"16 KiB", {.connections = 50, .depth = 1, .payloadBytes = 16 * 1024, .text = false}},
    {"1 MiB", {.connections = 8, .depth = 1, .payloadBytes = 1024 * 1024, .text = false}},
    {"TLS, 64 B one at a time",
     {.security = kTls, .connections = 50, .depth = 1, .payloadBytes = 64, .text = true}},
    {"TLS, 16 KiB",
     {.security = kTls, .connections = 50, .depth = 1, .payloadBytes = 16 * 1024, .text = false}},
};

struct Sample {
  double nanoseconds = 0;  // CPU per message
  double messagesPerSecond = 0;
  double allocations = 0;  // per message
  bool intact = true;
};

std::function<void(int)> serverFor(bench::Peer peer, bench::Security security) {
  const bool isRaw = peer == bench::Peer::Raw;
  if (security == bench::Security::Clear) {
    return isRaw ? bench::serveRawEcho : bench::serveParleyEcho;
  }
  static const bench::Identity identity;
  return [isRaw](int portPipe) {
    isRaw ? bench::serveRawTlsEcho(portPipe, identity.file())
          : bench::serveParleyTlsEcho(portPipe, identity.file());
  };
}

Sample measure(bench::Peer peer, const bench::Load& load, std::chrono::milliseconds window) {
  const bench::MeasuredProcess server(0, serverFor(peer, load.security));
  bench::LoadGenerator generator(peer, server.port(), load);
  Sample sample;
  sample.intact = generator.run(window / 4).intact;  // warm up
  const std::uint64_t allocationsBefore = bench::allocationCount();
  const std::uint64_t before = server.cpuNanoseconds();
  const bench::LoadResult result = generator.run(window);
  const double messages = std::max(1.0, static_cast<double>(result.messages));
  sample.nanoseconds = static_cast<double>(server.cpuNanoseconds() - before) / messages;
  sample.allocations = static_cast<double>(bench::allocationCount() - allocationsBefore) / messages;
  sample.messagesPerSecond = messages / std::chrono::duration<double>(window).count();
  sample.intact = sample.intact && result.intact;
  return sample;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// @return false if an echo came back changed
bool runScenario(const Scenario& scenario, int rounds, std::chrono::milliseconds window) {
  std::vector<double> raw, ours, ratios, rate, allocations;
  bool intact = true;
  for (int round = 0; round < rounds; ++round) {
    const Sample limit = measure(bench::Peer::Raw, scenario.load, window);
    const Sample parley = measure(bench::Peer::WebSocket, scenario.load, window);
    raw.push_back(limit.nanoseconds);
    ours.push_back(parley.nanoseconds);
    ratios.push_back(parley.nanoseconds / limit.nanoseconds);
    rate.push_back(parley.messagesPerSecond);
    allocations.push_back(parley.allocations);
    intact = intact && limit.intact && parley.intact;
  }
  std::printf("%-24s %12.0f %12.0f %8.2f %14.0f %12.4f  %s\n", scenario.name, median(raw),
              median(ours), median(ratios), median(rate), median(allocations),
              intact ? "" : "ECHO CHANGED");
  std::fflush(stdout);
  return intact;
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 5;
  std::chrono::milliseconds window = 600ms;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) {
      rounds = 1;
      window = 200ms;
    } else if (std::strcmp(argv[i], "--runs") == 0 && i + 1 < argc && std::atoi(argv[i + 1]) > 0) {
      rounds = std::atoi(argv[++i]);
    } else {
      std::fprintf(stderr, "usage: bench_echo [--runs N] [--smoke]\n");
      return 2;
    }
  }
  bench::shareAllocationCounter();
  bench::pinToCore(1);
  std::printf(
      "Server echo, CPU ns per message (user + system of the server), medians of %d interleaved "
      "rounds\n\n",
      rounds);
  std::printf("%-24s %12s %12s %8s %14s %12s\n", "", "raw", "Parley", "ratio", "messages/s",
              "allocs/msg");
  bool intact = true;
  for (const Scenario& scenario : kScenarios)
    intact = runScenario(scenario, rounds, window) && intact;
  return intact ? 0 : 1;
}
