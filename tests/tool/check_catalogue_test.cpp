#include "catalogue.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

class CheckCatalogue : public testing::TestWithParam<Role> {};

TEST_P(CheckCatalogue, HasMoreCasesThanTheWellKnownSuite) {
  EXPECT_GE(catalogue(GetParam()).size(), 517U);
}

TEST_P(CheckCatalogue, NamesEachCaseOnce) {
  std::set<std::string> ids;
  for (const Case& one : catalogue(GetParam())) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
}

TEST_P(CheckCatalogue, SaysOfEachCaseWhatItIsAbout) {
  for (const Case& one : catalogue(GetParam())) {
    EXPECT_FALSE(one.description.empty()) << one.id;
    EXPECT_FALSE(describe(one.expected).empty()) << one.id;
    EXPECT_TRUE(one.section.find("RFC ") != std::string::npos || one.id.starts_with("performance."))
        << one.id;
  }
}

TEST_P(CheckCatalogue, HasOnlyItsOwnOpeningHandshake) {
  for (const Case& one : catalogue(GetParam())) {
    const auto kind = one.expected.ending.kind;
    const auto others =
        GetParam() == Role::Client ? Ending::Kind::NotOpened : Ending::Kind::Refused;
    EXPECT_NE(kind, others) << one.id;
  }
}

TEST_P(CheckCatalogue, IsSmallUntilItRuns) {
  std::size_t bytes = 0;
  for (const Case& one : catalogue(GetParam())) bytes += one.steps.size() * sizeof(Step);
  EXPECT_LT(bytes, std::size_t{16} << 20);
}

INSTANTIATE_TEST_SUITE_P(Both, CheckCatalogue, testing::Values(Role::Client, Role::Server),
                         [](const auto& instance) {
                           return instance.param == Role::Client ? "AsClient" : "AsServer";
                         });

std::size_t countOf(const Selection& selection) {
  return select(catalogue(Role::Client), selection).size();
}

TEST(CheckSelection, TakesGlobsAndFamilies) {
  EXPECT_EQ(countOf({}), catalogue(Role::Client).size());
  EXPECT_EQ(countOf({.wanted = {"ping.size.0"}}), 1U);
  EXPECT_GT(countOf({.wanted = {"utf8.invalid"}}), 100U);
  EXPECT_EQ(countOf({.wanted = {"utf8.inval"}}), 0U) << "no part of a name";
  EXPECT_EQ(countOf({.wanted = {"ping.size.?"}}), 3U);
  EXPECT_EQ(countOf({.wanted = {"ping.size.?"}, .skipped = {"*.1"}}), 2U);
}

TEST(CheckCase, WeighsWhatGoesOverTheWire) {
  const auto weight = [](const char* id) {
    return select(catalogue(Role::Client), {.wanted = {id}}).front().weight();
  };
  EXPECT_EQ(weight("framing.text.125"), 125U);
  EXPECT_EQ(weight("limit.text.16m"), std::size_t{16} << 20);
  EXPECT_EQ(weight("deflate.bomb.whole"), std::size_t{64} << 20) << "by what comes back";
}

}  // namespace
}  // namespace parley::tool::check
