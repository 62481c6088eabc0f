#include "tls/client_context_cache.hpp"

#include "tls/engine_pair.hpp"

#include <thread>
#include <vector>

namespace parley::tls {
namespace {

class TlsClientContextCache : public EngineTest {
 protected:
  ClientContextCache cache;
};

TEST_F(TlsClientContextCache, SharesOneContextAmongEqualOptions) {
  const auto one = cache.get(clientOptions);
  ASSERT_TRUE(one);
  EXPECT_EQ(*cache.get(TlsOptions(clientOptions)), *one);
  TlsOptions other = clientOptions;
  other.serverName = "other.example";
  EXPECT_NE(*cache.get(other), *one);
  other = clientOptions;
  other.verification = TlsOptions::Verification::DangerouslyOff;
  EXPECT_NE(*cache.get(other), *one);
  EXPECT_EQ(*cache.get(clientOptions), *one);
  EXPECT_EQ(cache.size(), 3U);
}

TEST_F(TlsClientContextCache, AChangedFileMakesAnotherContext) {
  const auto one = cache.get(clientOptions);
  write("ca.pem", authority.pem() + authority.pem());
  const auto other = cache.get(clientOptions);
  ASSERT_TRUE(other);
  EXPECT_NE(*other, *one);
  EXPECT_EQ(cache.size(), 1U);
}

TEST_F(TlsClientContextCache, WhatCanNotBeMadeIsTriedAgain) {
  clientOptions.caFile = pathOf("later.pem");
  EXPECT_FALSE(cache.get(clientOptions));
  EXPECT_EQ(cache.size(), 0U);
  write("later.pem", authority.pem());
  EXPECT_TRUE(cache.get(clientOptions));
}

TEST_F(TlsClientContextCache, IsBoundedAndForgetsWhatWasUsedLongestAgo) {
  const auto first = *cache.get(clientOptions);
  TlsOptions second = clientOptions;
  second.serverName = "second";
  const auto other = *cache.get(second);
  for (std::size_t i = 2; i <= ClientContextCache::kMaxContexts; ++i) {
    EXPECT_EQ(*cache.get(clientOptions), first);  // used, so it stays
    TlsOptions more = clientOptions;
    more.serverName = std::to_string(i);
    EXPECT_TRUE(cache.get(more));
  }
  EXPECT_EQ(cache.size(), ClientContextCache::kMaxContexts);
  EXPECT_EQ(*cache.get(clientOptions), first);
  EXPECT_NE(*cache.get(second), other);
}

TEST_F(TlsClientContextCache, ServesManyThreads) {
  serve("DNS:example.com");
  const auto servers = serverContext();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 10; ++j) {
        auto context = cache.get(clientOptions);
        ASSERT_TRUE(context);
        EngineEnd one = makeClient(std::move(*context), "example.com");
        EngineEnd other = makeServer(servers);
        exchange(one, other);
        EXPECT_EQ(one.engine.state(), Engine::State::Open);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TlsClientContextCache, TheProcessHasOne) {
  EXPECT_EQ(&ClientContextCache::ofProcess(), &ClientContextCache::ofProcess());
  EXPECT_TRUE(ClientContextCache::ofProcess().get(clientOptions));
}

}  // namespace
}  // namespace parley::tls
