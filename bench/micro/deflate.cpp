// What compression costs: CPU per message at each end, the size on the wire, and memory per
// connection, for this library's connections beside zlib called directly, in one run.

#include "json_messages.hpp"

#include <parley/compression.hpp>
#include <parley/protocol/connection.hpp>
#include <parley/testing/fixed_entropy.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <time.h>
#include <unistd.h>
#include <zlib.h>

namespace {

using parley::Compression;
using parley::protocol::Connection;
using parley::protocol::DeflateAgreement;
using parley::protocol::Role;
using Context = DeflateAgreement::Context;

double cpuNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// Of the whole process: contexts are no part of the heap.
std::size_t residentBytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  std::size_t all = 0;
  std::size_t resident = 0;
  const bool isRead = file != nullptr && std::fscanf(file, "%zu %zu", &all, &resident) == 2;
  if (file != nullptr) std::fclose(file);
  return isRead ? resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

struct Cost {
  double sendNanoseconds = 0;
  double receiveNanoseconds = 0;
  double ratio = 0;
  bool intact = true;
};

/// Connections that share what those of a loop share.
struct Side {
  Side(Role which, Context context, std::uint8_t windowBits, Compression settings)
      : role(which), compression(settings) {
    agreement.fromServer = {.context = context, .windowBits = windowBits};
    agreement.fromClient = agreement.fromServer;
    limits.pingAfter = std::nullopt;
  }
  std::unique_ptr<Connection> make() {
    return std::make_unique<Connection>(
        role, limits, entropy, pool, parley::protocol::Time(),
        parley::protocol::ConnectionCompression{agreement, &compression});
  }

  Role role;
  Compression compression;
  DeflateAgreement agreement;
  parley::protocol::ConnectionLimits limits{};
  parley::testing::FixedEntropy entropy{1};
  parley::protocol::BufferPool pool;
};

void takeOutput(Connection& connection, std::string& wire) {
  std::array<parley::protocol::OutputPiece, 8> pieces;
  while (const std::size_t count = connection.output(pieces)) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      wire.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
      size += pieces[i].size;
    }
    connection.outputTaken(size);
  }
}

/// Answers the message's size; 0 if there was none.
std::size_t receive(Connection& connection, std::string& wire) {
  std::span<std::byte> input = std::as_writable_bytes(std::span(wire));
  std::size_t size = 0;
  while (!input.empty()) {
    const auto event = connection.receive(input, parley::protocol::Time());
    if (event.type == parley::protocol::ConnectionEvent::Type::Message) size = event.payload.size();
  }
  connection.eventHandled();
  return size;
}

Cost measureParley(const std::vector<std::string>& messages, Context context, std::uint8_t bits,
                   Compression settings) {
  Side serverSide(Role::Server, context, bits, settings);
  Side clientSide(Role::Client, context, bits, settings);
  const auto server = serverSide.make();
  const auto client = clientSide.make();
  std::vector<std::string> wires(messages.size());
  std::size_t plain = 0;
  std::size_t sent = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) wires[i].reserve(messages[i].size() + 20);
  Cost cost;
  double start = cpuNanoseconds();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    cost.intact = server->sendText(messages[i]) && cost.intact;
    takeOutput(*server, wires[i]);
  }
  cost.sendNanoseconds = (cpuNanoseconds() - start) / static_cast<double>(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    plain += messages[i].size();
    sent += wires[i].size();
  }
  start = cpuNanoseconds();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    cost.intact = receive(*client, wires[i]) == messages[i].size() && cost.intact;
  }
  cost.receiveNanoseconds = (cpuNanoseconds() - start) / static_cast<double>(messages.size());
  cost.ratio = static_cast<double>(plain) / static_cast<double>(sent);
  return cost;
}

Cost measureZlib(const std::vector<std::string>& messages, Context context, int level) {
  z_stream out{};
  z_stream in{};
  deflateInit2(&out, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  inflateInit2(&in, -15);
  std::vector<std::string> wires(messages.size());
  std::string room(200'000, '\0');
  std::size_t plain = 0;
  std::size_t sent = 0;
  Cost cost;
  double start = cpuNanoseconds();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (context == Context::Reset) deflateReset(&out);
    out.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(messages[i].data()));
    out.avail_in = static_cast<uInt>(messages[i].size());
    out.next_out = reinterpret_cast<Bytef*>(room.data());
    out.avail_out = static_cast<uInt>(room.size());
    deflate(&out, Z_SYNC_FLUSH);
    wires[i].assign(room, 0, room.size() - out.avail_out);
  }
  cost.sendNanoseconds = (cpuNanoseconds() - start) / static_cast<double>(messages.size());
  start = cpuNanoseconds();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (context == Context::Reset) inflateReset(&in);
    in.next_in = reinterpret_cast<Bytef*>(wires[i].data());
    in.avail_in = static_cast<uInt>(wires[i].size());
    in.next_out = reinterpret_cast<Bytef*>(room.data());
    in.avail_out = static_cast<uInt>(room.size());
    inflate(&in, Z_SYNC_FLUSH);
    cost.intact = room.size() - in.avail_out == messages[i].size() && cost.intact;
    plain += messages[i].size();
    sent += wires[i].size() - 4 + (wires[i].size() < 130 ? 2 : 4);  // with its frame header
  }
  cost.receiveNanoseconds = (cpuNanoseconds() - start) / static_cast<double>(messages.size());
  cost.ratio = static_cast<double>(plain) / static_cast<double>(sent);
  deflateEnd(&out);
  inflateEnd(&in);
  return cost;
}

struct Contestant {
  const char* name;
  std::function<Cost(const std::vector<std::string>&, Context)> measure;
};

std::vector<Contestant> contestants() {
  const auto parley = [](Compression::Level level) {
    return [level](const std::vector<std::string>& messages, Context context) {
      return measureParley(messages, context, 15, {.level = level, .threshold = 0});
    };
  };
  const auto zlib = [](int level) {
    return [level](const std::vector<std::string>& messages, Context context) {
      return measureZlib(messages, context, level);
    };
  };
  return {{"Parley Fast", parley(Compression::Level::Fast)},
          {"zlib 1", zlib(1)},
          {"Parley Best", parley(Compression::Level::Best)},
          {"zlib 6", zlib(6)},
          {"Parley plain", [](const std::vector<std::string>& messages, Context context) {
             return measureParley(messages, context, 15, {.threshold = SIZE_MAX});
           }}};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool runCosts(int rounds) {
  bool intact = true;
  const std::vector<Contestant> all = contestants();
  std::printf("%-9s %-8s %-13s %12s %12s %8s\n", "message", "context", "", "send", "receive",
              "ratio");
  for (const std::size_t bytes : {64U, 128U, 200U, 400U, 1024U, 16U * 1024U}) {
    const std::size_t count = std::clamp<std::size_t>(8'000'000 / bytes, 300, 5'000);
    const auto messages = bench::jsonMessages(count, bytes);
    for (const Context context : {Context::Kept, Context::Reset}) {
      std::vector<std::vector<Cost>> costs(all.size());
      for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < all.size(); ++i) {
          costs[i].push_back(all[i].measure(messages, context));
        }
      }
      for (std::size_t i = 0; i < all.size(); ++i) {
        std::vector<double> send;
        std::vector<double> receive;
        for (const Cost& cost : costs[i]) {
          send.push_back(cost.sendNanoseconds);
          receive.push_back(cost.receiveNanoseconds);
          intact = intact && cost.intact;
        }
        std::printf("%-9zu %-8s %-13s %12.0f %12.0f %8.2f\n", bytes,
                    context == Context::Kept ? "kept" : "reset", all[i].name, median(send),
                    median(receive), costs[i][0].ratio);
      }
      std::fflush(stdout);
    }
  }
  return intact;
}

/// Resident memory per connection: idle, in use, and after a quiet period.
void printMemory(const char* name, Context context, std::uint8_t bits, Compression::Level level,
                 std::size_t bytes) {
  constexpr std::size_t kConnections = 500;
  const auto messages = bench::jsonMessages(20, bytes);
  Side serverSide(Role::Server, context, bits, {.level = level, .threshold = 0});
  Side clientSide(Role::Client, context, bits, {.level = level, .threshold = 0});
  std::string wire;
  const auto exchange = [&](Connection& server, Connection& client) {
    for (const std::string& message : messages) {
      if (!client.sendText(message)) std::abort();
      wire.clear();
      takeOutput(client, wire);
      if (receive(server, wire) != message.size() || !server.sendText(message)) std::abort();
      wire.clear();
      takeOutput(server, wire);
      if (receive(client, wire) != message.size()) std::abort();
    }
  };
  std::vector<std::unique_ptr<Connection>> clients;
  for (std::size_t i = 0; i <= kConnections; ++i) clients.push_back(clientSide.make());
  const auto first = serverSide.make();  // makes what they share
  exchange(*first, *clients[kConnections]);
  std::vector<std::unique_ptr<Connection>> servers;
  servers.reserve(kConnections);
  const std::size_t before = residentBytes();
  for (std::size_t i = 0; i < kConnections; ++i) servers.push_back(serverSide.make());
  const std::size_t idle = residentBytes() - before;
  std::size_t used = 0;
  for (std::size_t i = 0; i < kConnections; ++i) {
    const std::size_t start = residentBytes();
    exchange(*servers[i], *clients[i]);
    clients[i].reset(clientSide.make().release());
    used += residentBytes() - start;
  }
  const std::size_t start = residentBytes();
  auto later = parley::protocol::Time() + std::chrono::seconds(11);
  for (auto& server : servers) server->deadlinePassed(later);
  later += std::chrono::seconds(11);
  for (auto& server : servers) server->deadlinePassed(later);
  const auto quiet = static_cast<std::ptrdiff_t>(idle + used) -
                     static_cast<std::ptrdiff_t>(start - residentBytes());
  constexpr double kAll = kConnections;
  std::printf("%-36s %8zu %10.0f %10.0f %10.0f\n", name, bytes, static_cast<double>(idle) / kAll,
              static_cast<double>(idle + used) / kAll, static_cast<double>(quiet) / kAll);
}

void runMemory() {
  using Level = Compression::Level;
  std::printf("\n%-36s %8s %10s %10s %10s\n", "resident bytes per connection", "messages", "idle",
              "in use", "quiet");
  for (const std::size_t bytes : {200U, 4'000U}) {
    printMemory("both contexts kept, Fast", Context::Kept, 15, Level::Fast, bytes);
    printMemory("both contexts kept, Best", Context::Kept, 15, Level::Best, bytes);
    printMemory("both kept, Best, windows of 12 bits", Context::Kept, 12, Level::Best, bytes);
    printMemory("both reset, Fast", Context::Reset, 15, Level::Fast, bytes);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 5;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) {
      rounds = 1;
    } else if (std::strcmp(argv[i], "--runs") == 0 && i + 1 < argc && std::atoi(argv[i + 1]) > 0) {
      rounds = std::atoi(argv[++i]);
    } else {
      std::fprintf(stderr, "usage: bench_deflate [--runs N] [--smoke]\n");
      return 2;
    }
  }
  std::printf(
      "JSON messages, CPU ns per message, medians of %d interleaved rounds; ratio: message "
      "to frame\n\n",
      rounds);
  const bool intact = runCosts(rounds);
  runMemory();
  if (!intact) std::printf("A MESSAGE CHANGED\n");
  return intact ? 0 : 1;
}
