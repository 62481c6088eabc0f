#pragma once

#include "http/chunked_decoder.hpp"
#include "http/message_head.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace parley::handshake {

/// Collects the beginning of the body of a refused upgrade, to be shown to a developer.
class RefusalBody {
 public:
  /// @param limit bytes that are kept; the body counts as complete when they are there
  RefusalBody(const http::ResponseHead& head, std::size_t limit);

  void receive(std::span<const std::byte> bytes);
  /// No byte that still comes would change text().
  [[nodiscard]] bool isComplete() const noexcept { return complete_; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  http::TransferCoding coding_;
  std::size_t wanted_;  // bytes of text: the limit, or the announced length if that is less
  std::size_t limit_;
  bool complete_;
  http::ChunkedDecoder decoder_;
  std::string text_;
};

}  // namespace parley::handshake
