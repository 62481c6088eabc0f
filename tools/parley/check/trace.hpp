#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace parley::tool::check {

using Clock = std::chrono::steady_clock;

/// What went over the wire in one case, as lines; of a long conversation its two ends.
class Trace {
 public:
  explicit Trace(Clock::time_point start) noexcept : start_(start) {}

  void sent(std::string_view line) { add("> ", line); }
  void received(std::string_view line) { add("< ", line); }
  void note(std::string_view line) { add("* ", line); }
  /// The time that lines to come are marked with.
  void setTime(Clock::time_point now) noexcept { now_ = now; }

  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  void add(std::string_view mark, std::string_view line);

  Clock::time_point start_;
  Clock::time_point now_ = start_;
  std::vector<std::string> first_;
  std::deque<std::string> last_;
  std::size_t left_ = 0;  // out between the two
};

}  // namespace parley::tool::check
