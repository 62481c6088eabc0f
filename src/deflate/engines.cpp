#include "deflate/engines.hpp"

#include "deflate/parameters.hpp"
#include "deflate/zlib_deflater.hpp"
#include "deflate/zlib_inflater.hpp"

#if PARLEY_HAS_ISAL
#include "deflate/isal_deflater.hpp"
#include "deflate/isal_inflater.hpp"
#endif

#include <algorithm>
#include <array>

namespace parley::deflate {

namespace {

#if PARLEY_HAS_ISAL
constexpr std::array kBuiltIn{Engine::Zlib, Engine::Isal};
#else
constexpr std::array kBuiltIn{Engine::Zlib};
#endif

int zlibLevel(Compression::Level level) noexcept {
  switch (level) {
    case Compression::Level::Fast:
      return 1;
    case Compression::Level::Best:
      return 6;
  }
  return 1;
}

}  // namespace

std::span<const Engine> engines() noexcept {
  return kBuiltIn;
}

bool isBuiltIn(Engine engine) noexcept {
  return std::find(kBuiltIn.begin(), kBuiltIn.end(), engine) != kBuiltIn.end();
}

Engine engineFor(Compression::Level level) noexcept {
  return level == Compression::Level::Fast ? kBuiltIn.back() : Engine::Zlib;
}

std::unique_ptr<Deflater> makeDeflater(Engine engine, const DeflaterOptions& options,
                                       CodecMemory& memory) {
  switch (engine) {
    case Engine::Isal:
#if PARLEY_HAS_ISAL
      return std::make_unique<IsalDeflater>(options.windowBits, options.use, memory.contexts,
                                            memory.isalScratch);
#else
      break;
#endif
    case Engine::Zlib:
      break;
  }
  return std::make_unique<ZlibDeflater>(zlibLevel(options.level), options.windowBits,
                                        memory.contexts);
}

std::unique_ptr<Inflater> makeInflater(Engine engine, CodecMemory& memory) noexcept {
  switch (engine) {
    case Engine::Isal:
#if PARLEY_HAS_ISAL
      return IsalInflater::make(memory.contexts);
#else
      break;
#endif
    case Engine::Zlib:
      break;
  }
  return ZlibInflater::make(kMostWindowBits, memory.contexts);
}

}  // namespace parley::deflate
