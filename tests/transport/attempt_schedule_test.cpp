#include "transport/attempt_schedule.hpp"

#include <parley/testing/manual_clock.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::transport {
namespace {

using namespace std::chrono_literals;
using protocol::Duration;
using protocol::Time;

constexpr AddressFamily kIpv6 = AddressFamily::Ipv6;
constexpr AddressFamily kIpv4 = AddressFamily::Ipv4;

SocketAddress at(const std::string& host) {
  return *SocketAddress::parse(host, 443);
}

std::vector<SocketAddress> ipv6(int count) {
  std::vector<SocketAddress> addresses;
  for (int i = 1; i <= count; ++i) addresses.push_back(at("2001:db8::" + std::to_string(i)));
  return addresses;
}
std::vector<SocketAddress> ipv4(int count) {
  std::vector<SocketAddress> addresses;
  for (int i = 1; i <= count; ++i) addresses.push_back(at("192.0.2." + std::to_string(i)));
  return addresses;
}
/// "a1" is the first IPv6 address, "b2" the second IPv4 one.
std::string nameOf(const SocketAddress& address) {
  return (address.family() == AF_INET6 ? "a" : "b") + std::to_string(address.ipv6Form()[15]);
}

class AttemptScheduleTest : public ::testing::Test {
 protected:
  AttemptScheduleTest() { remake({}); }

  void remake(const AttemptSchedule::Pace& pace) {
    schedule.emplace(pace, [this](const SocketAddress& address) {
      asked.push_back(nameOf(address));
      return address.family() == AF_INET6 ? ipv6Source : ipv4Source;
    });
  }
  [[nodiscard]] Time now() const { return clock.now(); }

  /// What is due now, in one string: "a1 b1".
  std::string takeAll() {
    std::string names;
    while (const auto address = schedule->take(now())) {
      names += (names.empty() ? "" : " ") + nameOf(*address);
    }
    return names;
  }
  /// How long until the next address is due; nullopt: not before something happens.
  [[nodiscard]] std::optional<Duration> dueIn() const {
    const auto due = schedule->due();
    if (!due) return std::nullopt;
    return std::max(*due, now()) - now();
  }
  /// Waits for each address and lets all of them be silent: "a1@0 b1@250".
  std::string takeInTime() {
    std::string times;
    const Time start = now();
    while (const auto due = schedule->due()) {
      if (*due > now()) clock.advance(*due - now());
      const auto address = schedule->take(now());
      times += (times.empty() ? "" : " ") + nameOf(*address) + '@' +
               std::to_string((now() - start).count());
    }
    return times;
  }

  parley::testing::ManualClock clock;
  std::optional<SocketAddress> ipv6Source = at("2001:db8:1::1");
  std::optional<SocketAddress> ipv4Source = at("192.0.2.100");
  std::vector<std::string> asked;
  std::optional<AttemptSchedule> schedule;
};

// ---- RFC 8305 section 3: what the look-ups have to do with the start ----

TEST_F(AttemptScheduleTest, NothingIsDueWhileNothingIsKnown) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  EXPECT_EQ(dueIn(), std::nullopt);
  EXPECT_EQ(takeAll(), "");
  EXPECT_FALSE(schedule->isExhausted());
}

TEST_F(AttemptScheduleTest, Ipv6IsTriedAsSoonAsItIsKnown) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->found(kIpv6, ipv6(1), now());
  EXPECT_EQ(takeAll(), "a1");
}

TEST_F(AttemptScheduleTest, Ipv4WaitsTheResolutionDelayForIpv6) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  clock.advance(30ms);
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(dueIn(), 50ms);
  clock.advance(49ms);
  EXPECT_EQ(takeAll(), "");
  clock.advance(1ms);
  EXPECT_EQ(takeAll(), "b1");
}

TEST_F(AttemptScheduleTest, Ipv6ThatComesWithinTheResolutionDelayGoesFirst) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->found(kIpv4, ipv4(1), now());
  clock.advance(20ms);
  schedule->found(kIpv6, ipv6(1), now());
  EXPECT_EQ(takeInTime(), "a1@0 b1@250");
}

TEST_F(AttemptScheduleTest, ANegativeIpv6AnswerEndsTheResolutionDelay) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->found(kIpv4, ipv4(1), now());
  clock.advance(20ms);
  schedule->foundNone(kIpv6);
  EXPECT_EQ(takeAll(), "b1");
}

TEST_F(AttemptScheduleTest, ThereIsNoResolutionDelayAfterANegativeIpv6Answer) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->foundNone(kIpv6);
  EXPECT_EQ(dueIn(), std::nullopt);
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeAll(), "b1");
}

TEST_F(AttemptScheduleTest, ANegativeIpv4AnswerLeavesIpv6ToBeWaitedFor) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->foundNone(kIpv4);
  EXPECT_EQ(dueIn(), std::nullopt);
  EXPECT_FALSE(schedule->isExhausted());
  clock.advance(1h);
  schedule->found(kIpv6, ipv6(1), now());
  EXPECT_EQ(takeAll(), "a1");
}

TEST_F(AttemptScheduleTest, TheResolutionDelayIsAnOption) {
  remake({.resolutionDelay = 7ms});
  schedule->lookUp(kIpv6);
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(dueIn(), 7ms);
}

TEST_F(AttemptScheduleTest, WhatIsKnownWithoutALookUpIsTriedAtOnce) {
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeAll(), "b1");
}

// ---- RFC 8305 section 4: the order ----

TEST_F(AttemptScheduleTest, FamiliesTakeTurns) {
  schedule->found(kIpv6, ipv6(3), now());
  schedule->found(kIpv4, ipv4(3), now());
  EXPECT_EQ(takeInTime(), "a1@0 b1@250 a2@500 b2@750 a3@1000 b3@1250");
}

TEST_F(AttemptScheduleTest, TheLongerFamilyGoesOnAlone) {
  schedule->found(kIpv6, ipv6(4), now());
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeInTime(), "a1@0 b1@250 a2@500 a3@750 a4@1000");
}

TEST_F(AttemptScheduleTest, AFamilyWithoutASourceAddressComesSecond) {
  ipv6Source = std::nullopt;
  schedule->found(kIpv6, ipv6(2), now());
  schedule->found(kIpv4, ipv4(2), now());
  EXPECT_EQ(takeInTime(), "b1@0 a1@250 b2@500 a2@750");
}

TEST_F(AttemptScheduleTest, Ipv4ComesFirstWhereItsLabelMatchesAndThatOfIpv6DoesNot) {
  ipv6Source = at("fd00::1");  // a unique local address reaches nothing global
  schedule->found(kIpv6, ipv6(1), now());
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeInTime(), "b1@0 a1@250");
}

TEST_F(AttemptScheduleTest, SourcesAreAskedForTheFirstOfBothFamiliesOnly) {
  schedule->found(kIpv6, ipv6(3), now());
  schedule->found(kIpv4, ipv4(3), now());
  takeInTime();
  std::sort(asked.begin(), asked.end());
  EXPECT_EQ(asked, (std::vector<std::string>{"a1", "b1"}));
  asked.clear();
  remake({});
  schedule->found(kIpv4, ipv4(3), now());
  takeInTime();
  EXPECT_TRUE(asked.empty());
}

TEST_F(AttemptScheduleTest, AnAddressThatIsThereTwiceIsTriedOnce) {
  schedule->found(kIpv4, {at("192.0.2.1"), at("192.0.2.2"), at("192.0.2.1")}, now());
  EXPECT_EQ(takeInTime(), "b1@0 b2@250");
}

TEST_F(AttemptScheduleTest, TooManyAddressesAreCut) {
  std::vector<SocketAddress> many;
  for (int i = 0; i < 1000; ++i) many.push_back(at("2001:db8::1:" + std::to_string(i)));
  schedule->found(kIpv6, many, now());
  while (schedule->due()) {
    clock.advance(1h);
    ASSERT_TRUE(schedule->take(now()));
    schedule->failed(schedule->taken() - 1);
  }
  EXPECT_EQ(schedule->taken(), AttemptSchedule::kMaxAddresses);
}

// ---- RFC 8305 section 5: the pace ----

TEST_F(AttemptScheduleTest, TheNextAttemptWaitsForTheAttemptDelay) {
  schedule->found(kIpv4, ipv4(2), now());
  EXPECT_EQ(takeAll(), "b1");
  EXPECT_EQ(dueIn(), 250ms);
  clock.advance(249ms);
  EXPECT_EQ(takeAll(), "");
  clock.advance(1ms);
  EXPECT_EQ(takeAll(), "b2");
}

TEST_F(AttemptScheduleTest, TheNextAttemptBeginsAtOnceWhenTheLatestFailed) {
  schedule->found(kIpv4, ipv4(2), now());
  EXPECT_EQ(takeAll(), "b1");
  clock.advance(3ms);
  schedule->failed(0);
  EXPECT_EQ(takeAll(), "b2");
}

TEST_F(AttemptScheduleTest, TheFailureOfAnOlderAttemptHurriesNobody) {
  schedule->found(kIpv4, ipv4(3), now());
  EXPECT_EQ(takeAll(), "b1");
  clock.advance(250ms);
  EXPECT_EQ(takeAll(), "b2");
  clock.advance(10ms);
  schedule->failed(0);
  EXPECT_EQ(dueIn(), 240ms);
}

TEST_F(AttemptScheduleTest, TheDelayCountsFromTheStartThatWasLate) {
  schedule->found(kIpv4, ipv4(3), now());
  EXPECT_EQ(takeAll(), "b1");
  clock.advance(400ms);
  EXPECT_EQ(takeAll(), "b2");
  EXPECT_EQ(dueIn(), 250ms);
}

TEST_F(AttemptScheduleTest, TheAttemptDelayIsAnOption) {
  remake({.attemptDelay = 1s});
  schedule->found(kIpv4, ipv4(3), now());
  EXPECT_EQ(takeInTime(), "b1@0 b2@1000 b3@2000");
}

TEST_F(AttemptScheduleTest, TheAttemptDelayIsNeverLessThanTenMilliseconds) {
  remake({.attemptDelay = 0ms});
  schedule->found(kIpv4, ipv4(3), now());
  EXPECT_EQ(takeInTime(), "b1@0 b2@10 b3@20");
}

TEST_F(AttemptScheduleTest, AfterEightSilentAddressesTheRestIsHurried) {
  schedule->found(kIpv4, ipv4(11), now());
  EXPECT_EQ(takeInTime(),
            "b1@0 b2@250 b3@500 b4@750 b5@1000 b6@1250 b7@1500 b8@1750 b9@1850 b10@1950 b11@2050");
}

TEST_F(AttemptScheduleTest, AShorterAttemptDelayIsNotProlongedByTheHurry) {
  remake({.attemptDelay = 20ms});
  schedule->found(kIpv4, ipv4(10), now());
  EXPECT_TRUE(takeInTime().ends_with("b8@140 b9@160 b10@180"));
}

TEST_F(AttemptScheduleTest, FiftySilentAddressesAreBegunWithinTenSeconds) {
  schedule->found(kIpv6, ipv6(26), now());
  schedule->found(kIpv4, ipv4(25), now());
  const Time start = now();
  takeInTime();
  EXPECT_EQ(schedule->taken(), 51u);
  EXPECT_LT(now() - start, 7s);
}

TEST_F(AttemptScheduleTest, ARestartedDelayCountsFromThen) {
  schedule->found(kIpv4, ipv4(2), now());
  EXPECT_EQ(takeAll(), "b1");
  clock.advance(240ms);
  schedule->restartDelay(now());
  EXPECT_EQ(dueIn(), 250ms);
}

TEST_F(AttemptScheduleTest, OnlySoManyAttemptsAreUnderWayAtATime) {
  remake({.maxSimultaneous = 2});
  schedule->found(kIpv4, ipv4(4), now());
  EXPECT_EQ(takeInTime(), "b1@0 b2@250");
  clock.advance(1h);
  EXPECT_EQ(takeAll(), "");
  schedule->failed(0);
  EXPECT_EQ(takeAll(), "b3");
  schedule->failed(2);
  EXPECT_EQ(takeAll(), "b4");
}

TEST_F(AttemptScheduleTest, OneAttemptAtATimeIsTheLeast) {
  remake({.maxSimultaneous = 0});
  schedule->found(kIpv4, ipv4(2), now());
  EXPECT_EQ(takeInTime(), "b1@0");
}

// ---- RFC 8305 section 6: addresses that come late ----

TEST_F(AttemptScheduleTest, LateIpv6AddressesHaveTheNextTurn) {
  schedule->lookUp(kIpv6);
  schedule->found(kIpv4, ipv4(3), now());
  clock.advance(50ms);
  EXPECT_EQ(takeAll(), "b1");
  clock.advance(100ms);
  schedule->found(kIpv6, ipv6(2), now());
  EXPECT_EQ(dueIn(), 150ms);
  EXPECT_EQ(takeInTime(), "a1@150 b2@400 a2@650 b3@900");
}

TEST_F(AttemptScheduleTest, LateIpv4AddressesHaveTheNextTurn) {
  schedule->lookUp(kIpv4);
  schedule->found(kIpv6, ipv6(3), now());
  EXPECT_EQ(takeAll(), "a1");
  clock.advance(250ms);
  EXPECT_EQ(takeAll(), "a2");
  clock.advance(10ms);
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeInTime(), "b1@240 a3@490");
}

TEST_F(AttemptScheduleTest, LateAddressesAreTriedAtOnceWhenAllBeforeHaveFailed) {
  schedule->lookUp(kIpv4);
  schedule->found(kIpv6, ipv6(1), now());
  EXPECT_EQ(takeAll(), "a1");
  schedule->failed(0);
  EXPECT_FALSE(schedule->isExhausted());
  clock.advance(5ms);
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeAll(), "b1");
}

TEST_F(AttemptScheduleTest, LateAddressesAreTriedAtOnceWhenTheDelayIsOver) {
  schedule->lookUp(kIpv4);
  schedule->found(kIpv6, ipv6(1), now());
  EXPECT_EQ(takeAll(), "a1");
  clock.advance(300ms);
  schedule->found(kIpv4, ipv4(1), now());
  EXPECT_EQ(takeAll(), "b1");
}

// ---- The end ----

TEST_F(AttemptScheduleTest, IsExhaustedWhenNothingIsLeftToHopeFor) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  EXPECT_FALSE(schedule->isExhausted());
  schedule->foundNone(kIpv6);
  EXPECT_FALSE(schedule->isExhausted());
  schedule->found(kIpv4, ipv4(2), now());
  EXPECT_FALSE(schedule->isExhausted());
  EXPECT_EQ(takeInTime(), "b1@0 b2@250");
  EXPECT_FALSE(schedule->isExhausted());
  schedule->failed(1);
  EXPECT_FALSE(schedule->isExhausted());
  schedule->failed(0);
  EXPECT_TRUE(schedule->isExhausted());
}

TEST_F(AttemptScheduleTest, AFailedLookUpIsNoFailureWhileTheOtherHasAddresses) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->found(kIpv4, ipv4(1), now());
  schedule->foundNone(kIpv6);
  EXPECT_FALSE(schedule->isExhausted());
  EXPECT_EQ(takeAll(), "b1");
}

TEST_F(AttemptScheduleTest, IsExhaustedWithoutAnyAddress) {
  schedule->lookUp(kIpv6);
  schedule->lookUp(kIpv4);
  schedule->foundNone(kIpv6);
  schedule->foundNone(kIpv4);
  EXPECT_TRUE(schedule->isExhausted());
  EXPECT_EQ(dueIn(), std::nullopt);
}

}  // namespace
}  // namespace parley::transport
