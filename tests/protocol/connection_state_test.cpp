#include "protocol/connection_state.hpp"

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using S = ConnectionState;
using T = ConnectionStep;

constexpr S kStates[] = {S::Open, S::CloseSent, S::CloseComplete, S::Failed, S::Ended, S::Reported};
constexpr T kSteps[] = {T::QueueClose, T::ReceiveClose, T::Fail, T::End, T::Report};

TEST(ConnectionState, FollowsItsTable) {
  constexpr S kTable[6][5] = {
      // QueueClose       ReceiveClose      Fail              End       Report
      {S::CloseSent, S::CloseComplete, S::Failed, S::Ended, S::Open},
      {S::CloseSent, S::CloseComplete, S::Failed, S::Ended, S::CloseSent},
      {S::CloseComplete, S::CloseComplete, S::CloseComplete, S::Ended, S::CloseComplete},
      {S::Failed, S::Failed, S::Failed, S::Ended, S::Failed},
      {S::Ended, S::Ended, S::Ended, S::Ended, S::Reported},
      {S::Reported, S::Reported, S::Reported, S::Reported, S::Reported},
  };
  for (int state = 0; state < 6; ++state) {
    for (int step = 0; step < 5; ++step) {
      EXPECT_EQ(transition(kStates[state], kSteps[step]), kTable[state][step])
          << nameOf(kStates[state]) << " and " << nameOf(kSteps[step]);
    }
  }
}

TEST(ConnectionState, NeverGoesBack) {
  for (const S state : kStates) {
    for (const T step : kSteps) EXPECT_GE(transition(state, step), state);
  }
}

TEST(ConnectionState, HasANameForEverything) {
  for (const S state : kStates) EXPECT_FALSE(nameOf(state).empty());
  for (const T step : kSteps) EXPECT_FALSE(nameOf(step).empty());
}

}  // namespace
}  // namespace parley::protocol
