#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace parley::tool::check {

/// What a message or a frame carries: bytes, or a rule that makes them when they are wanted, so
/// that a catalogue of large messages is small. Equal payloads make equal bytes.
class Payload {
 public:
  Payload() = default;
  Payload(std::string bytes) : size_(bytes.size()), given_(std::move(bytes)) {}  // NOLINT: a value
  Payload(const char* text) : Payload(std::string(text)) {}                      // NOLINT

  /// ASCII letters, never the same on two sides of a cut.
  static Payload letters(std::size_t size) { return {Rule::Letters, size}; }
  /// UTF-8 of characters of one to four bytes, complete at the end.
  static Payload scripts(std::size_t size) { return {Rule::Scripts, size}; }
  /// ASCII that compresses as JSON does.
  static Payload records(std::size_t size) { return {Rule::Records, size}; }
  /// Bytes that do not compress.
  static Payload noise(std::size_t size) { return {Rule::Noise, size}; }
  static Payload zeros(std::size_t size) { return {Rule::Zeros, size}; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string bytes() const;
  /// Of the same rule and size, but the `number`th of its kind. Given bytes stay as they are.
  [[nodiscard]] Payload numbered(std::size_t number) const;

 private:
  enum class Rule : std::uint8_t { Given, Letters, Scripts, Records, Noise, Zeros };
  Payload(Rule rule, std::size_t size) : rule_(rule), size_(size) {}

  Rule rule_ = Rule::Given;
  std::size_t size_ = 0;
  std::uint32_t seed_ = 1;
  std::string given_;
};

}  // namespace parley::tool::check
