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

SocketCore::Large& SocketCore::large() {
  if (!large_) large_ = std::make_unique<Large>(*this);
  return *large_;
}

/// What the disk or memory did to us. The peer learns only that it was our fault.
void SocketCore::failLocally(const std::string& reason) {
  if (!session_ || !session_->canSend()) return;
  localError_ = std::make_unique<std::string>(reason);
  session_->fail(protocol::FailureCause::InternalError);
  state_.startClosing();
}

/// Reading stops while the application or a file wants it to.
void SocketCore::followPause() {
  if (!session_) return;
  if (isPaused_ || (large_ && large_->holdsReading())) {
    session_->pause();
  } else {
    session_->resume();
  }
  if (!isPaused_ && large_) large_->resume();
}

// ---- Out ----

void SocketCore::sendFromFile(const Blob& blob) {
  if (!session_->canSend()) return;
  session_->startBinary(blob.size());
  if (blob.size() != 0) large().send(BlobAccess::runOf(blob));
}

ArrayBuffer SocketCore::nextPayload() {
  return large_ ? large_->nextPiece() : ArrayBuffer();
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
    large().beginParts();
  } else if (kindOf(received.kind) == MessageData::Kind::Blob) {
    large().beginFile();
  } else {
    return;
  }
  session_->receiveInParts();
  if (!received.payload.empty()) partReceived(received);
}

void SocketCore::partReceived(const protocol::ConnectionEvent& received) {
  // WebSockets section 4, "a WebSocket message has been received", step 1.
  if (readyState() != OPEN || !large_) return;
  if (!large_->isToFile()) {
    return deliverPart(received, large_->countPart(received.payload.size()));
  }
  try {
    if (received.memory) {
      large_->append(std::move(*received.memory));
    } else {
      large_->append(received.payload);
    }
    if (received.isLast) large_->finishFile();
  } catch (const std::bad_alloc&) {
    return failLocally("no memory is left to receive a message");
  }
  if (large_->holdsReading()) followPause();
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
  if (isPaused_ || !large_) return;
  const std::optional<Blob> blob = large_->takeReceived();
  if (!blob) return;
  const Reference keep(*this);
  if (readyState() == OPEN) {
    dispatch(EventHandlerName::Message, config_->handlers.onmessage,
             EventDispatcher::message(source(), kindOf(protocol::MessageKind::Binary),
                                      blob->bytes(), nullptr, &*blob, originText()));
  }
  // The handler may have ended the connection.
  if (large_) large_->delivered();
  followPause();
}

}  // namespace parley
