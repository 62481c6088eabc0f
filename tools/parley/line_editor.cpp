#include "line_editor.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <histedit.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace parley::tool {

namespace {

constexpr int kHistorySize = 1000;
constexpr std::size_t kPromptWidth = 2;

std::size_t terminalColumns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

char* promptText(EditLine*) {
  static char text[] = "> ";
  return text;
}

/// Characters of UTF-8: every byte but the continuations.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

std::optional<std::filesystem::path> historyFile() {
  const char* state = std::getenv("XDG_STATE_HOME");
  // The XDG specification: a relative path is to be ignored.
  if (state && std::filesystem::path(state).is_absolute()) {
    return std::filesystem::path(state) / "parley" / "history";
  }
  const char* home = std::getenv("HOME");
  if (!home || !*home) return std::nullopt;
  return std::filesystem::path(home) / ".local" / "state" / "parley" / "history";
}

struct LineEditor::State {
  explicit State(OnLine handler)
      : onLine(std::move(handler)), editor(el_init("parley", stdin, stdout, stderr)) {
    HistEvent event;
    history(past, &event, H_SETSIZE, kHistorySize);
    history(past, &event, H_SETUNIQUE, 1);
    if (file) history(past, &event, H_LOAD, file->c_str());
    el_set(editor, EL_PROMPT, promptText);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, ::history, past);
    el_source(editor, nullptr);
    startLine();
  }

  ~State() {
    el_set(editor, EL_UNBUFFERED, 0);
    save();
    history_end(past);
    el_end(editor);
  }

  // In unbuffered mode el_gets() returns after each key. Entering the mode takes the terminal and
  // shows a fresh prompt; leaving it gives the terminal back.
  void startLine() { el_set(editor, EL_UNBUFFERED, 1); }
  void endLine() { el_set(editor, EL_UNBUFFERED, 0); }

  void save() {
    if (!file) return;
    std::error_code ignored;  // a history that cannot be kept is no reason to fail
    std::filesystem::create_directories(file->parent_path(), ignored);
    HistEvent event;
    history(past, &event, H_SAVE, file->c_str());
    std::filesystem::permissions(
        *file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  }

  OnLine onLine;
  std::optional<std::filesystem::path> file = historyFile();
  EditLine* editor;
  History* past = history_init();
};

LineEditor::LineEditor(OnLine onLine) : state_(std::make_unique<State>(std::move(onLine))) {}
LineEditor::~LineEditor() = default;

void LineEditor::readKey() {
  int count = 0;
  const char* text = el_gets(state_->editor, &count);
  if (!text || count <= 0) {
    state_->onLine(std::nullopt);
    return;
  }
  std::string line(text, static_cast<std::size_t>(count));
  constexpr char kEndOfTransmission = 4;
  if (line.size() == 1 && line[0] == kEndOfTransmission) {
    state_->onLine(std::nullopt);
    return;
  }
  if (line.back() != '\n' && line.back() != '\r') return;
  line.pop_back();
  state_->endLine();
  HistEvent event;
  if (!line.empty()) history(state_->past, &event, H_ENTER, line.c_str());
  state_->onLine(std::move(line));
  state_->startLine();
}

void LineEditor::print(std::string_view text) {
  const LineInfo* info = el_line(state_->editor);
  const std::string_view before(info->buffer,
                                static_cast<std::size_t>(info->cursor - info->buffer));
  const std::size_t row = (kPromptWidth + characters(before)) / terminalColumns();
  // To the prompt's first column, and everything below it away.
  std::string out = "\r";
  if (row != 0) out += "\x1b[" + std::to_string(row) + "A";
  out += "\x1b[J";
  out += text;
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
  el_set(state_->editor, EL_REFRESH);
}

void LineEditor::resize() {
  el_resize(state_->editor);
}

}  // namespace parley::tool
