#include "client/blob_sending.hpp"

#include "loop/until.hpp"

#include <parley/loop.hpp>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace parley {
namespace {

class BlobSendingTest : public testing::Test, public BlobSendingOwner {
 protected:
  void SetUp() override {
    path = testing::TempDir() + "parley-sending-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    ASSERT_GE(descriptor, 0);
    ::close(descriptor);
  }
  void TearDown() override { std::remove(path.c_str()); }

  BlobContent::Run blobOf(std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
    return BlobAccess::runOf(Blob::fromFile(path));
  }
  bool until(const std::function<bool()>& condition) { return test::until(loop, condition); }
  /// Takes what there is until `size` bytes have come.
  std::string takeAll(std::size_t size) {
    std::string all;
    EXPECT_TRUE(until([&] {
      const ArrayBuffer piece = sending->take();
      EXPECT_LE(piece.byteLength(), BlobSending::kPieceSize);
      all += piece.text();
      return all.size() >= size;
    }));
    return all;
  }

  void onPieceRead() override { ++piecesRead; }
  void onBlobUnreadable(const std::string& why) override { reason = why; }

  Loop loop;
  std::shared_ptr<BlobSending> sending = std::make_shared<BlobSending>(loop.eventLoop(), *this);
  std::string path;
  std::string reason;
  int piecesRead = 0;
};

TEST_F(BlobSendingTest, ReadsOneAfterTheOtherInPieces) {
  std::string content(700'000, 'x');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 23);
  const BlobContent::Run blob = blobOf(content);
  sending->add(blob);
  sending->add({.content = blob.content, .start = 10, .size = 5});
  EXPECT_TRUE(sending->take().empty()) << "nothing is read within a call";
  EXPECT_TRUE(takeAll(700'005) == content + content.substr(10, 5));
  EXPECT_TRUE(sending->take().empty());
  EXPECT_EQ(piecesRead, 4);
}

TEST_F(BlobSendingTest, ReadsOnePieceAheadAndNoMore) {
  sending->add(blobOf(std::string(3 * BlobSending::kPieceSize, 'x')));
  ASSERT_TRUE(until([&] { return piecesRead == 1; }));
  for (int i = 0; i < 100; ++i) loop.poll();
  EXPECT_EQ(piecesRead, 1) << "until that one is taken";
  EXPECT_EQ(sending->take().byteLength(), BlobSending::kPieceSize);
  ASSERT_TRUE(until([&] { return piecesRead == 2; }));
}

TEST_F(BlobSendingTest, SaysWhyABlobCannotBeReadAndStops) {
  const BlobContent::Run blob = blobOf("0123456789");
  std::ofstream(path, std::ios::binary) << "other";
  sending->add(blob);
  sending->add(blob);
  ASSERT_TRUE(until([&] { return !reason.empty(); }));
  EXPECT_EQ(reason, path + ": it has changed since it was opened");
  EXPECT_TRUE(sending->take().empty());
  EXPECT_EQ(piecesRead, 0);
}

TEST_F(BlobSendingTest, MayGoWhileItReads) {
  sending->add(blobOf(std::string(100'000, 'x')));
  sending.reset();
  for (int i = 0; i < 1000; ++i) loop.poll();
  EXPECT_EQ(piecesRead, 0);
}

}  // namespace
}  // namespace parley
