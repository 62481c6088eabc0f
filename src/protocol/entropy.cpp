#include <parley/protocol/entropy.hpp>

namespace parley::protocol {

Entropy::~Entropy() = default;

void Entropy::refill() {
  fill(std::as_writable_bytes(std::span(pool_)));
  next_ = 0;
}

}  // namespace parley::protocol
