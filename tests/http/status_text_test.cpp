#include "http/status_text.hpp"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

TEST(StatusText, NamesEveryStatusThatTheLibrarySends) {
  for (const int status : {101, 400, 403, 404, 405, 408, 413, 414, 426, 431, 500, 501, 503, 505}) {
    EXPECT_FALSE(statusText(static_cast<std::uint16_t>(status)).empty()) << status;
  }
}

TEST(StatusText, IsAPhraseForTheRegisteredOnesOnly) {
  int named = 0;
  for (unsigned status = 0; status <= 999; ++status) {
    const std::string_view text = statusText(static_cast<std::uint16_t>(status));
    if (text.empty()) continue;
    ++named;
    EXPECT_TRUE(status >= 100 && status <= 599) << status;
    for (const char c : text) EXPECT_TRUE(c >= ' ' && c < '\x7F') << status;
  }
  EXPECT_GE(named, 30);
  EXPECT_EQ(statusText(418), "");
}

TEST(StatusText, StandsBehindTheNumberIfThereIsOne) {
  EXPECT_EQ(statusAndText(404), "404 Not Found");
  EXPECT_EQ(statusAndText(407), "407 Proxy Authentication Required");
  EXPECT_EQ(statusAndText(418), "418");
}

}  // namespace
}  // namespace parley::http
