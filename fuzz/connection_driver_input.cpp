#include "fuzz/connection_driver.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/require.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace parley::fuzz {

using protocol::ConnectionEvent;
using protocol::MessageKind;
using Phase = ReceiverModel::Phase;

namespace {

std::string textOf(const ConnectionEvent& event) {
  const std::string payload(asText(event.payload));
  switch (event.type) {
    case ConnectionEvent::Type::None:
      return {};
    case ConnectionEvent::Type::Message:
      return (event.kind == MessageKind::Text ? "text:" : "binary:") + payload;
    case ConnectionEvent::Type::LargeMessage:
    case ConnectionEvent::Type::MessagePart:
      break;
    case ConnectionEvent::Type::Ping:
      return "ping:" + payload;
    case ConnectionEvent::Type::Pong:
      return "pong:" + payload;
    case ConnectionEvent::Type::ClosingStarted:
      return "closing started";
  }
  return "?";
}

}  // namespace

void ConnectionDriver::arrive(const Operation& operation) {
  underWay_ += operation.data;
  const std::size_t size = underWay_.size() * std::min<std::size_t>(operation.amount, 100) / 100;
  std::string_view bytes = std::string_view(underWay_).substr(0, size);
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, splitter_.next(bytes.size()));
    const std::size_t direct = reading_ == Reading::Direct ? readDirectly(part) : 0;
    if (direct == 0) read(ExactCopy(asBytes(part)).bytes());
    bytes.remove_prefix(direct == 0 ? part.size() : direct);
  }
  underWay_.erase(0, size);
}

void ConnectionDriver::read(std::span<std::byte> piece) {
  model_.push(asText(piece));
  do {
    const std::size_t before = piece.size();
    const ConnectionEvent event = connection_.receive(piece, now());
    require(event.type == ConnectionEvent::Type::None ? piece.empty() : piece.size() < before,
            "every call makes progress");
    see(event);
  } while (!piece.empty() || connection_.hasMore());
}

std::size_t ConnectionDriver::readDirectly(std::string_view bytes) {
  const std::span<std::byte> room = connection_.directBuffer();
  require(room.empty() || phase() == Phase::Open, "room is for messages that are kept");
  const std::size_t size = std::min(bytes.size(), room.size());
  if (size == 0) return 0;
  std::ranges::copy(asBytes(bytes.substr(0, size)), room.begin());
  model_.push(bytes.substr(0, size));
  see(connection_.receivedDirectly(size, now()));
  return size;
}

/// Is it about a part? Then `gathered_` has it, and the last one is the message for the model.
bool ConnectionDriver::gather(const ConnectionEvent& event) {
  if (event.type == ConnectionEvent::Type::LargeMessage) {
    if (reading_ != Reading::InParts) return true;
    gathered_ = asText(event.payload);
    connection_.receiveInParts();
    return true;
  }
  if (event.type != ConnectionEvent::Type::MessagePart) return false;
  require(reading_ == Reading::InParts, "parts are only for who asks for them");
  require(event.isLast || !event.payload.empty(), "a part is of something");
  gathered_ += asText(event.payload);
  if (!event.isLast) return true;
  ArrayBuffer message = ArrayBuffer::copyOf(gathered_);
  see({.type = ConnectionEvent::Type::Message, .kind = event.kind, .payload = message.bytes()});
  return true;
}

void ConnectionDriver::see(const ConnectionEvent& event) {
  if (gather(event)) return;
  const Phase before = model_.phase();
  const std::string seen = textOf(event);
  require(model_.next() == seen, "the events are those of the model");
  require(model_.phase() == phase(), "and so is the state");
  if (before == Phase::Open && model_.phase() == Phase::Done) followModel();
  if (event.type == ConnectionEvent::Type::None) return;
  trace_ += seen + "\n";
  if (event.type == ConnectionEvent::Type::Ping) sent_.pingReceived(asText(event.payload));
  react(event);
  followConnection();
}

/// The Close frame with which we answer, or fail.
void ConnectionDriver::followModel() {
  if (model_.cause()) {
    sent_.close(closeBody(closeCodeOf(*model_.cause()), describe(*model_.cause())));
  } else {
    sent_.close(*model_.peerClose());
  }
}

void ConnectionDriver::react(const ConnectionEvent& event) {
  if (script_.reactions.empty()) return;
  const Reaction reaction = script_.reactions[events_++ % script_.reactions.size()];
  const std::string payload(asText(event.payload));
  switch (reaction) {
    case Reaction::Nothing:
      break;
    case Reaction::Echo:
      if (event.kind == MessageKind::Text) {
        sendText(payload, Operation::Ownership::Lent);
      } else {
        sendBinary(payload, Operation::Ownership::Lent);
      }
      break;
    case Reaction::Ping:
      ping(payload);
      break;
    case Reaction::Close:
      close({.code = CloseCode::kNormalClosure});
      break;
    case Reaction::Fail:
      fail(protocol::FailureCause::UnsupportedData);
      break;
    case Reaction::Take:
      if (event.memory == nullptr) break;
      const ArrayBuffer taken = std::move(*event.memory);
      return require(taken.text() == payload, "what is taken is the message");
  }
  require(asText(event.payload) == payload, "a view survives what its handler does");
}

}  // namespace parley::fuzz
