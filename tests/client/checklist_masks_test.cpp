#include "client/socket_test.hpp"
#include "loop/event_loop.hpp"

#include <array>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

namespace parley::test {
namespace {

class WebSocketMasks : public SocketTest {};

// F1; curl's one key for a connection, a clock, rand(): a key that a page can foresee lets it write
// bytes of its choice on the wire.
TEST_F(WebSocketMasks, AreNewAndEvenInAHundredThousandFrames) {
  constexpr std::size_t kFrames = 100'000;
  WebSocket socket = open();
  for (std::size_t i = 0; i < kFrames; ++i) socket.send("x");
  ASSERT_TRUE(until([&] { return socket.bufferedAmount() == 0; }));
  turn();
  const std::vector<ClientFrame> frames = peer->frames();
  ASSERT_EQ(frames.size(), kFrames);
  std::set<std::string> keys;
  std::array<std::size_t, 32> ones{};
  for (const ClientFrame& frame : frames) {
    keys.insert(frame.key);
    for (std::size_t bit = 0; bit < ones.size(); ++bit) {
      ones[bit] += (static_cast<unsigned char>(frame.key[bit / 8]) >> (bit % 8)) & 1U;
    }
  }
  // By chance 1.2 pairs of them are equal; 20 are once in 10^17 runs.
  EXPECT_GE(keys.size(), kFrames - 20);
  // Eight standard deviations to either side of the half.
  for (const std::size_t count : ones) EXPECT_NEAR(static_cast<double>(count), 50'000.0, 1265.0);
}

std::string firstBytesOfAChild() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Loop own;
    std::array<std::byte, 16> bytes{};
    own.eventLoop().entropy().fill(bytes);
    ::_exit(::write(ends[1], bytes.data(), bytes.size()) == 16 ? 0 : 1);
  }
  ::close(ends[1]);
  std::string bytes(16, '\0');
  EXPECT_EQ(::read(ends[0], bytes.data(), bytes.size()), 16);
  ::close(ends[0]);
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  return bytes;
}

TEST_F(WebSocketMasks, DifferInTwoProcessesOfTheSameMoment) {
  EXPECT_NE(firstBytesOfAChild(), firstBytesOfAChild());
}

}  // namespace
}  // namespace parley::test
