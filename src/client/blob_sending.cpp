#include "client/blob_sending.hpp"

#include "loop/background.hpp"

#include <algorithm>
#include <utility>

namespace parley {

/// One read on another thread.
struct BlobSending::Reading {
  std::shared_ptr<const BlobContent> content;
  std::uint64_t offset;
  std::size_t size;
  ArrayBuffer piece;
  std::optional<std::string> failure;

  void run() noexcept {
    try {
      piece.resizeUninitialized(size);
    } catch (const std::bad_alloc&) {
      failure = "no memory is left to read into";
      return;
    }
    failure = content->read(offset, piece.bytes());
  }
};

void BlobSending::add(BlobContent::Run blob) {
  blobs_.push_back(std::move(blob));
  readOn();
}

ArrayBuffer BlobSending::take() {
  ArrayBuffer piece = std::exchange(ready_, {});
  if (!piece.empty()) readOn();
  return piece;
}

void BlobSending::readOn() {
  if (isReading_ || !ready_.empty() || blobs_.empty()) return;
  BlobContent::Run& rest = blobs_.front();
  auto reading = std::make_shared<Reading>(
      Reading{rest.content,
              rest.start,
              static_cast<std::size_t>(std::min<std::uint64_t>(rest.size, kPieceSize)),
              {},
              {}});
  rest.start += reading->size;
  rest.size -= reading->size;
  if (rest.size == 0) blobs_.pop_front();
  isReading_ = true;
  loop::runInBackground(
      loop_, [reading] { reading->run(); },
      [reading, weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->onRead(*reading);
      });
}

void BlobSending::onRead(Reading& reading) {
  isReading_ = false;
  if (reading.failure) {
    blobs_.clear();
    return owner_.onBlobUnreadable(*reading.failure);
  }
  ready_ = std::move(reading.piece);
  owner_.onPieceRead();
}

}  // namespace parley
