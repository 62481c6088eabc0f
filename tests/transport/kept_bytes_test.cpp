#include "transport/kept_bytes.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace parley::transport {
namespace {

void append(KeptBytes& kept, std::string_view text) {
  kept.append(std::as_bytes(std::span(text)));
}

std::string textOf(KeptBytes& kept) {
  const std::span<std::byte> all = kept.all();
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

TEST(KeptBytes, KeepsTheOrder) {
  KeptBytes kept;
  EXPECT_TRUE(kept.empty());
  append(kept, "abc");
  append(kept, "");
  append(kept, "def");
  EXPECT_EQ(textOf(kept), "abcdef");
  kept.take(2);
  EXPECT_EQ(textOf(kept), "cdef");
  append(kept, "g");
  EXPECT_EQ(textOf(kept), "cdefg");
  EXPECT_EQ(kept.size(), 5U);
}

TEST(KeptBytes, IsEmptyWhenAllIsTaken) {
  KeptBytes kept;
  append(kept, "abc");
  kept.take(1);
  kept.take(2);
  EXPECT_TRUE(kept.empty());
  EXPECT_EQ(kept.size(), 0U);
  append(kept, "x");
  EXPECT_EQ(textOf(kept), "x");
  kept.take(0);
  EXPECT_EQ(textOf(kept), "x");
}

}  // namespace
}  // namespace parley::transport
