#pragma once

#include "loop/file.hpp"

#include <parley/array_buffer.hpp>
#include <parley/blob.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace parley {

namespace loop {
class EventLoop;
}

/// Who receives a message into a file. Called from the loop, never from within a call of it.
class BlobReceivingOwner {
 public:
  /// isFull() has become false.
  virtual void onRoomToReceive() = 0;
  /// The message is complete and in its file.
  virtual void onBlobReceived(const Blob& blob) = 0;
  /// The file can't be written, for this reason; nothing more follows.
  virtual void onBlobUnwritable(const std::string& reason) = 0;

 protected:
  ~BlobReceivingOwner() = default;
};

/// Writes one message to a temporary file as it arrives, on a thread of the pool: one piece is
/// gathered while the one before it is written. Loop's thread only.
class BlobReceiving : public std::enable_shared_from_this<BlobReceiving> {
 public:
  /// Bytes that are gathered at most, but for the piece that goes beyond it.
  static constexpr std::size_t kGathered = std::size_t{512} * 1024;

  /// @param owner must outlive it
  BlobReceiving(loop::EventLoop& loop, BlobReceivingOwner& owner);

  /// The next bytes of the message. Throws std::bad_alloc.
  void append(std::span<const std::byte> bytes);
  /// The same with memory to take over.
  void append(ArrayBuffer&& bytes);
  /// Not to append more before onRoomToReceive().
  [[nodiscard]] bool isFull() const noexcept {
    return isWriting_ && gathered_.byteLength() >= kGathered;
  }
  /// There is no more.
  void finish();

 private:
  struct Writing;

  void writeOn();
  void onWritten(Writing& writing);

  loop::EventLoop& loop_;
  BlobReceivingOwner& owner_;
  std::shared_ptr<loop::File> file_;  // made with the first write
  ArrayBuffer gathered_;
  ArrayBuffer spare_;  // memory of what was written, for what is gathered next
  std::uint64_t written_ = 0;
  bool isWriting_ = false;
  bool isFinished_ = false;
};

}  // namespace parley
