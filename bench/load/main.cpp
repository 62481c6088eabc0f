// The load of the benchmarks: one run, one line of JSON. bench/driver starts it; see options.cpp.

#include "broadcast_load.hpp"
#include "churn_load.hpp"
#include "client_loads.hpp"
#include "echo_load.hpp"
#include "measurement.hpp"
#include "options.hpp"
#include "wire.hpp"

#include <algorithm>
#include <thread>

#include <sys/resource.h>

namespace {

void raiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void echo(const bench::LoadOptions& options, const bench::Subject& subject) {
  bench::EchoLoad load(options);
  const bool warmIsIntact = load.run(options.warmUp).intact;
  bench::Measurement measurement(subject);
  const bench::Echoes echoes = load.run(options.window);
  measurement.finish(echoes.messages);
  measurement.add("echoed_bytes", echoes.bytes);
  measurement.print(warmIsIntact && echoes.intact && echoes.messages > 0);
}

void churn(const bench::LoadOptions& options, const bench::Subject& subject) {
  bench::ChurnLoad load(options);
  load.run(options.warmUp);
  bench::Measurement measurement(subject);
  const std::uint64_t connections = load.run(options.window);
  measurement.finish(connections);
  measurement.print(connections > 0);
}

void broadcast(const bench::LoadOptions& options, const bench::Subject& subject) {
  bench::BroadcastLoad load(options);
  load.run(options.warmUp);
  bench::Measurement measurement(subject);
  measurement.finish(load.run(options.window));
  measurement.print(load.isIntact());
}

/// Memory of the server: before the connections, with them idle, after a message on each, and after
/// a quiet time.
void idle(const bench::LoadOptions& options, const bench::Subject& subject) {
  bench::Measurement measurement(subject);
  measurement.add("rss_before", subject.residentBytes());
  bench::EchoLoad load(options);
  std::this_thread::sleep_for(options.warmUp);
  measurement.add("rss_idle", subject.residentBytes());
  const bench::Echoes echoes = load.runMessages(1);
  std::this_thread::sleep_for(options.warmUp);
  measurement.add("rss_after_message", subject.residentBytes());
  if (options.quiet.count() > 0) {
    std::this_thread::sleep_for(options.quiet);
    measurement.add("rss_quiet", subject.residentBytes());
  }
  measurement.add("connections", options.connections);
  measurement.finish(echoes.messages);
  measurement.print(echoes.intact);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::LoadOptions options = bench::parseOptions(argc, argv);
  const bench::Subject subject(options.process);
  raiseDescriptorLimit();
  if (options.kind == "echo") {
    echo(options, subject);
  } else if (options.kind == "churn") {
    churn(options, subject);
  } else if (options.kind == "broadcast") {
    broadcast(options, subject);
  } else if (options.kind == "idle") {
    idle(options, subject);
  } else if (options.kind == "feed") {
    bench::feed(options);
  } else if (options.kind == "sink") {
    bench::sink(options);
  } else if (options.kind == "pong") {
    bench::pong(options);
  } else if (options.kind == "churn-server") {
    bench::churnServer(options);
  } else {
    bench::giveUp("unknown kind");
  }
  return 0;
}
