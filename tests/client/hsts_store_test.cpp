#include "transport/temporary_directory.hpp"

#include <parley/hsts.hpp>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr sys_seconds kNow{seconds(1'795'000'000)};  // 18 November 2026, 11:06:40

TEST(HstsStore, ExampleOfTheHeader) {
  parley::HstsStore hsts;
  hsts.note("example.com", "max-age=31536000; includeSubDomains");  // said over TLS
  EXPECT_TRUE(hsts.mustUpgrade("chat.example.com"));
  const auto url = parley::Url::parse("ws://chat.example.com/room");
  EXPECT_EQ(hsts.upgraded(*url)->href(), "wss://chat.example.com/room");
}

class HstsStoreTest : public testing::Test {
 protected:
  static Url url(std::string_view text) { return Url::parse(text).value(); }
  std::string upgraded(std::string_view text) const {
    const auto secure = hsts.upgraded(url(text));
    return secure ? secure->href() : "none";
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const HstsHost& host : hsts.hosts()) all.push_back(host.host);
    return all;
  }
  static void expectDone(const std::optional<FileFailure>& failure) {
    EXPECT_FALSE(failure) << failure->message;
  }
  static void write(const std::string& path, std::string_view text) { std::ofstream(path) << text; }

  std::atomic<sys_seconds> now = kNow;
  HstsStore hsts{[this] { return now.load(); }};
  transport::TemporaryDirectory directory;
  std::string path = directory.file("hsts.txt");
};

TEST_F(HstsStoreTest, ANameIsTheSameInAnyForm) {
  EXPECT_TRUE(hsts.note("EXAMPLE.Com.", "max-age=60"));
  EXPECT_TRUE(
      hsts.note("b\xC3\xBC"
                "cher.example",
                "max-age=60"));
  EXPECT_THAT(names(), ElementsAre("example.com", "xn--bcher-kva.example"));
  for (const char* host : {"example.com", "example.com.", "Example.COM", "xn--bcher-kva.example",
                           "B\xC3\x9C"
                           "CHER.example."}) {
    EXPECT_TRUE(hsts.mustUpgrade(host)) << host;
  }
  EXPECT_TRUE(hsts.remove("Example.com."));
  EXPECT_FALSE(hsts.remove("example.com"));
  EXPECT_FALSE(hsts.mustUpgrade("example.com"));
}

TEST_F(HstsStoreTest, IgnoresAddresses) {
  for (const char* host : {"127.0.0.1", "127.1", "0x7f.0.0.1", "[::1]", "::1", "1"}) {
    EXPECT_FALSE(hsts.note(host, "max-age=60; includeSubDomains")) << host;
    EXPECT_FALSE(hsts.mustUpgrade(host)) << host;
    EXPECT_FALSE(hsts.remove(host)) << host;
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(HstsStoreTest, IgnoresWhatIsNoHost) {
  for (const char* host : {"", ".", "a b", "a:80", "a/b", "user@host", "\xFF", "*.example.com/"}) {
    EXPECT_FALSE(hsts.note(host, "max-age=60")) << host;
    EXPECT_FALSE(hsts.mustUpgrade(host)) << host;
  }
}

TEST_F(HstsStoreTest, IgnoresWhatBreaksTheGrammar) {
  EXPECT_TRUE(hsts.note("example.com", "max-age=60"));
  EXPECT_FALSE(hsts.note("example.com", "max-age=0; max-age=0"));
  EXPECT_FALSE(hsts.note("example.com", "includeSubDomains"));
  EXPECT_FALSE(hsts.note("example.com", std::string(std::size_t{1} << 20, ';')));
  EXPECT_TRUE(hsts.mustUpgrade("example.com"));
}

TEST_F(HstsStoreTest, GoesByItsClock) {
  EXPECT_TRUE(hsts.note("example.com", "max-age=60"));
  EXPECT_THAT(hsts.hosts(), ElementsAre(HstsHost{"example.com", false, kNow + seconds(60)}));
  now = kNow + seconds(60);
  EXPECT_FALSE(hsts.mustUpgrade("example.com"));
}

TEST_F(HstsStoreTest, HasTheClockOfTheSystemByDefault) {
  HstsStore byDefault;
  HstsStore byAnEmptyFunction{HstsStore::Clock()};
  const auto before = std::chrono::system_clock::now();
  for (HstsStore* each : {&byDefault, &byAnEmptyFunction}) {
    EXPECT_TRUE(each->note("example.com", "max-age=3600"));
    const auto difference = each->hosts().at(0).expires - std::chrono::hours(1) - before;
    EXPECT_LE(std::chrono::abs(difference), std::chrono::minutes(1));
  }
}

TEST_F(HstsStoreTest, AnAgeOfNothingRemoves) {
  EXPECT_TRUE(hsts.note("example.com", "max-age=60"));
  EXPECT_TRUE(hsts.note("example.com", "max-age=0"));
  EXPECT_FALSE(hsts.mustUpgrade("example.com"));
}

TEST_F(HstsStoreTest, HearsOnlyTheFirstFieldOfAnAnswer) {
  const Headers headers{{"Upgrade", "websocket"},
                        {"strict-transport-security", "max-age=60"},
                        {"Strict-Transport-Security", "max-age=0"}};
  EXPECT_TRUE(hsts.note(url("wss://example.com/"), headers));
  EXPECT_TRUE(hsts.mustUpgrade("example.com"));
  const Headers broken{{"Strict-Transport-Security", "max-age"},
                       {"Strict-Transport-Security", "max-age=60"}};
  EXPECT_FALSE(hsts.note(url("wss://example.org/"), broken));
  EXPECT_FALSE(hsts.note(url("wss://example.org/"), Headers()));
  EXPECT_FALSE(hsts.mustUpgrade("example.org"));
}

TEST_F(HstsStoreTest, HearsNothingThatIsSaidInTheClear) {
  const Headers headers{{"Strict-Transport-Security", "max-age=60"}};
  for (const char* text : {"ws://example.com/", "http://example.com/", "ftp://example.com/"}) {
    EXPECT_FALSE(hsts.note(url(text), headers)) << text;
  }
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_TRUE(hsts.note(url("https://example.com/"), headers));
}

TEST_F(HstsStoreTest, UpgradesTheSchemeAndWithItTheDefaultPort) {
  EXPECT_TRUE(hsts.note("example.com", "max-age=60; includeSubDomains"));
  EXPECT_EQ(upgraded("ws://example.com/a?b#c"), "wss://example.com/a?b#c");
  EXPECT_EQ(upgraded("http://www.example.com/"), "https://www.example.com/");
  EXPECT_EQ(upgraded("ws://u:p@example.com:80/"), "wss://u:p@example.com/");
  EXPECT_EQ(hsts.upgraded(url("ws://example.com:80/"))->effectivePort(), 443);
  EXPECT_EQ(upgraded("ws://example.com:8080/"), "wss://example.com:8080/");
  EXPECT_EQ(upgraded("ws://example.com:443/"), "wss://example.com/");
  EXPECT_EQ(upgraded("ws://example.com./"), "wss://example.com./");
  for (const char* text : {"wss://example.com/", "https://example.com/", "ftp://example.com/",
                           "ws://example.org/", "ws://127.0.0.1/", "data:x"}) {
    EXPECT_EQ(upgraded(text), "none") << text;
  }
}

// ---- Files ----

TEST_F(HstsStoreTest, LoadsWhatItSaved) {
  hsts.note("example.com", "max-age=60; includeSubDomains");
  hsts.note("b.example", "max-age=3600");
  expectDone(hsts.save(path));
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}),
            "# HSTS hosts: https://curl.se/docs/hsts.html\n"
            "b.example \"20261118 12:06:40\"\n"
            ".example.com \"20261118 11:07:40\"\n");
  HstsStore other{[this] { return now.load(); }};
  expectDone(other.load(path));
  EXPECT_EQ(other.hosts(), hsts.hosts());
}

TEST_F(HstsStoreTest, LoadingAddsAndKeepsTheStricter) {
  hsts.note("example.com", "max-age=60");
  write(path,
        ".example.com \"20261118 00:00:00\"\n"
        ".example.com \"20271118 00:00:00\"\n"
        "example.org \"unlimited\"\n");
  expectDone(hsts.load(path));
  EXPECT_THAT(names(), ElementsAre("example.com", "example.org"));
  EXPECT_TRUE(hsts.mustUpgrade("www.example.com"));
}

TEST_F(HstsStoreTest, AFaultyFileIsNamedAndChangesNothing) {
  write(path, "example.com \"unlimited\"\nexample.org\n");
  const auto failure = hsts.load(path);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->line, 2U);
  EXPECT_EQ(failure->message, path + ":2: not a host and a time in quotes");
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(HstsStoreTest, AMissingFileIsNamed) {
  const auto failure = hsts.load(path);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->systemError, ENOENT);
  EXPECT_TRUE(hsts.save(directory.file("no/such/folder")));
}

// ---- Threads ----

TEST_F(HstsStoreTest, ManyThreadsShareIt) {
  constexpr int kThreads = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      const std::string own = "host" + std::to_string(i) + ".example";
      const std::string file = directory.file("file" + std::to_string(i % 2));
      for (int n = 0; n < 40; ++n) {
        EXPECT_TRUE(hsts.note(own, "max-age=1000; includeSubDomains"));
        EXPECT_TRUE(hsts.note("example.com", n % 2 == 0 ? "max-age=2" : "max-age=0"));
        EXPECT_TRUE(hsts.mustUpgrade("www." + own));
        EXPECT_TRUE(hsts.upgraded(url("ws://" + own + "/")));
        EXPECT_GE(hsts.hosts().size(), 1U);
        hsts.remove("example.com");
        if (n % 10 == i) expectDone(hsts.save(file));
        if (n % 10 == 9) now = now.load() + seconds(1);
      }
      expectDone(hsts.save(file));
      expectDone(hsts.load(file));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(names().size(), static_cast<std::size_t>(kThreads));
  hsts.clear();
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace parley
