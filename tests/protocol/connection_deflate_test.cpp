#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

// Compressed messages that are received (RFC 7692).

namespace parley::protocol {
namespace {

using namespace std::string_literals;
using wire::fromClient;
using wire::fromServer;

using Context = DeflateAgreement::Context;

constexpr DeflateAgreement kKept{};
constexpr DeflateAgreement kReset{.fromServer = {.context = Context::Reset},
                                  .fromClient = {.context = Context::Reset}};

std::string toRole(Role role, unsigned first, std::string_view payload) {
  return role == Role::Server ? fromClient(first, payload) : fromServer(first, payload);
}

/// The code of the Close frame that was sent last.
std::string closeCodeOf(const Trace& trace) {
  return wire::framesIn(trace.sent).back().payload.substr(0, 2);
}

TEST(ConnectionDeflate, ReceivesTheExamplesOfTheRfc) {
  for (const Role role : {Role::Server, Role::Client}) {
    for (const DeflateAgreement& agreement : {kKept, kReset}) {
      // RFC 7692 section 7.2.3.1 to 7.2.3.5: one frame, two fragments, stored, final, two blocks.
      const std::string input =
          toRole(role, wire::kTextDeflated, "\xf2\x48\xcd\xc9\xc9\x07\x00"s) +
          toRole(role, wire::kTextPartDeflated, "\xf2\x48\xcd"s) +
          toRole(role, wire::kLast, "\xc9\xc9\x07\x00"s) +
          toRole(role, wire::kTextDeflated, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s) +
          toRole(role, wire::kTextDeflated, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s) +
          toRole(role, wire::kTextDeflated,
                 "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s) +
          toRole(role, wire::kTextDeflated, "\x00"s);
      const Trace trace = traceOfEveryDivision(role, input, {}, agreement);
      ASSERT_EQ(trace.events.size(), 7U);
      for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(trace.events[i], "text:Hello");
      EXPECT_EQ(trace.events[5], "text:");
    }
  }
}

TEST(ConnectionDeflate, ReceivesMessagesThatReferToEarlierOnes) {
  DeflatedWire peer;
  std::string input;
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 6; ++i) {
    const std::string message = wordsOf(100 + i * 50, i / 2);
    // What is not compressed in between is not referred to.
    input += fromClient(i % 2 == 0 ? wire::kTextDeflated : wire::kBinaryDeflated,
                        peer.deflate(message)) +
             fromClient(wire::kText, "plain");
    expected.push_back((i % 2 == 0 ? "text:" : "binary:") + message);
    expected.emplace_back("text:plain");
  }
  expected.emplace_back("closed 1006 '' unclean remote: the transport ended without a Close frame");
  EXPECT_EQ(traceOfEveryDivision(Role::Server, input, {}, kKept).events, expected);
}

TEST(ConnectionDeflate, ReceivesMessagesOfEverySizeFromEitherEngine) {
  for (const DeflateAgreement& agreement : {kKept, kReset}) {
    for (const auto level : {Compression::Level::Fast, Compression::Level::Best}) {
      DeflatedWire peer(agreement.fromClient, level);
      Endpoint server(Role::Server, {}, agreement);
      for (const std::size_t size :
           {1U, 125U, 700U, 5'000U, 65'535U, 65'536U, 65'537U, 200'000U, 1'500'000U, 300U}) {
        const std::string message = wordsOf(size, static_cast<unsigned>(size));
        server.events.clear();
        server.receive(fromClient(wire::kTextDeflated, peer.deflate(message)));
        ASSERT_EQ(server.events.size(), 1U);
        EXPECT_TRUE(server.events[0] == "text:" + message) << size;
        server.events.clear();
        server.receiveDirectly(fromClient(wire::kBinaryDeflated, peer.deflate(message)));
        ASSERT_EQ(server.events.size(), 1U);
        EXPECT_TRUE(server.events[0] == "binary:" + message) << size;
        const std::string noise = noiseOf(size);
        server.events.clear();
        server.receiveDirectly(fromClient(wire::kBinaryDeflated, peer.deflate(noise)));
        ASSERT_EQ(server.events.size(), 1U);
        EXPECT_TRUE(server.events[0] == "binary:" + noise) << size;
      }
    }
  }
}

TEST(ConnectionDeflate, ReceivesFragmentsWithControlFramesBetween) {
  for (const DeflateAgreement& agreement : {kKept, kReset}) {
    DeflatedWire peer(agreement.fromClient);
    std::string input;
    for (unsigned round = 0; round < 3; ++round) {
      const std::string payload = peer.deflate(wordsOf(400, round));
      const std::size_t third = payload.size() / 3;
      input += fromClient(wire::kTextPartDeflated, payload.substr(0, third)) +
               fromClient(wire::kPing, "between") + fromClient(wire::kMiddle, "") +
               fromClient(wire::kMiddle, payload.substr(third, third)) +
               fromClient(wire::kPong, "") + fromClient(wire::kLast, payload.substr(2 * third));
    }
    const Trace trace = traceOfEveryDivision(Role::Server, input, {}, agreement);
    ASSERT_EQ(trace.events.size(), 10U);
    for (unsigned round = 0; round < 3; ++round) {
      EXPECT_EQ(trace.events[3 * round], "ping:between");
      EXPECT_EQ(trace.events[3 * round + 1], "pong:");
      EXPECT_EQ(trace.events[3 * round + 2], "text:" + wordsOf(400, round));
    }
  }
}

TEST(ConnectionDeflate, AMessageMayEndWithAnEmptyFragment) {
  DeflatedWire peer;
  const std::string message = wordsOf(300);
  std::string input = fromClient(wire::kTextPartDeflated, peer.deflate(message));
  input += fromClient(wire::kLast, "") + fromClient(wire::kTextPartDeflated, "");
  input += fromClient(wire::kLast, peer.deflate(message));
  const Trace trace = traceOfEveryDivision(Role::Server, input, {}, kKept);
  EXPECT_EQ(trace.events[0], "text:" + message);
  EXPECT_EQ(trace.events[1], "text:" + message);
}

TEST(ConnectionDeflate, Rsv1StandsOnTheFirstFrameOfADataMessageOnly) {
  const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
  const std::vector<std::string> wrong{
      fromClient(wire::kTextPartDeflated, hello.substr(0, 3)) + fromClient(0xC0, hello.substr(3)),
      fromClient(wire::kTextPart, "He") + fromClient(0xC0, "llo"),
      fromClient(wire::kTextPartDeflated, "") + fromClient(0x40, hello) +
          fromClient(wire::kLast, ""),
      fromClient(0xC9, ""),
      fromClient(0xCA, ""),
      fromClient(0xC8, ""),
      fromClient(0xE1, hello),
      fromClient(0xD1, hello),
      fromClient(0xA1, "x"),
      fromClient(0x91, "x"),
  };
  for (const std::string& input : wrong) {
    const Trace trace = traceOfEveryDivision(Role::Server, input, {}, kKept);
    EXPECT_EQ(trace.events.size(), 1U);
    EXPECT_EQ(wire::framesIn(trace.sent).back().payload,
              wire::closeBody(1002, describe(FailureCause::ReservedBits)));
  }
  // And nowhere if compression was not agreed on.
  EXPECT_EQ(closeCodeOf(traceOfEveryDivision(Role::Server, fromClient(wire::kTextDeflated, hello))),
            wire::closeBody(1002));
}

TEST(ConnectionDeflate, ValidatesTextAsItIsDecompressed) {
  struct Case {
    std::string text;
    bool isValid;
  };
  const std::string filler = wordsOf(2'000);
  const Case cases[] = {
      {"gr\xc3\xbc\xc3\x9f \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x98\x80", true},
      {filler + "\xf0\x9f\x98\x80" + filler, true},
      {"\xc3\x28", false},
      {filler + "\xff" + filler, false},
      {filler + "\xed\xa0\x80", false},
      {filler + "\xf0\x9f\x98", false},  // cut by the end of the message
  };
  for (const Case& each : cases) {
    DeflatedWire peer;
    const std::string payload = peer.deflate(each.text);
    const std::size_t half = payload.size() / 2;
    for (const std::string& input : {fromClient(wire::kTextDeflated, payload),
                                     fromClient(wire::kTextPartDeflated, payload.substr(0, half)) +
                                         fromClient(wire::kLast, payload.substr(half))}) {
      const Trace trace = traceOfEveryDivision(Role::Server, input, {}, kKept);
      if (each.isValid) {
        EXPECT_EQ(trace.events[0], "text:" + each.text);
      } else {
        EXPECT_EQ(wire::framesIn(trace.sent).back().payload,
                  wire::closeBody(1007, describe(FailureCause::InvalidUtf8)));
      }
    }
    DeflatedWire again;
    EXPECT_EQ(
        traceOfEveryDivision(Role::Server,
                             fromClient(wire::kBinaryDeflated, again.deflate(each.text)), {}, kKept)
            .events[0],
        "binary:" + each.text);
  }
}

TEST(ConnectionDeflate, FailsAtTheFirstInvalidByteNotAtTheEndOfTheMessage) {
  DeflatedWire peer;
  const std::string payload = peer.deflate("\xff" + wordsOf(100'000));
  Endpoint server(Role::Server, {}, kKept);
  server.receive(fromClient(wire::kTextPartDeflated, payload.substr(0, payload.size() / 2)));
  EXPECT_FALSE(server.connection.canSend());
  EXPECT_EQ(server.sentFrames().back().payload.substr(0, 2), wire::closeBody(1007));
}

TEST(ConnectionDeflate, FailsForWhatCannotBeDecompressed) {
  DeflatedWire peer;
  const std::string whole = peer.deflate(wordsOf(500));
  for (const std::string& bad :
       {"\x07"s, "\xff\xff\xff"s, "\x00\x05\x00\xfa\xfe"s + "Hello" + "\x00"s,
        "\xf2\x00\x11\x00\x00"s,  // refers to a message that was not
        whole.substr(0, whole.size() - 1), whole.substr(0, 1), whole + "\x07"}) {
    for (const DeflateAgreement& agreement : {kKept, kReset}) {
      for (const Role role : {Role::Server, Role::Client}) {
        const Trace trace =
            traceOfEveryDivision(role, toRole(role, wire::kBinaryDeflated, bad), {}, agreement);
        ASSERT_EQ(trace.events.size(), 1U);
        EXPECT_EQ(wire::framesIn(trace.sent).back().payload,
                  wire::closeBody(1007, describe(FailureCause::InvalidDeflate)));
      }
    }
  }
}

TEST(ConnectionDeflate, FailsForAContextThatWasNotAgreedOn) {
  for (const std::size_t size : {200U, 4'000U}) {
    DeflatedWire peer;
    const std::string message = wordsOf(size);
    std::string input = fromClient(wire::kTextDeflated, peer.deflate(message));
    input += fromClient(wire::kTextDeflated, peer.deflate(message));
    const Trace trace = traceOfEveryDivision(Role::Server, input, {}, kReset);
    EXPECT_EQ(trace.events[0], "text:" + message);
    EXPECT_EQ(closeCodeOf(trace), wire::closeBody(1007));
  }
}

TEST(ConnectionDeflate, FailsForAWindowThatIsFarExceeded) {
  for (std::uint8_t bits = 8; bits <= 12; ++bits) {
    const std::size_t window = std::size_t{1} << bits;
    const std::string text = noiseOf(1, bits) + wordsOf(50, bits);
    // The same words again, three windows later.
    const std::string message = text + std::string(3 * window, '-') + text;
    DeflateAgreement agreement;
    agreement.fromClient.windowBits = bits;
    DeflatedWire peer;
    const Trace trace = traceOfEveryDivision(
        Role::Server, fromClient(wire::kBinaryDeflated, peer.deflate(message)), {}, agreement);
    ASSERT_EQ(trace.events.size(), 1U) << int{bits};
    EXPECT_EQ(closeCodeOf(trace), wire::closeBody(1007));
  }
}

TEST(ConnectionDeflate, ReadsAWindowOfEightBits) {
  DeflateAgreement agreement;
  agreement.fromClient.windowBits = 8;
  DeflatedWire peer;
  const std::string message = wordsOf(150) + wordsOf(100, 2);
  const Trace trace = traceOfEveryDivision(
      Role::Server, fromClient(wire::kTextDeflated, peer.deflate(message)), {}, agreement);
  EXPECT_EQ(trace.events[0], "text:" + message);
}

TEST(ConnectionDeflate, DeliversASmallMessageFromSharedMemoryAndALargeOneInItsOwn) {
  DeflatedWire peer;
  Endpoint server(Role::Server, {}, kKept);
  std::vector<bool> hasMemory;
  server.onEvent = [&](const ConnectionEvent& event) {
    hasMemory.push_back(event.memory != nullptr);
    if (event.memory) {
      EXPECT_EQ(event.payload.data(), std::as_const(*event.memory).bytes().data());
    }
  };
  server.receive(fromClient(wire::kTextDeflated, peer.deflate(wordsOf(60'000))));
  server.receive(fromClient(wire::kTextDeflated, peer.deflate(wordsOf(70'000))));
  EXPECT_EQ(hasMemory, (std::vector<bool>{false, true}));
}

TEST(ConnectionDeflate, AHandlerMaySendWhatItWasGivenAndClose) {
  DeflatedWire peer;
  for (const std::size_t size : {300U, 100'000U}) {
    Endpoint server(Role::Server, {}, kReset);
    const std::string message = wordsOf(size);
    server.onEvent = [&](const ConnectionEvent& event) {
      EXPECT_TRUE(server.connection.sendText(
          {reinterpret_cast<const char*>(event.payload.data()), event.payload.size()}));
      server.connection.close(CloseCode(3000), "done", server.now());
      EXPECT_TRUE(std::string_view(reinterpret_cast<const char*>(event.payload.data()),
                                   event.payload.size()) == message);
    };
    DeflatedWire alone(kReset.fromClient);
    const std::string input = fromClient(wire::kTextDeflated, alone.deflate(message));
    server.receive(input + input);
    const auto frames = server.sentFrames();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0].first, wire::kTextDeflated);
    EXPECT_TRUE(alone.inflate(frames[0].payload) == message);
    EXPECT_EQ(frames[1].payload, wire::closeBody(3000, "done"));
  }
}

TEST(ConnectionDeflate, ThrowsCompressedMessagesAwayOnceItHasClosed) {
  DeflatedWire peer;
  const std::string payload = peer.deflate(wordsOf(1'000));
  Endpoint server(Role::Server, {}, kKept);
  server.receive(fromClient(wire::kTextPartDeflated, payload.substr(0, 20)));
  server.connection.close(CloseCode(1000), "", server.now());
  server.drain();
  server.receive(fromClient(wire::kLast, payload.substr(20)));
  server.receive(fromClient(wire::kTextDeflated, "\xff\xff no deflate"));
  server.receive(fromClient(wire::kTextPartDeflated, "") + fromClient(wire::kPing, "") +
                 fromClient(wire::kLast, ""));
  server.receive(fromClient(wire::kClose, wire::closeBody(1000)));
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events, std::vector<std::string>{"closed 1000 '' clean local"});
}

}  // namespace
}  // namespace parley::protocol
