#pragma once

#include "deflate/engines.hpp"
#include "deflate/inflater.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace parley::deflate {

/// The codecs and the scratch memory that the connections of one loop share: for messages that
/// stand alone a compressor is needed only while one is compressed, and a decompressor only while
/// one is received. All made on first use. Not thread-safe.
class SharedCodecs {
 public:
  SharedCodecs();
  SharedCodecs(const SharedCodecs&) = delete;
  SharedCodecs& operator=(const SharedCodecs&) = delete;
  ~SharedCodecs();

  /// One for a message that stands alone, reset. Until the next call.
  [[nodiscard]] Deflater& deflater(const DeflaterOptions& options);
  /// For codecs that belong to one connection.
  [[nodiscard]] CodecMemory& memory() noexcept { return memory_; }

  /// One to keep for the length of a message; nullptr if memory ends. It needs a reset().
  [[nodiscard]] std::unique_ptr<Inflater> takeInflater(Engine engine) noexcept;
  void giveInflater(Engine engine, std::unique_ptr<Inflater> inflater) noexcept;

  static constexpr std::size_t kScratchSize = std::size_t{64} * 1024;

  /// Where a message is compressed to on its way into a frame.
  [[nodiscard]] std::span<std::byte> deflateScratch();
  /// Where a message is decompressed to that need not be kept; empty if memory ends.
  [[nodiscard]] std::span<std::byte> inflateScratch() noexcept;
  /// For the history on its way from one decompressor to another.
  [[nodiscard]] std::span<std::byte, kMaxHistory> history() noexcept { return history_; }

 private:
  struct SharedDeflater {
    DeflaterOptions options;
    std::unique_ptr<Deflater> deflater;
  };
  // Of each engine: as many as have messages under way at a time, most often one.
  static constexpr std::size_t kMaxStock = 4;
  using Stock = std::vector<std::unique_ptr<Inflater>>;

  [[nodiscard]] Stock& stockOf(Engine engine) noexcept;

  CodecMemory memory_;  // outlives the codecs below
  std::vector<SharedDeflater> deflaters_;
  Stock zlibInflaters_;
  Stock isalInflaters_;
  std::unique_ptr<std::byte[]> deflateScratch_;  // NOLINT: never zeroed
  std::unique_ptr<std::byte[]> inflateScratch_;  // NOLINT: never zeroed
  std::array<std::byte, kMaxHistory> history_;
};

}  // namespace parley::deflate
