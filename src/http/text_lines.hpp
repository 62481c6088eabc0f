#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace parley::http {

/// The lines of a text that lies in memory as a whole, without their ends: LF, or CR LF.
class TextLines {
 public:
  explicit TextLines(std::string_view text) noexcept : rest_(text) {}

  /// The next line, a part of the text; nullopt behind the last one.
  [[nodiscard]] std::optional<std::string_view> next() noexcept {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return line;
  }
  /// Which line next() gave, from 1.
  [[nodiscard]] std::size_t number() const noexcept { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

}  // namespace parley::http
