#include "client/public_suffix.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(PublicSuffix, KnowsWhereAnybodyCanRegister) {
  for (const char* domain :
       {"com", "org", "co.uk", "github.io", "pvt.k12.ma.us", "xn--55qx5d.cn", "xn--p1ai", "com."}) {
    EXPECT_TRUE(isPublicSuffix(domain)) << domain;
  }
}

TEST(PublicSuffix, KnowsWhatIsRegistered) {
  for (const char* domain : {"example.com", "example.co.uk", "www.example.com", "a.github.io",
                             "xn--bcher-kva.example.com", "example.com."}) {
    EXPECT_FALSE(isPublicSuffix(domain)) << domain;
  }
}

TEST(PublicSuffix, FollowsWildcardsAndTheirExceptions) {
  EXPECT_TRUE(isPublicSuffix("ck"));
  EXPECT_TRUE(isPublicSuffix("anything.ck"));
  EXPECT_FALSE(isPublicSuffix("a.anything.ck"));
  EXPECT_FALSE(isPublicSuffix("www.ck"));
}

TEST(PublicSuffix, TakesAnUnknownTopForOne) {
  EXPECT_TRUE(isPublicSuffix("localhost"));
  EXPECT_TRUE(isPublicSuffix("no-such-top-level-domain"));
  EXPECT_FALSE(isPublicSuffix("host.no-such-top-level-domain"));
}

TEST(PublicSuffix, AnswersSeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int n = 0; n < 100; ++n) EXPECT_TRUE(isPublicSuffix("co.uk"));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace parley
