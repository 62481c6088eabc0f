#include "screen.hpp"

#include <cstdio>
#include <cstdlib>
#include <iterator>

#include <fmt/core.h>
#include <unistd.h>

namespace parley::tool {

namespace {

std::string_view colourOf(Screen::Style style) {
  switch (style) {
    case Screen::Style::Received:
      return "\x1b[36m";
    case Screen::Style::Remark:
      return "\x1b[2m";
    case Screen::Style::Trouble:
      return "\x1b[31m";
  }
  return "";
}

/// The text without what a terminal would obey: C0 but tab and line feed, DEL, and C1.
std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool isC1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (isC1) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[++i]));
    } else if ((byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

Screen::Screen() : isTerminal_(::isatty(STDOUT_FILENO) != 0) {
  const char* noColour = std::getenv("NO_COLOR");  // no-color.org: set and not empty
  hasColour_ = isTerminal_ && !(noColour && *noColour);
}

std::string Screen::styled(std::string_view line, Style style) const {
  if (!hasColour_) return fmt::format("{}\n", line);
  return fmt::format("{}{}\x1b[0m\n", colourOf(style), line);
}

void Screen::write(std::string_view bytes) {
  if (editor_) return editor_->print(bytes);
  const bool isWritten = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  if (!isWritten || std::fflush(stdout) != 0) canWrite_ = false;
}

void Screen::showText(std::string_view text) {
  if (isTerminal_) return write(styled("< " + harmless(text), Style::Received));
  write(fmt::format("{}\n", text));
}

void Screen::showBinary(std::span<const std::byte> bytes, BinaryForm form) {
  if (form == BinaryForm::Raw && !isTerminal_) {
    return write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::string hexadecimal;
  for (const std::byte byte : bytes) {
    fmt::format_to(std::back_inserter(hexadecimal), "{:02x}", std::to_integer<unsigned>(byte));
  }
  if (isTerminal_) return write(styled("< (binary) " + hexadecimal, Style::Received));
  write(hexadecimal + "\n");
}

void Screen::remark(std::string_view line, Style style) {
  if (editor_) return editor_->print(styled(harmless(line), style));
  fmt::print(stderr, "{}\n", line);
}

}  // namespace parley::tool
