#pragma once

#include "deflate/context_memory.hpp"
#include "deflate/deflater.hpp"
#include "deflate/inflater.hpp"
#include "deflate/isal_scratch.hpp"

#include <parley/compression.hpp>

#include <cstdint>
#include <memory>
#include <span>

namespace parley::deflate {

/// The libraries that do the work. They read each other's output.
enum class Engine : std::uint8_t { Zlib, Isal };

/// Those that this library was built with: zlib always.
[[nodiscard]] std::span<const Engine> engines() noexcept;
[[nodiscard]] bool isBuiltIn(Engine engine) noexcept;
/// Which of them compresses at this level.
[[nodiscard]] Engine engineFor(Compression::Level level) noexcept;

/// How a compressor is made.
struct DeflaterOptions {
  Compression::Level level = Compression::Level::Fast;
  std::uint8_t windowBits = 15;  ///< 9..15
  DeflaterUse use = DeflaterUse::OneConnection;

  friend bool operator==(const DeflaterOptions&, const DeflaterOptions&) = default;
};

/// What the codecs of a thread have their memory from.
struct CodecMemory {
  ContextMemory contexts{};
  IsalScratch isalScratch{};
};

/// Of an engine that is built in. `memory` must outlive it. Throws std::bad_alloc.
[[nodiscard]] std::unique_ptr<Deflater> makeDeflater(Engine engine, const DeflaterOptions& options,
                                                     CodecMemory& memory);
/// Of an engine that is built in; with a window of 15 bits until its reset(). nullptr if memory
/// ends. `memory` must outlive it.
[[nodiscard]] std::unique_ptr<Inflater> makeInflater(Engine engine, CodecMemory& memory) noexcept;

}  // namespace parley::deflate
