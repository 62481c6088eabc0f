#include "fuzz/conversation.hpp"

#include "fuzz/connection_script.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/require.hpp"

#include <algorithm>
#include <utility>

namespace parley::fuzz {

using protocol::ClosedEvent;
using protocol::ConnectionEvent;
using protocol::Disposition;
using protocol::Duration;
using protocol::FailureCause;
using protocol::MessageKind;
using protocol::OutputPiece;
using protocol::Role;
using protocol::Side;

namespace {

bool isPrefix(const std::vector<SentMessage>& part, const std::vector<SentMessage>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// What both ends have agreed on, if anything.
std::optional<protocol::ConnectionCompression> compressionFrom(Input& input,
                                                               Compression& settings) {
  using Agreement = protocol::DeflateAgreement;
  static constexpr std::array<std::uint8_t, 4> kWindows{15, 9, 12, 8};
  const std::uint8_t choice = input.byte();
  if ((choice & 1U) == 0) return std::nullopt;
  settings.threshold = (choice & 2U) != 0 ? 128 : 1;
  if ((choice & 4U) != 0) settings.level = Compression::Level::Best;
  if ((choice & 8U) != 0) settings.releaseAfter = Duration::max();
  Agreement agreement;
  agreement.fromServer.windowBits = kWindows[choice / 16 % 4];
  agreement.fromClient.windowBits = kWindows[choice / 32 % 4];
  if ((choice & 64U) != 0) agreement.fromServer.context = Agreement::Context::Reset;
  if ((choice & 128U) != 0) agreement.fromClient.context = Agreement::Context::Reset;
  return protocol::ConnectionCompression{.agreement = agreement, .settings = &settings};
}

}  // namespace

Talker::Talker(Role which, const protocol::ConnectionLimits& given, protocol::BufferPool& pool,
               protocol::Time now,
               const std::optional<protocol::ConnectionCompression>& compression)
    : limits(given),
      entropy(which == Role::Client ? 11 : 12),
      connection(which, limits, entropy, pool, now, compression),
      role(which),
      said(which, compression ? kRsv1 : 0) {}

Conversation::Conversation(Input& input) : input_(input), splitter_(input) {
  // As in one loop that holds both ends, or in two.
  const bool shareMemory = (input.byte() & 1U) != 0;
  const auto compression = compressionFrom(input, compression_);
  for (std::size_t who = 0; who < 2; ++who) {
    if (who == 0 || !shareMemory) pools_[who] = std::make_unique<protocol::BufferPool>();
    protocol::BufferPool& pool = shareMemory ? *pools_[0] : *pools_[who];
    ends_[who] = std::make_unique<Talker>(static_cast<Role>(who), limitsFrom(input), pool,
                                          clock_.now(), compression);
  }
}

// ---- What happens ----

void Conversation::run() {
  while (!input_.empty() && !isOver()) step();
  finish();
}

// A dispatch switch: one case per kind of step, weighted by how many codes it has.
void Conversation::step() {
  static constexpr std::array<Duration, 6> kWaits{Duration(1),
                                                  Duration(500),
                                                  std::chrono::seconds(5),
                                                  std::chrono::seconds(10),
                                                  std::chrono::seconds(21),
                                                  std::chrono::hours(2)};
  const std::uint8_t choice = input_.byte();
  const std::size_t who = choice % 2;
  switch (choice / 2 % 16) {
    case 0:
    case 1:
    case 2:
      send(who);
      break;
    case 3:
      ping(who);
      break;
    case 4:
      close(who);
      break;
    case 5:
      pass(input_.oneOf(kWaits));
      break;
    case 6:
      ends_[who]->capacity = input_.word();
      break;
    case 7:
      ends_[who]->capacity = SIZE_MAX;
      break;
    case 8:
      if (input_.byte() >= 192) cut();
      break;
    case 9:
    case 10:
    case 11:
      deliver(who, input_.byte());
      break;
    default:
      deliver(who, SIZE_MAX);
      break;
  }
  settle(0);
  settle(1);
}

void Conversation::send(std::size_t who) {
  Talker& end = *ends_[who];
  const std::uint8_t choice = input_.byte();
  const MessageKind kind = (choice & 1U) != 0 ? MessageKind::Text : MessageKind::Binary;
  const bool isMoved = (choice & 2U) != 0;
  std::string data = payloads_.next(input_);
  const bool mayBeSent = end.connection.canSend();
  bool isAccepted = true;
  if (kind == MessageKind::Text) {
    isAccepted = isMoved ? end.connection.sendText(ArrayBuffer::copyOf(data))
                         : end.connection.sendText(data);
  } else if (isMoved) {
    end.connection.sendBinary(ArrayBuffer::copyOf(data));
  } else {
    end.connection.sendBinary(asBytes(data));
  }
  if (mayBeSent && isAccepted) end.said.message(kind, data);
  if (end.connection.borrowsPayload()) {
    write(end);
    end.connection.retainOutput();
  }
  std::fill(data.begin(), data.end(), '\xFE');
}

void Conversation::ping(std::size_t who) {
  Talker& end = *ends_[who];
  const auto data = input_.bytes(input_.below(126));
  if (end.connection.canSend()) end.said.ping(asText(data));
  end.connection.ping(data, clock_.now());
}

void Conversation::close(std::size_t who) {
  Talker& end = *ends_[who];
  const std::uint8_t choice = input_.byte();
  std::optional<CloseCode> code;
  if ((choice & 1U) != 0) code = CloseCode(3000 + choice);
  const std::string reason = code ? std::string(choice / 2U, 'r') : std::string();
  if (end.connection.canSend()) {
    end.closeBody = code ? fuzz::closeBody(*code, reason) : "";
    end.said.close(*end.closeBody);
  }
  end.connection.close(code, reason, clock_.now());
}

void Conversation::see(Talker& end, const ConnectionEvent& event) const {
  switch (event.type) {
    case ConnectionEvent::Type::None:
    case ConnectionEvent::Type::Pong:
      return;
    case ConnectionEvent::Type::Message:
      end.heard.push_back({event.kind, std::string(asText(event.payload))});
      return;
    case ConnectionEvent::Type::LargeMessage:
      // One end takes them in parts, the other as they are.
      if (end.role != Role::Client) return;
      end.gathered = asText(event.payload);
      return end.connection.receiveInParts();
    case ConnectionEvent::Type::MessagePart:
      require(end.role == Role::Client, "parts are only for who asks for them");
      end.gathered += asText(event.payload);
      if (event.isLast) end.heard.push_back({event.kind, std::exchange(end.gathered, {})});
      return;
    case ConnectionEvent::Type::Ping:
      return end.said.pingReceived(asText(event.payload));
    case ConnectionEvent::Type::ClosingStarted:
      end.wasClosedByPeer = true;
      return;
  }
}

/// Up to `most` bytes of what is under way to `who`, in reads as the splitter cuts them.
void Conversation::deliver(std::size_t who, std::size_t most) {
  Talker& end = *ends_[who];
  Talker& peer = *ends_[1 - who];
  std::string_view bytes = std::string_view(peer.underWay).substr(0, most);
  const std::size_t size = bytes.size();
  while (!bytes.empty()) {
    std::size_t part = splitter_.next(bytes.size());
    const std::span<std::byte> room = end.connection.directBuffer();
    if (part != 0 && !room.empty()) {
      part = std::min(part, room.size());
      std::ranges::copy(asBytes(bytes.substr(0, part)), room.begin());
      see(end, end.connection.receivedDirectly(part, clock_.now()));
    } else {
      const ExactCopy copy(asBytes(bytes.substr(0, part)));
      std::span<std::byte> piece = copy.bytes();
      do {
        see(end, end.connection.receive(piece, clock_.now()));
      } while (!piece.empty() || end.connection.hasMore());
    }
    bytes.remove_prefix(part);
    settle(who);
  }
  end.connection.eventHandled();
  peer.underWay.erase(0, size);
  if (peer.underWay.empty()) deliverEnd(who);
}

void Conversation::deliverEnd(std::size_t who) {
  Talker& peer = *ends_[1 - who];
  if (peer.wire != Talker::Wire::Finished) return;
  peer.wire = Talker::Wire::EndDelivered;
  ends_[who]->connection.endOfInput(clock_.now());
}

void Conversation::pass(Duration duration) {
  clock_.advance(duration);
  for (const auto& end : ends_) {
    const auto deadline = end->connection.deadline();
    if (!deadline || *deadline > clock_.now()) continue;
    const bool couldSend = end->connection.canSend();
    end->connection.deadlinePassed(clock_.now());
    const bool isIdle = couldSend && !end->connection.canSend() &&
                        end->connection.disposition() == Disposition::Keep;
    if (isIdle) {
      end->closeBody = fuzz::closeBody(CloseCode::kGoingAway, "");
      end->said.close(*end->closeBody, SentChecker::Body::Begins);
    }
    deadlinePassed_ = true;
  }
}

void Conversation::cut() {
  wasCut_ = true;
  for (const auto& end : ends_) end->connection.transportLost(clock_.now());
}

void Conversation::write(Talker& end) const {
  std::array<OutputPiece, 3> pieces;
  while (const std::size_t count = end.connection.output(pieces)) {
    std::size_t taken = 0;
    std::size_t offered = 0;
    for (const OutputPiece& piece : std::span(pieces).first(count)) {
      const std::size_t room = end.capacity - std::min(end.capacity, end.underWay.size());
      const std::size_t part = std::min(piece.size, room);
      end.said.feed(asText({piece.data, part}));
      end.underWay += asText({piece.data, part});
      taken += part;
      offered += piece.size;
    }
    end.connection.outputTaken(taken);
    if (taken == offered) continue;
    end.connection.retainOutput();
    return;
  }
}

/// The law: output, the end, the disposition.
void Conversation::settle(std::size_t who) {
  Talker& end = *ends_[who];
  if (end.wasClosedByPeer && !end.closeBody) end.said.close("", SentChecker::Body::Begins);
  const bool hasFailed = end.connection.disposition() == Disposition::FinishThenWait;
  if (hasFailed) end.said.close("", SentChecker::Body::Begins);
  if (end.wire == Talker::Wire::Open) write(end);
  if (auto event = end.connection.closed()) {
    require(!end.closed, "closed is said once");
    end.closed = std::move(event);
  }
  const Disposition disposition = end.connection.disposition();
  const bool finishes = disposition == Disposition::FinishThenWait && !end.connection.hasOutput();
  if (end.wire == Talker::Wire::Open && (finishes || disposition == Disposition::Drop)) {
    end.wire = Talker::Wire::Finished;
  }
}

bool Conversation::isOver() const {
  return ends_[0]->closed && ends_[1]->closed;
}

/// The weather clears up: everything arrives, and then the client closes.
void Conversation::finish() {
  for (const auto& end : ends_) end->capacity = SIZE_MAX;
  for (int round = 0; !isOver(); ++round) {
    require(round < 50, "a conversation ends");
    for (std::size_t who = 0; who < 2; ++who) {
      settle(who);
      deliver(who, SIZE_MAX);
      settle(who);
    }
    if (round != 3 || !ends_[0]->connection.canSend()) continue;
    ends_[0]->closeBody = "";
    ends_[0]->said.close("");
    ends_[0]->connection.close(std::nullopt, {}, clock_.now());
  }
}

// ---- What is true afterwards ----

void Conversation::check() const {
  const Talker& client = *ends_[0];
  const Talker& server = *ends_[1];
  for (const auto& [end, peer] : {std::pair(&client, &server), std::pair(&server, &client)}) {
    checkHeard(*end, *peer);
    checkClosed(*end, *peer);
    checkCause(*end);
  }
}

void Conversation::checkHeard(const Talker& end, const Talker& peer) const {
  require(isPrefix(end.heard, peer.said.messages()), "what was heard is what was said");
  // Whoever did not close first has heard everything that was said before the Close frame.
  if (end.wasClosedByPeer && !peer.closed->failed) {
    require(end.heard.size() == peer.said.messages().size(), "all of it");
  }
}

void Conversation::checkClosed(const Talker& end, const Talker& peer) const {
  const ClosedEvent& closed = *end.closed;
  require(closed.wasClean != closed.failed, "an end is clean or failed");
  if (closed.failed) {
    require(closed.code == CloseCode::kAbnormalClosure && closed.reason.empty(),
            "a failed connection is 1006");
    return;
  }
  require(end.connection.unsentPayload() == 0, "a clean end leaves nothing behind");
  require(closed.closedFirst == (end.closeBody ? Side::Local : Side::Remote),
          "both know who closed first");
  const std::string said =
      closed.code == CloseCode::kNoStatusReceived ? "" : closeBody(closed.code, closed.reason);
  if (peer.closed->failed && !peer.closeBody) return;
  // The peer's own Close frame, or its echo of ours.
  const std::string& expected = peer.closeBody ? *peer.closeBody : *end.closeBody;
  require(said.starts_with(expected) && said.empty() == expected.empty(), "and how");
}

/// The only ways to fail are those that the conversation was given.
void Conversation::checkCause(const Talker& end) const {
  if (!end.closed->failed) return;
  const FailureCause cause = end.closed->cause;
  if (cause == FailureCause::TransportLost) {
    require(wasCut_, "only a cut loses a transport");
  } else if (cause == FailureCause::MessageTooBig) {
    require(end.limits.maxMessageSize <= 30'000, "only a low limit is exceeded");
  } else if (cause == FailureCause::TooManyFragments) {
    require(end.limits.maxFragments <= 3, "only a low limit is exceeded");
  } else {
    const bool isEarlyEnd = cause == FailureCause::PingTimeout ||
                            cause == FailureCause::CloseTimeout ||
                            cause == FailureCause::EndedWithoutClose;
    require(isEarlyEnd, "an honest peer breaks no rule");
    require(deadlinePassed_ || wasCut_, "only a deadline ends a connection early");
  }
}

}  // namespace parley::fuzz
