#include "bytes/packed_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

TEST(PackedText, GivesEachTextBack) {
  const std::string large(70000, 'x');
  const auto block = packTexts({"chat", "", large, "last"});
  EXPECT_EQ(packedText(block.get(), 0), "chat");
  EXPECT_EQ(packedText(block.get(), 1), "");
  EXPECT_EQ(packedText(block.get(), 2), large);
  EXPECT_EQ(packedText(block.get(), 3), "last");
}

TEST(PackedText, TakesViewsThatAreNotTerminated) {
  const std::string_view text = "ws://example.com/chat";
  const auto block = packTexts({text.substr(0, 16), text});
  EXPECT_EQ(packedText(block.get(), 0), "ws://example.com");
  EXPECT_EQ(packedText(block.get(), 1), text);
}

TEST(PackedText, MayAllBeEmpty) {
  const auto block = packTexts({"", {}});
  EXPECT_EQ(packedText(block.get(), 0), "");
  EXPECT_EQ(packedText(block.get(), 1), "");
}

}  // namespace
}  // namespace parley::bytes
