#pragma once

#include "client/blob_receiving.hpp"
#include "client/blob_sending.hpp"
#include "client/socket_core.hpp"

#include <parley/blob.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace parley {

/// Blobs in files on their way out, and a large message on its way in. Made with the first of them;
/// goes when the socket is CLOSED, which a handler called from here may bring about.
class SocketCore::Large final : public BlobSendingOwner, public BlobReceivingOwner {
 public:
  explicit Large(SocketCore& core) noexcept : core_(core) {}

  // ---- Out ----

  void send(BlobContent::Run blob);
  [[nodiscard]] ArrayBuffer nextPiece() { return sending_ ? sending_->take() : ArrayBuffer(); }

  // ---- In ----

  /// A message begins that goes to a file, or to listeners in parts.
  void beginFile();
  void beginParts() noexcept { partOffset_ = 0; }
  [[nodiscard]] bool isToFile() const noexcept { return receiving_ != nullptr; }
  void append(std::span<const std::byte> bytes) { receiving_->append(bytes); }
  void append(ArrayBuffer&& bytes) { receiving_->append(std::move(bytes)); }
  void finishFile();
  /// Counts `size` bytes of a message in parts; answers how many came before them.
  [[nodiscard]] std::uint64_t countPart(std::size_t size) noexcept {
    return std::exchange(partOffset_, partOffset_ + size);
  }
  /// Nothing may be received: the file is behind, or its message is not delivered.
  [[nodiscard]] bool holdsReading() const noexcept {
    return isFinishing_ || (receiving_ && receiving_->isFull());
  }
  /// The application takes messages again.
  void resume();
  [[nodiscard]] std::optional<Blob> takeReceived() {
    return std::exchange(received_, std::nullopt);
  }
  void delivered() noexcept { isFinishing_ = false; }

 private:
  void onPieceRead() override;
  void onBlobUnreadable(const std::string& reason) override;
  void onRoomToReceive() override;
  void onBlobReceived(const Blob& blob) override;
  void onBlobUnwritable(const std::string& reason) override;

  SocketCore& core_;
  std::shared_ptr<BlobSending> sending_;
  std::shared_ptr<BlobReceiving> receiving_;
  bool isFinishing_ = false;      // a message is complete, but not delivered
  std::optional<Blob> received_;  // likewise, and its file is written
  std::uint64_t partOffset_ = 0;
};

}  // namespace parley
