#pragma once

#include "deflate/message_deflater.hpp"
#include "deflate/message_inflater.hpp"
#include "deflate/shared_codecs.hpp"
#include "protocol/prepared_frames.hpp"

#include <parley/compression.hpp>
#include <parley/protocol/deflate_agreement.hpp>
#include <parley/protocol/role.hpp>
#include <parley/protocol/time.hpp>

#include <cstddef>
#include <optional>
#include <span>

namespace parley::protocol {

/// What a connection has beside all else when permessage-deflate was agreed on (RFC 7692). Its
/// contexts come with the first compressed message in each direction, and go after a quiet period.
class MessageCompression {
 public:
  /// @param codecs must outlive it
  MessageCompression(Role role, const ConnectionCompression& compression,
                     deflate::SharedCodecs& codecs) noexcept;

  /// Is a message of this size to be compressed?
  [[nodiscard]] bool takes(std::size_t size, const SendOptions& options) const noexcept {
    return size >= settings_.threshold && options.compress == SendOptions::Auto &&
           deflater_.isAble();
  }
  /// Nothing if it would not get smaller. Throws std::bad_alloc.
  /// @param now as far as it is known: not later than it is
  [[nodiscard]] std::optional<deflate::DeflatedMessage> deflate(std::span<const std::byte> message,
                                                                Time now);

  /// As it goes to all connections that write as this one does; nullptr if it would not get
  /// smaller. Throws std::bad_alloc.
  [[nodiscard]] const PreparedFrames::Variant* deflatedOf(const PreparedFrames& message, Time now);

  [[nodiscard]] deflate::MessageInflater& inflater() noexcept { return inflater_; }
  /// Shared by all connections of the pool: until the next message of any of them.
  [[nodiscard]] std::span<std::byte> inflateScratch() noexcept { return codecs_.inflateScratch(); }
  /// A compressed message was received.
  void received(Time now) noexcept { used(now); }

  /// When deadlinePassed() wants to be called; nullopt if never.
  [[nodiscard]] std::optional<Time> deadline() const noexcept { return quietAt_; }
  /// Gives the contexts back if they were not used since the last time.
  void deadlinePassed(Time now) noexcept;
  /// No message will be sent or looked at any more.
  void retire() noexcept;

 private:
  enum class Activity : std::uint8_t { None, Seen };

  void used(Time now) noexcept;

  deflate::SharedCodecs& codecs_;
  const Compression& settings_;
  deflate::MessageDeflater deflater_;
  deflate::MessageInflater inflater_;
  std::optional<Time> quietAt_;
  Activity activity_ = Activity::None;  // since quietAt_ was set
};

}  // namespace parley::protocol
