#include "session/session.hpp"

#include "loop/event_loop.hpp"
#include "loop/until.hpp"
#include "transport/memory_pipe.hpp"

#include <parley/loop.hpp>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::session {
namespace {

using protocol::ConnectionEvent;
using protocol::Role;
using transport::MemoryPipe;
using Direction = MemoryPipe::Direction;
using Strings = std::vector<std::string>;

/// An owner that notes what it is told.
class Owner final : public SessionOwner {
 public:
  Owner(loop::EventLoop& loop, transport::TransportPtr transport, Role role,
        const protocol::ConnectionLimits& limits,
        const std::optional<protocol::ConnectionCompression>& compression = std::nullopt) {
    session.emplace(*this, loop, std::move(transport), role, limits, compression);
  }
  ~Owner() { EXPECT_EQ(references, 0); }

  std::optional<Session> session;
  Strings trace;
  std::function<void(const ConnectionEvent&)> onmessage;
  std::string whenDrained;  // is then sent
  std::function<ArrayBuffer()> nextpayload;
  std::uint64_t sent = 0;
  Drain drain = Drain::IfItWaited;
  int reads = 0;
  int references = 0;

 private:
  void retain() noexcept override { ++references; }
  void release() noexcept override { --references; }
  void onReadable(Session& readable) override {
    ++reads;
    EXPECT_GT(references, 0);
    for (;;) {
      const ConnectionEvent event = readable.nextEvent();
      const std::string payload(reinterpret_cast<const char*>(event.payload.data()),
                                event.payload.size());
      switch (event.type) {
        case ConnectionEvent::Type::None:
          return;
        case ConnectionEvent::Type::Message:
          trace.push_back("message " +
                          (payload.size() < 100 ? payload : std::to_string(payload.size())));
          if (onmessage) onmessage(event);
          break;
        case ConnectionEvent::Type::LargeMessage:
          readable.receiveInParts();
          trace.push_back("large " + payload);
          break;
        case ConnectionEvent::Type::MessagePart:
          trace.push_back((event.isLast ? "end " : "part ") + std::to_string(payload.size()));
          if (onmessage) onmessage(event);
          break;
        case ConnectionEvent::Type::Ping:
          trace.push_back("ping " + payload);
          break;
        case ConnectionEvent::Type::Pong:
          trace.push_back("pong " + payload);
          break;
        case ConnectionEvent::Type::ClosingStarted:
          trace.push_back("closing");
          break;
      }
    }
  }
  Drain onSent(std::uint64_t bytes) noexcept override {
    sent += bytes;
    return drain;
  }
  ArrayBuffer nextPayload() override { return nextpayload ? nextpayload() : ArrayBuffer(); }
  void onClosingStarted() override { trace.push_back("no more"); }
  void onDrained() override {
    trace.push_back("drained");
    if (whenDrained.empty()) return;
    EXPECT_TRUE(session->sendText(std::exchange(whenDrained, {})));
  }
  void onTransportFailed(const transport::TransportError&) override { trace.push_back("failed"); }
  void onClosed(const protocol::ClosedEvent& closed) override {
    trace.push_back("closed " + std::to_string(closed.code.value()) +
                    (closed.wasClean ? " clean" : ""));
    // From here it may be destroyed.
    session.reset();
  }
};

/// Two sessions, a client's and a server's, over a pipe.
class SessionPair : public testing::Test {
 protected:
  void SetUp() override { connect(); }
  void connect() {
    client.reset();
    server.reset();
    pipe.emplace(loop.eventLoop());
    client.emplace(loop.eventLoop(), pipe->takeFirst(), Role::Client, limits);
    server.emplace(loop.eventLoop(), pipe->takeSecond(), Role::Server, limits);
    client->session->start({});
    server->session->start({});
  }
  void turn(int turns = 40) {
    for (int i = 0; i < turns; ++i) loop.poll();
  }
  bool until(const std::function<bool()>& condition) { return test::until(loop, condition); }
  void echo() {
    server->onmessage = [this](const ConnectionEvent& event) {
      server->session->sendBinary(event.payload);
    };
  }
  static std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
  }

  Loop loop;
  protocol::ConnectionLimits limits;
  std::optional<MemoryPipe> pipe;
  std::optional<Owner> client;
  std::optional<Owner> server;
};

TEST_F(SessionPair, CarriesMessagesBothWays) {
  echo();
  EXPECT_TRUE(client->session->sendText("hello"));
  client->session->sendBinary(bytes("bytes"));
  EXPECT_FALSE(client->session->sendText("\xff"));
  turn();
  EXPECT_EQ(server->trace, (Strings{"message hello", "message bytes"}));
  EXPECT_EQ(client->trace, (Strings{"message hello", "message bytes"}));
}

TEST_F(SessionPair, WritesWhatOneTurnGathersAtItsEnd) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(client->session->sendText("x"));
  EXPECT_EQ(pipe->held(Direction::FirstToSecond), 0U);
  turn();
  EXPECT_EQ(server->reads, 1);
  EXPECT_EQ(server->trace.size(), 10U);
}

TEST_F(SessionPair, AnswersAReadWithOneWrite) {
  echo();
  for (int i = 0; i < 10; ++i) client->session->sendBinary(bytes("x"));
  turn();
  EXPECT_EQ(client->reads, 1);
  EXPECT_EQ(client->trace.size(), 10U);
}

TEST_F(SessionPair, DrainsEarlyOnceMuchIsQueued) {
  const std::string text(10000, 'x');
  int count = 0;
  while (pipe->held(Direction::FirstToSecond) == 0) {
    ASSERT_TRUE(client->session->sendText(text));
    ASSERT_LT(++count, 20);
  }
  EXPECT_GE(count, 6);
  turn();
  EXPECT_EQ(server->trace.size(), static_cast<std::size_t>(count));
}

TEST_F(SessionPair, DoesNotKeepTheCallersMemory) {
  std::string text(200000, 'x');
  pipe->stall(Direction::FirstToSecond, 1000);
  EXPECT_TRUE(client->session->sendText(text));
  std::memset(text.data(), 'y', text.size());
  bool isSame = false;
  server->onmessage = [&](const ConnectionEvent& event) {
    isSame = event.payload.size() == text.size();
    for (const std::byte byte : event.payload) isSame = isSame && byte == std::byte{'x'};
  };
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_TRUE(isSame);
}

TEST_F(SessionPair, TellsWhatTheNetworkTookOnlyFromTheLoop) {
  EXPECT_TRUE(client->session->sendText(std::string(200000, 'x')));
  EXPECT_EQ(client->sent, 0U);
  turn();
  EXPECT_EQ(client->sent, 200000U);
}

TEST_F(SessionPair, WaitsWhenTheTransportIsFullAndTellsWhenItIsDrained) {
  pipe->stall(Direction::FirstToSecond, 10);
  EXPECT_TRUE(client->session->sendText(std::string(5000, 'x')));
  turn();
  EXPECT_TRUE(client->session->sendText("more"));
  turn();
  EXPECT_EQ(client->trace, Strings());
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_EQ(client->trace, Strings{"drained"});
  EXPECT_EQ(client->sent, 5004U);
  EXPECT_EQ(server->trace, (Strings{"message 5000", "message more"}));
}

TEST_F(SessionPair, TellsThatNothingWaitsToWhoAsksForItThoughNothingHadTo) {
  EXPECT_TRUE(client->session->sendText("a"));
  turn();
  EXPECT_TRUE(client->trace.empty());
  client->drain = SessionOwner::Drain::Always;
  EXPECT_TRUE(client->session->sendText("b"));
  turn();
  EXPECT_EQ(client->trace, Strings{"drained"});
}

TEST_F(SessionPair, TellsWhatIsSentFromTheDrainHandler) {
  client->whenDrained = "answer";
  pipe->stall(Direction::FirstToSecond, 10);
  EXPECT_TRUE(client->session->sendText(std::string(5000, 'x')));
  turn();
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_EQ(server->trace, (Strings{"message 5000", "message answer"}));
  EXPECT_EQ(client->sent, 5006U);
}

TEST_F(SessionPair, WorksByteByByte) {
  echo();
  pipe->setChunkSize(Direction::FirstToSecond, 1);
  pipe->setChunkSize(Direction::SecondToFirst, 1);
  EXPECT_TRUE(client->session->sendText("hello"));
  client->session->sendBinary(bytes(std::string(300, 'x')));
  client->session->ping(bytes("p"));
  ASSERT_TRUE(until([&] { return client->trace.size() == 3; }));
  EXPECT_EQ(client->trace, (Strings{"message hello", "message 300", "pong p"}));
}

TEST_F(SessionPair, WorksWithEveryStall) {
  for (std::size_t accepted = 0; accepted < 40; ++accepted) {
    connect();
    echo();
    pipe->stall(Direction::FirstToSecond, accepted);
    EXPECT_TRUE(client->session->sendText("one"));
    client->session->ping(bytes("two"));
    client->session->sendBinary(bytes("three"));
    client->session->close(1000, "four");
    turn(4);
    pipe->unstall(Direction::FirstToSecond);
    turn();
    ASSERT_EQ(server->trace, (Strings{"message one", "ping two", "message three", "closing",
                                      "no more", "closed 1000 clean"}))
        << accepted;
    ASSERT_EQ(client->trace.back(), "closed 1000 clean");
  }
}

TEST_F(SessionPair, EndsExactlyOnceWhereverItIsCut) {
  for (std::size_t chunk = 1; chunk < 12; ++chunk) {
    for (int turns = 0; turns < 24; ++turns) {
      connect();
      echo();
      pipe->setChunkSize(Direction::FirstToSecond, chunk);
      pipe->setChunkSize(Direction::SecondToFirst, chunk);
      EXPECT_TRUE(client->session->sendText("one"));
      EXPECT_TRUE(client->session->sendText("two"));
      if (turns % 2 == 0) client->session->close(1000, "bye");
      turn(turns);
      pipe->cut(ECONNRESET);
      turn();
      for (Owner* owner : {&*client, &*server}) {
        int ends = 0;
        for (const std::string& line : owner->trace) ends += line.starts_with("closed") ? 1 : 0;
        ASSERT_EQ(ends, 1) << chunk << " " << turns;
        ASSERT_FALSE(owner->session);
      }
    }
  }
}

TEST_F(SessionPair, ReceivesALargeMessageInItsOwnMemory) {
  const std::string large(5000000, 'x');
  client->session->sendBinary(bytes(large));
  ASSERT_TRUE(until([&] { return !server->trace.empty(); }));
  EXPECT_EQ(server->trace, Strings{"message 5000000"});
}

TEST_F(SessionPair, ReceivesWhatFollowsALargeMessageWhateverItsSize) {
  Strings expected;
  std::string received;
  std::string sent;
  server->onmessage = [&](const ConnectionEvent& event) {
    received.append(reinterpret_cast<const char*>(event.payload.data()), event.payload.size());
  };
  // About the size of the read that is made behind a large one, too.
  for (const std::size_t size : {1'000'000U, 700'000U, 16'370U, 16'384U, 100U, 16'400U, 200'000U,
                                 101U, 102U, 300'000U, 40'000U, 1'000'000U}) {
    const std::string message(size, static_cast<char>('a' + size % 26));
    client->session->sendBinary(bytes(message));
    sent += message;
    expected.push_back("message " + std::to_string(size));
  }
  ASSERT_TRUE(until([&] { return server->trace.size() == expected.size(); }));
  EXPECT_EQ(server->trace, expected);
  EXPECT_TRUE(received == sent);
}

TEST_F(SessionPair, ClosesCleanlyAndTheServerEndsTcpFirst) {
  client->session->close(4000, "bye");
  turn();
  EXPECT_EQ(server->trace, (Strings{"closing", "no more", "closed 4000 clean"}));
  EXPECT_EQ(client->trace, (Strings{"no more", "closed 4000 clean"}));
}

TEST_F(SessionPair, DeliversLeftoverBeforeWhatComesLater) {
  pipe.emplace(loop.eventLoop());
  Owner late(loop.eventLoop(), pipe->takeFirst(), Role::Client, limits);
  const transport::TransportPtr other = pipe->takeSecond();
  const std::string later = "cond";
  const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(later.data()), later.size()};
  EXPECT_EQ(other->write({&piece, 1}), later.size());
  turn();
  const std::string first =
      "\x81\x05"
      "first\x81\x06"
      "se";
  const auto leftover = bytes(first);
  late.session->start({leftover.begin(), leftover.end()});
  EXPECT_EQ(late.trace, Strings{"message first"});
  turn();
  EXPECT_EQ(late.trace, (Strings{"message first", "message second"}));
  late.session->abandon();
}

TEST_F(SessionPair, APauseKeepsBackWhatIsReadAndResumeGoesOnInATurn) {
  server->onmessage = [&](const ConnectionEvent&) { server->session->pause(); };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client->session->sendText(std::to_string(i)));
  turn();
  EXPECT_EQ(server->trace, Strings{"message 0"});
  server->session->resume();
  EXPECT_EQ(server->trace, Strings{"message 0"});
  turn();
  EXPECT_EQ(server->trace, (Strings{"message 0", "message 1"}));
  server->onmessage = nullptr;
  server->session->resume();
  server->session->resume();
  turn();
  EXPECT_EQ(server->trace, (Strings{"message 0", "message 1", "message 2"}));
}

TEST_F(SessionPair, LeaveSays1001WithoutWaiting) {
  server->session->leave();
  EXPECT_EQ(server->references, 0);
  turn();
  EXPECT_EQ(client->trace, (Strings{"closing", "no more", "closed 1001 clean"}));
  EXPECT_EQ(server->trace, Strings());
}

TEST_F(SessionPair, AbandonIsSilentHereAndAnEndThere) {
  server->session->abandon();
  turn();
  EXPECT_EQ(server->trace, Strings());
  EXPECT_EQ(client->trace, (Strings{"no more", "closed 1006"}));
}

TEST_F(SessionPair, AbandonInTheMidstOfAReadStopsIt) {
  server->onmessage = [&](const ConnectionEvent&) { server->session->abandon(); };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client->session->sendText(std::to_string(i)));
  turn();
  EXPECT_EQ(server->trace, Strings{"message 0"});
  EXPECT_EQ(server->references, 0);
}

TEST_F(SessionPair, CutTellsItsEndInATurn) {
  client->session->cut();
  EXPECT_EQ(client->trace, Strings());
  turn();
  EXPECT_EQ(client->trace, (Strings{"no more", "closed 1006"}));
}

TEST_F(SessionPair, AFailedTransportIsToldBeforeTheEnd) {
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(client->trace, (Strings{"failed", "no more", "closed 1006"}));
}

TEST_F(SessionPair, FailSendsItsCodeAndWaitsForTheEndOfTcp) {
  server->session->fail(protocol::FailureCause::UnsupportedData);
  turn();
  EXPECT_EQ(client->trace, (Strings{"closing", "no more", "closed 1003 clean"}));
  EXPECT_EQ(server->trace, (Strings{"no more", "closed 1006"}));
}

TEST_F(SessionPair, DeadlinesAreFollowed) {
  limits.pingAfter = std::chrono::milliseconds(2);
  limits.pingTimeout = std::chrono::milliseconds(2);
  connect();
  pipe->stall(Direction::SecondToFirst, 100);
  ASSERT_TRUE(until([&] { return !client->session; }));
  EXPECT_EQ(client->trace, (Strings{"no more", "closed 1006"}));
}

TEST_F(SessionPair, DeadlinesThatMessagesMoveAwayAreFollowedThen) {
  limits.pingAfter = std::chrono::milliseconds(50);
  // Long enough for a machine that has other things to do.
  limits.pingTimeout = std::chrono::milliseconds(1000);
  connect();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  ASSERT_TRUE(until([&] {
    EXPECT_TRUE(server->session->sendText("here"));
    return std::chrono::steady_clock::now() > end;
  }));
  turn();
  ASSERT_TRUE(client->session);
  client->trace.clear();
  pipe->stall(Direction::SecondToFirst, 0);
  ASSERT_TRUE(until([&] { return !client->session; }));
  EXPECT_EQ(client->trace, (Strings{"no more", "closed 1006"}));
}

TEST_F(SessionPair, PausedSessionDoesNotMissAnswers) {
  limits.pingAfter = std::chrono::milliseconds(2);
  limits.pingTimeout = std::chrono::milliseconds(2);
  connect();
  client->session->pause();
  pipe->stall(Direction::SecondToFirst, 0);
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(150);
  ASSERT_TRUE(until([&] { return std::chrono::steady_clock::now() > end; }));
  ASSERT_TRUE(client->session);
  client->session->resume();
  ASSERT_TRUE(until([&] { return !client->session; }));
  EXPECT_EQ(client->trace, (Strings{"no more", "closed 1006"}));
}

TEST_F(SessionPair, TwoSessionsOfOneLoopShareTheCorkWithoutMixing) {
  // Frames for one, then for the other, then for the first again, in one turn.
  EXPECT_TRUE(client->session->sendText("a1"));
  EXPECT_TRUE(server->session->sendText("b1"));
  EXPECT_TRUE(client->session->sendText("a2"));
  EXPECT_TRUE(server->session->sendText("b2"));
  turn();
  EXPECT_EQ(server->trace, (Strings{"message a1", "message a2"}));
  EXPECT_EQ(client->trace, (Strings{"message b1", "message b2"}));
}

TEST_F(SessionPair, FetchesAMessagePieceByPieceAsTheNetworkTakesIt) {
  int fetched = 0;
  bool isThere = false;
  client->nextpayload = [&] {
    if (!isThere || fetched == 40) return ArrayBuffer();
    ++fetched;
    return ArrayBuffer(50'000);
  };
  client->session->startBinary(2'000'000);
  ASSERT_TRUE(client->session->sendText("behind"));
  turn();
  EXPECT_EQ(fetched, 0);
  EXPECT_EQ(client->session->unsentInMemory(), 6U);
  pipe->stall(Direction::FirstToSecond, 120'000);
  isThere = true;
  client->session->payloadReady();
  EXPECT_EQ(fetched, 0) << "never within the call";
  turn();
  EXPECT_EQ(fetched, 3) << "no more than the network takes";
  pipe->unstall(Direction::FirstToSecond);
  ASSERT_TRUE(until([&] { return server->trace.size() == 2; }));
  EXPECT_EQ(server->trace, (std::vector<std::string>{"message 2000000", "message behind"}));
  EXPECT_EQ(client->sent, 2'000'006U);
}

TEST_F(SessionPair, GivesALargeMessageAwayInPartsAndObeysPausesInIt) {
  limits.largeMessageSize = 1000;
  connect();
  int parts = 0;
  server->onmessage = [&](const ConnectionEvent& event) {
    if (event.type == ConnectionEvent::Type::MessagePart && ++parts == 1) server->session->pause();
  };
  client->session->sendBinary(ArrayBuffer(3'000'000));
  turn();
  EXPECT_EQ(parts, 1);
  server->session->resume();
  ASSERT_TRUE(until([&] { return server->trace.back().starts_with("end"); }));
  EXPECT_GT(parts, 2);
  EXPECT_EQ(server->trace.front(), "large ");
}

TEST_F(SessionPair, GivesAwayAllThatABombHasThoughNothingMoreArrives) {
  limits.largeMessageSize = 1000;
  limits.maxMessageSize = 20'000'000;
  const Compression settings;
  const protocol::ConnectionCompression compression{protocol::DeflateAgreement{}, &settings};
  client.reset();
  server.reset();
  pipe.emplace(loop.eventLoop());
  client.emplace(loop.eventLoop(), pipe->takeFirst(), Role::Client, limits, compression);
  server.emplace(loop.eventLoop(), pipe->takeSecond(), Role::Server, limits, compression);
  client->session->start({});
  server->session->start({});
  int parts = 0;
  server->onmessage = [&](const ConnectionEvent& event) {
    if (event.type == ConnectionEvent::Type::MessagePart && ++parts == 3) server->session->pause();
  };
  client->session->sendBinary(ArrayBuffer(10'000'000));
  turn();
  EXPECT_EQ(parts, 3) << "of what is decompressed the rest waits, too";
  server->session->resume();
  ASSERT_TRUE(until([&] { return server->trace.back().starts_with("end"); }));
  EXPECT_GT(parts, 100);
}

}  // namespace
}  // namespace parley::session
