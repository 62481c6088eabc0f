#pragma once

#include <parley/export.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// HTTP header fields in the order in which they were added, found by name without regard to ASCII
/// case (Fetch section 5.1, `Headers`; RFC 9110 section 5).
///
/// A value of this class cannot hold a field that would break out of its line: whatever is added is
/// checked first. Copies are independent. Not thread-safe.
///
/// @code
/// parley::Headers headers{{"Authorization", "Bearer " + token}};
/// headers.append("X-Trace", id);
/// if (auto value = headers.get("authorization")) use(*value);
/// @endcode
class PARLEY_EXPORT Headers {
 public:
  /// One field. The name keeps the case that it was added with; the value has no surrounding
  /// blanks.
  struct Field {
    std::string name;
    std::string value;
  };
  using const_iterator = std::vector<Field>::const_iterator;

  Headers() noexcept;
  /// Appends every field in turn. Throws as append() does.
  Headers(std::initializer_list<Field> fields);
  Headers(const Headers& other);
  Headers(Headers&& other) noexcept;
  Headers& operator=(const Headers& other);
  Headers& operator=(Headers&& other) noexcept;
  ~Headers();

  /// The value of the first field of that name. The view lives until the next change of this
  /// object.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const
      PARLEY_LIFETIMEBOUND;
  /// The values of all fields of that name, in order. The views live until the next change.
  [[nodiscard]] std::vector<std::string_view> getAll(std::string_view name) const
      PARLEY_LIFETIMEBOUND;
  /// The values of all fields of that name joined with ", " (RFC 9110 section 5.3), which is what
  /// Fetch's `get()` answers; nothing when there is no such field.
  [[nodiscard]] std::optional<std::string> combined(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  /// How many fields have that name.
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

  /// Adds a field behind all others. Blanks (space, tab) around the value are dropped.
  /// @throws DOMException `SyntaxError` when the name or the value is invalid
  void append(std::string_view name, std::string_view value);
  /// Gives the first field of that name this value and removes its other fields; appends when there
  /// is none.
  /// @throws DOMException `SyntaxError` when the name or the value is invalid
  void set(std::string_view name, std::string_view value);
  /// Removes all fields of that name. (`delete` in Fetch, a keyword here.)
  void remove(std::string_view name);
  /// append() for what a peer sent: answers false, and adds nothing, where append() would throw.
  [[nodiscard]] bool tryAppend(std::string_view name, std::string_view value);

  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
  [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
  [[nodiscard]] const_iterator begin() const noexcept PARLEY_LIFETIMEBOUND {
    return fields_.begin();
  }
  [[nodiscard]] const_iterator end() const noexcept PARLEY_LIFETIMEBOUND { return fields_.end(); }

  /// A name is a token: at least one of the 77 characters of RFC 9110 section 5.6.2.
  [[nodiscard]] static bool isValidName(std::string_view name) noexcept;
  /// A value has no control character but tab (RFC 9110 section 5.5): no CR, LF, NUL or DEL. Bytes
  /// above 0x7F are allowed and opaque. May be empty.
  [[nodiscard]] static bool isValidValue(std::string_view value) noexcept;

 private:
  std::vector<Field> fields_;
};

}  // namespace parley
