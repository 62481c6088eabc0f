#include "outbox.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace parley::tool::check {
namespace {

/// Two ends that keep the limits of what is written, so that a test sees the pieces.
class CheckOutbox : public testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    near_ = Socket(ends[0]);
    far_ = Socket(ends[1]);
  }

  std::vector<std::string> arrived() {
    std::vector<std::string> pieces;
    for (std::string piece; far_.read(piece) == Socket::Read::Some; piece.clear()) {
      pieces.push_back(piece);
    }
    return pieces;
  }

  Socket near_;
  Socket far_;
  Outbox outbox_;
  Clock::time_point now_{};
};

using Pieces = std::vector<std::string>;

TEST_F(CheckOutbox, GluesWhatHasNoPauseInBetween) {
  outbox_.add("one", {});
  outbox_.add("two", {});
  EXPECT_EQ(outbox_.size(), 6U);
  outbox_.write(near_, now_);
  EXPECT_EQ(arrived(), Pieces{"onetwo"});
  EXPECT_TRUE(outbox_.isEmpty());
}

TEST_F(CheckOutbox, CutsInPieces) {
  outbox_.add("abcdefg", {.piece = 3});
  outbox_.add("hij", {.first = 1});
  outbox_.add("klmno", {.first = 2, .piece = 1});
  outbox_.write(near_, now_);
  EXPECT_EQ(arrived(), (Pieces{"abc", "def", "g", "h", "ij", "kl", "m", "n", "o"}));
}

TEST_F(CheckOutbox, PausesBetweenPieces) {
  outbox_.add("ab", {.piece = 1, .gap = Milliseconds(5)});
  outbox_.write(near_, now_);
  EXPECT_EQ(arrived(), Pieces{"a"});
  ASSERT_TRUE(outbox_.pauseEnd());
  EXPECT_EQ(*outbox_.pauseEnd(), now_ + Milliseconds(5));
  EXPECT_EQ(outbox_.write(near_, now_ + Milliseconds(4)), Outbox::Written::Nothing);
  EXPECT_EQ(arrived(), Pieces{});
  outbox_.write(near_, now_ + Milliseconds(5));
  EXPECT_EQ(arrived(), Pieces{"b"});
}

TEST_F(CheckOutbox, KeepsAPauseBehindWhatIsThere) {
  outbox_.add("head", {});
  outbox_.addGap(Milliseconds(2));
  outbox_.add("frame", {});
  outbox_.write(near_, now_);
  EXPECT_EQ(arrived(), Pieces{"head"});
}

TEST_F(CheckOutbox, TellsThatThePeerIsGone) {
  far_.close();
  outbox_.add("lost", {});
  EXPECT_EQ(outbox_.write(near_, now_), Outbox::Written::Lost);
}

}  // namespace
}  // namespace parley::tool::check
