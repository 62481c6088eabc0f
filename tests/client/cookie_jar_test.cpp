#include "transport/temporary_directory.hpp"

#include <parley/cookie_jar.hpp>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <iostream>
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
using testing::HasSubstr;
using testing::IsEmpty;

constexpr sys_seconds kNow{seconds(1'795'000'000)};  // in November 2026

TEST(CookieJar, ExampleOfTheHeader) {
  const transport::TemporaryDirectory directory;
  const std::string path = directory.file("cookies.txt");
  ASSERT_FALSE(CookieJar().save(path));
  parley::CookieJar jar;
  if (const auto failure = jar.load(path)) std::cerr << failure->message << '\n';
  const auto url = parley::Url::parse("wss://example.com/chat");
  jar.setCookie(*url, "id=7; Max-Age=3600; Secure; HttpOnly");
  EXPECT_EQ(jar.cookieHeader(*url), "id=7");
  if (const auto failure = jar.save(path)) std::cerr << failure->message << '\n';
  EXPECT_FALSE(jar.load(path));
}

class CookieJarTest : public testing::Test {
 protected:
  static Url url(std::string_view text) { return Url::parse(text).value(); }
  std::string header(std::string_view text) { return jar.cookieHeader(url(text)).value_or("none"); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Cookie& cookie : jar.cookies()) all.push_back(cookie.name);
    return all;
  }
  static void expectDone(const std::optional<FileFailure>& failure) {
    EXPECT_FALSE(failure) << failure->message;
  }
  static void write(const std::string& path, std::string_view text) { std::ofstream(path) << text; }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::atomic<sys_seconds> now = kNow;
  CookieJar jar{[this] { return now.load(); }};
  const Url plain = url("ws://example.com/chat/room?x=/y/z");
  const Url secure = url("wss://example.com/chat/room");
  transport::TemporaryDirectory directory;
  std::string path = directory.file("cookies.txt");
};

TEST_F(CookieJarTest, IsOneForWebSocketsAndHttp) {
  EXPECT_FALSE(jar.setCookie(url("http://example.com/"), "a=1"));
  EXPECT_FALSE(jar.setCookie(url("https://example.com/"), "b=2; Secure"));
  EXPECT_FALSE(jar.setCookie(plain, "c=3; Path=/"));
  EXPECT_FALSE(jar.setCookie(secure, "d=4; Path=/; Secure"));
  for (const char* text : {"ws://example.com:8080/", "http://example.com/chat"}) {
    EXPECT_EQ(header(text), "a=1; c=3") << text;
  }
  for (const char* text : {"wss://example.com:8443/", "https://example.com/"}) {
    EXPECT_EQ(header(text), "a=1; b=2; c=3; d=4") << text;
  }
  EXPECT_EQ(jar.setCookie(plain, "e=5; Secure"), CookieRefusal::InsecureOrigin);
}

TEST_F(CookieJarTest, HasNoCookiesForOtherSchemes) {
  EXPECT_EQ(jar.setCookie(url("ftp://example.com/"), "a=1"), CookieRefusal::UnsupportedScheme);
  EXPECT_EQ(jar.setCookie(url("data:x"), "a=1"), CookieRefusal::UnsupportedScheme);
  EXPECT_FALSE(jar.setCookie(plain, "a=1; Path=/"));
  EXPECT_EQ(header("ftp://example.com/"), "none");
}

TEST_F(CookieJarTest, TakesPathAndHostOfTheUrl) {
  EXPECT_FALSE(jar.setCookie(plain, "a=1"));
  EXPECT_FALSE(jar.setCookie(url("ws://B\xC3\xBC"
                                 "cher.example/"),
                             "b=2"));
  EXPECT_FALSE(jar.setCookie(url("ws://[::0001]:9000/"), "c=3"));
  const auto cookies = jar.cookies();
  ASSERT_EQ(cookies.size(), 3U);
  EXPECT_EQ(cookies[0].path, "/chat");
  EXPECT_EQ(cookies[0].domain, "example.com");
  EXPECT_EQ(cookies[1].domain, "xn--bcher-kva.example");
  EXPECT_EQ(cookies[2].domain, "[::1]");
  EXPECT_EQ(header("ws://[::1]/"), "c=3");
}

TEST_F(CookieJarTest, KnowsThePublicSuffixes) {
  EXPECT_EQ(jar.setCookie(url("ws://example.co.uk/"), "a=1; Domain=co.uk"),
            CookieRefusal::PublicSuffix);
  EXPECT_EQ(jar.setCookie(url("ws://a.github.io/"), "a=1; Domain=github.io"),
            CookieRefusal::PublicSuffix);
  EXPECT_EQ(jar.setCookie(url("ws://example.com./"), "a=1; Domain=com."),
            CookieRefusal::PublicSuffix);
  EXPECT_FALSE(jar.setCookie(url("ws://www.example.co.uk/"), "a=1; Domain=example.co.uk"));
  EXPECT_FALSE(jar.setCookie(url("ws://localhost/"), "a=1; Domain=localhost"));
}

TEST_F(CookieJarTest, TakesInAllFieldsOfAnAnswer) {
  const Headers headers{{"Set-Cookie", "a=1"},
                        {"Upgrade", "websocket"},
                        {"set-cookie", "b=2; Domain=example.org"},
                        {"SET-COOKIE", "c=3"}};
  EXPECT_EQ(jar.setCookies(plain, headers), 2U);
  EXPECT_EQ(header("ws://example.com/chat/"), "a=1; c=3");
  EXPECT_EQ(jar.setCookies(plain, Headers()), 0U);
}

TEST_F(CookieJarTest, GoesByItsClock) {
  EXPECT_FALSE(jar.setCookie(plain, "a=1; Max-Age=60"));
  EXPECT_EQ(jar.cookies()[0].created, kNow);
  EXPECT_EQ(jar.cookies()[0].expires, kNow + seconds(60));
  now = kNow + seconds(60);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(CookieJarTest, HasTheClockOfTheSystemByDefault) {
  CookieJar byDefault;
  CookieJar byAnEmptyFunction{CookieJar::Clock()};
  const auto before = std::chrono::system_clock::now();
  for (CookieJar* each : {&byDefault, &byAnEmptyFunction}) {
    EXPECT_FALSE(each->setCookie(plain, "a=1"));
    const auto difference = each->cookies().at(0).created - before;
    EXPECT_LE(std::chrono::abs(difference), std::chrono::minutes(1));
  }
}

TEST_F(CookieJarTest, RemovesOneTheSessionsAndAll) {
  jar.setCookie(plain, "a=1");
  jar.setCookie(plain, "b=2; Max-Age=60");
  jar.setCookie(plain, "c=3");
  EXPECT_TRUE(jar.remove(jar.cookies()[0]));
  EXPECT_FALSE(jar.remove({.name = "a", .domain = "example.com", .path = "/chat"}));
  EXPECT_THAT(names(), ElementsAre("b", "c"));
  jar.endSession();
  EXPECT_THAT(names(), ElementsAre("b"));
  jar.clear();
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(CookieJarTest, ALineOfAMegabyteIsNoTrouble) {
  EXPECT_EQ(jar.setCookie(plain, std::string(std::size_t{1} << 20, ';')), CookieRefusal::Empty);
  EXPECT_FALSE(jar.setCookie(plain, "a=1" + std::string(std::size_t{1} << 20, ';')));
  EXPECT_EQ(jar.setCookie(plain, std::string(std::size_t{1} << 20, 'a')), CookieRefusal::TooLarge);
}

// ---- Files ----

TEST_F(CookieJarTest, LoadsWhatItSaved) {
  jar.setCookie(secure, "a=1; Path=/; Max-Age=60; Secure; HttpOnly; Domain=example.com");
  jar.setCookie(plain, "b=\"2 3\"");
  jar.setCookie(url("ws://[::1]/"), "c=");
  jar.setCookie(plain, "bare");
  jar.setCookie(plain, "tab=a\tb");
  EXPECT_FALSE(jar.save(path));
  CookieJar other{[] { return kNow + seconds(1); }};
  EXPECT_FALSE(other.load(path));
  std::vector<Cookie> expected = jar.cookies();
  ASSERT_EQ(expected.size(), 5U);
  expected.pop_back();
  for (Cookie& cookie : expected) cookie.created = kNow + seconds(1);
  EXPECT_EQ(other.cookies(), expected);
}

TEST_F(CookieJarTest, SavesTheFormatOfCurl) {
  jar.setCookie(secure, "id=7; Path=/; Max-Age=60; Secure; HttpOnly; Domain=example.com");
  jar.setCookie(plain, "a=b");
  EXPECT_FALSE(jar.save(path));
  EXPECT_EQ(read(path),
            "# Netscape HTTP Cookie File\n"
            "# https://curl.se/docs/http-cookies.html\n"
            "\n"
            "#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1795000060\tid\t7\n"
            "example.com\tFALSE\t/chat\tFALSE\t0\ta\tb\n");
}

TEST_F(CookieJarTest, LoadingAddsAndReplaces) {
  jar.setCookie(plain, "a=old");
  jar.setCookie(plain, "b=2");
  write(path,
        "example.com\tFALSE\t/chat\tFALSE\t0\ta\tnew\n"
        "example.com\tFALSE\t/chat\tFALSE\t0\tc\t3\n"
        "example.com\tFALSE\t/chat\tFALSE\t1\texpired\t4\n");
  EXPECT_FALSE(jar.load(path));
  EXPECT_EQ(header("ws://example.com/chat"), "a=new; b=2; c=3");
}

TEST_F(CookieJarTest, AFaultyFileIsNamedAndChangesNothing) {
  jar.setCookie(plain, "a=1");
  write(path,
        "# A comment\n"
        "example.com\tFALSE\t/\tFALSE\t0\tb\t2\n"
        "example.com\tFALSE\tchat\tFALSE\t0\tc\t3\n");
  const auto failure = jar.load(path);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->path, path);
  EXPECT_EQ(failure->line, 3U);
  EXPECT_EQ(failure->systemError, std::nullopt);
  EXPECT_EQ(failure->message, path + ":3: the third field is not a path");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(CookieJarTest, AMissingFileIsNamed) {
  const auto failure = jar.load(path);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->systemError, ENOENT);
  EXPECT_EQ(failure->message, path + ": no such file or directory");
  EXPECT_TRUE(jar.save(directory.file("no/such/folder")));
}

// ---- Threads ----

TEST_F(CookieJarTest, ManyThreadsShareIt) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 40;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      const Url own = url("wss://host" + std::to_string(i) + ".example/");
      const std::string file = directory.file(i % 2 == 0 ? "even" : "odd");
      for (int n = 0; n < kRounds; ++n) {
        EXPECT_FALSE(jar.setCookie(own, "own=" + std::to_string(n)));
        EXPECT_FALSE(jar.setCookie(secure, "shared=" + std::to_string(i) + "; Max-Age=5"));
        EXPECT_EQ(jar.cookieHeader(own), "own=" + std::to_string(n));
        (void)jar.cookieHeader(plain);
        for (const Cookie& cookie : jar.cookies()) {
          if (cookie.name == "gone") jar.remove(cookie);
        }
        jar.setCookies(own, {{"Set-Cookie", "gone=1; Path=/other"}});
        if (n % 10 == i) expectDone(jar.save(file));
        if (n % 10 == 9) now = now.load() + seconds(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kThreads; ++i) {
    EXPECT_EQ(header("wss://host" + std::to_string(i) + ".example/"),
              "own=" + std::to_string(kRounds - 1));
  }
  CookieJar other{[this] { return now.load(); }};
  EXPECT_FALSE(other.load(directory.file("even")));
}

TEST_F(CookieJarTest, ThreadsLoadAndClearWhileOthersRead) {
  jar.setCookie(plain, "a=1; Path=/");
  jar.setCookie(plain, "b=2; Path=/; Max-Age=60");
  EXPECT_FALSE(jar.save(path));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int n = 0; n < 50; ++n) {
        if (i == 0) expectDone(jar.load(path));
        if (i == 1) jar.clear();
        if (i == 2) jar.endSession();
        for (const Cookie& cookie : jar.cookies()) EXPECT_EQ(cookie.domain, "example.com");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(jar.load(path));
  EXPECT_EQ(header("ws://example.com/").size(), std::string_view("a=1; b=2").size());
}

}  // namespace
}  // namespace parley
