#include "deflate/shared_codecs.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace parley::deflate {

SharedCodecs::SharedCodecs() {
  // So that giving one back can't fail.
  zlibInflaters_.reserve(kMaxStock);
  isalInflaters_.reserve(kMaxStock);
}

SharedCodecs::~SharedCodecs() = default;

Deflater& SharedCodecs::deflater(const DeflaterOptions& options) {
  const auto known = std::find_if(deflaters_.begin(), deflaters_.end(),
                                  [&](const auto& each) { return each.options == options; });
  if (known != deflaters_.end()) {
    known->deflater->reset();
    return *known->deflater;
  }
  deflaters_.push_back({options, makeDeflater(engineFor(options.level), options, memory_)});
  return *deflaters_.back().deflater;
}

SharedCodecs::Stock& SharedCodecs::stockOf(Engine engine) noexcept {
  return engine == Engine::Isal ? isalInflaters_ : zlibInflaters_;
}

std::unique_ptr<Inflater> SharedCodecs::takeInflater(Engine engine) noexcept {
  Stock& stock = stockOf(engine);
  if (stock.empty()) return makeInflater(engine, memory_);
  std::unique_ptr<Inflater> inflater = std::move(stock.back());
  stock.pop_back();
  return inflater;
}

void SharedCodecs::giveInflater(Engine engine, std::unique_ptr<Inflater> inflater) noexcept {
  Stock& stock = stockOf(engine);
  if (stock.size() < kMaxStock) stock.push_back(std::move(inflater));
}

std::span<std::byte> SharedCodecs::deflateScratch() {
  if (!deflateScratch_) deflateScratch_.reset(new std::byte[kScratchSize]);  // NOLINT: as above
  return {deflateScratch_.get(), kScratchSize};
}

std::span<std::byte> SharedCodecs::inflateScratch() noexcept {
  if (!inflateScratch_) {
    inflateScratch_.reset(new (std::nothrow) std::byte[kScratchSize]);  // NOLINT: as above
    if (!inflateScratch_) return {};
  }
  return {inflateScratch_.get(), kScratchSize};
}

}  // namespace parley::deflate
