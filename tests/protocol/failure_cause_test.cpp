#include <parley/protocol/connection_event.hpp>

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

constexpr int kCauses = static_cast<int>(FailureCause::CloseTimeout) + 1;

TEST(FailureCause, HasACodeForTheWireOr1006) {
  for (int i = 0; i < kCauses; ++i) {
    const CloseCode code = closeCodeOf(static_cast<FailureCause>(i));
    const bool beforeTheEnd = i < static_cast<int>(FailureCause::TransportLost);
    EXPECT_EQ(code.isAllowedOnWire(), beforeTheEnd) << i;
    EXPECT_EQ(code == CloseCode::kAbnormalClosure, !beforeTheEnd) << i;
  }
}

TEST(FailureCause, HasTheCodesOfTheStandard) {
  EXPECT_EQ(closeCodeOf(FailureCause::ReservedBits), 1002);
  EXPECT_EQ(closeCodeOf(FailureCause::CloseCodeIllegal), 1002);
  EXPECT_EQ(closeCodeOf(FailureCause::UnsupportedData), 1003);
  EXPECT_EQ(closeCodeOf(FailureCause::InvalidUtf8), 1007);
  EXPECT_EQ(closeCodeOf(FailureCause::CloseReasonNotUtf8), 1007);
  EXPECT_EQ(closeCodeOf(FailureCause::MessageTooBig), 1009);
  EXPECT_EQ(closeCodeOf(FailureCause::TooManyFragments), 1009);
  EXPECT_EQ(closeCodeOf(FailureCause::InternalError), 1011);
  EXPECT_EQ(closeCodeOf(FailureCause::OutgoingBufferFull), 1013);
}

TEST(FailureCause, DescribesItselfWithinACloseReason) {
  std::set<std::string> seen;
  for (int i = 0; i < kCauses; ++i) {
    const std::string text(describe(static_cast<FailureCause>(i)));
    EXPECT_FALSE(text.empty());
    EXPECT_LE(text.size(), 123U);
    for (const char c : text) EXPECT_TRUE(c >= ' ' && c <= '~');
    EXPECT_TRUE(seen.insert(text).second) << text << " twice";
  }
}

}  // namespace
}  // namespace parley::protocol
