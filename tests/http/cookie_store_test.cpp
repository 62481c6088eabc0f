#include "http/cookie_store.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr sys_seconds kNow{seconds(1'795'000'000)};  // in November 2026
constexpr CookieRequest kPlain{"example.com", "/chat/room", Channel::Plain};
constexpr CookieRequest kSecure{"example.com", "/chat/room", Channel::Secure};

bool isPublicSuffix(std::string_view domain) {
  return domain == "com" || domain == "co.uk" || domain == "localhost";
}

class CookieStoreTest : public testing::Test {
 protected:
  std::optional<CookieRefusal> receive(std::string_view line, const CookieRequest& from = kSecure) {
    return store.receive(line, from, isPublicSuffix, now);
  }
  void expectKept(std::string_view line, const CookieRequest& from = kSecure) {
    const auto refusal = receive(line, from);
    EXPECT_FALSE(refusal) << line << ": " << (refusal ? describe(*refusal) : "");
  }
  std::string header(const CookieRequest& to = kSecure) {
    return store.header(to, now).value_or("none");
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Cookie& cookie : store.cookies(now)) all.push_back(cookie.name);
    return all;
  }

  CookieStore store;
  sys_seconds now = kNow;
};

TEST_F(CookieStoreTest, KeepsWhatTheLineSays) {
  expectKept("a=b; Max-Age=60; Domain=Example.COM; Path=/chat; Secure; HttpOnly; SameSite=Strict");
  EXPECT_THAT(store.cookies(now), ElementsAre(Cookie{.name = "a",
                                                     .value = "b",
                                                     .domain = "example.com",
                                                     .path = "/chat",
                                                     .expires = kNow + seconds(60),
                                                     .created = kNow,
                                                     .hostOnly = false,
                                                     .secure = true,
                                                     .httpOnly = true,
                                                     .sameSite = SameSite::Strict}));
}

TEST_F(CookieStoreTest, TakesTheRestFromTheRequest) {
  expectKept("a=b", kPlain);
  EXPECT_THAT(
      store.cookies(now),
      ElementsAre(Cookie{
          .name = "a", .value = "b", .domain = "example.com", .path = "/chat", .created = kNow}));
  expectKept("c=d; Path=chat; Domain=", kPlain);
  EXPECT_EQ(store.cookies(now)[1].path, "/chat");
  EXPECT_TRUE(store.cookies(now)[1].hostOnly);
}

TEST_F(CookieStoreTest, RefusesWhatTheParserRefuses) {
  EXPECT_EQ(receive("=; Path=/"), CookieRefusal::Empty);
  EXPECT_EQ(receive("a=\x01"), CookieRefusal::ControlCharacter);
  EXPECT_THAT(names(), IsEmpty());
}

// ---- Domain ----

TEST_F(CookieStoreTest, SendsACookieOfAHostToThatHostOnly) {
  expectKept("a=b; Path=/");
  EXPECT_EQ(header({"example.com", "/", Channel::Secure}), "a=b");
  EXPECT_EQ(header({"sub.example.com", "/", Channel::Secure}), "none");
  EXPECT_EQ(header({"com", "/", Channel::Secure}), "none");
}

TEST_F(CookieStoreTest, SendsACookieOfADomainToAllBelow) {
  expectKept("a=b; Path=/; Domain=example.com", {"www.example.com", "/", Channel::Plain});
  for (const char* host : {"example.com", "www.example.com", "a.b.example.com"}) {
    EXPECT_EQ(header({host, "/", Channel::Plain}), "a=b") << host;
  }
  for (const char* host : {"badexample.com", "com", "example.org", "example.com."}) {
    EXPECT_EQ(header({host, "/", Channel::Plain}), "none") << host;
  }
}

TEST_F(CookieStoreTest, RefusesADomainThatTheHostDoesNotBelongTo) {
  for (const char* domain : {"example.org", "www.example.com", "xample.com", "..example.com",
                             "example.com.", "*.example.com", "example.com/", "example.com:80"}) {
    EXPECT_EQ(receive(std::string("a=b; Domain=") + domain), CookieRefusal::ForeignDomain)
        << domain;
  }
}

TEST_F(CookieStoreTest, ADotAloneIsNoDomain) {
  expectKept("a=b; Domain=.");
  EXPECT_TRUE(store.cookies(now)[0].hostOnly);
}

TEST_F(CookieStoreTest, RefusesAPublicSuffixUnlessItIsTheHost) {
  EXPECT_EQ(receive("a=b; Domain=com"), CookieRefusal::PublicSuffix);
  EXPECT_EQ(receive("a=b; Domain=.COM"), CookieRefusal::PublicSuffix);
  EXPECT_EQ(receive("a=b; Domain=co.uk", {"example.co.uk", "/", Channel::Secure}),
            CookieRefusal::PublicSuffix);
  EXPECT_EQ(receive("a=b; Domain=localhost", {"x.localhost", "/", Channel::Plain}),
            CookieRefusal::PublicSuffix);
  expectKept("a=b; Path=/; Domain=localhost", {"localhost", "/", Channel::Plain});
  EXPECT_TRUE(store.cookies(now)[0].hostOnly);
  EXPECT_EQ(header({"x.localhost", "/", Channel::Plain}), "none");
}

TEST_F(CookieStoreTest, RefusesADomainThatIsNotAscii) {
  EXPECT_EQ(receive("a=b; Domain=b\xC3\xBC"
                    "cher.example"),
            CookieRefusal::DomainNotAscii);
  expectKept("a=b; Domain=xn--bcher-kva.example",
             {"www.xn--bcher-kva.example", "/", Channel::Plain});
}

TEST_F(CookieStoreTest, AnAddressHasNoDomainButItself) {
  const CookieRequest address{"127.0.0.1", "/", Channel::Plain};
  EXPECT_EQ(receive("a=b; Domain=0.0.1", address), CookieRefusal::ForeignDomain);
  EXPECT_EQ(receive("a=b; Domain=1", address), CookieRefusal::ForeignDomain);
  expectKept("a=b; Domain=127.0.0.1", address);
  expectKept("c=d", {"[::1]", "/", Channel::Plain});
  EXPECT_EQ(header(address), "a=b");
  EXPECT_EQ(header({"9.127.0.0.1", "/", Channel::Plain}), "none");
  EXPECT_EQ(header({"[::1]", "/", Channel::Plain}), "c=d");
}

// ---- Secure, prefixes, SameSite ----

TEST_F(CookieStoreTest, SendsASecureCookieOverTlsOnly) {
  expectKept("a=b; Secure");
  EXPECT_EQ(header(kSecure), "a=b");
  EXPECT_EQ(header(kPlain), "none");
}

TEST_F(CookieStoreTest, SendsAnHttpOnlyCookie) {
  expectKept("a=b; HttpOnly");
  EXPECT_EQ(header(), "a=b");
}

TEST_F(CookieStoreTest, APlainRequestSetsNoSecureCookie) {
  EXPECT_EQ(receive("a=b; Secure", kPlain), CookieRefusal::InsecureOrigin);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(CookieStoreTest, APlainRequestHidesNoSecureCookie) {
  expectKept("a=secret; Secure; Path=/chat; Domain=example.com");
  for (const char* line : {"a=evil; Path=/chat", "a=evil; Path=/chat/room",
                           "a=evil; Path=/chat; Domain=example.com", "a=; Path=/chat; Max-Age=0"}) {
    EXPECT_EQ(receive(line, kPlain), CookieRefusal::ShadowsSecureCookie) << line;
    EXPECT_EQ(receive(line, {"www.example.com", "/", Channel::Plain}),
              CookieRefusal::ShadowsSecureCookie)
        << line;
  }
  EXPECT_EQ(header(), "a=secret");
  // Another name, another host, or a path above its own does no harm.
  expectKept("b=c; Path=/chat", kPlain);
  expectKept("a=c; Path=/", kPlain);
  expectKept("a=c; Path=/chat", {"example.org", "/", Channel::Plain});
  // And over TLS it is the same party.
  expectKept("a=new; Path=/chat; Domain=example.com");
  EXPECT_EQ(header(kPlain), "a=new; b=c; a=c");
}

TEST_F(CookieStoreTest, AnExpiredSecureCookieHidesNothing) {
  expectKept("a=secret; Secure; Max-Age=10");
  now += seconds(10);
  expectKept("a=plain", kPlain);
}

TEST_F(CookieStoreTest, PrefixesKeepTheirPromise) {
  EXPECT_EQ(receive("__Secure-a=b"), CookieRefusal::SecurePrefix);
  EXPECT_EQ(receive("__Secure-a=b; Secure", kPlain), CookieRefusal::InsecureOrigin);
  expectKept("__Secure-a=b; Secure; Domain=example.com");
  EXPECT_EQ(receive("__Host-a=b; Path=/"), CookieRefusal::HostPrefix);
  EXPECT_EQ(receive("__Host-a=b; Secure; Path=/chat"), CookieRefusal::HostPrefix);
  EXPECT_EQ(receive("__Host-a=b; Secure; Path=/; Domain=example.com"), CookieRefusal::HostPrefix);
  EXPECT_EQ(receive("__Host-a=b; Secure; Path=/", kPlain), CookieRefusal::InsecureOrigin);
  EXPECT_EQ(receive("__host-a=b; Path=/"), CookieRefusal::HostPrefix);
  EXPECT_EQ(receive("__Host-a=b"), CookieRefusal::HostPrefix);
  EXPECT_EQ(receive("=__Host-a=b; Secure; Path=/"), CookieRefusal::NamelessPrefix);
  expectKept("__Host-a=b; Secure; Path=/");
  EXPECT_THAT(names(), ElementsAre("__Secure-a", "__Host-a"));
}

TEST_F(CookieStoreTest, HostPrefixNeedsAPathAttributeEvenAtTheRoot) {
  const CookieRequest root{"example.com", "/", Channel::Secure};
  EXPECT_EQ(receive("__Host-a=b; Secure", root), CookieRefusal::HostPrefix);
  expectKept("__Host-a=b; Secure; Path=/", root);
}

TEST_F(CookieStoreTest, SameSiteIsKeptAndNoneNeedsSecure) {
  EXPECT_EQ(receive("a=b; SameSite=None"), CookieRefusal::SameSiteNone);
  expectKept("a=b; SameSite=None; Secure");
  expectKept("c=d; SameSite=Lax", kPlain);
  expectKept("e=f; SameSite=no-such-thing", kPlain);
  const auto cookies = store.cookies(now);
  ASSERT_EQ(cookies.size(), 3U);
  EXPECT_EQ(cookies[0].sameSite, SameSite::None);
  EXPECT_EQ(cookies[1].sameSite, SameSite::Lax);
  EXPECT_EQ(cookies[2].sameSite, SameSite::Unspecified);
}

// ---- Expiry ----

TEST_F(CookieStoreTest, MaxAgeDecidesOverExpires) {
  expectKept("a=b; Max-Age=60; Expires=Wed, 09 Jun 2027 10:18:14 GMT");
  expectKept("c=d; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60");
  for (const Cookie& cookie : store.cookies(now)) EXPECT_EQ(cookie.expires, kNow + seconds(60));
  EXPECT_EQ(names().size(), 2U);
}

TEST_F(CookieStoreTest, ACookieEndsWithItsSecond) {
  expectKept("a=b; Max-Age=60");
  now += seconds(59);
  EXPECT_EQ(header(), "a=b");
  now += seconds(1);
  EXPECT_EQ(header(), "none");
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(CookieStoreTest, OneThatHasExpiredRemovesItsPredecessor) {
  for (const char* end : {"Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                          "Expires=1 Jan 1601 0:0:0"}) {
    expectKept("a=b");
    expectKept(std::string("a=; ") + end);
    EXPECT_THAT(names(), IsEmpty()) << end;
    expectKept(std::string("a=b; ") + end);  // there is none to remove
    EXPECT_THAT(names(), IsEmpty()) << end;
  }
}

TEST_F(CookieStoreTest, NoCookieLivesLongerThanTheLimit) {
  expectKept("a=b; Max-Age=99999999999");
  expectKept("c=d; Expires=Fri, 31 Dec 9999 23:59:59 GMT");
  for (const Cookie& cookie : store.cookies(now)) EXPECT_EQ(cookie.expires, kNow + kMaxCookieAge);
}

TEST_F(CookieStoreTest, TheSessionTakesItsCookiesAlong) {
  expectKept("a=b");
  expectKept("c=d; Max-Age=60");
  expectKept("e=f; Expires=never");
  store.endSession();
  EXPECT_THAT(names(), ElementsAre("c"));
}

// ---- Replacing and order ----

TEST_F(CookieStoreTest, ReplacingKeepsTheTimeOfCreation) {
  expectKept("a=1");
  expectKept("b=2");
  now += seconds(5);
  expectKept("a=3; Max-Age=60; HttpOnly");
  const auto cookies = store.cookies(now);
  ASSERT_EQ(cookies.size(), 2U);
  EXPECT_EQ(cookies[0].value, "3");
  EXPECT_EQ(cookies[0].created, kNow);
  EXPECT_EQ(cookies[0].expires, now + seconds(60));
  EXPECT_TRUE(cookies[0].httpOnly);
  EXPECT_EQ(header(), "a=3; b=2");
}

TEST_F(CookieStoreTest, ACookieIsNameDomainPathAndWhetherItIsOfTheHostOnly) {
  expectKept("a=1; Path=/");
  expectKept("A=2; Path=/");
  expectKept("a=3; Path=/chat");
  expectKept("a=4; Path=/; Domain=example.com");
  EXPECT_EQ(header(), "a=3; a=1; A=2; a=4");
}

TEST_F(CookieStoreTest, SendsLongerPathsFirstAndThenTheOlder) {
  expectKept("a=1; Path=/");
  expectKept("b=2; Path=/chat/room");
  expectKept("c=3; Path=/chat");
  expectKept("d=4; Path=/chat");
  expectKept("e=5; Path=/other");
  expectKept("f=6; Path=/chat/");
  EXPECT_EQ(header(), "b=2; f=6; c=3; d=4; a=1");
}

TEST_F(CookieStoreTest, SendsACookieWithoutANameAsItsValue) {
  expectKept("bare");
  expectKept("a=");
  EXPECT_EQ(header(), "bare; a=");
  expectKept("=other");
  EXPECT_EQ(header(), "other; a=");
}

// ---- Removing ----

TEST_F(CookieStoreTest, RemovesOneOrAll) {
  expectKept("a=1");
  expectKept("a=2; Path=/");
  const Cookie first = store.cookies(now)[0];
  EXPECT_TRUE(store.remove(first));
  EXPECT_FALSE(store.remove(first));
  EXPECT_EQ(header(), "a=2");
  store.clear();
  EXPECT_EQ(header(), "none");
}

TEST_F(CookieStoreTest, PutsWhatWasCheckedBefore) {
  const Cookie cookie{.name = "a",
                      .value = "b",
                      .domain = "com",
                      .expires = kNow + std::chrono::days(4000),
                      .hostOnly = false,
                      .secure = true};
  store.put(cookie, now);
  EXPECT_THAT(store.cookies(now), ElementsAre(cookie));
  store.put({.name = "a", .domain = "com", .expires = kNow, .hostOnly = false}, now);
  EXPECT_THAT(names(), IsEmpty());
}

// ---- Eviction ----

class CookieEviction : public CookieStoreTest {
 protected:
  CookieEviction() { store = CookieStore({.perDomain = 3, .total = 5}); }

  void keep(const std::string& line, std::string_view host = "example.com") {
    expectKept(line, {host, "/", Channel::Secure});
  }
};

TEST_F(CookieEviction, TheLeastUsedOfADomainGoes) {
  keep("a=1; Path=/a");
  keep("b=2; Path=/b");
  keep("c=3; Path=/c");
  EXPECT_EQ(header({"example.com", "/a", Channel::Plain}), "a=1");
  keep("b=4; Path=/b");  // replacing is a use
  keep("d=5");
  EXPECT_THAT(names(), ElementsAre("a", "b", "d"));
  keep("e=6");
  EXPECT_THAT(names(), ElementsAre("b", "d", "e"));
}

TEST_F(CookieEviction, ThoseThatAreNotSecureGoFirst) {
  keep("a=1; Secure");
  keep("b=2");
  keep("c=3; Secure");
  keep("d=4; Secure");
  EXPECT_THAT(names(), ElementsAre("a", "c", "d"));
  keep("e=5");
  EXPECT_THAT(names(), ElementsAre("a", "c", "d"));
  keep("f=6; Secure");
  EXPECT_THAT(names(), ElementsAre("c", "d", "f"));
}

TEST_F(CookieEviction, ThoseThatHaveExpiredGoBeforeAnyOther) {
  keep("a=1");
  keep("b=2; Max-Age=10; Secure");
  keep("c=3");
  now += seconds(10);
  keep("d=4");
  EXPECT_THAT(names(), ElementsAre("a", "c", "d"));
}

TEST_F(CookieEviction, DomainsDoNotPushEachOtherOut) {
  keep("a=1");
  keep("b=2; Domain=example.com", "www.example.com");
  keep("c=3");
  keep("d=4", "www.example.com");
  keep("e=5", "example.org");
  EXPECT_EQ(names().size(), 5U);
  keep("f=6; Domain=example.com", "www.example.com");  // example.com, of the host only or not
  EXPECT_THAT(names(), ElementsAre("b", "c", "d", "e", "f"));
}

TEST_F(CookieEviction, TheLeastUsedOfAllGoes) {
  for (const char* host : {"a.org", "b.org", "c.org", "d.org", "e.org"}) keep("x=1; Secure", host);
  EXPECT_EQ(header({"a.org", "/", Channel::Secure}), "x=1");
  keep("x=1", "f.org");
  EXPECT_EQ(header({"a.org", "/", Channel::Secure}), "x=1");
  EXPECT_EQ(header({"b.org", "/", Channel::Secure}), "none");
  EXPECT_EQ(header({"f.org", "/", Channel::Secure}), "x=1");
}

TEST_F(CookieStoreTest, HasTheLimitsOfBrowsers) {
  for (int i = 0; i < 51; ++i) expectKept("a" + std::to_string(i) + "=b");
  EXPECT_EQ(names().size(), 50U);
  EXPECT_EQ(names()[0], "a1");
  for (int i = 0; i < 3000; ++i) {
    const std::string host = std::to_string(i) + ".example.org";
    expectKept("a=b", {host, "/", Channel::Plain});
  }
  EXPECT_EQ(names().size(), 3000U);
  EXPECT_EQ(header(), "none");
}

TEST_F(CookieStoreTest, AMegabyteOfSemicolonsIsOneLine) {
  expectKept("a=b" + std::string(std::size_t{1} << 20, ';'));
  EXPECT_EQ(header(), "a=b");
}

}  // namespace
}  // namespace parley::http
