#include "transport/tls_buffer.hpp"

#include <optional>
#include <thread>

#include <gtest/gtest.h>

namespace parley::transport {
namespace {

TEST(TlsBuffer, IsTheSameForOneCallAfterTheOther) {
  const std::byte* first = nullptr;
  {
    const TlsBuffer buffer;
    first = buffer.bytes().data();
    EXPECT_EQ(buffer.bytes().size(), TlsBuffer::kSize);
  }
  const TlsBuffer buffer;
  EXPECT_EQ(buffer.bytes().data(), first);
}

TEST(TlsBuffer, IsAnotherOneForACallWithinACall) {
  const TlsBuffer outer;
  const TlsBuffer inner;
  EXPECT_NE(outer.bytes().data(), inner.bytes().data());
}

/// Goes with its thread, after what the thread has used since it was made.
struct LateUser {
  ~LateUser() { const TlsBuffer buffer; }
};

TEST(TlsBuffer, CanBeUsedAtTheEndOfItsThread) {
  std::thread([] {
    thread_local const LateUser late;
    static_cast<void>(&late);
    const TlsBuffer buffer;
  }).join();
}

}  // namespace
}  // namespace parley::transport
