#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// Messages that are received in parts. That they are the same as whole ones, traceOfEveryDivision()
// shows in the tests of everything that is received.

namespace parley::protocol {
namespace {

using wire::fromClient;
using Events = std::vector<std::string>;
using Type = ConnectionEvent::Type;

ConnectionLimits largeFrom(std::uint64_t size) {
  ConnectionLimits limits;
  limits.largeMessageSize = size;
  return limits;
}

TEST(MessageParts, AnnouncesAMessageAboveTheSizeAndNoOther) {
  for (const std::size_t size : {10U, 11U}) {
    Endpoint server(Role::Server, largeFrom(10));
    std::vector<Type> types;
    server.onEvent = [&](const ConnectionEvent& event) { types.push_back(event.type); };
    server.inParts = true;
    const std::string frame = fromClient(wire::kBinary, std::string(size, 'x'));
    server.receive(frame.substr(0, 8));
    server.receive(frame.substr(8));
    EXPECT_EQ(types, size == 10
                         ? std::vector{Type::Message}
                         : (std::vector{Type::LargeMessage, Type::MessagePart, Type::MessagePart}));
    EXPECT_EQ(server.events, Events{"binary:" + std::string(size, 'x')});
  }
}

TEST(MessageParts, GivesPartsAwayAsTheyArrive) {
  Endpoint server(Role::Server, largeFrom(4));
  server.inParts = true;
  const std::string frame = fromClient(wire::kText, "0123456789");
  server.receive(frame.substr(0, 6 + 3));
  EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{3}));
  server.receive(frame.substr(6 + 3, 1));
  EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{3, 1}));
  server.receive(frame.substr(6 + 4));
  EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{3, 1, 6}));
  EXPECT_EQ(server.events, Events{"text:0123456789"});
}

TEST(MessageParts, BeginsWithWhatHadComeBeforeItWasLarge) {
  Endpoint server(Role::Server, largeFrom(4));
  server.inParts = true;
  server.receive(fromClient(wire::kBinaryPart, "012"));
  server.receive(fromClient(wire::kMiddle, "3"));
  EXPECT_TRUE(server.partSizes.empty());
  server.receive(fromClient(wire::kMiddle, "45"));
  EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{4, 2}));
  server.receive(fromClient(wire::kPing, "between"));
  server.receive(fromClient(wire::kLast, ""));
  EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{4, 2, 0}));
  EXPECT_EQ(server.events, (Events{"ping:between", "binary:012345"}));
}

TEST(MessageParts, FailsAtTheFirstByteThatIsNotUtf8AndBeforeTheEnd) {
  for (const std::string_view end : {"\xff", "\xc3"}) {
    Endpoint server(Role::Server, largeFrom(2));
    server.inParts = true;
    server.receive(fromClient(wire::kTextPart, "good"));
    server.receive(fromClient(wire::kLast, end));
    EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{4}));
    ASSERT_TRUE(server.closed == std::nullopt);
    EXPECT_EQ(server.sentFrames().back().payload.substr(0, 2), wire::closeBody(1007));
  }
}

TEST(MessageParts, CountsTheWholeMessageAgainstItsLimit) {
  ConnectionLimits limits = largeFrom(2);
  limits.maxMessageSize = 10;
  Endpoint server(Role::Server, limits);
  server.inParts = true;
  server.receive(fromClient(wire::kBinaryPart, "0123456"));
  server.receive(fromClient(wire::kLast, "7890"));
  EXPECT_EQ(server.sentFrames().back().payload.substr(0, 2), wire::closeBody(1009));
  EXPECT_TRUE(server.events.empty());
}

TEST(MessageParts, KeepsNothingOfThem) {
  ConnectionLimits limits = largeFrom(1000);
  limits.maxMessageSize = UINT64_MAX;
  Endpoint server(Role::Server, limits);
  server.inParts = true;
  server.receive(fromClient(wire::kBinaryPart, std::string(5000, 'x')));
  EXPECT_TRUE(server.connection.directBuffer().empty()) << "nothing is gathered";
}

TEST(MessageParts, ThrowsTheRestAwayOnceTheConnectionIsClosing) {
  Endpoint server(Role::Server, largeFrom(2));
  server.inParts = true;
  server.receive(fromClient(wire::kBinaryPart, "0123456"));
  server.connection.close(1000, {}, server.now());
  server.receive(fromClient(wire::kLast, "789"));
  EXPECT_EQ(server.partSizes, (std::vector<std::size_t>{7}));
  EXPECT_TRUE(server.events.empty());
}

TEST(MessageParts, DecompressesInPartsOfBoundedSize) {
  // 1:1000, so that a few bytes of input fill many parts, the last ones without any further input.
  const std::string message(40'000'000, 'a');
  ConnectionLimits limits = largeFrom(1'000'000);
  limits.maxMessageSize = 50'000'000;
  for (const std::size_t atOnce : {std::size_t{100}, std::size_t{4'000'000}}) {
    for (const bool inFragments : {false, true}) {
      DeflatedWire peer;
      const std::string payload = peer.deflate(message);
      Endpoint server(Role::Server, limits, DeflateAgreement{});
      server.inParts = true;
      std::string input;
      if (inFragments) {
        input = fromClient(wire::kBinaryPartDeflated, payload.substr(0, 10'000)) +
                fromClient(wire::kMiddle, payload.substr(10'000)) + fromClient(wire::kLast, "");
      } else {
        input = fromClient(wire::kBinaryDeflated, payload);
      }
      input += fromClient(wire::kTextDeflated, peer.deflate(wordsOf(500)));
      for (std::size_t at = 0; at < input.size(); at += atOnce) {
        server.receive(std::string_view(input).substr(at, atOnce));
      }
      ASSERT_EQ(server.events.size(), 2U);
      EXPECT_TRUE(server.events[0] == "binary:" + message);
      EXPECT_EQ(server.events[1], "text:" + wordsOf(500)) << "the history went on";
      EXPECT_LE(*std::max_element(server.partSizes.begin() + 1, server.partSizes.end()), 65'536U);
      EXPECT_LE(server.partSizes.front(), 1'000'001U);
    }
  }
}

TEST(MessageParts, StopsABombAtTheLimit) {
  DeflatedWire peer;
  ConnectionLimits limits = largeFrom(1000);
  limits.maxMessageSize = 1'000'000;
  Endpoint server(Role::Server, limits, DeflateAgreement{});
  server.inParts = true;
  server.receive(fromClient(wire::kBinaryDeflated, peer.deflate(std::string(2'000'000, 'a'))));
  EXPECT_EQ(server.sentFrames().back().payload.substr(0, 2), wire::closeBody(1009));
  std::size_t given = 0;
  for (const std::size_t size : server.partSizes) given += size;
  EXPECT_LE(given, 1'000'000U);
}

}  // namespace
}  // namespace parley::protocol
