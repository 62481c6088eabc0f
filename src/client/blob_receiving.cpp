#include "client/blob_receiving.hpp"

#include "client/blob_content.hpp"
#include "loop/background.hpp"
#include "transport/system_error.hpp"

#include <utility>

namespace parley {

/// One write on another thread.
struct BlobReceiving::Writing {
  std::shared_ptr<loop::File> file;
  std::uint64_t offset;
  ArrayBuffer bytes;
  bool isLast;
  int error = 0;
  std::span<const std::byte> mapped{};

  void run() {
    if (!file) {
      auto made = loop::File::createTemporary();
      if (!made) {
        error = made.error();
        return;
      }
      file = *std::move(made);
    }
    error = file->write(offset, std::as_const(bytes).bytes());
    if (error != 0 || !isLast) return;
    const auto whole = file->map(static_cast<std::size_t>(offset + bytes.byteLength()));
    if (whole) {
      mapped = *whole;
    } else {
      error = whole.error();
    }
  }
};

BlobReceiving::BlobReceiving(loop::EventLoop& loop, BlobReceivingOwner& owner)
    : loop_(loop), owner_(owner) {}

void BlobReceiving::append(std::span<const std::byte> bytes) {
  if (gathered_.empty()) gathered_.reserve(2 * kGathered);
  gathered_.append(bytes);
  if (!isWriting_ && gathered_.byteLength() >= kGathered) writeOn();
}

void BlobReceiving::append(ArrayBuffer&& bytes) {
  if (isWriting_ || !gathered_.empty()) return append(std::as_const(bytes).bytes());
  gathered_ = std::move(bytes);
  if (gathered_.byteLength() >= kGathered) writeOn();
}

void BlobReceiving::finish() {
  isFinished_ = true;
  if (!isWriting_) writeOn();
}

void BlobReceiving::writeOn() {
  isWriting_ = true;
  auto writing = std::make_shared<Writing>(
      Writing{file_, written_, std::exchange(gathered_, std::exchange(spare_, {})), isFinished_});
  written_ += writing->bytes.byteLength();
  loop::runInBackground(
      loop_, [writing] { writing->run(); },
      [writing, weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->onWritten(*writing);
      });
}

void BlobReceiving::onWritten(Writing& writing) {
  const bool wasFull = isFull();
  isWriting_ = false;
  file_ = writing.file;
  if (writing.bytes.capacity() == 2 * kGathered) {
    spare_ = std::move(writing.bytes);
    spare_.resizeUninitialized(0);
  }
  if (writing.error != 0) {
    return owner_.onBlobUnwritable("a temporary file: " + transport::describeErrno(writing.error));
  }
  if (writing.isLast) {
    return owner_.onBlobReceived(
        BlobAccess::of(std::make_shared<const BlobContent>(std::move(file_), writing.mapped)));
  }
  if (isFinished_ || gathered_.byteLength() >= kGathered) writeOn();
  if (wasFull) owner_.onRoomToReceive();
}

}  // namespace parley
