#pragma once

#include "line_editor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parley::tool {

/// Where messages and remarks go: to a terminal, around the line that is being edited there, or
/// into a pipe.
class Screen {
 public:
  enum class Style : std::uint8_t { Received, Remark, Trouble };
  enum class BinaryForm : std::uint8_t { Hexadecimal, Raw };

  Screen();

  /// The editor to print around; nullptr: none (any more).
  void setEditor(LineEditor* editor) noexcept { editor_ = editor; }

  /// A message, as a line of standard output.
  void showText(std::string_view text);
  void showBinary(std::span<const std::byte> bytes, BinaryForm form);
  /// A line that is no message: standard error, or the terminal.
  void remark(std::string_view line, Style style);
  /// False once standard output cannot be written to.
  [[nodiscard]] bool canWrite() const noexcept { return canWrite_; }

 private:
  void write(std::string_view bytes);
  [[nodiscard]] std::string styled(std::string_view line, Style style) const;

  LineEditor* editor_ = nullptr;
  bool isTerminal_;
  bool hasColour_;
  bool canWrite_ = true;
};

}  // namespace parley::tool
