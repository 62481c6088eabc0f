#pragma once

#include "case.hpp"
#include "socket.hpp"
#include "trace.hpp"

#include <deque>
#include <optional>
#include <string>

namespace parley::tool::check {

/// Bytes on their way out, in the pieces that a case wants. What has no pause in between leaves in
/// one call, and so, if it is small, in one TCP segment.
class Outbox {
 public:
  void add(std::string bytes, const Chop& chop);
  /// What follows leaves no earlier than so long after what is there now.
  void addGap(Milliseconds gap);

  [[nodiscard]] bool isEmpty() const noexcept { return pieces_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Until when a pause lasts.
  [[nodiscard]] std::optional<Clock::time_point> pauseEnd() const noexcept { return pauseEnd_; }

  enum class Written : std::uint8_t { Some, Nothing, Lost };
  Written write(const Socket& socket, Clock::time_point now);

 private:
  struct Piece {
    std::string bytes;
    Milliseconds gap{0};  // after it
  };

  std::deque<Piece> pieces_;
  std::size_t begin_ = 0;  // of what is left of the first piece
  std::size_t size_ = 0;
  std::optional<Clock::time_point> pauseEnd_;
};

}  // namespace parley::tool::check
