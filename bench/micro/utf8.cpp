// Validation of UTF-8; its limit is memcpyLimit of masking.cpp.

#include "bytes/utf8.hpp"

#include "text.hpp"

#include <algorithm>
#include <span>

#include <benchmark/benchmark.h>

namespace {

using bench::Script;

void isValidUtf8(benchmark::State& state, Script script) {
  const auto text = bench::textOf(script, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(parley::bytes::isValidUtf8(text));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// In pieces that cut characters.
void utf8InPieces(benchmark::State& state, Script script) {
  constexpr std::size_t kPiece = 1447;
  const auto text = bench::textOf(script, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    parley::bytes::Utf8Validator validator;
    std::span<const std::byte> left(text);
    while (!left.empty()) {
      const auto piece = left.first(std::min(kPiece, left.size()));
      benchmark::DoNotOptimize(validator.feed(piece));
      left = left.subspan(piece.size());
    }
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(isValidUtf8, ascii, Script::Ascii)->Arg(16)->Arg(64)->Arg(1024)->Arg(65536);
BENCHMARK_CAPTURE(isValidUtf8, latin, Script::Latin)->Arg(16)->Arg(64)->Arg(1024)->Arg(65536);
BENCHMARK_CAPTURE(isValidUtf8, cjk, Script::Cjk)->Arg(16)->Arg(64)->Arg(1024)->Arg(65536);
BENCHMARK_CAPTURE(isValidUtf8, emoji, Script::Emoji)->Arg(16)->Arg(64)->Arg(1024)->Arg(65536);
BENCHMARK_CAPTURE(utf8InPieces, cjk, Script::Cjk)->Arg(65536);

}  // namespace
