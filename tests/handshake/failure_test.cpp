#include "handshake/failure.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::handshake::handshakeErrorFor;
using parley::handshake::quotePeerText;
using parley::http::HeadError;
using parley::protocol::category;
using parley::protocol::HandshakeCategory;
using parley::protocol::HandshakeError;
using parley::protocol::toString;

TEST(QuotePeerText, ShowsVisibleAsciiAndEscapesTheRest) {
  EXPECT_EQ(quotePeerText("a b"), "\"a b\"");
  EXPECT_EQ(quotePeerText(""), "\"\"");
  EXPECT_EQ(quotePeerText("\r\n\0\x1B\x7F\xFF\"\\"s),
            "\"\\x0D\\x0A\\x00\\x1B\\x7F\\xFF\\x22\\x5C\"");
}

TEST(QuotePeerText, CutsLongText) {
  EXPECT_EQ(quotePeerText(std::string(64, 'a')), '"' + std::string(64, 'a') + '"');
  EXPECT_EQ(quotePeerText(std::string(65, 'a')), '"' + std::string(64, 'a') + "...\"");
}

TEST(HandshakeError, EveryErrorHasANameOfItsOwn) {
  std::set<std::string_view> names;
  const auto last = static_cast<int>(HandshakeError::InvalidSubprotocols);
  for (int i = 0; i <= last; ++i) names.insert(toString(static_cast<HandshakeError>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(names.contains("Unknown"));
  EXPECT_EQ(toString(HandshakeError::WrongAccept), "WrongAccept");
}

TEST(HandshakeError, FallsIntoTheCategoryThatACallerActsOn) {
  EXPECT_EQ(category(HandshakeError::InvalidRequest), HandshakeCategory::InvalidRequest);
  EXPECT_EQ(category(HandshakeError::ConnectionClosed), HandshakeCategory::ConnectionClosed);
  EXPECT_EQ(category(HandshakeError::UnexpectedStatus), HandshakeCategory::Refused);
  EXPECT_EQ(category(HandshakeError::HeadTooLarge), HandshakeCategory::TooLarge);
  EXPECT_EQ(category(HandshakeError::TooManyInformational), HandshakeCategory::TooLarge);
  EXPECT_EQ(category(HandshakeError::WrongAccept), HandshakeCategory::Protocol);
  EXPECT_EQ(category(HandshakeError::MissingKey), HandshakeCategory::Protocol);
}

TEST(HandshakeError, TellsForEveryFaultOfAHeadWhichOfOursItIs) {
  std::set<HandshakeError> ours;
  const auto last = static_cast<unsigned>(HeadError::UnknownTransferCoding);
  for (unsigned i = 0; i <= last; ++i) {
    const HandshakeError error = handshakeErrorFor(static_cast<HeadError>(i));
    EXPECT_NE(category(error), HandshakeCategory::InvalidRequest) << "it is the peer's fault";
    ours.insert(error);
  }
  EXPECT_GE(ours.size(), 8U);
}

TEST(HandshakeError, KeepsTheLimitsOfAHeadApart) {
  EXPECT_EQ(handshakeErrorFor(HeadError::HeadTooLarge), HandshakeError::HeadTooLarge);
  EXPECT_EQ(handshakeErrorFor(HeadError::TooManyLines), HandshakeError::TooManyLines);
  EXPECT_EQ(handshakeErrorFor(HeadError::FieldTooLarge), HandshakeError::FieldTooLarge);
  EXPECT_EQ(handshakeErrorFor(HeadError::StartLineTooLong), HandshakeError::StartLineTooLong);
  EXPECT_EQ(handshakeErrorFor(HeadError::LineFolding), HandshakeError::MalformedHead);
}

}  // namespace
