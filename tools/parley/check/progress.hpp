#pragma once

#include "result.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::tool::check {

/// What is seen while cases run: one line that changes on a terminal, a line for each failure in a
/// pipe.
class Progress {
 public:
  explicit Progress(std::size_t cases);

  void note(const Case& one, const Result& result);
  /// Takes the line away, before something else is printed.
  void clear();
  void restart() noexcept;

 private:
  std::size_t cases_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  bool isTerminal_;
};

}  // namespace parley::tool::check
