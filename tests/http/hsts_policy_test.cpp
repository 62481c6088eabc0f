#include "http/hsts_policy.hpp"

#include <parley/hsts_host.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using namespace std::string_literals;
using std::chrono::seconds;

void expectPolicy(std::string_view value, seconds maxAge, Subdomains subdomains) {
  const auto policy = parseHstsPolicy(value);
  ASSERT_TRUE(policy) << value;
  EXPECT_EQ(policy->maxAge, maxAge) << value;
  EXPECT_EQ(policy->subdomains, subdomains) << value;
}

TEST(HstsPolicy, ReadsTheExamplesOfTheStandard) {
  expectPolicy("max-age=31536000", seconds(31536000), Subdomains::Excluded);
  expectPolicy("max-age=15768000 ; includeSubDomains", seconds(15768000), Subdomains::Included);
  expectPolicy("max-age=\"31536000\"", seconds(31536000), Subdomains::Excluded);
  expectPolicy("max-age=0", seconds(0), Subdomains::Excluded);
  expectPolicy("max-age=0; includeSubDomains", seconds(0), Subdomains::Included);
}

TEST(HstsPolicy, OrderCaseBlanksAndEmptyDirectivesDoNotCount) {
  for (const char* value :
       {"includeSubDomains;max-age=5", "MAX-AGE=5;INCLUDESUBDOMAINS",
        " \t; ;includesubdomains ;\tmax-age \t= 5 ;;", "max-age=\"5\";includeSubDomains;"}) {
    expectPolicy(value, seconds(5), Subdomains::Included);
  }
}

TEST(HstsPolicy, SkipsWhatItDoesNotKnow) {
  expectPolicy("max-age=5; preload", seconds(5), Subdomains::Excluded);
  expectPolicy("a; b=c; d=\"max-age=7; \\\"includeSubDomains\"; max-age=5; a", seconds(5),
               Subdomains::Excluded);
}

TEST(HstsPolicy, RefusesWhatBreaksTheGrammar) {
  for (const std::string& value : {""s,
                                   ";"s,
                                   "includeSubDomains"s,
                                   "max-age"s,
                                   "max-age="s,
                                   "max-age=;"s,
                                   "max-age=\"\""s,
                                   "max-age=-1"s,
                                   "max-age=+1"s,
                                   "max-age=1.5"s,
                                   "max-age=1x"s,
                                   "max-age=\"1"s,
                                   "max-age=\"1\"x"s,
                                   "max-age=1 2"s,
                                   "max-age 1"s,
                                   "max-age=1, includeSubDomains"s,
                                   "max-age=1; =2"s,
                                   "max-age=1; includeSubDomains=1"s,
                                   "max-age=1; includeSubDomains="s,
                                   "max-age=1; includeSubDomains=\"\""s,
                                   "max-age=1; a b"s,
                                   "max-age=1; a=\"b"s,
                                   "max-age=1; (a)"s,
                                   "max-age=1; caf\xC3\xA9"s,
                                   "max-age=1; a\0"s,
                                   "\"max-age\"=1"s}) {
    EXPECT_FALSE(parseHstsPolicy(value)) << value;
  }
}

TEST(HstsPolicy, RefusesADirectiveThatIsThereTwice) {
  for (const char* value : {"max-age=1; max-age=1", "max-age=1; MAX-AGE=2", "max-age=0; max-age=1",
                            "max-age=1; includeSubDomains; includesubdomains"}) {
    EXPECT_FALSE(parseHstsPolicy(value)) << value;
  }
}

TEST(HstsPolicy, CutsAnAgeToItsLimit) {
  const std::string most = std::to_string(seconds(kMaxHstsAge).count());
  expectPolicy("max-age=" + most, kMaxHstsAge, Subdomains::Excluded);
  for (const std::string& age : {most + "0", "9223372036854775808"s, std::string(10000, '9')}) {
    expectPolicy("max-age=" + age, kMaxHstsAge, Subdomains::Excluded);
  }
  expectPolicy("max-age=" + std::string(10000, '0') + "7", seconds(7), Subdomains::Excluded);
}

TEST(HstsPolicy, EveryCutIsJudgedWithoutReadingPastIt) {
  const std::string value = "a=\"\\\"\"; max-age=10; includeSubDomains";
  const std::size_t digits = value.find("10");
  for (std::size_t size = 0; size <= value.size(); ++size) {
    // An exact copy on the heap, so that the address sanitizer sees any byte too far.
    const std::vector<char> cut(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(size));
    const auto policy = parseHstsPolicy({cut.data(), cut.size()});
    EXPECT_EQ(policy.has_value(), size > digits) << size;
    const bool includes = policy && policy->subdomains == Subdomains::Included;
    EXPECT_EQ(includes, size == value.size()) << size;
  }
}

// Sizes at which a reader that goes back would run into the time limit of this program.
TEST(HstsPolicy, MegabytesOfHostileInputAreLinear) {
  constexpr std::size_t kLarge = std::size_t{4} << 20;
  for (const char c : {';', ' ', '=', '"', 'a', '1'}) {
    EXPECT_FALSE(parseHstsPolicy(std::string(kLarge, c))) << c;
  }
  EXPECT_FALSE(parseHstsPolicy("a=\"" + std::string(kLarge, '\\')));
  EXPECT_TRUE(parseHstsPolicy("max-age=1;" + std::string(kLarge, ';')));
  std::string directives = "max-age=1";
  while (directives.size() < kLarge) directives.append("; a=\"b\"");
  EXPECT_TRUE(parseHstsPolicy(directives));
}

}  // namespace
}  // namespace parley::http
