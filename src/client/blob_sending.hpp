#pragma once

#include "client/blob_content.hpp"

#include <parley/array_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace parley {

namespace loop {
class EventLoop;
}

/// Who sends what a BlobSending reads. Called from the loop, never from within a call of it.
class BlobSendingOwner {
 public:
  virtual void onPieceRead() = 0;
  /// The Blob that is being sent can't be read, for this reason; nothing more is read.
  virtual void onBlobUnreadable(const std::string& reason) = 0;

 protected:
  ~BlobSendingOwner() = default;
};

/// Reads Blobs that are in files, one after the other, on a thread of the pool: one piece is ready
/// or being read while the one before it is sent. Loop's thread only.
class BlobSending : public std::enable_shared_from_this<BlobSending> {
 public:
  /// Bytes per read, and so per frame.
  static constexpr std::size_t kPieceSize = std::size_t{256} * 1024;

  /// @param owner must outlive it
  BlobSending(loop::EventLoop& loop, BlobSendingOwner& owner) noexcept
      : loop_(loop), owner_(owner) {}

  /// To be sent after those before; not empty.
  void add(BlobContent::Run blob);
  /// The next piece of the first Blob that is not sent; empty if it is not there yet.
  [[nodiscard]] ArrayBuffer take();

 private:
  struct Reading;

  void readOn();
  void onRead(Reading& reading);

  loop::EventLoop& loop_;
  BlobSendingOwner& owner_;
  std::deque<BlobContent::Run> blobs_;  // what is left to read of each
  ArrayBuffer ready_;
  bool isReading_ = false;
};

}  // namespace parley
