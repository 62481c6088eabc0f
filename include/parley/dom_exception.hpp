#pragma once

#include <parley/export.hpp>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace parley {

/// The exception that every misuse throws (WebIDL section 2.8.1). What a peer or the network does
/// never throws; it arrives as `error` and `close` events and as a `Failure`.
///
/// @code
/// try {
///   socket.close(1001);                        // 1001 is not the application's to send
/// } catch (const parley::DOMException& error) {
///   std::cerr << error.name() << ": " << error.message() << '\n';
/// }
/// @endcode
class PARLEY_EXPORT DOMException : public std::exception {
 public:
  /// The names that this library throws. `SecurityError` is thrown only under
  /// `Options::BlockedPorts::Throw`.
  enum class Name : std::uint8_t {
    InvalidStateError,
    SyntaxError,
    InvalidAccessError,
    SecurityError,
    NotSupportedError,
    DataCloneError,
    NotFoundError,
    NotReadableError,
  };

  /// The legacy codes that `code()` answers, with their old spelling.
  static constexpr std::uint16_t INVALID_STATE_ERR = 11;
  static constexpr std::uint16_t SYNTAX_ERR = 12;
  static constexpr std::uint16_t INVALID_ACCESS_ERR = 15;
  static constexpr std::uint16_t SECURITY_ERR = 18;
  static constexpr std::uint16_t NOT_SUPPORTED_ERR = 9;
  static constexpr std::uint16_t DATA_CLONE_ERR = 25;
  static constexpr std::uint16_t NOT_FOUND_ERR = 8;

  /// @param name which of the standard's errors this is
  /// @param message says what was wrong and names the offending value; UTF-8
  DOMException(Name name, std::string message);

  /// The standard's spelling of the name, for example "SyntaxError". Lives for ever.
  [[nodiscard]] std::string_view name() const noexcept;
  /// What was wrong, for a developer. Lives as long as the exception.
  [[nodiscard]] const std::string& message() const noexcept PARLEY_LIFETIMEBOUND {
    return message_;
  }
  /// The legacy numeric code (`SYNTAX_ERR` is 12); 0 for a name that has none.
  [[nodiscard]] std::uint16_t code() const noexcept;
  /// "SyntaxError: message".
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  Name name_;
  std::string message_;
  std::string what_;
};

}  // namespace parley
