#include <parley/blob.hpp>

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace parley {
namespace {

std::string textOf(const Blob& blob) {
  return blob.text();
}

TEST(Blob, IsEmptyWithoutAType) {
  const Blob blob;
  EXPECT_EQ(blob.size(), 0U);
  EXPECT_EQ(blob.type(), "");
  EXPECT_EQ(blob.text(), "");
  EXPECT_EQ(blob.bytes().size(), 0U);
  EXPECT_EQ(blob.slice(0, 10).size(), 0U);
}

TEST(Blob, JoinsItsParts) {
  const std::string bytes = "\x01\xff";
  const Blob blob({"ab", std::as_bytes(std::span(bytes)), Blob({"cd"})});
  EXPECT_EQ(blob.size(), 6U);
  EXPECT_EQ(blob.bytes()[3], std::byte{0xff});
  EXPECT_EQ(blob.arrayBuffer().text(),
            "ab\x01\xff"
            "cd");
}

TEST(Blob, ReplacesIllFormedTextButNotBytes) {
  const std::string bytes = "\xff";
  EXPECT_EQ(Blob({std::string_view("a\xff")}).size(), 4U);
  EXPECT_EQ(Blob({std::as_bytes(std::span(bytes))}).size(), 1U);
}

TEST(Blob, LowersItsTypeAndDropsAnInvalidOne) {
  EXPECT_EQ(Blob({"x"}, "Text/HTML").type(), "text/html");
  EXPECT_EQ(Blob({"x"}, "text/\x01").type(), "");
  EXPECT_EQ(Blob({"x"}, "caf\xc3\xa9").type(), "");
}

TEST(Blob, SlicesAsTheFileApiSays) {
  const Blob blob({"0123456789"}, "a/b");
  EXPECT_EQ(textOf(blob.slice()), "0123456789");
  EXPECT_EQ(textOf(blob.slice(2, 5)), "234");
  EXPECT_EQ(textOf(blob.slice(-3)), "789");
  EXPECT_EQ(textOf(blob.slice(-3, -1)), "78");
  EXPECT_EQ(textOf(blob.slice(5, 2)), "");
  EXPECT_EQ(textOf(blob.slice(8, 100)), "89");
  EXPECT_EQ(textOf(blob.slice(-100, 2)), "01");
  EXPECT_EQ(textOf(blob.slice(INT64_MIN, INT64_MAX)), "0123456789");
  EXPECT_EQ(textOf(blob.slice(2, 8).slice(1, -1)), "3456");
  EXPECT_EQ(blob.slice(1, 2).type(), "");
  EXPECT_EQ(blob.slice(1, 2, "C/D").type(), "c/d");
}

TEST(Blob, SharesItsBytesWithCopiesAndSlices) {
  Blob slice;
  const std::byte* at = nullptr;
  {
    const Blob blob({"0123456789"});
    at = blob.bytes().data() + 2;
    slice = blob.slice(2);
  }
  EXPECT_EQ(slice.bytes().data(), at);
  EXPECT_EQ(slice.text(), "23456789");
}

TEST(Blob, TakesABufferWithoutACopy) {
  ArrayBuffer buffer = ArrayBuffer::copyOf("hello");
  const std::byte* const at = buffer.data();
  const Blob blob(std::move(buffer), "x/y");
  EXPECT_EQ(blob.bytes().data(), at);
  EXPECT_EQ(blob.type(), "x/y");
}

TEST(Blob, TextDropsAByteOrderMarkAndReplacesWhatIsNoUtf8) {
  const std::string bytes =
      "\xef\xbb\xbf"
      "a\xff";
  EXPECT_EQ(Blob({std::as_bytes(std::span(bytes))}).text(), "a\xef\xbf\xbd");
}

}  // namespace
}  // namespace parley
