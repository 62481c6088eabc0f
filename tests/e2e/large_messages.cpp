// A message that is larger than memory should be: from a file to a server, into a file there, and
// back into a file, or into memory. usage: large_messages file|memory MEBIBYTES. Exit code 0 if it
// came back as it was and neither process ever had more than 64 MiB in memory, beside the message
// itself if it was to be there.

#include <parley/parley.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr std::uint64_t kMebibyte = 1024 * 1024;
constexpr std::uint64_t kMost = 64 * kMebibyte;

/// The most memory that this process had so far.
std::uint64_t peakMemory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return UINT64_MAX;
}

/// A file of `size` bytes whose every 64 KiB differ from each other; most of it takes no room.
std::string makeFile(std::uint64_t size) {
  std::string path = (std::filesystem::temp_directory_path() / "parley-large-XXXXXX").string();
  const int descriptor = ::mkstemp(path.data());
  if (descriptor < 0) std::abort();
  ::close(descriptor);
  std::filesystem::resize_file(path, size);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  for (std::uint64_t at = 0; at + sizeof(at) <= size; at += 65'536) {
    const std::uint64_t stamp = at * 0x9E3779B97F4A7C15U + 1;
    file.seekp(static_cast<std::streamoff>(at));
    file.write(reinterpret_cast<const char*>(&stamp), sizeof(stamp));
  }
  return path;
}

bool isSame(const parley::Blob& a, const parley::Blob& b) {
  if (a.size() != b.size()) return false;
  std::vector<std::byte> one(kMebibyte);
  std::vector<std::byte> other(kMebibyte);
  for (std::uint64_t at = 0; at < a.size(); at += kMebibyte) {
    const std::size_t size = a.read(at, one);
    if (b.read(at, other) != size) return false;
    if (std::memcmp(one.data(), other.data(), size) != 0) return false;
  }
  return true;
}

/// Echoes one message; tells its port, and at the end its memory.
void serve(int toParent) {
  parley::Server server;
  server.route(
      "/", {.onmessage =
                [](const parley::MessageEvent& event) {
                  parley::WebSocket socket = event.target();
                  socket.send(event.data().blob());
                },
            .onclose =
                [&server](const parley::CloseEvent&) { server.shutdown(std::chrono::seconds(1)); },
            .binaryType = parley::BinaryType::Blob,
            .maxMessageSize = UINT64_MAX});
  if (server.listen("127.0.0.1", 0)) std::abort();
  const std::uint64_t port = server.port();
  if (::write(toParent, &port, sizeof(port)) != sizeof(port)) std::abort();
  parley::run();
  const std::uint64_t memory = peakMemory();
  if (::write(toParent, &memory, sizeof(memory)) != sizeof(memory)) std::abort();
}

enum class Into { File, Memory };

int talk(std::uint64_t port, const std::string& path, Into into) {
  parley::Options options;
  options.maxMessageSize = UINT64_MAX;
  options.proxy.mode = parley::ProxyMode::None;
  parley::WebSocket socket("ws://127.0.0.1:" + std::to_string(port) + "/", {}, options);
  const parley::Blob source = parley::Blob::fromFile(path);
  if (into == Into::Memory) socket.setBinaryType(parley::BinaryType::ArrayBuffer);
  std::optional<parley::Blob> received;
  bool isPonged = false;
  socket.onopen = [&](const parley::Event&) { socket.send(source); };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    received = event.data().blob();
    isPonged = socket.latency().has_value();
    socket.close(1000);
  };
  socket.onclose = [&](const parley::CloseEvent& event) {
    if (event.wasClean()) return;
    const auto failure = socket.failure();
    std::cerr << "closed " << event.code() << ": " << (failure ? failure->message : "") << '\n';
  };
  // Pings slip between the fragments: each is answered although the message is under way.
  const parley::TimerId pings = parley::Loop::current().setInterval(
      [&] {
        if (socket.readyState() == parley::WebSocket::OPEN) socket.ping();
      },
      std::chrono::milliseconds(50));
  socket.addEventListener(
      "close", [&](const parley::CloseEvent&) { parley::Loop::current().clearTimeout(pings); });
  parley::run();
  if (!received || !isSame(source, *received)) {
    std::cerr << "it did not come back as it was\n";
    return 1;
  }
  if (!isPonged) std::cerr << "no Ping was answered meanwhile\n";
  return isPonged ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const Into into = std::string_view(argv[1]) == "memory" ? Into::Memory : Into::File;
  std::uint64_t size = std::strtoull(argv[2], nullptr, 10) * kMebibyte;
  const std::uint64_t free =
      std::filesystem::space(std::filesystem::temp_directory_path()).available;
  // It is there three times: the source, and what each end has received.
  if (free / 4 < size) {
    size = free / 4 / kMebibyte * kMebibyte;
    std::cout << "only " << free / kMebibyte << " MiB are free for temporary files\n";
  }
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    serve(ends[1]);
    std::_Exit(0);
  }
  ::close(ends[1]);
  std::uint64_t port = 0;
  std::uint64_t serverMemory = UINT64_MAX;
  if (::read(ends[0], &port, sizeof(port)) != sizeof(port)) return 1;
  const std::string path = makeFile(size);
  const auto start = std::chrono::steady_clock::now();
  int result = talk(port, path, into);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::remove(path.c_str());
  if (::read(ends[0], &serverMemory, sizeof(serverMemory)) != sizeof(serverMemory)) result = 1;
  ::waitpid(child, nullptr, 0);
  const std::uint64_t clientMemory = peakMemory();
  std::cout << size / kMebibyte << " MiB there and back in " << took.count() << " s, client "
            << clientMemory / kMebibyte << " MiB, server " << serverMemory / kMebibyte
            << " MiB of memory at most\n";
  const std::uint64_t clientMost = kMost + (into == Into::Memory ? size : 0);
  if (clientMemory > clientMost || serverMemory > kMost) result = 1;
  return result;
}
