#pragma once

#include "deflate/message_deflater.hpp"
#include "deflate/message_inflater.hpp"
#include "protocol/wire.hpp"

#include <parley/protocol/deflate_agreement.hpp>

#include <string>
#include <string_view>

namespace parley::protocol {

/// The peer's side of a compressed connection, as bytes.
class DeflatedWire {
 public:
  explicit DeflatedWire(const DeflateAgreement::Direction& direction = {},
                        Compression::Level level = Compression::Level::Best);

  /// A message's payload; compressed whether it gets smaller or not.
  std::string deflate(std::string_view message);
  /// What a payload stands for; fails the test if it is none.
  std::string inflate(std::string_view payload);

 private:
  deflate::SharedCodecs codecs_;
  deflate::MessageDeflater deflater_;
  deflate::MessageInflater inflater_;
};

/// Words that compress, `size` bytes of them, ASCII.
std::string wordsOf(std::size_t size, unsigned seed = 1);
/// Bytes that do not.
std::string noiseOf(std::size_t size, unsigned seed = 1);

}  // namespace parley::protocol
