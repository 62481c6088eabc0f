#include "protocol/endpoint.hpp"

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using wire::bytes;
using wire::fromClient;
using wire::fromServer;
using Events = std::vector<std::string>;

const std::string kLost =
    "closed 1006 '' unclean remote: " + std::string(describe(FailureCause::EndedWithoutClose));

/// The events of a run that a peer's breach of `cause` ended.
std::string failedBy(FailureCause cause) {
  return "closed 1006 '' unclean local: " + std::string(describe(cause));
}

/// The one Close frame that a breach of `cause` puts on the wire, from a server.
std::string closeFor(FailureCause cause) {
  return fromServer(wire::kClose, wire::closeBody(closeCodeOf(cause).value(), describe(cause)));
}

void expectFailure(Role role, std::string_view input, FailureCause cause, Events before = {}) {
  const Trace trace = traceOfEveryDivision(role, input);
  before.push_back(failedBy(cause));
  EXPECT_EQ(trace.events, before);
  const std::vector<wire::Frame> sent = wire::framesIn(trace.sent);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.back().first, wire::kClose);
  EXPECT_EQ(sent.back().payload, wire::closeBody(closeCodeOf(cause).value(), describe(cause)));
}

TEST(ConnectionReceive, DeliversMessagesOfEveryKindAndLengthClass) {
  for (const std::size_t size : {0U, 1U, 3U, 125U, 126U, 127U, 300U, 65'535U, 65'536U, 70'000U}) {
    std::string payload(size, 'x');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>('a' + i % 26);
    const Trace server = traceOfEveryDivision(
        Role::Server, fromClient(wire::kText, payload) + fromClient(wire::kBinary, payload));
    EXPECT_EQ(server.events, (Events{"text:" + payload, "binary:" + payload, kLost})) << size;
    const Trace client = traceOfEveryDivision(
        Role::Client, fromServer(wire::kText, payload) + fromServer(wire::kBinary, payload));
    EXPECT_EQ(client.events, server.events) << size;
  }
}

TEST(ConnectionReceive, ReadsAWholeMessageInPlace) {
  Endpoint server(Role::Server);
  std::string input = fromClient(wire::kText, "hello") + fromClient(wire::kBinary, "more");
  std::span<std::byte> rest = std::as_writable_bytes(std::span(input));
  const ConnectionEvent first = server.connection.receive(rest, server.now());
  EXPECT_EQ(first.payload.data(), reinterpret_cast<std::byte*>(input.data()) + 6);
  EXPECT_EQ(first.memory, nullptr);
  EXPECT_EQ(rest.size(), 10U);
  const ConnectionEvent second = server.connection.receive(rest, server.now());
  EXPECT_EQ(second.payload.data(), reinterpret_cast<std::byte*>(input.data()) + 17);
  EXPECT_TRUE(rest.empty());
}

TEST(ConnectionReceive, ReadsAWholeMessageOfAnyLengthInPlace) {
  for (const Role role : {Role::Server, Role::Client}) {
    for (const std::size_t size : {0U, 125U, 126U, 65'535U, 65'536U, 500'000U}) {
      Endpoint end(role);
      const std::string payload(size, 'x');
      std::string input = role == Role::Server ? fromClient(wire::kBinary, payload)
                                               : fromServer(wire::kBinary, payload);
      std::span<std::byte> rest = std::as_writable_bytes(std::span(input));
      const std::byte* const last = rest.data() + rest.size();
      EXPECT_TRUE(end.connection.hasMessageAtHand(rest));
      const ConnectionEvent event = end.connection.receive(rest, end.now());
      EXPECT_EQ(event.memory, nullptr) << size;
      EXPECT_EQ(event.payload.data() + event.payload.size(), last) << size;
    }
  }
}

TEST(ConnectionReceive, LetsTheMemoryOfAMessageInPiecesBeMovedOut) {
  Endpoint server(Role::Server);
  ArrayBuffer taken;
  server.onEvent = [&](const ConnectionEvent& event) {
    ASSERT_NE(event.memory, nullptr);
    taken = std::move(*event.memory);
  };
  server.receive(fromClient(wire::kBinaryPart, "one "));
  server.receive(fromClient(wire::kLast, "two"));
  EXPECT_EQ(taken.text(), "one two");
  server.onEvent = nullptr;
  server.receive(fromClient(wire::kText, "next"));
  EXPECT_EQ(server.events.back(), "text:next");
}

TEST(ConnectionReceive, JoinsFragmentsAndLetsControlFramesStandBetweenThem) {
  const Trace trace = traceOfEveryDivision(
      Role::Server, fromClient(wire::kTextPart, "Hel") + fromClient(wire::kPing, "a") +
                        fromClient(wire::kMiddle, "") + fromClient(wire::kMiddle, "lo") +
                        fromClient(wire::kPong, "b") + fromClient(wire::kLast, "!") +
                        fromClient(wire::kBinaryPart, "") + fromClient(wire::kLast, ""));
  EXPECT_EQ(trace.events, (Events{"ping:a", "pong:b", "text:Hello!", "binary:", kLost}));
  EXPECT_EQ(trace.sent, fromServer(wire::kPong, "a"));
}

TEST(ConnectionReceive, AnswersCloseBetweenFragmentsAndDropsTheMessage) {
  const Trace trace = traceOfEveryDivision(
      Role::Server, fromClient(wire::kTextPart, "Hel") +
                        fromClient(wire::kClose, wire::closeBody(1001, "bye")) +
                        fromClient(wire::kLast, "lo"));
  EXPECT_EQ(trace.events, (Events{"closing started", "closed 1001 'bye' clean remote"}));
  EXPECT_EQ(trace.sent, fromServer(wire::kClose, wire::closeBody(1001, "bye")));
}

TEST(ConnectionReceive, AnswersEveryPingWithItsDataInOrder) {
  std::string input;
  std::string expected;
  for (const std::size_t size : {0U, 1U, 4U, 124U, 125U}) {
    input += fromClient(wire::kPing, std::string(size, 'p'));
    expected += fromServer(wire::kPong, std::string(size, 'p'));
  }
  EXPECT_EQ(traceOfEveryDivision(Role::Server, input).sent, expected);
}

TEST(ConnectionReceive, MasksThePongOfAClient) {
  EXPECT_EQ(traceOfEveryDivision(Role::Client, fromServer(wire::kPing, "data")).sent,
            fromClient(wire::kPong, "data"));
}

TEST(ConnectionReceive, AcceptsAPongThatNobodyAskedFor) {
  EXPECT_EQ(traceOfEveryDivision(Role::Client, fromServer(wire::kPong, "?")).events,
            (Events{"pong:?", kLost}));
}

TEST(ConnectionReceive, RefusesReservedBitsOnEveryFrame) {
  for (const unsigned opcode : {0x0U, 0x1U, 0x2U, 0x8U, 0x9U, 0xAU}) {
    for (const unsigned bit : {0x10U, 0x20U, 0x40U}) {
      expectFailure(Role::Server, fromClient(0x80U | bit | opcode, "x"),
                    FailureCause::ReservedBits);
      expectFailure(Role::Client, fromServer(0x80U | bit | opcode, "x"),
                    FailureCause::ReservedBits);
    }
  }
}

TEST(ConnectionReceive, RefusesReservedOpcodes) {
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    for (const unsigned fin : {0x00U, 0x80U}) {
      expectFailure(Role::Server, fromClient(fin | opcode, ""), FailureCause::ReservedOpcode);
      expectFailure(Role::Client, fromServer(fin | opcode, "x"), FailureCause::ReservedOpcode);
    }
  }
}

TEST(ConnectionReceive, RefusesFragmentedControlFrames) {
  for (const unsigned opcode : {0x8U, 0x9U, 0xAU}) {
    expectFailure(Role::Server, fromClient(opcode, "x"), FailureCause::FragmentedControl);
  }
}

TEST(ConnectionReceive, RefusesControlFramesOfMoreThan125Bytes) {
  for (const unsigned first : {wire::kClose, wire::kPing, wire::kPong}) {
    expectFailure(Role::Server, fromClient(first, std::string(126, 'x')),
                  FailureCause::ControlTooLong);
    expectFailure(Role::Client, fromServer(first, std::string(65'536, 'x')),
                  FailureCause::ControlTooLong);
  }
}

TEST(ConnectionReceive, RefusesLengthsThatAreNotInTheShortestForm) {
  const std::string mask = bytes({0x37, 0xfa, 0x21, 0x3d});
  expectFailure(Role::Server, bytes({0x82, 0xFE, 0x00, 0x7D}) + mask,
                FailureCause::LengthNotMinimal);
  expectFailure(Role::Server, bytes({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) + mask,
                FailureCause::LengthNotMinimal);
  expectFailure(Role::Client, bytes({0x82, 0x7E, 0x00, 0x00}), FailureCause::LengthNotMinimal);
}

TEST(ConnectionReceive, RefusesLengthsWithTheTopBit) {
  for (const unsigned low : {0x00U, 0x01U, 0xFFU}) {
    expectFailure(Role::Client, bytes({0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, low}),
                  FailureCause::LengthTopBit);
    expectFailure(Role::Client, bytes({0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, low}),
                  FailureCause::LengthTopBit);
  }
}

TEST(ConnectionReceive, RefusesAnUnmaskedFrameFromAClient) {
  for (const unsigned first : {wire::kText, wire::kBinary, wire::kPing, wire::kClose}) {
    expectFailure(Role::Server, fromServer(first, ""), FailureCause::MaskMissing);
  }
}

TEST(ConnectionReceive, RefusesAMaskedFrameFromAServer) {
  for (const unsigned first : {wire::kText, wire::kBinary, wire::kPing, wire::kClose}) {
    expectFailure(Role::Client, fromClient(first, ""), FailureCause::MaskUnexpected);
  }
}

TEST(ConnectionReceive, RefusesAContinuationWithoutAMessage) {
  expectFailure(Role::Server, fromClient(wire::kLast, "x"), FailureCause::UnexpectedContinuation);
  expectFailure(Role::Server, fromClient(wire::kMiddle, ""), FailureCause::UnexpectedContinuation);
  expectFailure(Role::Server,
                fromClient(wire::kTextPart, "a") + fromClient(wire::kLast, "b") +
                    fromClient(wire::kLast, "c"),
                FailureCause::UnexpectedContinuation, {"text:ab"});
}

TEST(ConnectionReceive, RefusesANewMessageInsideAnother) {
  for (const unsigned first : {wire::kText, wire::kBinary, wire::kTextPart, wire::kBinaryPart}) {
    expectFailure(Role::Server, fromClient(wire::kTextPart, "a") + fromClient(first, "b"),
                  FailureCause::ExpectedContinuation);
  }
}

TEST(ConnectionReceive, DeliversWhatCameBeforeABreachAndNothingBehindIt) {
  const Trace trace = traceOfEveryDivision(
      Role::Server, fromClient(wire::kText, "good") + fromClient(wire::kPing, "p") +
                        fromClient(0x83, "") + fromClient(wire::kText, "never") +
                        fromClient(wire::kPing, "never") + fromClient(wire::kClose, ""));
  EXPECT_EQ(trace.events, (Events{"text:good", "ping:p", failedBy(FailureCause::ReservedOpcode)}));
  EXPECT_EQ(trace.sent, fromServer(wire::kPong, "p") + closeFor(FailureCause::ReservedOpcode));
}

TEST(ConnectionReceive, RefusesTextThatIsNotUtf8InOneFrameAndInMany) {
  const std::string bad[] = {"\x80",
                             "ab\xC0\xAF",
                             "\xED\xA0\x80",
                             "\xF4\x90\x80\x80",
                             "caf\xC3",
                             "\xF0\x9F\x98",
                             "\xFF",
                             std::string(200, 'x') + "\xE4\xB8",
                             "\xE4\xB8\xAD\xE4\xB8"};
  for (const std::string& text : bad) {
    expectFailure(Role::Server, fromClient(wire::kText, text), FailureCause::InvalidUtf8);
    expectFailure(Role::Client, fromServer(wire::kText, text), FailureCause::InvalidUtf8);
    for (std::size_t cut = 0; cut <= text.size(); cut += text.size() > 100 ? 50 : 1) {
      expectFailure(Role::Server,
                    fromClient(wire::kTextPart, std::string_view(text).substr(0, cut)) +
                        fromClient(wire::kLast, std::string_view(text).substr(cut)),
                    FailureCause::InvalidUtf8);
    }
  }
}

TEST(ConnectionReceive, JoinsCharactersThatFragmentsCut) {
  const std::string text = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const Trace trace = traceOfEveryDivision(
        Role::Server, fromClient(wire::kTextPart, std::string_view(text).substr(0, cut)) +
                          fromClient(wire::kPing, "") +
                          fromClient(wire::kLast, std::string_view(text).substr(cut)));
    EXPECT_EQ(trace.events, (Events{"ping:", "text:" + text, kLost}));
  }
}

TEST(ConnectionReceive, FailsAtTheFirstByteThatIsNotUtf8) {
  Endpoint server(Role::Server);
  const std::string frame = fromClient(wire::kText, "good\xC3\x28" + std::string(1000, 'x'));
  server.receive(std::string_view(frame).substr(0, 8 + 5));
  EXPECT_TRUE(server.connection.canSend());
  server.receive(std::string_view(frame).substr(8 + 5, 1));
  EXPECT_FALSE(server.connection.canSend()) << "the rest of the frame is not waited for";
  EXPECT_EQ(server.sent, closeFor(FailureCause::InvalidUtf8));
}

TEST(ConnectionReceive, KeepsAByteOrderMark) {
  EXPECT_EQ(traceOfEveryDivision(Role::Client, fromServer(wire::kText, "\xEF\xBB\xBFx")).events,
            (Events{"text:\xEF\xBB\xBFx", kLost}));
}

TEST(ConnectionReceive, ReadsALargeFrameIntoTheMessagesOwnMemory) {
  Endpoint server(Role::Server);
  std::string payload(1 << 20, 'x');
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i * 7);
  const std::string frame = fromClient(wire::kBinary, payload);
  EXPECT_TRUE(server.connection.directBuffer().empty());
  server.receive(std::string_view(frame).substr(0, 1000));
  std::size_t at = 1000;
  std::size_t reads = 0;
  while (at < frame.size()) {
    const std::span<std::byte> room = server.connection.directBuffer();
    ASSERT_GE(room.size(), 16U * 1024);
    ASSERT_LE(room.size(), frame.size() - at) << "never into the next frame";
    server.receiveDirectly(std::string_view(frame).substr(at, room.size()));
    at += room.size();
    ++reads;
  }
  EXPECT_LE(reads, 2U);
  EXPECT_EQ(server.events, Events{"binary:" + payload});
  EXPECT_TRUE(server.connection.directBuffer().empty());
}

TEST(ConnectionReceive, OffersNoDirectBufferForLittleOrForWhatIsThrownAway) {
  Endpoint server(Role::Server);
  const std::string frame = fromClient(wire::kBinary, std::string(20'000, 'x'));
  server.receive(std::string_view(frame).substr(0, 5'000));
  EXPECT_TRUE(server.connection.directBuffer().empty());
  Endpoint closing(Role::Server);
  closing.receive(std::string_view(frame).substr(0, 100));
  EXPECT_FALSE(closing.connection.directBuffer().empty());
  closing.connection.close({}, {}, closing.now());
  EXPECT_TRUE(closing.connection.directBuffer().empty());
}

TEST(ConnectionReceive, StaysInStepIfClosedWhileADirectReadIsUnderWay) {
  Endpoint server(Role::Server);
  const std::string frame = fromClient(wire::kBinary, std::string(50'000, 'x'));
  server.receive(std::string_view(frame).substr(0, 10'000));
  ASSERT_EQ(server.connection.directBuffer().size(), frame.size() - 10'000);
  server.connection.close(1000, {}, server.now());
  const auto event = server.connection.receivedDirectly(frame.size() - 10'000, server.now());
  EXPECT_EQ(event.type, ConnectionEvent::Type::None);
  server.receive(fromClient(wire::kClose, wire::closeBody(1000, "in step")));
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events, Events{"closed 1000 'in step' clean local"});
}

TEST(ConnectionReceive, ReadsTextDirectlyAndFailsAtItsFirstBadByte) {
  Endpoint server(Role::Server);
  std::string text(100'000, 'x');
  text[60'000] = '\xFF';
  const std::string frame = fromClient(wire::kText, text);
  server.receive(std::string_view(frame).substr(0, 100));
  server.receiveDirectly(std::string_view(frame).substr(100, 50'000));
  EXPECT_TRUE(server.connection.canSend());
  server.receiveDirectly(std::string_view(frame).substr(50'100, 20'000));
  EXPECT_FALSE(server.connection.canSend());
  EXPECT_EQ(server.sent, closeFor(FailureCause::InvalidUtf8));
}

TEST(ConnectionReceive, LetsAHandlerCloseFailOrLoseTheConnectionWhileItReadsTheMessage) {
  for (int way = 0; way < 3; ++way) {
    Endpoint server(Role::Server);
    std::string seen;
    server.onEvent = [&](const ConnectionEvent& event) {
      if (way == 0) server.connection.close({}, {}, server.now());
      if (way == 1) server.connection.fail(FailureCause::UnsupportedData, server.now());
      if (way == 2) server.connection.transportLost(server.now());
      seen.assign(reinterpret_cast<const char*>(event.payload.data()), event.payload.size());
    };
    server.receive(fromClient(wire::kTextPart, "still "));
    server.receive(fromClient(wire::kLast, "here") + fromClient(wire::kText, "not this"));
    EXPECT_EQ(seen, "still here") << way;
  }
}

TEST(ConnectionReceive, TakesAnEmptyReadForNothing) {
  Endpoint server(Role::Server);
  server.receive("");
  EXPECT_TRUE(server.events.empty());
  EXPECT_TRUE(server.sent.empty());
}

}  // namespace
}  // namespace parley::protocol
