// Masking and the passes that do more at once, beside memcpy, which moves the same bytes.

#include "frame/mask.hpp"
#include "text.hpp"

#include <cstring>

#include <benchmark/benchmark.h>

namespace {

using bench::Script;
using parley::frame::MaskKey;

// A payload begins behind a header, not at the start of a cache line.
constexpr std::size_t kHeader = 6;
constexpr MaskKey kKey{{std::byte{0x12}, std::byte{0x9a}, std::byte{0x5c}, std::byte{0xe7}}};

struct Buffers {
  Buffers(benchmark::State& state, Script script)
      : size(static_cast<std::size_t>(state.range(0))),
        from(bench::textOf(script, size + kHeader)),
        to(size + kHeader) {
    state.SetBytesProcessed(0);
  }
  [[nodiscard]] std::span<std::byte> source() { return std::span(from).subspan(kHeader); }
  [[nodiscard]] std::byte* target() { return to.data() + kHeader; }

  std::size_t size;
  std::vector<std::byte> from;
  std::vector<std::byte> to;
};

template <typename Pass>
void run(benchmark::State& state, Script script, Pass pass) {
  Buffers buffers(state, script);
  for (auto _ : state) {
    pass(buffers);
    benchmark::DoNotOptimize(buffers.to.data());
    benchmark::DoNotOptimize(buffers.from.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void memcpyLimit(benchmark::State& state) {
  run(state, Script::Ascii, [](Buffers& buffers) {
    std::memcpy(buffers.target(), buffers.source().data(), buffers.size);
  });
}

void maskInPlace(benchmark::State& state) {
  run(state, Script::Ascii, [](Buffers& buffers) { parley::frame::mask(buffers.source(), kKey); });
}

void maskCopy(benchmark::State& state) {
  run(state, Script::Ascii,
      [](Buffers& buffers) { parley::frame::maskCopy(buffers.target(), buffers.source(), kKey); });
}

void maskCopyText(benchmark::State& state, Script script) {
  run(state, script, [](Buffers& buffers) {
    benchmark::DoNotOptimize(parley::frame::maskCopyText(buffers.target(), buffers.source(), kKey));
  });
}

void unmaskText(benchmark::State& state, Script script) {
  parley::bytes::Utf8Validator validator;
  // Twice the same mask is none, so every pass but the first sees what the one before has left;
  // with the key zero all of them see text.
  run(state, script, [&](Buffers& buffers) {
    benchmark::DoNotOptimize(parley::frame::unmaskText(buffers.source(), MaskKey{}, 0, validator));
    validator.reset();
  });
}

void copyText(benchmark::State& state, Script script) {
  run(state, script, [](Buffers& buffers) {
    benchmark::DoNotOptimize(parley::frame::copyText(buffers.target(), buffers.source()));
  });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const long size : {16L, 64L, 125L, 1024L, 16384L, 65536L, 1L << 20}) benchmark->Arg(size);
}

BENCHMARK(memcpyLimit)->Apply(sizes);
BENCHMARK(maskInPlace)->Apply(sizes);
BENCHMARK(maskCopy)->Apply(sizes);
BENCHMARK_CAPTURE(maskCopyText, ascii, Script::Ascii)->Apply(sizes);
BENCHMARK_CAPTURE(maskCopyText, cjk, Script::Cjk)->Apply(sizes);
BENCHMARK_CAPTURE(unmaskText, ascii, Script::Ascii)->Apply(sizes);
BENCHMARK_CAPTURE(unmaskText, cjk, Script::Cjk)->Apply(sizes);
BENCHMARK_CAPTURE(copyText, ascii, Script::Ascii)->Apply(sizes);

}  // namespace
