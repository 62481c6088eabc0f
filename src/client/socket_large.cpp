#include "client/socket_large.hpp"

#include "client/blob_content.hpp"
#include "client/socket_dispatch.hpp"
#include "client/socket_reference.hpp"
#include "loop/event_loop.hpp"

#include <new>
#include <utility>

// Messages that are not in memory as a whole: Blobs in files that are sent, and large messages that
// are received.

namespace parley {

SocketCore::Large& SocketCore::makeLarge() {
  auto& large = occasional().large;
  if (!large) large = std::make_unique<Large>(*this);
  return *large;
}

/// What the disk or memory did to us. The peer learns only that it was our fault.
void SocketCore::failLocally(const std::string& reason) {
  if (!session_ || !session_->canSend()) return;
  occasional().localError = std::make_unique<std::string>(reason);
  session_->fail(protocol::FailureCause::InternalError);
  state_.startClosing();
}

/// Reading stops while the application or a file wants it to.
void SocketCore::followPause() {
  if (!session_) return;
  Large* const large = this->large();
  if (isPaused_ || (large && large->holdsReading())) {
    session_->pause();
  } else {
    session_->resume();
  }
  if (!isPaused_ && large) large->resume();
}

// ---- Out ----

void SocketCore::sendFromFile(const Blob& blob) {
  if (!session_->canSend()) return;
  session_->startBinary(blob.size());
  if (blob.size() != 0) makeLarge().send(BlobAccess::runOf(blob));
}

ArrayBuffer SocketCore::nextPayload() {
  return large() ? large()->nextPiece() : ArrayBuffer();
}

void SocketCore::Large::send(BlobContent::Run blob) {
  if (!sending_) sending_ = std::make_shared<BlobSending>(core_.loop_, *this);
  sending_->add(std::move(blob));
}

void SocketCore::Large::onPieceRead() {
  if (core_.session_) core_.session_->payloadReady();
}

void SocketCore::Large::onBlobUnreadable(const std::string& reason) {
  core_.failLocally("a Blob could not be sent: " + reason);
}

// ---- In ----

void SocketCore::largeMessageBegins(const protocol::ConnectionEvent& received) {
  if (readyState() != OPEN) return;
  if (wantsParts()) {
    makeLarge().beginParts();
  } else if (kindOf(received.kind) == MessageData::Kind::Blob) {
    makeLarge().beginFile();
  } else {
    return;
  }
  session_->receiveInParts();
  if (!received.payload.empty()) partReceived(received);
}

void SocketCore::partReceived(const protocol::ConnectionEvent& received) {
  // WebSockets section 4, "a WebSocket message has been received", step 1.
  Large* const large = this->large();
  if (readyState() != OPEN || !large) return;
  if (!large->isToFile()) {
    return deliverPart(received, large->countPart(received.payload.size()));
  }
  try {
    if (received.memory) {
      large->append(std::move(*received.memory));
    } else {
      large->append(received.payload);
    }
    if (received.isLast) large->finishFile();
  } catch (const std::bad_alloc&) {
    return failLocally("no memory is left to receive a message");
  }
  if (large->holdsReading()) followPause();
}

void SocketCore::deliverPart(const protocol::ConnectionEvent& received, std::uint64_t offset) {
  const bool isWhole = received.type == protocol::ConnectionEvent::Type::Message;
  dispatch(EventHandlerName::MessagePart, config_->handlers.onmessagepart,
           EventDispatcher::part(source(), {.isText = received.kind == protocol::MessageKind::Text,
                                            .isLast = isWhole || received.isLast,
                                            .offset = offset,
                                            .bytes = received.payload}));
}

void SocketCore::Large::beginFile() {
  receiving_ = std::make_shared<BlobReceiving>(core_.loop_, *this);
}

void SocketCore::Large::finishFile() {
  isFinishing_ = true;
  receiving_->finish();
}

void SocketCore::Large::onRoomToReceive() {
  core_.followPause();
}

void SocketCore::Large::onBlobUnwritable(const std::string& reason) {
  core_.failLocally("a message could not be received: " + reason);
}

void SocketCore::Large::onBlobReceived(const Blob& blob) {
  receiving_.reset();
  received_ = blob;
  core_.deliverBlob();
}

void SocketCore::Large::resume() {
  if (!received_) return;
  // Never inside a call of the application.
  core_.loop_.queueTask([core = Reference(core_)] { core->deliverBlob(); });
}

/// The message that came into a file, unless the application pauses.
void SocketCore::deliverBlob() {
  if (isPaused_ || !large()) return;
  const std::optional<Blob> blob = large()->takeReceived();
  if (!blob) return;
  const Reference keep(*this);
  if (readyState() == OPEN) {
    dispatch(EventHandlerName::Message, config_->handlers.onmessage,
             EventDispatcher::message(source(), kindOf(protocol::MessageKind::Binary),
                                      blob->bytes(), nullptr, &*blob, originText()));
  }
  // The handler may have ended the connection.
  if (large()) large()->delivered();
  followPause();
}

}  // namespace parley
