#pragma once

#include "deflate/message_inflater.hpp"
#include "fuzz/splitter.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::fuzz {

/// What a compressed message comes to.
struct Inflated {
  enum class Outcome : std::uint8_t { Whole, Refused, TooBig } outcome = Outcome::Whole;
  std::string text{};  ///< if it is whole
};

/// Decompresses one message as a connection does: `payload` in pieces, into room of `room` bytes at
/// a time behind which nothing may be written, up to `most` bytes. Every call must make progress.
/// @param announced the payload of the message's first frame, which decides about the engine
[[nodiscard]] Inflated inflateMessage(deflate::MessageInflater& inflater, std::string_view payload,
                                      std::uint64_t announced, Splitter& splitter, std::size_t room,
                                      std::size_t most);

}  // namespace parley::fuzz
