#include <parley/cookie.hpp>

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(CookieRefusalText, IsDifferentForEachRule) {
  std::set<std::string_view> texts;
  constexpr auto kLast = static_cast<unsigned>(CookieRefusal::NamelessPrefix);
  for (unsigned i = 0; i <= kLast; ++i) {
    const std::string_view text = describe(static_cast<CookieRefusal>(i));
    EXPECT_FALSE(text.empty()) << i;
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
}

}  // namespace
}  // namespace parley
