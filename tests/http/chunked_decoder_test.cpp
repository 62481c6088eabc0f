#include "http/chunked_decoder.hpp"

#include "http/divisions.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::http::ChunkedDecoder;
using parley::testing::forEachDivision;
using parley::testing::Pieces;

void expectDecoded(const std::string& text, ChunkedDecoder::Status status, const std::string& body,
                   std::size_t limit = 100) {
  forEachDivision(text, [&](const Pieces& pieces) {
    ChunkedDecoder decoder;
    std::string out;
    auto last = ChunkedDecoder::Status::NeedMore;
    for (const auto& piece : pieces) {
      last =
          decoder.decode({reinterpret_cast<const char*>(piece.data()), piece.size()}, out, limit);
    }
    EXPECT_EQ(last, status) << text;
    EXPECT_EQ(out, body) << text;
  });
}

TEST(ChunkedDecoder, JoinsChunks) {
  expectDecoded("5\r\nhello\r\nA; x=y\r\n, everyone\r\n0\r\n\r\n", ChunkedDecoder::Status::Done,
                "hello, everyone");
  expectDecoded("0\r\n", ChunkedDecoder::Status::Done, "");
  expectDecoded("00b \r\nhello world\r\n0;x\r\n", ChunkedDecoder::Status::Done, "hello world");
}

TEST(ChunkedDecoder, BoundsTheDigitsOfEachSizeNotOfAll) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "1\r\nx\r\n";
  expectDecoded(text + "0\r\n", ChunkedDecoder::Status::Done, std::string(20, 'x'));
  expectDecoded("1\r\nx\r\n\r\n", ChunkedDecoder::Status::Failed, "x");
}

TEST(ChunkedDecoder, NeedsMoreUntilTheLastChunk) {
  expectDecoded("5\r\nhel", ChunkedDecoder::Status::NeedMore, "hel");
  expectDecoded("5\r\nhello\r\n", ChunkedDecoder::Status::NeedMore, "hello");
  expectDecoded("0\r", ChunkedDecoder::Status::NeedMore, "");
}

TEST(ChunkedDecoder, KeepsNoMoreThanTheLimit) {
  expectDecoded("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", ChunkedDecoder::Status::Done, "hellow", 6);
}

TEST(ChunkedDecoder, FailsOnMalformedSizesAndEnds) {
  for (const char* text : {"\r\n", "x\r\n", "-1\r\n", "5\n", "5\rx", "5x\r\n", ";\r\n",
                           "1111111111111111\r\n", "0;a\n"}) {
    expectDecoded(text, ChunkedDecoder::Status::Failed, "");
  }
  expectDecoded("1\r\nab", ChunkedDecoder::Status::Failed, "a");
  expectDecoded("1\r\na\rb", ChunkedDecoder::Status::Failed, "a");
}

}  // namespace
