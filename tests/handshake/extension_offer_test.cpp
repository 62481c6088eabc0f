#include "handshake/extension_offer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using parley::handshake::checkExtensionAnswer;
using parley::handshake::extensionNames;
using parley::protocol::HandshakeError;
using testing::ElementsAre;
using testing::Optional;

TEST(ExtensionOffer, ListsNames) {
  EXPECT_THAT(extensionNames(""), Optional(ElementsAre()));
  EXPECT_THAT(extensionNames("a; b=1, c, a"), Optional(ElementsAre("a", "c", "a")));
  EXPECT_EQ(extensionNames("a;"), std::nullopt);
}

TEST(ExtensionOffer, AnswerMustParseAndBeOfferedAndBeUnique) {
  const std::vector<std::string> offered{"a", "b", "a"};
  EXPECT_EQ(checkExtensionAnswer("b; x=1, a", offered), std::nullopt);
  EXPECT_EQ(checkExtensionAnswer("", offered), HandshakeError::MalformedExtensions);
  EXPECT_EQ(checkExtensionAnswer("a;;", offered), HandshakeError::MalformedExtensions);
  EXPECT_EQ(checkExtensionAnswer("c", offered), HandshakeError::UnofferedExtension);
  EXPECT_EQ(checkExtensionAnswer("A", offered), HandshakeError::UnofferedExtension);
  EXPECT_EQ(checkExtensionAnswer("a, a", offered), HandshakeError::RepeatedExtension);
  EXPECT_EQ(checkExtensionAnswer("a", {}), HandshakeError::UnofferedExtension);
}

}  // namespace
