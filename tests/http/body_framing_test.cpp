#include "http/body_framing.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace {

using parley::Headers;
using parley::http::HeadError;
using parley::http::HttpVersion;
using parley::http::readBodyFraming;
using parley::http::TransferCoding;

TEST(BodyFraming, ReadsTheWholeRangeOfLengths) {
  const auto zero = readBodyFraming(Headers{{"Content-Length", "0"}}, HttpVersion::Http11);
  ASSERT_TRUE(zero);
  EXPECT_EQ(zero.value().contentLength, 0U);
  const auto most =
      readBodyFraming(Headers{{"Content-Length", "18446744073709551615"}}, HttpVersion::Http10);
  ASSERT_TRUE(most);
  EXPECT_EQ(most.value().contentLength, std::numeric_limits<std::uint64_t>::max());
}

TEST(BodyFraming, ReportsOverflow) {
  const auto over =
      readBodyFraming(Headers{{"Content-Length", "18446744073709551616"}}, HttpVersion::Http11);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error(), HeadError::MalformedContentLength);
}

TEST(BodyFraming, ConflictComesBeforeEveryOtherFault) {
  const auto both = readBodyFraming(
      Headers{{"Content-Length", "x"}, {"Content-Length", "y"}, {"Transfer-Encoding", "z"}},
      HttpVersion::Http10);
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error(), HeadError::LengthWithTransferEncoding);
}

TEST(BodyFraming, ATransferCodingIsChunkedOrAnother) {
  const auto codingOf = [](const Headers& headers) {
    return readBodyFraming(headers, HttpVersion::Http11).value().transferCoding;
  };
  EXPECT_EQ(codingOf({{"Transfer-Encoding", "chunked"}}), TransferCoding::Chunked);
  EXPECT_EQ(codingOf({{"Transfer-Encoding", "CHUNKED"}}), TransferCoding::Chunked);
  EXPECT_EQ(codingOf({{"Transfer-Encoding", "gzip, chunked"}}), TransferCoding::Other);
  EXPECT_EQ(codingOf({{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}),
            TransferCoding::Other);
}

TEST(BodyFraming, Http10HasNoTransferCoding) {
  const auto coded =
      readBodyFraming(Headers{{"Transfer-Encoding", "chunked"}}, HttpVersion::Http10);
  ASSERT_FALSE(coded);
  EXPECT_EQ(coded.error(), HeadError::TransferEncodingBefore11);
}

TEST(BodyFraming, RefusesARepeatedLengthAndWhatIsNoNumber) {
  const auto twice = readBodyFraming(Headers{{"Content-Length", "1"}, {"Content-Length", "1"}},
                                     HttpVersion::Http11);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error(), HeadError::RepeatedContentLength);
  for (const char* wrong : {"", "+1", "-1", "1 1", "1,1", "0x1", "1e1", "one"}) {
    const auto framing = readBodyFraming(Headers{{"Content-Length", wrong}}, HttpVersion::Http11);
    ASSERT_FALSE(framing) << wrong;
    EXPECT_EQ(framing.error(), HeadError::MalformedContentLength) << wrong;
  }
}

TEST(BodyFraming, NoFieldsMeanNoBody) {
  const auto none = readBodyFraming(Headers{}, HttpVersion::Http11);
  ASSERT_TRUE(none);
  EXPECT_EQ(none.value().contentLength, std::nullopt);
  EXPECT_EQ(none.value().transferCoding, TransferCoding::None);
}

}  // namespace
