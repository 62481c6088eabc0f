#include "client/proxy_choice.hpp"

#include <parley/url.hpp>

#include <cstdlib>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Variables = std::map<std::string, std::string, std::less<>>;

EnvironmentLookup lookup(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Result<std::optional<Proxy>, ProxyError> choose(const std::string& url, const Variables& variables,
                                                const ProxyOptions& options = {}) {
  return chooseProxy(*Url::parse(url), options, lookup(variables));
}

/// "host:port" of the chosen proxy, "direct", or the error.
std::string chosen(const std::string& url, const Variables& variables,
                   const ProxyOptions& options = {}) {
  const auto choice = choose(url, variables, options);
  if (!choice) return choice.error().message;
  if (!*choice) return "direct";
  return (*choice)->host + ":" + std::to_string((*choice)->port);
}

Result<std::optional<Proxy>, ProxyError> chooseExplicit(const std::string& proxy) {
  return choose("wss://a.test/", {}, {.mode = ProxyMode::Explicit, .url = proxy});
}

Proxy parsed(const std::string& text) {
  const auto choice = chooseExplicit(text);
  EXPECT_TRUE(choice) << text << ": " << choice.error().message;
  if (!choice || !*choice) return {};
  return **choice;
}

TEST(ProxyChoice, IsDirectWhenNothingIsSet) {
  EXPECT_EQ(chosen("ws://a.test/", {}), "direct");
  EXPECT_EQ(chosen("wss://a.test/", {{"REQUEST_METHOD", "GET"}}), "direct");
}

TEST(ProxyChoice, TakesForWssTheVariablesOfHttps) {
  Variables variables{{"http_proxy", "no:1"},   {"HTTP_PROXY", "no:2"},   {"https_proxy", "one:1"},
                      {"HTTPS_PROXY", "two:2"}, {"all_proxy", "three:3"}, {"ALL_PROXY", "four:4"}};
  for (const char* expected : {"one:1", "two:2", "three:3", "four:4", "direct"}) {
    EXPECT_EQ(chosen("wss://a.test/", variables), expected);
    for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
      if (variables.erase(name) != 0) break;
    }
  }
}

TEST(ProxyChoice, TakesForWsTheVariablesOfHttp) {
  Variables variables{{"https_proxy", "no:1"}, {"HTTPS_PROXY", "no:2"},  {"http_proxy", "one:1"},
                      {"HTTP_PROXY", "two:2"}, {"all_proxy", "three:3"}, {"ALL_PROXY", "four:4"}};
  for (const char* expected : {"one:1", "two:2", "three:3", "four:4", "direct"}) {
    EXPECT_EQ(chosen("ws://a.test/", variables), expected);
    for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) {
      if (variables.erase(name) != 0) break;
    }
  }
}

TEST(ProxyChoice, TakesAnEmptyVariableForNone) {
  EXPECT_EQ(chosen("ws://a.test/", {{"http_proxy", ""}, {"HTTP_PROXY", "two:2"}}), "two:2");
  EXPECT_EQ(chosen("ws://a.test/", {{"http_proxy", ""}, {"all_proxy", ""}}), "direct");
  EXPECT_EQ(chosen("ws://a.test/", {{"http_proxy", "one:1"}, {"no_proxy", ""}, {"NO_PROXY", "*"}}),
            "direct");
}

// A CGI program gets the Proxy field of a request in HTTP_PROXY ("httpoxy").
TEST(ProxyChoice, DoesNotLetARequestChooseTheProxyOfACgiProgram) {
  const Variables request{{"REQUEST_METHOD", ""}, {"HTTP_PROXY", "evil:1"}};
  EXPECT_EQ(chosen("ws://a.test/", request), "direct");
  Variables more = request;
  more["all_proxy"] = "three:3";
  EXPECT_EQ(chosen("ws://a.test/", more), "three:3");
  more["http_proxy"] = "one:1";
  EXPECT_EQ(chosen("ws://a.test/", more), "one:1");
  EXPECT_EQ(chosen("wss://a.test/", {{"REQUEST_METHOD", "GET"}, {"HTTPS_PROXY", "two:2"}}),
            "two:2");
}

TEST(ProxyChoice, LeavesOutTheHostsOfNoProxy) {
  const Variables variables{{"all_proxy", "one:1"}, {"no_proxy", "b.test, 10.0.0.0/8,c.test:81"}};
  EXPECT_EQ(chosen("ws://a.test/", variables), "one:1");
  EXPECT_EQ(chosen("ws://x.b.test/", variables), "direct");
  EXPECT_EQ(chosen("wss://10.1.1.1/", variables), "direct");
  EXPECT_EQ(chosen("ws://c.test/", variables), "one:1");
  EXPECT_EQ(chosen("ws://c.test:81/", variables), "direct");
  EXPECT_EQ(chosen("wss://b.test/", {{"all_proxy", "one:1"}, {"NO_PROXY", "b.test"}}), "direct");
  // Lower case first, and only it.
  EXPECT_EQ(
      chosen("wss://b.test/", {{"all_proxy", "one:1"}, {"no_proxy", "x"}, {"NO_PROXY", "b.test"}}),
      "one:1");
}

TEST(ProxyChoice, KnowsTheDefaultPortsOfTargets) {
  const Variables variables{{"all_proxy", "one:1"}, {"no_proxy", "a.test:80,b.test:443"}};
  EXPECT_EQ(chosen("ws://a.test/", variables), "direct");
  EXPECT_EQ(chosen("wss://a.test/", variables), "one:1");
  EXPECT_EQ(chosen("wss://b.test/", variables), "direct");
}

TEST(ProxyChoice, NeverSendsThisMachineThroughAProxyOfTheEnvironment) {
  for (const char* url : {"ws://localhost/", "ws://a.localhost:8080/", "ws://127.0.0.1:9000/",
                          "wss://127.8.8.8/", "wss://[::1]/"}) {
    EXPECT_EQ(chosen(url, {{"all_proxy", "one:1"}}), "direct") << url;
    EXPECT_EQ(chosen(url, {}, {.mode = ProxyMode::Explicit, .url = "one:1"}), "one:1") << url;
  }
}

TEST(ProxyChoice, HasAModeWithoutAnyProxy) {
  EXPECT_EQ(
      chosen("ws://a.test/", {{"all_proxy", "one:1"}}, {.mode = ProxyMode::None, .url = "two:2"}),
      "direct");
}

TEST(ProxyChoice, PrefersTheExplicitProxyToTheEnvironment) {
  const Variables variables{{"all_proxy", "one:1"}, {"no_proxy", "*"}};
  const ProxyOptions options{
      .mode = ProxyMode::Explicit, .url = "two:2", .noProxy = {"b.test", "10.0.0.0/8 c.test"}};
  EXPECT_EQ(chosen("ws://a.test/", variables, options), "two:2");
  for (const char* url : {"ws://b.test/", "ws://10.1.1.1/", "ws://c.test/"}) {
    EXPECT_EQ(chosen(url, variables, options), "direct") << url;
  }
}

TEST(ProxyChoice, AddsTheExceptionsOfTheOptionsToThoseOfTheEnvironment) {
  const Variables variables{{"all_proxy", "one:1"}, {"no_proxy", "b.test"}};
  const ProxyOptions options{.noProxy = {"c.test"}};
  EXPECT_EQ(chosen("ws://a.test/", variables, options), "one:1");
  EXPECT_EQ(chosen("ws://b.test/", variables, options), "direct");
  EXPECT_EQ(chosen("ws://c.test/", variables, options), "direct");
}

TEST(ProxyUrl, IsHttpWithoutAScheme) {
  EXPECT_EQ(parsed("proxy.test:3128"), (Proxy{ProxyKind::Http, "proxy.test", 3128, {}}));
  EXPECT_EQ(parsed("127.0.0.1:3128"), (Proxy{ProxyKind::Http, "127.0.0.1", 3128, {}}));
  EXPECT_EQ(parsed("[::1]:3128"), (Proxy{ProxyKind::Http, "[::1]", 3128, {}}));
  EXPECT_EQ(parsed("u:p@proxy.test:3128"),
            (Proxy{ProxyKind::Http, "proxy.test", 3128, http::Credentials{"u", "p"}}));
}

TEST(ProxyUrl, HasOneOfFiveSchemesInAnyCase) {
  const std::pair<const char*, ProxyKind> schemes[] = {{"http", ProxyKind::Http},
                                                       {"HTTPS", ProxyKind::Https},
                                                       {"socks5", ProxyKind::Socks5},
                                                       {"Socks5H", ProxyKind::Socks5h},
                                                       {"socks", ProxyKind::Socks5h}};
  for (const auto& [scheme, kind] : schemes) {
    for (const char* end : {"", "/"}) {
      EXPECT_EQ(parsed(scheme + std::string("://Proxy.Test:81") + end),
                (Proxy{kind, "proxy.test", 81, {}}))
          << scheme;
    }
    EXPECT_EQ(parsed(scheme + std::string("://[2001:DB8::1]:81")),
              (Proxy{kind, "[2001:db8::1]", 81, {}}));
  }
}

TEST(ProxyUrl, HasTheDefaultPortOfItsScheme) {
  EXPECT_EQ(parsed("proxy.test").port, 80);
  EXPECT_EQ(parsed("http://proxy.test/").port, 80);
  EXPECT_EQ(parsed("http://proxy.test:80").port, 80);
  EXPECT_EQ(parsed("https://proxy.test").port, 443);
  EXPECT_EQ(parsed("socks5://proxy.test").port, 1080);
  EXPECT_EQ(parsed("socks5h://proxy.test:80").port, 80);
  EXPECT_EQ(parsed("socks5h://proxy.test:443").port, 443);
}

TEST(ProxyUrl, HasPercentEncodedCredentials) {
  EXPECT_EQ(parsed("http://u%3Aser:p%40ss%2F%25@h:1").credentials,
            (http::Credentials{"u:ser", "p@ss/%"}));
  EXPECT_EQ(parsed("socks5h://user:caf%C3%A9@h:1").credentials,
            (http::Credentials{"user", "caf\xC3\xA9"}));
  EXPECT_EQ(parsed("http://user@h:1").credentials, (http::Credentials{"user", ""}));
  EXPECT_EQ(parsed("http://:pass@h:1").credentials, (http::Credentials{"", "pass"}));
  // What should have been encoded, as far as it can't be mistaken.
  EXPECT_EQ(parsed("http://us er:p@ss:w%rd@h:1").credentials,
            (http::Credentials{"us er", "p@ss:w%rd"}));
  EXPECT_EQ(parsed("http://@h:1").credentials, std::nullopt);
  EXPECT_EQ(parsed("http://:@h:1").credentials, std::nullopt);
}

TEST(ProxyUrl, HasAHostAsAnyUrl) {
  EXPECT_EQ(parsed("socks5h://B%C3%BCcher.test:1").host, "xn--bcher-kva.test");
  EXPECT_EQ(parsed("http://b\xC3\xBC"
                   "cher.test:1")
                .host,
            "xn--bcher-kva.test");
  EXPECT_EQ(parsed("socks5://0x7f.1:1").host, "127.0.0.1");
}

TEST(ProxyUrl, IsRefusedWithItsSourceAndWithoutItsValue) {
  for (const char* bad : {"",
                          " ",
                          ":3128",
                          "http://",
                          "http://:3128",
                          "socks5://",
                          "socks5://:1080",
                          "h:0",
                          "h:x",
                          "h:70000",
                          "ftp://sesame:1",
                          "socks4://sesame:1",
                          "socks4a://sesame:1",
                          "ws://sesame:1",
                          "file:///sesame",
                          "http://h:1/sesame",
                          "http://h:1/?sesame",
                          "http://h:1/#sesame",
                          "http://h:1?",
                          "http://h:1#",
                          "socks5h://h:1/sesame",
                          "http://u:12#sesame@h:1",
                          "http://u:12/sesame@h:1",
                          "http://u:12?sesame@h:1",
                          "http://u:sesame%0D%0A@h:1",
                          "http://u%00:sesame@h:1",
                          "http://a b:1",
                          "socks5://a%20b:1",
                          "[sesame]:1",
                          "http://1.2.3.4.5:1"}) {
    const auto choice = chooseExplicit(bad);
    ASSERT_FALSE(choice) << bad;
    EXPECT_EQ(choice.error().source, "Options::proxy") << bad;
    EXPECT_THAT(choice.error().message, StartsWith("Options::proxy ")) << bad;
    EXPECT_THAT(choice.error().message, Not(HasSubstr("sesame"))) << bad;
  }
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const auto choice = choose("wss://a.test/", {{name, "gopher://x"}});
    ASSERT_FALSE(choice) << name;
    EXPECT_EQ(choice.error().source, name);
    EXPECT_THAT(choice.error().message, StartsWith(std::string(name) + " has another scheme"));
  }
}

TEST(ProxyUrl, OfTheEnvironmentIsNotLookedAtForExceptions) {
  EXPECT_EQ(chosen("ws://b.test/", {{"all_proxy", "gopher://x"}, {"no_proxy", "b.test"}}),
            "direct");
}

TEST(ProcessEnvironment, IsThatOfThisProcess) {
  ASSERT_EQ(::setenv("PARLEY_TEST_PROXY", "value", 1), 0);
  EXPECT_EQ(processEnvironment("PARLEY_TEST_PROXY"), "value");
  ASSERT_EQ(::unsetenv("PARLEY_TEST_PROXY"), 0);
  EXPECT_EQ(processEnvironment("PARLEY_TEST_PROXY"), std::nullopt);
}

}  // namespace
}  // namespace parley
