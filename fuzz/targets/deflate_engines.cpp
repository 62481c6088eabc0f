#include "deflate/deflater.hpp"
#include "deflate/engines.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/payload.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <memory>
#include <string>
#include <vector>

// Oracles: inflate(deflate(x)) is x with each pair of engines, however the memory is cut; a message
// ends with the tail, on a byte boundary; the window is kept to.

namespace parley::fuzz {

namespace {

using deflate::Deflater;
using deflate::Engine;
using deflate::Inflater;
using deflate::InflateStatus;

constexpr std::string_view kTail("\x00\x00\xFF\xFF", deflate::kTailSize);

std::string compressed(Deflater& deflater, std::string_view message, Splitter& inputs,
                       Splitter& outputs) {
  std::string output;
  std::size_t at = 0;
  deflater.begin(message.size());
  do {
    const std::size_t size = inputs.next(message.size() - at);
    const ExactCopy piece(asBytes(message.substr(at, size)));
    at += size;
    const auto part = at == message.size() ? Deflater::Part::Last : Deflater::Part::Inner;
    std::span<const std::byte> input = piece.bytes();
    auto status = Deflater::Status::NeedsOutput;
    while (status == Deflater::Status::NeedsOutput) {
      const ExactCopy room(std::vector<std::byte>(outputs.next(message.size() + 500)));
      std::span<std::byte> free = room.bytes();
      status = deflater.deflate(input, free, part);
      output += asText(room.bytes().first(room.bytes().size() - free.size()));
      require(output.size() <= 2 * message.size() + 10'000, "it ends");
    }
    require(input.empty(), "all input is taken");
  } while (at < message.size());
  require(output.ends_with(kTail), "a message ends with the tail");
  return output;
}

std::string decompressed(Inflater& inflater, std::string_view payload, std::size_t size) {
  const ExactCopy copy(asBytes(payload));
  const ExactCopy room(std::vector<std::byte>(size + 1));
  std::span<const std::byte> input = copy.bytes();
  std::span<std::byte> free = room.bytes();
  const InflateStatus status = inflater.inflate(input, free);
  require(status == InflateStatus::NeedsInput && input.empty(), "it is DEFLATE");
  require(inflater.isBetweenBlocks(), "a message ends between two blocks");
  return std::string(asText(room.bytes().first(room.bytes().size() - free.size())));
}

/// Forgets; with the writer's window, where the engine knows of others than that of 15 bits.
void reset(Inflater& inflater, Engine engine, std::uint8_t windowBits) {
  require(inflater.reset(engine == Engine::Isal ? 15 : windowBits, {}), "there is memory");
}

struct Reader {
  Engine engine;
  std::unique_ptr<Inflater> inflater;
};

std::vector<Reader> makeReaders(std::uint8_t windowBits, deflate::CodecMemory& memory) {
  std::vector<Reader> readers;
  for (const Engine engine : deflate::engines()) {
    readers.push_back({engine, deflate::makeInflater(engine, memory)});
    require(readers.back().inflater != nullptr, "there is memory");
    reset(*readers.back().inflater, engine, windowBits);
  }
  return readers;
}

}  // namespace

void deflateEngines(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  const deflate::DeflaterOptions options{
      .level = (choice & 1U) != 0 ? Compression::Level::Best : Compression::Level::Fast,
      .windowBits = static_cast<std::uint8_t>(9 + (choice >> 2U) % 7),
      .use =
          (choice & 2U) != 0 ? deflate::DeflaterUse::Shared : deflate::DeflaterUse::OneConnection};
  Splitter inputs(input);
  Splitter outputs(input);
  std::vector<std::string> messages;
  Payloads payloads;
  for (std::size_t i = 0; i < 6 && !input.empty(); ++i) {
    messages.push_back(payloads.next(input));
    // Never compressed: it can't get smaller, and zlib does not flush where nothing came.
    if (messages.back().empty()) messages.pop_back();
  }
  for (const Engine engine : deflate::engines()) {
    deflate::CodecMemory memory;
    const auto deflater = deflate::makeDeflater(engine, options, memory);
    const std::vector<Reader> readers = makeReaders(options.windowBits, memory);
    for (const std::string& message : messages) {
      const bool isShared = options.use == deflate::DeflaterUse::Shared;
      if (isShared) deflater->reset();
      const std::string payload = compressed(*deflater, message, inputs, outputs);
      for (const Reader& reader : readers) {
        if (isShared) reset(*reader.inflater, reader.engine, options.windowBits);
        require(decompressed(*reader.inflater, payload, message.size()) == message,
                "inflate(deflate(x)) is x");
      }
    }
  }
}

}  // namespace parley::fuzz
