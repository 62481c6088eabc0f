#pragma once

#include "deflate/deflater.hpp"
#include "deflate/engines.hpp"
#include "deflate/inflater.hpp"

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace parley::deflate {

/// How a test hands out memory: input and output in pieces of these sizes.
struct Division {
  std::size_t input = SIZE_MAX;
  std::size_t output = SIZE_MAX;
};

/// The message compressed, without its tail. Expects the tail.
std::string deflated(Deflater& deflater, std::string_view message, const Division& division = {});

/// What a message comes to: its text if it was whole, and how the input ended.
struct Inflated {
  std::string text;
  InflateStatus status = InflateStatus::NeedsInput;
  bool isBetweenBlocks = false;

  friend bool operator==(const Inflated&, const Inflated&) = default;
};

/// Decompresses exactly `input`. Memory is of exact size, so that a sanitizer sees every step
/// outside. Output beyond `most` is not asked for.
Inflated inflated(Inflater& inflater, std::string_view input, const Division& division = {},
                  std::size_t most = SIZE_MAX);

/// The message that a payload of a frame stands for: with the tail appended, unless it is complete.
Inflated inflatedMessage(Inflater& inflater, std::string_view payload,
                         const Division& division = {});

/// By zlib itself, with everything that our compressors do not do.
struct ZlibStyle {
  int level = 6;
  int windowBits = 15;
  int flush = 2;     ///< Z_SYNC_FLUSH; 4 is Z_FINISH, which ends with BFINAL
  int strategy = 0;  ///< 4 is Z_FIXED
};
std::string zlibDeflated(std::string_view message, const ZlibStyle& style = {});

std::ostream& operator<<(std::ostream& out, Engine engine);
std::ostream& operator<<(std::ostream& out, InflateStatus status);
std::ostream& operator<<(std::ostream& out, const Inflated& inflated);

}  // namespace parley::deflate
