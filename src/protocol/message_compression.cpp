#include "protocol/message_compression.hpp"

#include <algorithm>

namespace parley::protocol {

namespace {

const DeflateAgreement::Direction& writtenBy(Role role,
                                             const DeflateAgreement& agreement) noexcept {
  return role == Role::Client ? agreement.fromClient : agreement.fromServer;
}

const DeflateAgreement::Direction& readBy(Role role, const DeflateAgreement& agreement) noexcept {
  return role == Role::Client ? agreement.fromServer : agreement.fromClient;
}

}  // namespace

MessageCompression::MessageCompression(Role role, const ConnectionCompression& compression,
                                       deflate::SharedCodecs& codecs) noexcept
    : codecs_(codecs),
      settings_(*compression.settings),
      deflater_(writtenBy(role, compression.agreement), settings_.level, codecs),
      inflater_(readBy(role, compression.agreement), codecs) {}

std::optional<deflate::DeflatedMessage> MessageCompression::deflate(
    std::span<const std::byte> message, Time now) {
  auto deflated = deflater_.deflate(message);
  used(now);
  return deflated;
}

const PreparedFrames::Variant* MessageCompression::deflatedOf(const PreparedFrames& message,
                                                              Time now) {
  const auto* const variant =
      message.deflated({.level = settings_.level, .windowBits = deflater_.windowBits()},
                       [&] { return deflater_.deflateAlone(message.message()); });
  if (variant == nullptr) return nullptr;
  // The peer's window has moved on by a message that our context does not know.
  deflater_.forget();
  used(now);
  return variant;
}

void MessageCompression::used(Time now) noexcept {
  activity_ = Activity::Seen;
  // When is not noted for each message: a deadline that comes too early looks again.
  if (quietAt_ || !settings_.releaseAfter) return;
  if (deflater_.hasContext() || inflater_.hasContext()) {
    quietAt_ = later(now, std::max<Duration>(*settings_.releaseAfter, Duration(1)));
  }
}

void MessageCompression::deadlinePassed(Time now) noexcept {
  if (!quietAt_ || now < *quietAt_) return;
  quietAt_.reset();
  if (activity_ == Activity::Seen || inflater_.isInsideMessage()) {
    used(now);
    activity_ = Activity::None;
    return;
  }
  deflater_.release();
  inflater_.shrink();
  codecs_.memory().contexts.trim();
}

void MessageCompression::retire() noexcept {
  quietAt_.reset();
  deflater_.release();
  inflater_.release();
}

}  // namespace parley::protocol
