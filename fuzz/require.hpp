#pragma once

#include <stdexcept>

namespace parley::fuzz {

/// What an oracle says is not what happened. Under libFuzzer nobody catches it, so that the program
/// ends with the stack of the oracle; the replay test catches it and names the input.
class Contradiction : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Every oracle of every target speaks through this.
inline void require(bool holds, const char* oracle) {
  if (!holds) throw Contradiction(oracle);
}

}  // namespace parley::fuzz
