#include "transport/tls_buffer.hpp"

#include <utility>
#include <vector>

namespace parley::transport {

namespace {

/// At the end of a thread its loop may go after what follows here.
thread_local bool isGone = false;

/// What is not in use. A loop belongs to a thread, and so do its transports.
struct Spare {
  Spare() = default;
  Spare(const Spare&) = delete;
  Spare& operator=(const Spare&) = delete;
  ~Spare() { isGone = true; }

  std::vector<std::unique_ptr<std::byte[]>> buffers;
};
thread_local Spare spare;

}  // namespace

TlsBuffer::TlsBuffer() {
  if (isGone || spare.buffers.empty()) {
    memory_ = std::make_unique_for_overwrite<std::byte[]>(kSize);
  } else {
    memory_ = std::move(spare.buffers.back());
    spare.buffers.pop_back();
  }
}

TlsBuffer::~TlsBuffer() {
  if (!isGone) spare.buffers.push_back(std::move(memory_));
}

}  // namespace parley::transport
