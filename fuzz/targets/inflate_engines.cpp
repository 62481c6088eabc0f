#include "deflate/engines.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Oracles: pieces against the whole; what both engines accept is the same; no output but where
// there is room; each call makes progress or ends.

namespace parley::fuzz {

namespace {

using deflate::Engine;
using deflate::Inflater;
using deflate::InflateStatus;

/// Of output, so that a bomb ends soon.
constexpr std::size_t kMost = std::size_t{1} << 16U;

struct Outcome {
  InflateStatus status = InflateStatus::NeedsInput;
  std::string text{};
  bool isBetweenBlocks = true;
};

bool isFault(const Outcome& outcome) {
  return outcome.status == InflateStatus::Corrupt || outcome.status == InflateStatus::OutOfMemory;
}

/// One call, with room of exactly that size. Answers whether anything moved.
bool step(Inflater& inflater, std::span<const std::byte>& input, std::size_t room,
          Outcome& outcome) {
  const ExactCopy memory(std::vector<std::byte>(room, std::byte{0xA5}));
  std::span<std::byte> output = memory.bytes();
  const std::size_t before = input.size();
  outcome.status = inflater.inflate(input, output);
  require(output.size() <= room && input.size() <= before, "it moves forward");
  const std::size_t written = room - output.size();
  outcome.text += asText(memory.bytes().first(written));
  return written != 0 || input.size() != before;
}

Outcome run(Inflater& inflater, Bytes data, Splitter inputs, Splitter outputs) {
  Outcome outcome;
  inputs.divide(data, [&](std::span<std::byte> piece) {
    std::span<const std::byte> input = piece;
    while (true) {
      const std::size_t room = outputs.next(kMost - outcome.text.size());
      const bool hasMoved = step(inflater, input, room, outcome);
      if (isFault(outcome) || outcome.text.size() == kMost) return Appetite::Sated;
      if (outcome.status == InflateStatus::NeedsInput) break;
      require(hasMoved || room == 0, "a call makes progress");
    }
    require(input.empty(), "it takes all input before it wants more");
    return Appetite::More;
  });
  outcome.isBetweenBlocks = inflater.isBetweenBlocks();
  return outcome;
}

/// What came before a fault is the same, as far as both have it.
void requireAgreement(const Outcome& a, const Outcome& b, const char* oracle) {
  const std::size_t common = std::min(a.text.size(), b.text.size());
  require(a.text.substr(0, common) == b.text.substr(0, common), oracle);
}

void requireSame(const Outcome& a, const Outcome& b, const char* oracle) {
  requireAgreement(a, b, oracle);
  // A fault behind the end of what is asked for is seen or not: ISA-L reads ahead.
  if (a.text.size() == kMost || b.text.size() == kMost) return;
  require(isFault(a) == isFault(b), oracle);
  if (isFault(a)) return;
  require(a.isBetweenBlocks == b.isBetweenBlocks, oracle);
  // Within a block, how much comes out of what has come in is the engine's own affair.
  require(!a.isBetweenBlocks || a.text.size() == b.text.size(), oracle);
}

/// Of two engines, one of which may be stricter about code lengths that nobody writes.
void requireConsent(const Outcome& a, const Outcome& b) {
  constexpr const char* kOracle = "what both engines accept is the same";
  requireAgreement(a, b, kOracle);
  if (!isFault(a) && !isFault(b)) requireSame(a, b, kOracle);
}

}  // namespace

void inflateEngines(Bytes data) {
  Input input(data);
  const auto windowBits = static_cast<std::uint8_t>(8 + input.below(8));
  const std::string history = input.text();
  const Splitter inputs(input);
  const Splitter outputs(input);
  const Bytes stream = input.rest();
  std::optional<Outcome> first;
  deflate::CodecMemory memory;
  for (const Engine engine : deflate::engines()) {
    const std::unique_ptr<Inflater> inflater = deflate::makeInflater(engine, memory);
    require(inflater != nullptr, "there is memory");
    // ISA-L knows no smaller window than that of 15 bits.
    const std::uint8_t bits = engine == Engine::Isal ? 15 : windowBits;
    const auto outcome = [&](const Splitter& in, const Splitter& out) {
      require(inflater->reset(bits, asBytes(history)), "there is memory for the history");
      return run(*inflater, stream, in, out);
    };
    const Outcome whole = outcome(Splitter(), Splitter());
    requireSame(whole, outcome(Splitter(), Splitter()), "a reset makes it new");
    const Outcome pieces = outcome(inputs, outputs);
    // With a smaller window zlib forgives a reference that goes too far within a call's output.
    const auto compare = bits == 15 ? requireSame : requireAgreement;
    compare(whole, pieces, "pieces give what the whole gives");
    if (first) requireConsent(*first, whole);
    if (!first) first = whole;
  }
}

}  // namespace parley::fuzz
