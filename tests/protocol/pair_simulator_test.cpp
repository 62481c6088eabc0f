#include "protocol/pair_simulator.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

bool isPrefix(const auto& part, const auto& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// What `end` heard is what `peer` said, up to where it stopped listening.
void checkMessages(const SimulatedEnd& end, const SimulatedEnd& peer) {
  EXPECT_TRUE(isPrefix(end.received, peer.sent));
  // Whoever did not close first has heard everything that was said before the Close frame.
  if (end.wasClosedByPeer && !peer.closed->failed) {
    EXPECT_EQ(end.received.size(), peer.sent.size());
  }
}

/// The codes are those of the closing handshake's table.
void checkClose(const SimulatedEnd& end, const SimulatedEnd& peer) {
  const ClosedEvent& closed = *end.closed;
  EXPECT_EQ(closed.wasClean, !closed.failed);
  if (closed.failed) {
    EXPECT_EQ(closed.code, CloseCode::kAbnormalClosure);
    EXPECT_EQ(closed.reason, "");
    return;
  }
  EXPECT_EQ(end.connection.unsentPayload(), 0U);
  EXPECT_EQ(closed.closedFirst, end.closeRequest ? Side::Local : Side::Remote);
  if (peer.closed->failed && closeCodeOf(peer.closed->cause).isAllowedOnWire() &&
      !peer.closeRequest) {
    EXPECT_EQ(closed.code, closeCodeOf(peer.closed->cause));
    EXPECT_EQ(closed.reason, describe(peer.closed->cause));
    return;
  }
  // The peer's own Close frame, or its echo of ours.
  const CloseRequest& request = peer.closeRequest ? *peer.closeRequest : *end.closeRequest;
  EXPECT_EQ(closed.code, request.code.value_or(CloseCode::kNoStatusReceived));
  EXPECT_EQ(closed.reason, request.reason);
}

/// All that an end received in pieces gives the same events in one piece.
void checkWholeAgainstPieces(const SimulatedEnd& end, std::string bytes) {
  SimulatedEnd again(end.role, end.limits, end.compression, 1, Time());
  again.receive(std::as_writable_bytes(std::span(bytes)), Time());
  EXPECT_TRUE(isPrefix(end.trace, again.trace));
  // An end that closed stops listening; the one that only listens does not.
  if (!end.closeRequest && !end.closed->failed) {
    EXPECT_EQ(end.trace.size(), again.trace.size());
  }
}

/// The only ways to fail are those that the conversation was given.
void checkCause(const PairSimulator& pair, const SimulatedEnd& end) {
  if (!end.closed->failed) return;
  const FailureCause cause = end.closed->cause;
  if (cause == FailureCause::TransportLost) {
    EXPECT_TRUE(pair.wasCut());
  } else if (cause == FailureCause::MessageTooBig) {
    EXPECT_LT(end.limits.maxMessageSize, 20'000U);
  } else if (cause == FailureCause::TooManyFragments) {
    EXPECT_LT(end.limits.maxFragments, 4U);
  } else {
    ADD_FAILURE() << describe(cause);
  }
}

struct Tally {
  int clean = 0;
  int failed = 0;
  int cut = 0;
  int both = 0;  // closed at once
  int messages = 0;
  int large = 0;
  int compressed = 0;  // messages in compressed conversations
};

void converse(std::uint64_t seed, Tally& tally) {
  PairSimulator pair(seed);
  ASSERT_TRUE(pair.run()) << "does not end";
  const SimulatedEnd& client = pair.end(Role::Client);
  const SimulatedEnd& server = pair.end(Role::Server);
  checkMessages(client, server);
  checkMessages(server, client);
  checkClose(client, server);
  checkClose(server, client);
  checkCause(pair, client);
  checkCause(pair, server);
  checkWholeAgainstPieces(client, pair.deliveredTo(Role::Client));
  checkWholeAgainstPieces(server, pair.deliveredTo(Role::Server));
  ++(client.closed->failed || server.closed->failed ? tally.failed : tally.clean);
  if (pair.wasCut()) ++tally.cut;
  if (client.closeRequest && server.closeRequest) ++tally.both;
  for (const SimulatedEnd* end : {&client, &server}) {
    for (const SimulatedMessage& message : end->received) {
      ++tally.messages;
      if (pair.isCompressed()) ++tally.compressed;
      if (message.data.size() >= 16'384) ++tally.large;
    }
  }
}

TEST(PairSimulator, AgreesInTenThousandConversations) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    converse(seed, tally);
    if (HasFailure()) return;
  }
  // The weather is as varied as it is meant to be.
  EXPECT_GT(tally.clean, 5'000);
  EXPECT_GT(tally.failed, 500);
  EXPECT_GT(tally.cut, 100);
  EXPECT_GT(tally.both, 500);
  EXPECT_GT(tally.messages, 50'000);
  EXPECT_GT(tally.large, 500);
  EXPECT_GT(tally.compressed, 20'000);
}

TEST(PairSimulator, RepeatsAConversationByItsSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    PairSimulator first(seed);
    PairSimulator second(seed);
    ASSERT_TRUE(first.run());
    ASSERT_TRUE(second.run());
    for (const Role role : {Role::Client, Role::Server}) {
      EXPECT_TRUE(first.deliveredTo(role) == second.deliveredTo(role));
      EXPECT_EQ(first.end(role).trace, second.end(role).trace);
    }
  }
}

}  // namespace
}  // namespace parley::protocol
