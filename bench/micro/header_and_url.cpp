// The frame header codec, per header, and the URL parser, per URL.

#include "frame/frame_header.hpp"
#include "url/parser.hpp"

#include <array>
#include <string_view>

#include <benchmark/benchmark.h>

namespace {

using parley::frame::FrameHeader;
using parley::frame::MaskRule;

FrameHeader headerFor(std::int64_t payload) {
  return {
      .opcode = parley::frame::Opcode::Text,
      .maskKey = parley::frame::MaskKey{{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}}},
      .payloadLength = static_cast<std::uint64_t>(payload)};
}

void encodeFrameHeader(benchmark::State& state) {
  const FrameHeader header = headerFor(state.range(0));
  std::array<std::byte, parley::frame::kMaxHeaderSize> room;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parley::frame::encodeFrameHeader(room.data(), header));
    benchmark::ClobberMemory();
  }
}

void parseFrameHeader(benchmark::State& state) {
  std::array<std::byte, parley::frame::kMaxHeaderSize> room;
  const std::size_t size = parley::frame::encodeFrameHeader(room.data(), headerFor(state.range(0)));
  std::span<const std::byte> input = std::span(room).first(size);
  FrameHeader header;
  for (auto _ : state) {
    benchmark::DoNotOptimize(input);
    benchmark::DoNotOptimize(parley::frame::parseFrameHeader(input, 0, MaskRule::Required, header));
  }
}

void parseUrl(benchmark::State& state, std::string_view url) {
  for (auto _ : state) benchmark::DoNotOptimize(parley::url::parse(url, nullptr));
}

BENCHMARK(encodeFrameHeader)->Arg(64)->Arg(1024)->Arg(1 << 20);
BENCHMARK(parseFrameHeader)->Arg(64)->Arg(1024)->Arg(1 << 20);
BENCHMARK_CAPTURE(parseUrl, short, "ws://localhost:9000/");
BENCHMARK_CAPTURE(parseUrl, usual, "wss://stream.example.com:8443/v2/feed?symbols=A,B&depth=5");
BENCHMARK_CAPTURE(parseUrl, address, "ws://[2001:db8::1]:8080/a/../b");
BENCHMARK_CAPTURE(parseUrl, international,
                  "wss://b\xc3\xbc"
                  "cher.example/caf\xc3\xa9");

}  // namespace

BENCHMARK_MAIN();
