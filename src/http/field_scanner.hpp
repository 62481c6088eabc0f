#pragma once

#include "bytes/ascii.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// Reads the value of a field from left to right and never goes back.
class FieldScanner {
 public:
  explicit FieldScanner(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool atEnd() const noexcept { return at_ == text_.size(); }

  void skipBlanks() noexcept {
    while (!atEnd() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[nodiscard]] bool take(char c) noexcept {
    if (atEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// Empty when no token stands here.
  [[nodiscard]] std::string_view takeToken() noexcept {
    const std::size_t start = at_;
    while (!atEnd() && bytes::isTokenChar(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  /// What lies between here and the closing quote, without escapes (RFC 9110 section 5.6.4).
  [[nodiscard]] std::optional<std::string> takeQuotedRest() {
    std::string content;
    while (!atEnd()) {
      char c = text_[at_++];
      if (c == '"') return content;
      if (c == '\\') {
        if (atEnd()) return std::nullopt;
        c = text_[at_++];
      }
      content.push_back(c);
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace parley::http
