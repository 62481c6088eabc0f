#include "script.hpp"

#include "deflate_stream.hpp"
#include "frames.hpp"
#include "json_messages.hpp"

namespace bench {
namespace {

constexpr std::size_t kCompressedMessages = 64;

std::vector<std::byte> bytesOf(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Script::Script(const LoadOptions& options, std::string_view answer) {
  if (options.compression == Compression::Off) {
    payloads_.push_back(pattern(options.bytes));
    addFrames(options, payloads_);
    return;
  }
  const bool takesOver = answer.find("client_no_context_takeover") == std::string_view::npos;
  // The first refers to nothing before it, so that the whole can be repeated in one context.
  DeflateStream stream;
  std::vector<std::vector<std::byte>> contents;
  for (const std::string& text : jsonMessages(kCompressedMessages, options.bytes)) {
    payloads_.push_back(bytesOf(text));
    if (!takesOver) stream.reset();
    contents.push_back(stream.message(payloads_.back()));
  }
  addFrames(options, contents);
}

void Script::addFrames(const LoadOptions& options,
                       const std::vector<std::vector<std::byte>>& contents) {
  const Opcode opcode = options.payload == Payload::Text ? Opcode::Text : Opcode::Binary;
  const Coding coding = options.compression == Compression::On ? Coding::Deflated : Coding::Plain;
  for (std::size_t i = 0; i < contents.size() + options.depth; ++i) {
    starts_.push_back(wire_.size());
    appendFrame(wire_, opcode, contents[i % contents.size()], Masking::Masked, coding);
  }
  starts_.push_back(wire_.size());
}

}  // namespace bench
