#include <parley/protocol/time.hpp>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

TEST(Time, EndsWhereNothingIsLater) {
  const Time start{Duration(1'000)};
  EXPECT_EQ(later(start, Duration(20)), Time(Duration(1'020)));
  EXPECT_EQ(later(start, Duration(0)), start);
  EXPECT_EQ(later(start, Duration(-20)), Time(Duration(980)));
  EXPECT_EQ(later(start, Duration::max()), Time::max());
  EXPECT_EQ(later(start, Duration::max() - Duration(1'000)), Time::max());
  EXPECT_EQ(later(start, Duration::max() - Duration(1'001)), Time::max() - Duration(1));
  EXPECT_EQ(later(Time(), Duration::max()), Time::max());
}

}  // namespace
}  // namespace parley::protocol
