#include <parley/tls.hpp>

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(TlsFaults, HaveANameEach) {
  std::set<std::string_view> names;
  const auto last = static_cast<int>(TlsFault::Internal);
  for (int i = 0; i <= last; ++i) names.insert(describe(static_cast<TlsFault>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(names.contains(""));
}

TEST(TlsAlerts, HaveTheNamesOfTheStandard) {
  EXPECT_EQ(describe(TlsAlert{.number = 40}), "handshake failure");
  EXPECT_EQ(describe(TlsAlert{.number = 116}), "certificate required");
  EXPECT_EQ(describe(TlsAlert{.number = 255}), "");
}

}  // namespace
}  // namespace parley
