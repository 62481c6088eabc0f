#include "fuzz/inflating.hpp"

#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace parley::fuzz {

namespace {

using deflate::InflateStatus;
using Outcome = Inflated::Outcome;

/// Room for output with a fence behind it: the libraries are not instrumented.
class FencedRoom {
 public:
  explicit FencedRoom(std::size_t size) : memory_(size + kFence, kMark) {}

  [[nodiscard]] std::span<std::byte> bytes() noexcept {
    return std::span(memory_).first(memory_.size() - kFence);
  }
  [[nodiscard]] bool isIntact() const noexcept {
    return std::all_of(memory_.end() - kFence, memory_.end(),
                       [](std::byte byte) { return byte == kMark; });
  }

 private:
  static constexpr std::ptrdiff_t kFence = 64;
  static constexpr std::byte kMark{0xA5};

  std::vector<std::byte> memory_;
};

/// Calls `step` until it needs more input than it has; `most` bytes of text at most.
template <typename Step>
Outcome inflateUntilIdle(std::string& text, std::size_t room, std::size_t most, Step step) {
  while (true) {
    FencedRoom memory(room);
    std::span<std::byte> free = memory.bytes();
    const std::size_t taken = text.size();
    std::size_t consumed = 0;
    const InflateStatus status = step(free, consumed);
    require(memory.isIntact(), "nothing is written behind the room");
    if (status == InflateStatus::Corrupt) return Outcome::Refused;
    require(status != InflateStatus::OutOfMemory, "there is memory");
    text += asText(memory.bytes().first(memory.bytes().size() - free.size()));
    if (text.size() > most) return Outcome::TooBig;
    if (status == InflateStatus::NeedsInput) return Outcome::Whole;
    require(text.size() != taken || consumed != 0, "every call makes progress");
  }
}

}  // namespace

Inflated inflateMessage(deflate::MessageInflater& inflater, std::string_view payload,
                        std::uint64_t announced, Splitter& splitter, std::size_t room,
                        std::size_t most) {
  using Start = deflate::MessageInflater::Start;
  Inflated result;
  require(inflater.begin(announced) == Start::Ready, "there is memory");
  splitter.divide(asBytes(payload), [&](std::span<std::byte> piece) {
    std::span<const std::byte> rest = piece;
    result.outcome = inflateUntilIdle(result.text, room, most,
                                      [&](std::span<std::byte>& free, std::size_t& consumed) {
                                        const std::size_t before = rest.size();
                                        const InflateStatus status = inflater.inflate(rest, free);
                                        consumed = before - rest.size();
                                        require(status != InflateStatus::NeedsInput || rest.empty(),
                                                "who needs input has taken all");
                                        return status;
                                      });
    return result.outcome == Outcome::Whole ? Appetite::More : Appetite::Sated;
  });
  if (result.outcome != Outcome::Whole) return result;
  int calls = 0;
  result.outcome = inflateUntilIdle(result.text, room, most,
                                    [&](std::span<std::byte>& free, std::size_t& consumed) {
                                      // The tail has four bytes, which are taken inside.
                                      consumed = ++calls <= 8 ? 1 : 0;
                                      return inflater.finish(free);
                                    });
  if (result.outcome != Outcome::Whole) return result;
  require(inflater.end(asBytes(result.text)) == Start::Ready, "there is memory");
  return result;
}

}  // namespace parley::fuzz
