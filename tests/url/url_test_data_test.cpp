#include <parley/url.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

// Runs the web platform's own test data for URLs where it is at hand: the file named by
// PARLEY_URLTESTDATA, or shared/urltestdata.json in a folder above this file.

namespace parley {
namespace {

using nlohmann::json;

std::optional<std::filesystem::path> findTestData() {
  if (const char* const named = std::getenv("PARLEY_URLTESTDATA")) return named;
  for (auto folder = std::filesystem::path(__FILE__).parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    auto candidate = folder / "shared" / "urltestdata.json";
    if (std::filesystem::exists(candidate)) return candidate;
  }
  return std::nullopt;
}

std::optional<std::string> baseOf(const json& test) {
  if (!test.contains("base") || test["base"].is_null()) return std::nullopt;
  return test["base"].get<std::string>();
}

std::optional<Url> parseCase(const json& test) {
  const auto input = test["input"].get<std::string>();
  const auto base = baseOf(test);
  if (!base) return Url::parse(input);
  const auto baseUrl = Url::parse(*base);
  return baseUrl ? Url::parse(input, *baseUrl) : std::nullopt;
}

// The members of the URL class (URL standard, section 6.1) made of ours.
std::string withPrefix(std::string_view prefix, std::optional<std::string_view> part) {
  if (!part || part->empty()) return {};
  return std::string(prefix) + std::string(*part);
}

json membersOf(const Url& url) {
  return {{"href", url.href()},
          {"protocol", std::string(url.scheme()) + ":"},
          {"username", url.username()},
          {"password", url.password()},
          {"host", url.host()},
          {"hostname", url.hostname()},
          {"port", url.port() ? std::to_string(*url.port()) : ""},
          {"pathname", url.path()},
          {"search", withPrefix("?", url.query())},
          {"hash", withPrefix("#", url.fragment())},
          {"origin", url.origin()}};
}

void expectCase(const json& test) {
  SCOPED_TRACE(test.dump());
  const auto url = parseCase(test);
  if (test.value("failure", false)) {
    EXPECT_FALSE(url.has_value()) << url->href();
    return;
  }
  ASSERT_TRUE(url.has_value());
  const json members = membersOf(*url);
  for (const auto& [name, value] : members.items()) {
    if (test.contains(name)) {
      EXPECT_EQ(value, test[name]) << name;
    }
  }
  // Whatever was serialised parses to itself (URL standard, section 4.5, "idempotence").
  const auto again = Url::parse(url->href());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->href(), url->href());
  EXPECT_EQ(membersOf(*again), members);
}

bool startsWithSpecialScheme(std::string_view text) {
  const auto url = Url::parse(std::string(text.substr(0, text.find(':'))) + "://h");
  return url && url->isSpecial();
}

// With a special scheme, or with a base of one; failures have no scheme but what they begin with.
bool isSpecialCase(const json& test) {
  const auto base = baseOf(test);
  return startsWithSpecialScheme(test["input"].get<std::string>()) ||
         (base && startsWithSpecialScheme(*base));
}

TEST(UrlTestData, EveryCaseGivesTheResultOfTheFile) {
  const auto path = findTestData();
  if (!path) GTEST_SKIP() << "no urltestdata.json; name one in PARLEY_URLTESTDATA";
  std::ifstream file(*path);
  ASSERT_TRUE(file) << "cannot read " << *path;
  const json tests = json::parse(file);
  int special = 0;
  int other = 0;
  for (const json& test : tests) {
    if (!test.is_object()) continue;  // a heading
    ++(isSpecialCase(test) ? special : other);
    expectCase(test);
  }
  RecordProperty("specialCases", special);
  RecordProperty("otherCases", other);
  std::cout << special << " cases with a special scheme or base, " << other << " others\n";
  EXPECT_GT(special, 300);
}

}  // namespace
}  // namespace parley
