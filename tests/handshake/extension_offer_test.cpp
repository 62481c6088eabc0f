#include "handshake/extension_offer.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using parley::handshake::checkExtensionAnswer;
using parley::handshake::ExtensionAgreement;
using parley::handshake::readExtensions;
using parley::http::Extension;
using parley::protocol::DeflateAgreement;
using parley::protocol::HandshakeError;

using Context = DeflateAgreement::Context;

std::vector<Extension> offered(std::string_view value) {
  return *readExtensions(value);
}

/// The error, or InvalidRequest (which no answer leads to) if there is none.
HandshakeError errorOf(std::string_view answer, std::string_view offers) {
  const auto checked = checkExtensionAnswer(answer, offered(offers));
  return checked ? HandshakeError::InvalidRequest : checked.error();
}

DeflateAgreement agreement(std::string_view answer, std::string_view offers) {
  const auto checked = checkExtensionAnswer(answer, offered(offers));
  if (!checked || !checked->deflate) {
    ADD_FAILURE() << answer << " to " << offers;
    return {};
  }
  return *checked->deflate;
}

TEST(ExtensionOffer, IsReadAsAList) {
  EXPECT_EQ(readExtensions(""), std::vector<Extension>());
  const auto some = readExtensions("a; b=1, c, a");
  ASSERT_TRUE(some);
  ASSERT_EQ(some->size(), 3U);
  EXPECT_EQ((*some)[0].parameters[0].value, "1");
  EXPECT_EQ((*some)[2].name, "a");
  EXPECT_EQ(readExtensions("a;"), std::nullopt);
}

TEST(ExtensionOffer, AnswerMustParseAndBeOfferedAndBeUnique) {
  const auto fine = checkExtensionAnswer("b; x=1, a", offered("a, b, a"));
  ASSERT_TRUE(fine);
  EXPECT_EQ(*fine, ExtensionAgreement{});
  EXPECT_EQ(errorOf("", "a, b, a"), HandshakeError::MalformedExtensions);
  EXPECT_EQ(errorOf("a;;", "a, b, a"), HandshakeError::MalformedExtensions);
  EXPECT_EQ(errorOf("c", "a, b, a"), HandshakeError::UnofferedExtension);
  EXPECT_EQ(errorOf("A", "a, b, a"), HandshakeError::UnofferedExtension);
  EXPECT_EQ(errorOf("a, a", "a, b, a"), HandshakeError::RepeatedExtension);
  EXPECT_EQ(errorOf("a", ""), HandshakeError::UnofferedExtension);
  EXPECT_EQ(errorOf("permessage-deflate", "x"), HandshakeError::UnofferedExtension);
  EXPECT_EQ(errorOf("permessage-deflate, permessage-deflate", "permessage-deflate"),
            HandshakeError::RepeatedExtension);
}

TEST(ExtensionOffer, AnswerOfDeflateIsAnAgreement) {
  constexpr std::string_view kOffer = "permessage-deflate; client_max_window_bits";
  EXPECT_EQ(agreement("permessage-deflate", kOffer), DeflateAgreement{});
  const DeflateAgreement all = agreement(
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
      "server_max_window_bits=\"10\"; client_max_window_bits=9",
      kOffer);
  EXPECT_EQ(all.fromServer, (DeflateAgreement::Direction{Context::Reset, 10}));
  EXPECT_EQ(all.fromClient, (DeflateAgreement::Direction{Context::Reset, 9}));
  // What a peer writes is read with any window; for 8 bits our own side then writes nothing
  // compressed.
  EXPECT_EQ(agreement("permessage-deflate; server_max_window_bits=8", kOffer).fromServer.windowBits,
            8);
  EXPECT_EQ(agreement("permessage-deflate; client_max_window_bits=8", kOffer).fromClient.windowBits,
            8);
}

TEST(ExtensionOffer, AClientIsBoundByItsOwnHints) {
  const DeflateAgreement hinted =
      agreement("permessage-deflate",
                "permessage-deflate; client_no_context_takeover; client_max_window_bits=11");
  EXPECT_EQ(hinted.fromClient, (DeflateAgreement::Direction{Context::Reset, 11}));
  EXPECT_EQ(hinted.fromServer, DeflateAgreement::Direction{});
}

TEST(ExtensionOffer, AnswerOfDeflateMustBeLegalAndKeepToTheOffer) {
  struct Case {
    std::string_view answer;
    std::string_view offer = "; client_max_window_bits";
  };
  const Case cases[] = {
      {"; unknown"},
      {"; server_no_context_takeover=1"},
      {"; client_no_context_takeover=true"},
      {"; server_no_context_takeover; server_no_context_takeover"},
      {"; client_no_context_takeover; client_no_context_takeover"},
      {"; server_max_window_bits"},
      {"; server_max_window_bits=7"},
      {"; server_max_window_bits=16"},
      {"; server_max_window_bits=-1"},
      {"; server_max_window_bits=1e3"},
      {"; server_max_window_bits=08"},
      {"; server_max_window_bits=10; server_max_window_bits=10"},
      {"; client_max_window_bits"},
      {"; client_max_window_bits=7"},
      {"; client_max_window_bits=16"},
      {"; client_max_window_bits=015"},
      {"; client_max_window_bits=9; client_max_window_bits=9"},
      // not offered
      {"; client_max_window_bits=15", ""},
      {"; client_max_window_bits=10", "; server_max_window_bits=10"},
      // more than offered
      {"; client_max_window_bits=11", "; client_max_window_bits=10"},
      {"; server_max_window_bits=11", "; server_max_window_bits=10"},
      // what was asked for is left out
      {"", "; server_max_window_bits=10"},
      {"", "; server_no_context_takeover"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(errorOf("permessage-deflate" + std::string(each.answer),
                      "permessage-deflate" + std::string(each.offer)),
              HandshakeError::InvalidExtensionParameters)
        << each.answer << " to " << each.offer;
  }
  // An empty value breaks the grammar of the field already.
  EXPECT_EQ(errorOf("permessage-deflate; server_max_window_bits=", "permessage-deflate"),
            HandshakeError::MalformedExtensions);
  EXPECT_EQ(errorOf("permessage-deflate; server_max_window_bits=\"\"", "permessage-deflate"),
            HandshakeError::MalformedExtensions);
}

TEST(ExtensionOffer, AnswerMayBeGivenToAnyOfSeveralOffers) {
  constexpr std::string_view kOffers =
      "permessage-deflate; server_max_window_bits=10; client_max_window_bits=12, "
      "permessage-deflate; server_no_context_takeover, x, permessage-deflate";
  EXPECT_EQ(
      agreement("permessage-deflate; server_max_window_bits=9", kOffers).fromClient.windowBits, 12);
  EXPECT_EQ(agreement("permessage-deflate; server_no_context_takeover", kOffers).fromServer.context,
            Context::Reset);
  EXPECT_EQ(agreement("permessage-deflate", kOffers), DeflateAgreement{});
  EXPECT_EQ(agreement("x, permessage-deflate", kOffers), DeflateAgreement{});
  EXPECT_EQ(errorOf("permessage-deflate; client_max_window_bits=13", kOffers),
            HandshakeError::InvalidExtensionParameters);
}

}  // namespace
