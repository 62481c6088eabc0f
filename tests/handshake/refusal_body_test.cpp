#include "handshake/refusal_body.hpp"

#include "http/divisions.hpp"

#include <gtest/gtest.h>

namespace {

using parley::handshake::RefusalBody;
using parley::http::ResponseHead;
using parley::http::TransferCoding;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;

ResponseHead headWith(std::uint16_t status) {
  ResponseHead head;
  head.status = status;
  return head;
}

void expectBody(const ResponseHead& head, std::string_view bytes, std::string_view text,
                bool complete, std::size_t limit = 10) {
  forEachDivision(bytes, [&](const Pieces& pieces) {
    RefusalBody body(head, limit);
    for (const auto& piece : pieces) body.receive(piece);
    EXPECT_EQ(body.text(), text);
    EXPECT_EQ(body.isComplete(), complete);
  });
}

TEST(RefusalBody, EndsAtContentLength) {
  ResponseHead head = headWith(401);
  head.framing.contentLength = 3;
  expectBody(head, "abc", "abc", true);
  expectBody(head, "abcdef", "abc", true);
  expectBody(head, "ab", "ab", false);
}

TEST(RefusalBody, EndsAtTheLimitHoweverLongItWouldBe) {
  ResponseHead head = headWith(401);
  head.framing.contentLength = ~std::uint64_t{0};
  expectBody(head, "0123456789abc", "0123456789", true);
  expectBody(headWith(500), "0123456789abc", "0123456789", true);
  expectBody(headWith(500), "012", "012", false);
}

TEST(RefusalBody, TakesTheChunkedCodingOff) {
  ResponseHead head = headWith(403);
  head.framing.transferCoding = TransferCoding::Chunked;
  expectBody(head, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", true);
  expectBody(head, "3\r\nabc\r\n", "abc", false);
  expectBody(head, "3\r\nabc\r\nnonsense", "abc", true);
  expectBody(head, "ffff\r\n0123456789abcdef", "0123456789", true);
}

TEST(RefusalBody, IsCompleteAtOnceWhereThereIsNone) {
  for (const int status : {204, 205, 304}) {
    EXPECT_TRUE(RefusalBody(headWith(static_cast<std::uint16_t>(status)), 10).isComplete());
  }
  ResponseHead empty = headWith(404);
  empty.framing.contentLength = 0;
  EXPECT_TRUE(RefusalBody(empty, 10).isComplete());
  EXPECT_TRUE(RefusalBody(headWith(404), 0).isComplete());
  EXPECT_FALSE(RefusalBody(headWith(404), 10).isComplete());
}

}  // namespace
