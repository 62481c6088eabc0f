#pragma once

#include "case.hpp"
#include "deflate.hpp"
#include "inbox.hpp"
#include "observation.hpp"
#include "opening.hpp"
#include "outbox.hpp"
#include "socket.hpp"
#include "trace.hpp"

#include <optional>
#include <string>
#include <vector>

namespace parley::tool::check {

/// Payload of the Ping that asks a peer whether it is still there.
constexpr const char* kLiveness = "still there?";

constexpr Milliseconds kUsualPatience{5000};

/// What is the same for all cases of a run.
struct Surroundings {
  Role role = Role::Client;
  Endpoint endpoint = {};
  /// The longest time in which nothing moves; shorter ones are in proportion to it.
  Milliseconds patience = kUsualPatience;
};

/// A client's request, as the server side has read it.
struct Request {
  HttpHead head;
  std::string leftover;  ///< bytes behind it
  bool isKeyRepeated = false;
};

/// Plays one case over one socket, and writes down what the peer does. Never blocks: turn() when
/// the socket is ready or the deadline has come, until isDone().
class Conversation {
 public:
  /// The suite as a client: `socket` is connecting.
  Conversation(const Case& theCase, const Surroundings& around, Socket socket, std::string key,
               Clock::time_point now);
  /// The suite as a server: `request` was read from `socket`.
  Conversation(const Case& theCase, const Surroundings& around, Socket socket,
               const Request& request, Clock::time_point now);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  [[nodiscard]] int fd() const noexcept { return socket_.fd(); }
  /// For poll().
  [[nodiscard]] short events() const noexcept;
  [[nodiscard]] Clock::time_point deadline() const noexcept;
  void turn(short ready, Clock::time_point now);
  [[nodiscard]] bool isDone() const noexcept { return phase_ == Phase::Done; }

  // When it is done:
  [[nodiscard]] const Case& theCase() const noexcept { return case_; }
  [[nodiscard]] const Observation& observation() const noexcept { return seen_; }
  [[nodiscard]] const Trace& trace() const noexcept { return trace_; }
  [[nodiscard]] Clock::duration duration() const noexcept { return now_ - start_; }

 private:
  enum class Phase : std::uint8_t { Connecting, Opening, Script, Ending, Draining, Done };
  enum class Progress : std::uint8_t { Blocked, Done };

  // The opening handshake: conversation_opening.cpp
  void sendRequest();
  void readAnswer();
  void sendAnswer(const Request& request);
  void agree(const DeflateTerms& terms);
  void traceLines(const std::string& text);
  void traceHead(const HttpHead& head);

  // What comes in
  void read();
  void handleArrivals();
  void onMessage(const ArrivedMessage& message);
  void onPing(const ArrivedPing& ping);
  void onPong(ArrivedPong pong);
  void onClose(ArrivedClose close);
  void onTcpEnd(Observation::TcpEnd end);

  // What goes out: conversation_steps.cpp
  void advance();
  void runScript();
  Progress perform(const SendFrame& step);
  Progress perform(const SendBytes& step);
  Progress perform(const SendMessages& step);
  Progress perform(const Await& step);
  Progress perform(const Probe& step);
  Progress perform(const EndOutput& step);
  void sendMessage(const SendMessages& step, const Payload& payload);
  void sendFrame(const Frame& frame, const Chop& chop);
  void sendClose(const std::optional<int>& code);
  void end();
  void endClosing();
  void endFailing();
  void drain();
  [[nodiscard]] bool hasAllAnswers() const;
  /// A time that suits the usual patience.
  [[nodiscard]] Milliseconds scaled(Milliseconds time) const noexcept;
  void checkPatience();
  void finish();

  const Case& case_;
  const Surroundings& around_;
  Socket socket_;
  Clock::time_point start_;
  Clock::time_point now_;
  Clock::time_point moved_;  // when bytes last came or went
  Trace trace_;
  Inbox inbox_;
  Outbox outbox_;
  FrameWriter writer_;
  std::optional<Deflater> deflater_;
  Observation seen_;
  Phase phase_;

  std::string key_;
  HttpHead request_;
  std::string head_;  // bytes of an answer that is not complete

  std::size_t step_ = 0;
  std::size_t sentOfStep_ = 0;   // messages of a SendMessages
  std::size_t messagesDue_ = 0;  // by the messages that were sent
  std::size_t expectedRun_ = 0;  // of Expectation::messages
  std::size_t withinRun_ = 0;
  bool isCloseSent_ = false;
  bool isLivenessAsked_ = false;
  bool isOutputEnded_ = false;
  Clock::time_point scriptStart_ = {};
  std::optional<Clock::time_point> wake_;  // what the current phase waits for
};

}  // namespace parley::tool::check
