#pragma once

#include "bytes/result.hpp"
#include "http/head_error.hpp"
#include "http/line_reader.hpp"
#include "http/message_head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace parley::http {

/// Reads one message head (RFC 9112), incrementally and in time linear in its bytes. Which part of
/// the head arrives with which call never changes the outcome.
template <typename Head>
class HeadParser {
 public:
  enum class Status : std::uint8_t { NeedMore, Done, Failed };
  struct Progress {
    Status status;
    std::size_t consumed;  ///< never past the head: what follows it is not ours
  };

  explicit HeadParser(const HeadLimits& limits = {}) noexcept
      : lineLimit_(limits.lines), reader_(limits) {}

  /// After Done and Failed it consumes nothing more.
  Progress feed(std::span<const std::byte> bytes);

  /// Complete after Done; after Failed what had been read until then.
  [[nodiscard]] Head& head() noexcept { return head_; }
  /// Why, after Failed.
  [[nodiscard]] HeadError error() const noexcept { return error_; }
  [[nodiscard]] bool hasRead() const noexcept { return reader_.hasRead(); }

 private:
  void takeLine(std::string_view line);
  void takeStartLine(std::string_view line);
  void settle(std::optional<HeadError> error, Status otherwise) noexcept;

  enum class Part : std::uint8_t { Beginning, StartLine, Fields };

  std::size_t lineLimit_;
  std::size_t lines_ = 0;
  LineReader reader_;
  Part part_ = Part::Beginning;
  Status status_ = Status::NeedMore;
  HeadError error_{};
  Head head_;
};

extern template class HeadParser<RequestHead>;
extern template class HeadParser<ResponseHead>;

using RequestHeadParser = HeadParser<RequestHead>;
using ResponseHeadParser = HeadParser<ResponseHead>;

}  // namespace parley::http
