#include "client/socket_test.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <span>

#include <sys/resource.h>

namespace parley::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
constexpr bool kIsSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||
                              __has_feature(memory_sanitizer);
#else
constexpr bool kIsSanitized = false;
#endif

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

/// While it lives, the process gets no more than `room` bytes of address space on top of its own.
class ScarceMemory {
 public:
  explicit ScarceMemory(std::size_t room) {
    getrlimit(RLIMIT_AS, &before_);
    rlimit scarce = before_;
    scarce.rlim_cur = inUse() + room;
    EXPECT_EQ(setrlimit(RLIMIT_AS, &scarce), 0);
  }
  ~ScarceMemory() { setrlimit(RLIMIT_AS, &before_); }
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;

 private:
  static std::size_t inUse() {
    std::size_t pages = 0;
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    if (file != nullptr && std::fscanf(file, "%zu", &pages) != 1) pages = 0;
    if (file != nullptr) std::fclose(file);
    EXPECT_GT(pages, 0U);
    return pages * 4096;
  }
  rlimit before_{};
};

class WebSocketOutOfMemory : public SocketTest {
 protected:
  void SetUp() override {
    if (kIsSanitized) GTEST_SKIP() << "a sanitizer needs the address space for itself";
  }
};

// S4
TEST_F(WebSocketOutOfMemory, AMessageThatCannotBeKeptFailsTheConnectionNotTheCall) {
  Options options;
  options.closeTimeout = std::chrono::milliseconds(5);
  WebSocket socket = open(kUrl, {}, options);
  pipe->stall(Direction::FirstToSecond, 0);
  const ArrayBuffer large(128 * kMebibyte);  // zeros that nothing has touched yet
  {
    const ScarceMemory scarce(32 * kMebibyte);
    EXPECT_EQ(thrownBy([&] { socket.send(large); }), "");
    turn();
  }
  pipe->unstall(Direction::FirstToSecond);
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.bufferedAmount(), large.byteLength());
}

TEST_F(WebSocketOutOfMemory, AMessageThatCannotBeTakenInFailsTheConnection) {
  WebSocket socket = open();
  socket.setBinaryType(BinaryType::ArrayBuffer);  // a Blob of that size goes to a file
  const std::string piece(64 * 1024, '\0');
  const std::array<char, 10> header{'\x82', 127, 0, 0, 0, 0, 4, 0, 0, 0};  // 64 MiB
  peer->send(std::string_view(header.data(), header.size()));
  turn();
  {
    const ScarceMemory scarce(16 * kMebibyte);
    for (int i = 0; i < 1000 && socket.readyState() == WebSocket::OPEN; ++i) {
      peer->send(piece);
      turn();
    }
  }
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  ASSERT_EQ(peer->received().size(), 1U);
  EXPECT_EQ(peer->received()[0].substr(0, 4), "8:" + closeBody(1011));
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

}  // namespace
}  // namespace parley::test
