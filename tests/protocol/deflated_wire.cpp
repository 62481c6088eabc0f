#include "protocol/deflated_wire.hpp"

#include <array>
#include <random>

#include <gtest/gtest.h>

namespace parley::protocol {

namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

DeflatedWire::DeflatedWire(const DeflateAgreement::Direction& direction, Compression::Level level)
    : deflater_(direction, level, codecs_), inflater_(direction, codecs_) {}

std::string DeflatedWire::deflate(std::string_view message) {
  const auto deflated = deflater_.deflate(bytesOf(message));
  if (deflated) {
    return {reinterpret_cast<const char*>(deflated->payload.data()), deflated->payload.size()};
  }
  // As stored blocks (RFC 7692 section 7.2.3.3), the last of which is empty.
  std::string payload;
  for (std::size_t at = 0; at < message.size(); at += 60'000) {
    const std::string_view part = message.substr(at, 60'000);
    const auto size = static_cast<unsigned>(part.size());
    payload += wire::bytes({0, size % 256, size / 256, ~size % 256, ~size / 256 % 256});
    payload += part;
  }
  return payload + wire::bytes({0});
}

std::string DeflatedWire::inflate(std::string_view payload) {
  using deflate::InflateStatus;
  EXPECT_EQ(inflater_.begin(payload.size()), deflate::MessageInflater::Start::Ready);
  std::string message;
  std::string room(100'000, '\0');
  std::span<const std::byte> input = bytesOf(payload);
  bool isFinishing = false;
  while (true) {
    std::span<std::byte> free = std::as_writable_bytes(std::span(room));
    const InflateStatus status =
        isFinishing ? inflater_.finish(free) : inflater_.inflate(input, free);
    message.append(room, 0, room.size() - free.size());
    if (status == InflateStatus::NeedsOutput) continue;
    if (status != InflateStatus::NeedsInput) {
      ADD_FAILURE() << "a payload of " << payload.size() << " bytes that is no message";
      return message;
    }
    if (isFinishing) break;
    isFinishing = true;
  }
  EXPECT_EQ(inflater_.end(bytesOf(message)), deflate::MessageInflater::Start::Ready);
  return message;
}

std::string wordsOf(std::size_t size, unsigned seed) {
  static constexpr std::array<std::string_view, 6> kWords{"lorem ", "ipsum ", "dolor ",
                                                          "sit ",   "amet, ", "consectetur "};
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) text += kWords[random() % kWords.size()];
  text.resize(size);
  return text;
}

std::string noiseOf(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace parley::protocol
