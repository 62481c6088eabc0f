#include "bytes/utf8.hpp"

#include "bytes/utf8_kernels.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "fuzz/utf8_reference.hpp"

#include <vector>

// Oracle: decoding by arithmetic. Every kernel agrees with it, in whatever pieces the text comes.

namespace parley::fuzz {

namespace {

std::vector<bytes::Utf8Kernel> kernels() {
  std::vector<bytes::Utf8Kernel> all{&bytes::isValidUtf8Scalar, bytes::bestUtf8Kernel()};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("ssse3")) all.push_back(&bytes::isValidUtf8Ssse3);
  if (__builtin_cpu_supports("avx2")) all.push_back(&bytes::isValidUtf8Avx2);
  if (__builtin_cpu_supports("avx512bw")) all.push_back(&bytes::isValidUtf8Avx512);
#endif
  return all;
}

void checkWhole(Bytes text, std::size_t lead, const Utf8Reference::Verdict& expected) {
  const bool isValid = expected.isValid(text.size());
  const ExactCopy copy(text, lead);
  require(bytes::isValidUtf8(copy.bytes()) == isValid, "isValidUtf8() is the reference");
  static const std::vector<bytes::Utf8Kernel> all = kernels();
  for (const bytes::Utf8Kernel kernel : all) {
    require(kernel(copy.bytes().data(), copy.bytes().size()) == isValid,
            "every kernel is the reference");
  }
}

void checkPieces(Bytes text, Splitter& splitter, const Utf8Reference::Verdict& expected) {
  bytes::Utf8Validator validator;
  std::size_t fed = 0;
  splitter.divide(text, [&](std::span<std::byte> piece) {
    fed += piece.size();
    const bool mustFail = expected.firstError && *expected.firstError < fed;
    require(validator.feed(piece) != mustFail, "feed() fails at the first wrong byte");
    if (!mustFail) {
      const auto sofar = Utf8Reference::judgeText(asText(text.first(fed)));
      require(validator.complete() == sofar.isValid(fed), "complete() is the reference");
    }
    return mustFail ? Appetite::Sated : Appetite::More;
  });
  if (expected.firstError) require(!validator.feed({}), "a broken text stays broken");
  validator.reset();
  require(validator.complete(), "reset() begins a new text");
}

}  // namespace

void utf8(Bytes data) {
  Input input(data);
  const std::size_t lead = input.below(64);
  Splitter splitter(input);
  const Bytes text = input.rest();
  const auto expected = Utf8Reference::judgeText(asText(text));
  checkWhole(text, lead, expected);
  checkPieces(text, splitter, expected);
  const std::string replaced = bytes::replaceInvalidUtf8(asText(text));
  require(replaced == Utf8Reference::replaceInvalid(asText(text)),
          "replaceInvalidUtf8() is the reference");
  require(bytes::isValidUtf8(asBytes(replaced)), "what was replaced is valid");
}

}  // namespace parley::fuzz
