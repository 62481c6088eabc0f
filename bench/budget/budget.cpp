// Small fixed runs of this library's ends on one thread, whose instructions callgrind counts: only
// what measured() does is counted. The other end is in the same program, on plain sockets, between
// the turns of the loop, so that a run is the same every time.

#include "../load/frames.hpp"
#include "../load/handshake.hpp"
#include "../load/server_end.hpp"
#include "allocation_counter.hpp"

#include <parley/server.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace bench {

std::uint64_t gAllocations = 0;

/// callgrind collects while this runs (--toggle-collect).
[[gnu::noinline]] void measured(const std::function<void()>& work) {
  const std::uint64_t before = allocationCount();
  work();
  gAllocations += allocationCount() - before;
}

}  // namespace bench

namespace {

constexpr int kWarmUpRounds = 5;
constexpr int kRounds = 20;
constexpr std::size_t kPayload = 64;

/// Runs `round` some times unmeasured, then measured. `round` hands its work to what it is given.
using Measure = std::function<void(const std::function<void()>&)>;

void runRounds(const std::function<void(const Measure&)>& round) {
  for (int i = 0; i < kWarmUpRounds; ++i) round([](const auto& work) { work(); });
  for (int i = 0; i < kRounds; ++i) round(bench::measured);
}

/// Waits with turns of the loop until something has come.
std::string receive(parley::Loop& loop, bench::Wire& wire, std::size_t most) {
  std::string buffer(most, '\0');
  for (;;) {
    const std::size_t size = wire.receive(std::as_writable_bytes(std::span(buffer)));
    if (size > 0) return buffer.substr(0, size);
    loop.poll();
  }
}

/// @param depth messages in flight on each connection
std::uint64_t echo(parley::Loop& loop, std::size_t depth) {
  constexpr std::size_t kConnections = 100;
  parley::Server server(loop);
  std::size_t echoed = 0;
  server.route("/", {.onmessage = [&](const parley::MessageEvent& event) {
                 parley::WebSocket socket = event.target();
                 socket.send(event.data().text());
                 ++echoed;
               }});
  if (server.listen("127.0.0.1", 0)) bench::giveUp("listen");
  std::vector<std::byte> frame;
  for (std::size_t i = 0; i < depth; ++i) {
    bench::appendFrame(frame, bench::Opcode::Text, bench::pattern(kPayload),
                       bench::Masking::Masked);
  }
  const std::string request = bench::upgradeRequest(server.port(), bench::Compression::Off);
  std::vector<std::unique_ptr<bench::Wire>> wires;
  for (std::size_t i = 0; i < kConnections; ++i) {
    wires.push_back(std::make_unique<bench::Wire>(server.port(), nullptr));
    wires.back()->send(std::as_bytes(std::span(request)));
    receive(loop, *wires.back(), 4096);
  }
  runRounds([&](const Measure& measure) {
    for (const auto& wire : wires) wire->send(frame);
    echoed = 0;
    measure([&] {
      while (echoed < kConnections * depth) loop.poll();
    });
    for (const auto& wire : wires) receive(loop, *wire, 4096);
  });
  return kConnections * kRounds * depth;
}

/// A connection of this library's client to a plain socket.
struct ClientPair {
  explicit ClientPair(parley::Loop& loop)
      : socket(loop, "ws://127.0.0.1:" + std::to_string(listener.port()) + "/") {
    pollfd arrival{listener.socket(), POLLIN, 0};
    while (poll(&arrival, 1, 0) == 0) loop.poll();
    server.emplace(listener, bench::Protocol::Raw);
    std::string request;
    std::array<std::byte, 4096> buffer;
    while (!request.ends_with("\r\n\r\n")) {
      loop.poll();
      const auto bytes = server->receiveNow(buffer);
      request.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    const std::string answer = bench::upgradeAnswer(request);
    server->send(std::as_bytes(std::span(answer)));
    while (socket.readyState() != parley::WebSocket::OPEN) loop.poll();
  }

  bench::Listener listener;
  parley::WebSocket socket;
  std::optional<bench::ServerEnd> server;
};

std::uint64_t receiveMessages(parley::Loop& loop) {
  constexpr std::size_t kMessages = 1000;
  ClientPair pair(loop);
  std::size_t received = 0;
  pair.socket.onmessage = [&](const parley::MessageEvent&) { ++received; };
  std::vector<std::byte> batch;
  for (std::size_t i = 0; i < kMessages; ++i) {
    bench::appendFrame(batch, bench::Opcode::Text, bench::pattern(kPayload), bench::Masking::None);
  }
  runRounds([&](const Measure& measure) {
    pair.server->send(batch);
    received = 0;
    measure([&] {
      while (received < kMessages) loop.poll();
    });
  });
  return kMessages * kRounds;
}

std::uint64_t sendMessages(parley::Loop& loop) {
  constexpr std::size_t kMessages = 1000;
  ClientPair pair(loop);
  const std::string message(kPayload, 'm');
  std::vector<std::byte> buffer(std::size_t{512} * 1024);
  constexpr std::size_t kFrame = 2 + 4 + kPayload;
  runRounds([&](const Measure& measure) {
    measure([&] {
      for (std::size_t i = 0; i < kMessages; ++i) pair.socket.send(message);
      loop.poll();
    });
    for (std::size_t size = 0; size < kMessages * kFrame;) {
      size += pair.server->receive(buffer).size();
    }
  });
  return kMessages * kRounds;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view scenario = argc > 1 ? argv[1] : "";
  parley::Loop loop;
  std::uint64_t messages = 0;
  if (scenario == "E1") {
    messages = echo(loop, 1);
  } else if (scenario == "E2") {
    messages = echo(loop, 32);
  } else if (scenario == "R1") {
    messages = receiveMessages(loop);
  } else if (scenario == "S1") {
    messages = sendMessages(loop);
  } else {
    std::fputs("usage: bench_budget E1|E2|R1|S1\n", stderr);
    return 2;
  }
  std::printf("{\"messages\":%llu,\"allocations\":%llu}\n",
              static_cast<unsigned long long>(messages),
              static_cast<unsigned long long>(bench::gAllocations));
  return 0;
}
