#include "http/head_error.hpp"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

constexpr auto kLast = static_cast<unsigned>(HeadError::UnknownTransferCoding);

TEST(HeadErrorText, IsDifferentForEachRule) {
  std::set<std::string_view> texts;
  for (unsigned i = 0; i <= kLast; ++i) {
    const std::string_view text = describe(static_cast<HeadError>(i));
    EXPECT_FALSE(text.empty()) << i;
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
}

TEST(HeadErrorStatus, IsAnErrorOfTheClientOrOfWhatWeDoNotKnow) {
  const std::set<int> known{400, 414, 431, 501, 505};
  for (unsigned i = 0; i <= kLast; ++i) {
    EXPECT_TRUE(known.count(statusFor(static_cast<HeadError>(i)))) << i;
  }
  EXPECT_EQ(statusFor(HeadError::HeadTooLarge), 431);
  EXPECT_EQ(statusFor(HeadError::StartLineTooLong), 414);
  EXPECT_EQ(statusFor(HeadError::UnknownVersion), 505);
  EXPECT_EQ(statusFor(HeadError::UnknownTransferCoding), 501);
  EXPECT_EQ(statusFor(HeadError::MissingHost), 400);
}

}  // namespace
}  // namespace parley::http
