#include "client/blob_receiving.hpp"

#include "loop/until.hpp"

#include <parley/loop.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace parley {
namespace {

class BlobReceivingTest : public testing::Test, public BlobReceivingOwner {
 protected:
  static std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
  }
  bool until(const std::function<bool()>& condition) { return test::until(loop, condition); }

  void onRoomToReceive() override { ++rooms; }
  void onBlobReceived(const Blob& blob) override { received = blob; }
  void onBlobUnwritable(const std::string& why) override { reason = why; }

  Loop loop;
  std::shared_ptr<BlobReceiving> receiving =
      std::make_shared<BlobReceiving>(loop.eventLoop(), *this);
  std::optional<Blob> received;
  std::string reason;
  int rooms = 0;
};

TEST_F(BlobReceivingTest, PutsThePiecesTogether) {
  std::string content;
  for (int i = 0; i < 3000; ++i) {
    const std::string piece(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
    content += piece;
    ASSERT_TRUE(until([&] { return !receiving->isFull(); }));
    receiving->append(bytesOf(piece));
  }
  receiving->finish();
  ASSERT_TRUE(until([&] { return received.has_value(); }));
  EXPECT_TRUE(received->isInFile());
  EXPECT_EQ(received->size(), content.size());
  EXPECT_TRUE(received->text() == content);
  receiving.reset();
  EXPECT_TRUE(received->arrayBuffer().text() == content) << "the file lives with the Blob";
}

TEST_F(BlobReceivingTest, TakesMemoryOver) {
  receiving->append(ArrayBuffer::copyOf("0123"));
  receiving->append(ArrayBuffer::copyOf("4567"));
  receiving->append(bytesOf("89"));
  receiving->finish();
  ASSERT_TRUE(until([&] { return received.has_value(); }));
  EXPECT_EQ(received->text(), "0123456789");
}

TEST_F(BlobReceivingTest, IsFullWhileItsFileIsBehind) {
  const std::string piece(BlobReceiving::kGathered, 'x');
  EXPECT_FALSE(receiving->isFull());
  receiving->append(bytesOf(piece));
  EXPECT_FALSE(receiving->isFull()) << "it is being written";
  receiving->append(bytesOf(piece));
  EXPECT_TRUE(receiving->isFull());
  ASSERT_TRUE(until([&] { return rooms == 1; }));
  EXPECT_FALSE(receiving->isFull());
}

TEST_F(BlobReceivingTest, MayGoWhileItWrites) {
  receiving->append(bytesOf(std::string(BlobReceiving::kGathered, 'x')));
  receiving.reset();
  for (int i = 0; i < 1000; ++i) loop.poll();
  EXPECT_FALSE(received);
}

}  // namespace
}  // namespace parley
