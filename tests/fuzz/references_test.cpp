#include "fuzz/utf8_reference.hpp"
#include "fuzz/wire_reference.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

// An oracle that is never angry is none: here each of them sees what it is for.

namespace parley::fuzz {
namespace {

using protocol::FailureCause;
using protocol::Role;

constexpr std::array<std::uint8_t, 4> kKey{0x37, 0xfa, 0x21, 0x3d};

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

}  // namespace
}  // namespace parley::fuzz
