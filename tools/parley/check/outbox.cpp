#include "outbox.hpp"

#include <algorithm>
#include <utility>

namespace parley::tool::check {

void Outbox::add(std::string bytes, const Chop& chop) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  const bool isWhole = chop.first == 0 && chop.piece == 0;
  if (isWhole) {
    if (pieces_.empty() || pieces_.back().gap.count() > 0) {
      pieces_.push_back({std::move(bytes), Milliseconds{0}});
    } else {
      pieces_.back().bytes += bytes;
    }
    return;
  }
  const std::size_t rest = chop.piece > 0 ? chop.piece : bytes.size();
  std::size_t piece = chop.first > 0 ? chop.first : rest;
  for (std::size_t begin = 0; begin < bytes.size(); begin += std::exchange(piece, rest)) {
    pieces_.push_back({bytes.substr(begin, piece), chop.gap});
  }
}

void Outbox::addGap(Milliseconds gap) {
  if (!pieces_.empty()) pieces_.back().gap = std::max(pieces_.back().gap, gap);
}

Outbox::Written Outbox::write(const Socket& socket, Clock::time_point now) {
  if (pauseEnd_ && now < *pauseEnd_) return Written::Nothing;
  pauseEnd_.reset();
  bool wroteSome = false;
  while (!pieces_.empty()) {
    Piece& piece = pieces_.front();
    const auto taken = socket.write(std::string_view(piece.bytes).substr(begin_));
    if (!taken) return Written::Lost;
    if (*taken == 0) break;
    wroteSome = true;
    size_ -= *taken;
    begin_ += *taken;
    if (begin_ < piece.bytes.size()) continue;
    const Milliseconds gap = piece.gap;
    pieces_.pop_front();
    begin_ = 0;
    if (gap.count() == 0) continue;
    pauseEnd_ = now + gap;
    break;
  }
  return wroteSome ? Written::Some : Written::Nothing;
}

}  // namespace parley::tool::check
