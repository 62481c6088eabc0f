#pragma once

#include "environment.hpp"
#include "napi.hpp"

#include <parley/array_buffer.hpp>
#include <parley/headers.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::node {

/// A JavaScript TypeError or RangeError to be thrown when the native call returns.
struct ArgumentError {
  enum class Kind : std::uint8_t { Type, Range };
  Kind kind = Kind::Type;
  std::string message{};
};

// ---- To JavaScript ----

/// Strings of characters below U+0080 alone are made and kept at half the cost.
[[nodiscard]] bool isAscii(std::string_view text) noexcept;
[[nodiscard]] napi_value text(napi_env env, std::string_view utf8);
[[nodiscard]] napi_value number(napi_env env, double value);
[[nodiscard]] napi_value index(napi_env env, std::uint32_t value);
[[nodiscard]] napi_value boolean(napi_env env, bool value);
[[nodiscard]] napi_value null(napi_env env);
[[nodiscard]] napi_value array(napi_env env);
void push(napi_env env, napi_value array, napi_value value);
void set(napi_env env, napi_value object, const char* name, napi_value value);
/// A new ArrayBuffer with a copy.
[[nodiscard]] napi_value arrayBuffer(napi_env env, std::span<const std::byte> bytes);
/// A new ArrayBuffer that takes the memory over, where the runtime allows that.
[[nodiscard]] napi_value arrayBuffer(napi_env env, ArrayBuffer&& bytes);
/// [name, value, name, value, ...], as bytes of Latin-1, which is how Node shows header fields.
[[nodiscard]] napi_value fields(napi_env env, const Headers& headers);
[[nodiscard]] napi_value latin1(napi_env env, std::string_view bytes);

// ---- From JavaScript ----

[[nodiscard]] std::string toText(napi_env env, napi_value value);
[[nodiscard]] std::uint32_t toIndex(napi_env env, napi_value value);
[[nodiscard]] bool toBoolean(napi_env env, napi_value value);
/// Of an ArrayBuffer or a view; valid until JavaScript runs.
[[nodiscard]] std::span<const std::byte> toBytes(napi_env env, napi_value value);
/// Of [name, value, ...]; text is Latin-1, as Node writes header fields.
[[nodiscard]] Headers toHeaders(napi_env env, napi_value value);
[[nodiscard]] bool isNullish(napi_env env, napi_value value);

/// The members of an options object. A member that is absent or undefined leaves the default; one
/// of another type throws ArgumentError with the member's name.
class Members {
 public:
  Members(napi_env env, napi_value object) : env_(env), object_(object) {}

  void read(const char* name, bool& to) const;
  void read(const char* name, std::string& to) const;
  /// null is nullopt, here and below.
  void read(const char* name, std::optional<std::string>& to) const;
  void read(const char* name, std::vector<std::string>& to) const;
  void read(const char* name, std::uint8_t& to) const { readInteger(name, to); }
  void read(const char* name, std::uint16_t& to) const { readInteger(name, to); }
  void read(const char* name, std::uint32_t& to) const { readInteger(name, to); }
  void read(const char* name, std::uint64_t& to) const { readInteger(name, to); }
  void read(const char* name, std::optional<std::uint16_t>& to) const;
  void read(const char* name, std::chrono::milliseconds& to) const;
  void read(const char* name, std::optional<std::chrono::milliseconds>& to) const;
  void read(const char* name, Headers& to) const;
  /// One of some words.
  template <typename E, std::size_t N>
  void read(const char* name, E& to,
            const std::array<std::pair<std::string_view, E>, N>& words) const {
    std::string word;
    if (!has(name)) return;
    read(name, word);
    for (const auto& [known, value] : words) {
      if (known == word) {
        to = value;
        return;
      }
    }
    throwUnknown(name, word);
  }
  /// An object's own members; nullopt if it is absent.
  [[nodiscard]] std::optional<Members> object(const char* name) const;
  [[nodiscard]] std::vector<Members> objects(const char* name) const;
  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] napi_valuetype typeOf(const char* name) const;

 private:
  [[nodiscard]] napi_value get(const char* name) const;
  [[nodiscard]] double numberOf(const char* name, double most) const;
  [[noreturn]] static void throwUnknown(const char* name, const std::string& word);
  template <typename T>
  void readInteger(const char* name, T& to) const {
    if (!has(name)) return;
    to = static_cast<T>(numberOf(name, static_cast<double>(std::numeric_limits<T>::max())));
  }

  napi_env env_;
  napi_value object_;
};

}  // namespace parley::node
