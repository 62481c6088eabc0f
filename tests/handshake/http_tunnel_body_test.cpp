#include "handshake/http_tunnel_body.hpp"

#include "http/divisions.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::handshake::HttpTunnelBody;
using parley::http::ResponseHead;
using parley::http::TransferCoding;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;
using Status = HttpTunnelBody::Status;

ResponseHead withLength(std::uint64_t length) {
  ResponseHead head;
  head.status = 407;
  head.framing.contentLength = length;
  return head;
}

ResponseHead withCoding(TransferCoding coding) {
  ResponseHead head;
  head.status = 407;
  head.framing.transferCoding = coding;
  return head;
}

/// The body ends with `body`, in every division of it and what follows.
void expectEnd(const ResponseHead& head, const std::string& body) {
  const std::string next = "HTTP/1.1 200 OK\r\n\r\n";
  forEachDivision(body + next, [&](const Pieces& pieces) {
    auto reader = HttpTunnelBody::of(head);
    ASSERT_TRUE(reader);
    std::size_t consumed = 0;
    Status status = reader->feed({}).status;
    for (const auto& piece : pieces) {
      const auto progress = reader->feed(piece);
      consumed += progress.consumed;
      status = progress.status;
    }
    EXPECT_EQ(status, Status::Done);
    EXPECT_EQ(consumed, body.size());
  });
}

void expectFailure(const std::string& body) {
  forEachDivision(body, [&](const Pieces& pieces) {
    auto reader = HttpTunnelBody::of(withCoding(TransferCoding::Chunked));
    Status status = Status::NeedMore;
    for (const auto& piece : pieces) status = reader->feed(piece).status;
    EXPECT_EQ(status, Status::Failed);
  });
}

TEST(HttpTunnelBody, EndsAfterItsLength) {
  expectEnd(withLength(3), "abc");
  expectEnd(withLength(0), "");
}

TEST(HttpTunnelBody, EndsBehindTheLastChunkAndItsTrailers) {
  const ResponseHead head = withCoding(TransferCoding::Chunked);
  expectEnd(head, "0\r\n\r\n");
  expectEnd(head, "3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\n\r\n");
  expectEnd(head, "1\r\na\r\n0\r\nX: y\r\nZ:\r\n\r\n");
}

TEST(HttpTunnelBody, NeedsMoreWhereverItIsCut) {
  const std::string body = "3\r\nabc\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t length = 0; length < body.size(); ++length) {
    auto reader = HttpTunnelBody::of(withCoding(TransferCoding::Chunked));
    const auto progress = reader->feed(asBytes(body.substr(0, length)));
    EXPECT_EQ(progress.status, Status::NeedMore) << length;
    EXPECT_EQ(progress.consumed, length);
  }
}

TEST(HttpTunnelBody, FailsWhereNoEndCanBeFound) {
  expectFailure("x\r\n");
  expectFailure("1\r\nabc");
  expectFailure("0\r\nX: y\n\r\n");
  expectFailure("0\r\n\x01");
}

TEST(HttpTunnelBody, IsNotReadWhenItEndsWithTheConnection) {
  EXPECT_FALSE(HttpTunnelBody::of(withCoding(TransferCoding::None)));
  EXPECT_FALSE(HttpTunnelBody::of(withCoding(TransferCoding::Other)));
}

TEST(HttpTunnelBody, IsNotReadWithoutABound) {
  EXPECT_TRUE(HttpTunnelBody::of(withLength(HttpTunnelBody::kMaxBytes)));
  EXPECT_FALSE(HttpTunnelBody::of(withLength(HttpTunnelBody::kMaxBytes + 1)));
  EXPECT_FALSE(HttpTunnelBody::of(withLength(~std::uint64_t{0})));
  auto reader = HttpTunnelBody::of(withCoding(TransferCoding::Chunked));
  const std::string endless(HttpTunnelBody::kMaxBytes, 'x');
  EXPECT_EQ(reader->feed(asBytes("fffffff\r\n")).status, Status::NeedMore);
  EXPECT_EQ(reader->feed(asBytes(endless)).status, Status::Failed);
  EXPECT_EQ(reader->feed(asBytes("x")).consumed, 0U);
}

}  // namespace
