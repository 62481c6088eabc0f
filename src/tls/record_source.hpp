#pragma once

#include <parley/protocol/connection_event.hpp>

#include <cstddef>
#include <span>

namespace parley::tls {

/// Cuts pieces of output into records: as few as there can be, as each costs a header, a tag and
/// the time of its encryption's beginning.
class RecordSource {
 public:
  /// The pieces, and what they refer to, must stay.
  explicit RecordSource(std::span<const protocol::OutputPiece> pieces) noexcept : pieces_(pieces) {
    skipEmpty();
  }

  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
  /// The content of the next record, at most `gathered.size()` bytes; empty at the end. It lies in
  /// the pieces if a single one fills the record, or ends the output; else it is gathered.
  [[nodiscard]] std::span<const std::byte> next(std::span<std::byte> gathered);

 private:
  [[nodiscard]] std::span<const std::byte> front() const noexcept {
    return {pieces_[0].data + taken_, pieces_[0].size - taken_};
  }
  [[nodiscard]] std::span<const std::byte> take(std::size_t atMost);
  void skipEmpty() noexcept;

  std::span<const protocol::OutputPiece> pieces_;
  std::size_t taken_ = 0;  // of the first piece
};

}  // namespace parley::tls
