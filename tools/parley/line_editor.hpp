#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parley::tool {

/// A line edited at the terminal with libedit, key by key, so that other things can be waited for
/// meanwhile. While it lives the terminal is in its hands.
class LineEditor {
 public:
  /// nullopt: end of input (Ctrl-D on an empty line).
  using OnLine = std::function<void(std::optional<std::string>)>;

  explicit LineEditor(OnLine onLine);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor();

  /// Call it when standard input is readable.
  void readKey();
  /// Writes whole lines above the line that is being edited.
  void print(std::string_view text);
  /// The terminal changed its size.
  void resize();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where the history is kept (XDG Base Directory: XDG_STATE_HOME or ~/.local/state); nullopt
/// without a home.
[[nodiscard]] std::optional<std::filesystem::path> historyFile();

}  // namespace parley::tool
