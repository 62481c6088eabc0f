#include "fuzz/receiver_model.hpp"
#include "fuzz/require.hpp"
#include "fuzz/sent_checker.hpp"
#include "fuzz/utf8_reference.hpp"
#include "fuzz/wire_reference.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

// An oracle that is never angry is none: here each of them sees what it is for.

namespace parley::fuzz {
namespace {

using protocol::ConnectionLimits;
using protocol::FailureCause;
using protocol::MessageKind;
using protocol::Role;

constexpr std::array<std::uint8_t, 4> kKey{0x37, 0xfa, 0x21, 0x3d};

std::string fromServer(unsigned first, std::string_view payload) {
  return referenceFrame(first, payload, std::nullopt);
}

TEST(Utf8Reference, KnowsTheEdges) {
  for (const char* text : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(Utf8Reference::isValid(text)) << text;
  }
  for (const char* text : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                           "\xF4\x90\x80\x80", "\xF5", "\xE4\xB8", "\xC3(", "\xFF"}) {
    EXPECT_FALSE(Utf8Reference::isValid(text)) << text;
  }
  EXPECT_EQ(Utf8Reference::judgeText("ab\xED\xA0\x80").firstError, 3U);
  EXPECT_EQ(Utf8Reference::replaceInvalid("a\xE4\xB8(\xFF\xF0\x90"),
            "a\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ReferenceWire, ReadsTheSamplesOfTheRfc) {
  // RFC 6455 section 5.7.
  ReferenceWire server(Role::Server);
  server.feed(
      "\x81\x05Hello"
      "\x01\x03Hel"
      "\x80\x02lo"
      "\x89\x05Hello");
  ASSERT_EQ(server.frames().size(), 4U);
  EXPECT_EQ(server.frames()[0].payload, "Hello");
  EXPECT_FALSE(server.frames()[1].header.fin);
  EXPECT_EQ(server.frames()[3].header.opcode, kPing);
  EXPECT_EQ(server.dataBytes(), 10U);
  ReferenceWire client(Role::Client);
  client.feed("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  ASSERT_EQ(client.frames().size(), 1U);
  EXPECT_EQ(client.frames()[0].payload, "Hello");
}

TEST(ReferenceWire, SeesEveryBrokenRule) {
  const std::vector<std::pair<std::string, FailureCause>> rows{
      {"\xC1", FailureCause::ReservedBits},
      {"\x83", FailureCause::ReservedOpcode},
      {"\x09", FailureCause::FragmentedControl},
      {"\x89\x7E", FailureCause::ControlTooLong},
      {"\x81\x81", FailureCause::MaskUnexpected},
      {std::string("\x81\x7E\x00\x7D", 4), FailureCause::LengthNotMinimal},
      {"\x81\x7F\x80", FailureCause::LengthTopBit}};
  for (const auto& [bytes, cause] : rows) {
    ReferenceWire wire(Role::Server);
    wire.feed(bytes.substr(0, bytes.size() - 1));
    EXPECT_FALSE(wire.failure()) << describe(cause);
    wire.feed(bytes.substr(bytes.size() - 1));
    EXPECT_EQ(wire.failure(), cause) << describe(cause);
  }
  ReferenceWire client(Role::Client);
  client.feed(std::string_view("\x81\x00", 2));
  EXPECT_EQ(client.failure(), FailureCause::MaskMissing);
}

TEST(ReferenceWire, ReadsWhatReferenceFrameWrites) {
  for (const std::size_t size : {0U, 125U, 126U, 65'535U, 65'536U}) {
    ReferenceWire wire(Role::Client);
    wire.feed(referenceFrame(0x82, std::string(size, 'x'), kKey));
    ASSERT_EQ(wire.frames().size(), 1U) << size;
    EXPECT_EQ(wire.frames()[0].payload, std::string(size, 'x'));
    EXPECT_FALSE(wire.insideFrame());
  }
}

TEST(ReceiverModel, SaysWhatIsReceived) {
  ReceiverModel model(Role::Client, {});
  model.push(fromServer(0x01, "\xE4") + fromServer(0x89, "p") + fromServer(0x80, "\xB8\xAD") +
             fromServer(0x82, "b") + fromServer(0x88, "\x03\xE8"));
  EXPECT_EQ(model.next(), "ping:p");
  EXPECT_EQ(model.next(), "text:\xE4\xB8\xAD");
  EXPECT_EQ(model.next(), "binary:b");
  EXPECT_EQ(model.next(), "closing started");
  EXPECT_EQ(model.next(), "");
  EXPECT_EQ(model.phase(), ReceiverModel::Phase::Done);
  EXPECT_EQ(model.peerClose(), "\x03\xE8");
}

TEST(ReceiverModel, FailsForEveryRuleOfMessages) {
  ConnectionLimits limits;
  limits.maxMessageSize = 10;
  limits.maxFragments = 2;
  const std::vector<std::pair<std::string, FailureCause>> rows{
      {fromServer(0x80, "x"), FailureCause::UnexpectedContinuation},
      {fromServer(0x01, "x") + fromServer(0x81, "y"), FailureCause::ExpectedContinuation},
      {fromServer(0x81, "\xFF"), FailureCause::InvalidUtf8},
      {fromServer(0x81, "\xC3"), FailureCause::InvalidUtf8},
      {fromServer(0x82, "01234567890"), FailureCause::MessageTooBig},
      {fromServer(0x02, "012345") + fromServer(0x80, "67890"), FailureCause::MessageTooBig},
      {fromServer(0x02, "") + fromServer(0x00, "") + fromServer(0x80, ""),
       FailureCause::TooManyFragments},
      {fromServer(0x88, "x"), FailureCause::CloseBodyOneByte},
      {fromServer(0x88, "\x03\xED"), FailureCause::CloseCodeIllegal},
      {fromServer(0x88, "\x03\xE8\xFF"), FailureCause::CloseReasonNotUtf8}};
  for (const auto& [bytes, cause] : rows) {
    ReceiverModel model(Role::Client, limits);
    model.push(bytes);
    EXPECT_EQ(model.next(), "") << describe(cause);
    EXPECT_EQ(model.cause(), cause) << describe(cause);
  }
}

/// Does a checker that was told one message and one Close frame object to these bytes?
bool objects(const std::string& bytes) {
  SentChecker checker(Role::Server);
  checker.message(MessageKind::Text, "hello");
  checker.ping("p");
  checker.pingReceived("q");
  checker.close(closeBody(1000, "bye"));
  try {
    checker.feed(bytes);
  } catch (const Contradiction&) {
    return true;
  }
  return false;
}

TEST(SentChecker, LetsPassWhatItWasTold) {
  const std::string close = fromServer(0x88, closeBody(1000, "bye"));
  EXPECT_FALSE(objects(fromServer(0x81, "hello") + close));
  EXPECT_FALSE(objects(fromServer(0x01, "hel") + fromServer(0x89, "p") + fromServer(0x80, "lo")));
  EXPECT_FALSE(objects(fromServer(0x8A, "q") + close));
  EXPECT_FALSE(objects(fromServer(0x89, "")));
}

TEST(SentChecker, ObjectsToAnythingElse) {
  const std::string close = fromServer(0x88, closeBody(1000, "bye"));
  EXPECT_TRUE(objects(close + close)) << "two Close frames";
  EXPECT_TRUE(objects(close + fromServer(0x8A, "q"))) << "a frame behind the Close frame";
  EXPECT_TRUE(objects(fromServer(0x88, closeBody(1001, "bye")))) << "another code";
  EXPECT_TRUE(objects(fromServer(0x81, "hallo"))) << "another text";
  EXPECT_TRUE(objects(fromServer(0x82, "hello"))) << "another kind";
  EXPECT_TRUE(objects(fromServer(0x81, "hell"))) << "an end too early";
  EXPECT_TRUE(objects(fromServer(0x81, "hello") + fromServer(0x81, "hello"))) << "twice";
  EXPECT_TRUE(objects(fromServer(0x80, "hello"))) << "a fragment of nothing";
  EXPECT_TRUE(objects(fromServer(0x89, "q"))) << "a Ping that nobody asked for";
  EXPECT_TRUE(objects(fromServer(0x8A, "p"))) << "a Pong to no Ping";
  EXPECT_TRUE(objects(fromServer(0x8A, "q") + fromServer(0x8A, "q"))) << "two to one Ping";
  EXPECT_TRUE(objects(fromServer(0xC1, "hello"))) << "a reserved bit";
  EXPECT_TRUE(objects(referenceFrame(0x81, "hello", kKey))) << "a mask of a server";
}

TEST(SentChecker, CountsWhatIsWritten) {
  SentChecker checker(Role::Client);
  checker.message(MessageKind::Binary, "abc");
  const std::string frame = referenceFrame(0x82, "abc", kKey);
  checker.feed(frame.substr(0, frame.size() - 1));
  EXPECT_EQ(checker.accepted(), 3U);
  EXPECT_EQ(checker.written(), 2U);
  EXPECT_FALSE(checker.allWritten());
  checker.feed(frame.substr(frame.size() - 1));
  EXPECT_TRUE(checker.allWritten());
  EXPECT_THROW(checker.feed(frame), Contradiction) << "the same masking key again";
}

}  // namespace
}  // namespace parley::fuzz
