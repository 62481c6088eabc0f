#include "protocol/shared_frame.hpp"

namespace parley::protocol {

SharedFrame& SharedFrames::take(const std::shared_ptr<const PreparedFrames>& frames,
                                const PreparedFrames::Variant& variant) {
  if (latest_ == nullptr || latest_->variant_ != &variant) {
    if (!spare_) spare_ = std::make_unique<SharedFrame>();
    const std::span<const std::byte> payload = variant.payload.bytes();
    spare_->bytes_.assign(variant.header.begin(), variant.header.begin() + variant.headerSize);
    spare_->bytes_.insert(spare_->bytes_.end(), payload.begin(), payload.end());
    spare_->frames_ = frames;
    spare_->variant_ = &variant;
    latest_ = spare_.release();
  }
  ++latest_->users_;
  return *latest_;
}

void SharedFrames::give(SharedFrame& frame) noexcept {
  if (--frame.users_ != 0) return;
  if (latest_ == &frame) latest_ = nullptr;
  frame.frames_.reset();
  frame.variant_ = nullptr;
  spare_.reset(&frame);
}

}  // namespace parley::protocol
