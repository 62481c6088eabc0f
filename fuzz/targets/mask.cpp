#include "frame/mask.hpp"

#include "bytes/utf8.hpp"
#include "frame/mask_kernels.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "fuzz/utf8_reference.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

// Oracle: the XOR of RFC 6455 section 5.3, byte by byte, and the UTF-8 reference beside it.

namespace parley::fuzz {

namespace {

using frame::MaskKey;
using frame::PlainSide;
using frame::PlainText;

std::string reference(Bytes payload, MaskKey key, std::size_t phase) {
  std::string out;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out.push_back(static_cast<char>(payload[i] ^ key.bytes[(i + phase) % 4]));
  }
  return out;
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

template <PlainSide side>
std::vector<frame::MaskKernel> kernels() {
  std::vector<frame::MaskKernel> all{&frame::maskBase<side>};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) all.push_back(&frame::maskAvx2<side>);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&frame::maskAvx512<side>);
#endif
  return all;
}

template <PlainSide side>
void checkKernels(Bytes payload, MaskKey key, std::size_t lead) {
  static const std::vector<frame::MaskKernel> all = kernels<side>();
  const std::string masked = reference(payload, key, 0);
  const std::string_view plain = side == PlainSide::Source ? asText(payload) : masked;
  for (const frame::MaskKernel kernel : all) {
    const ExactCopy from(payload, lead);
    const ExactCopy to(from.bytes(), (lead * 7) % 64);
    const auto key32 = std::bit_cast<std::uint32_t>(key);
    const PlainText apart = kernel(to.bytes().data(), from.bytes().data(), payload.size(), key32);
    require(asText(to.bytes()) == masked, "every kernel masks like the reference");
    const PlainText inPlace =
        kernel(from.bytes().data(), from.bytes().data(), payload.size(), key32);
    require(asText(from.bytes()) == masked, "in place is the same as apart");
    require(apart == inPlace && (apart == PlainText::Ascii) == isAscii(plain),
            "the plain side is looked at");
  }
}

void checkPieces(Bytes payload, MaskKey key, std::size_t phase, Splitter& splitter) {
  const std::string expected = reference(payload, key, phase);
  const auto verdict = Utf8Reference::judgeText(expected);
  bytes::Utf8Validator validator;
  std::size_t at = 0;
  splitter.divide(payload, [&](std::span<std::byte> piece) {
    const ExactCopy twin(piece);
    frame::mask(twin.bytes(), key, phase + at);
    const bool couldBeText = frame::unmaskText(piece, key, phase + at, validator);
    require(std::ranges::equal(piece, twin.bytes()), "unmaskText() unmasks all");
    require(asText(piece) == std::string_view(expected).substr(at, piece.size()),
            "the phase goes on from piece to piece");
    at += piece.size();
    const bool mustFail = verdict.firstError && *verdict.firstError < at;
    require(couldBeText != mustFail, "unmaskText() fails at the first wrong byte");
    return Appetite::More;
  });
  if (!verdict.firstError) {
    require(validator.complete() == verdict.isValid(payload.size()), "the text may end here");
  }
}

void checkCopies(Bytes text, MaskKey key, std::size_t lead) {
  const bool isText = Utf8Reference::isValid(asText(text));
  const ExactCopy from(text, lead);
  const ExactCopy to(text);
  require(frame::maskCopyText(to.bytes().data(), from.bytes(), key) == isText,
          "maskCopyText() is the reference");
  if (isText) {
    require(asText(to.bytes()) == reference(text, key, 0), "maskCopyText() masks");
  }
  require(frame::copyText(to.bytes().data(), from.bytes()) == isText,
          "copyText() is the reference");
  if (isText) require(std::ranges::equal(to.bytes(), from.bytes()), "copyText() copies");
}

}  // namespace

void mask(Bytes data) {
  Input input(data);
  MaskKey key;
  for (std::byte& byte : key.bytes) byte = std::byte{input.byte()};
  const std::size_t phase = input.byte();
  const std::size_t lead = input.below(64);
  Splitter splitter(input);
  const Bytes payload = input.rest();
  checkKernels<PlainSide::Source>(payload, key, lead);
  checkKernels<PlainSide::Result>(payload, key, lead);
  checkPieces(payload, key, phase, splitter);
  checkCopies(payload, key, lead);
}

}  // namespace parley::fuzz
