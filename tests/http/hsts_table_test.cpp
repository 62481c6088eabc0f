#include "http/hsts_table.hpp"

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
constexpr HstsPolicy kAlone{seconds(60), Subdomains::Excluded};
constexpr HstsPolicy kWithSubdomains{seconds(60), Subdomains::Included};

class HstsTableTest : public testing::Test {
 protected:
  bool covers(std::string_view host) const { return table.covers(host, now); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const HstsHost& host : table.hosts(now)) all.push_back(host.host);
    return all;
  }

  HstsTable table{3};
  sys_seconds now = kNow;
};

TEST_F(HstsTableTest, CoversTheHostAlone) {
  table.note("example.com", kAlone, now);
  EXPECT_TRUE(covers("example.com"));
  for (const char* host : {"www.example.com", "com", "badexample.com", "example.org", ""}) {
    EXPECT_FALSE(covers(host)) << host;
  }
}

TEST_F(HstsTableTest, CoversSubdomainsIfTheHostIncludesThem) {
  table.note("example.com", kWithSubdomains, now);
  for (const char* host : {"example.com", "www.example.com", "a.b.example.com"}) {
    EXPECT_TRUE(covers(host)) << host;
  }
  for (const char* host : {"com", "badexample.com", "example.com.org"}) {
    EXPECT_FALSE(covers(host)) << host;
  }
}

TEST_F(HstsTableTest, AHostThatIncludesNoneDoesNotEndWhatItsParentSays) {
  table.note("example.com", kWithSubdomains, now);
  table.note("www.example.com", kAlone, now);
  EXPECT_TRUE(covers("a.www.example.com"));
  table.note("www.example.com", {seconds(0), Subdomains::Excluded}, now);
  EXPECT_TRUE(covers("www.example.com"));
}

TEST_F(HstsTableTest, TheLastNoteCounts) {
  table.note("example.com", kWithSubdomains, now);
  table.note("example.com", {seconds(5), Subdomains::Excluded}, now);
  EXPECT_THAT(table.hosts(now), ElementsAre(HstsHost{"example.com", false, now + seconds(5)}));
  EXPECT_FALSE(covers("www.example.com"));
}

TEST_F(HstsTableTest, AnAgeOfNothingRemoves) {
  table.note("example.com", kAlone, now);
  table.note("example.com", {seconds(0), Subdomains::Included}, now);
  EXPECT_FALSE(covers("example.com"));
  EXPECT_THAT(names(), IsEmpty());
  table.note("example.org", {seconds(0), Subdomains::Included}, now);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(HstsTableTest, AnEntryEndsWithItsSecond) {
  table.note("example.com", kWithSubdomains, now);
  now += seconds(59);
  EXPECT_TRUE(covers("www.example.com"));
  now += seconds(1);
  EXPECT_FALSE(covers("www.example.com"));
  EXPECT_FALSE(covers("example.com"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(HstsTableTest, RemovesOneOrAll) {
  table.note("a.org", kAlone, now);
  table.note("b.org", kAlone, now);
  EXPECT_TRUE(table.remove("a.org"));
  EXPECT_FALSE(table.remove("a.org"));
  EXPECT_THAT(names(), ElementsAre("b.org"));
  table.clear();
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(HstsTableTest, RestoringKeepsTheStricterOfTwo) {
  table.note("example.com", kAlone, now);
  table.restore({"example.com", true, now + seconds(30)}, now);
  EXPECT_THAT(table.hosts(now), ElementsAre(HstsHost{"example.com", true, now + seconds(60)}));
  table.restore({"example.com", false, now + seconds(90)}, now);
  EXPECT_THAT(table.hosts(now), ElementsAre(HstsHost{"example.com", true, now + seconds(90)}));
}

TEST_F(HstsTableTest, RestoringSkipsWhatHasExpired) {
  table.restore({"example.com", true, now}, now);
  EXPECT_THAT(names(), IsEmpty());
  table.note("example.com", kWithSubdomains, now);
  now += seconds(60);
  table.restore({"example.com", false, now + seconds(1)}, now);
  EXPECT_THAT(table.hosts(now), ElementsAre(HstsHost{"example.com", false, now + seconds(1)}));
}

TEST_F(HstsTableTest, TheOneLongestNotHeardOfGoes) {
  for (const char* host : {"a.org", "b.org", "c.org", "a.org"}) table.note(host, kAlone, now);
  table.note("d.org", kAlone, now);
  EXPECT_THAT(names(), ElementsAre("a.org", "c.org", "d.org"));
}

TEST_F(HstsTableTest, ThoseThatHaveExpiredGoFirst) {
  table.note("a.org", {seconds(100), Subdomains::Excluded}, now);
  table.note("b.org", {seconds(10), Subdomains::Excluded}, now);
  table.note("c.org", {seconds(100), Subdomains::Excluded}, now);
  now += seconds(10);
  table.note("d.org", kAlone, now);
  EXPECT_THAT(names(), ElementsAre("a.org", "c.org", "d.org"));
}

TEST_F(HstsTableTest, HasALimit) {
  HstsTable full;
  for (std::size_t i = 0; i < kMaxHstsHosts + 10; ++i) {
    full.note(std::to_string(i) + ".org", kAlone, now);
  }
  EXPECT_EQ(full.hosts(now).size(), kMaxHstsHosts);
  EXPECT_FALSE(full.covers("9.org", now));
  EXPECT_TRUE(full.covers("10.org", now));
}

}  // namespace
}  // namespace parley::http
