#include "connect_command.hpp"

#include "connect_options.hpp"
#include "event_pump.hpp"
#include "input_lines.hpp"
#include "line_editor.hpp"
#include "screen.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/wire_inspector.hpp>
#include <parley/websocket.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace parley::tool {

namespace {

constexpr std::uint64_t kMostUnsent = std::uint64_t{1} << 20;
constexpr std::chrono::milliseconds kUnsentCheck{20};
constexpr std::string_view kHelp =
    "/close [code] [reason]  close the connection\n"
    "/ping                   send a Ping\n"
    "/help                   this list\n"
    "/quit                   close with 1000 and leave\n"
    "//text                  send a line that begins with a slash\n"
    "anything else is sent as a message";

/// "a b c" -> "a", leaving "b c".
std::string_view takeWord(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return word;
}

/// One connection and who talks over it.
class Conversation {
 public:
  explicit Conversation(const ConnectSettings& settings)
      : settings_(settings),
        isInteractive_(::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0),
        pump_(loop_) {}

  ExitCode run() {
    const Options chosen = options();
    socket_.emplace(loop_, settings_.url, settings_.protocols, chosen);
    socket_->setBinaryType(BinaryType::ArrayBuffer);
    listen();
    watchSignals();
    watchInput();
    pump_.run();
    if (const auto error = keepCookies(settings_, chosen)) return fail(ExitCode::Failed, *error);
    return result_;
  }

 private:
  Options options();
  void listen();
  void watchSignals();
  void watchInput();

  void onOpen();
  void onMessage(const MessageEvent& event);
  void onClose(const CloseEvent& event);
  void onEditedLine(std::optional<std::string> line);
  void onInputEnd();
  void command(std::string_view line);
  void closeCommand(std::string_view arguments);
  void sendLine(std::string_view line);
  void lingerAnew();
  void closeAsAsked();
  void explain(const Failure& failure);
  void finish(ExitCode code, std::string_view message);
  [[nodiscard]] bool wantsInput() const;

  ConnectSettings settings_;
  bool isInteractive_;
  Loop loop_;
  EventPump pump_;
  Screen screen_;
  InputLines lines_{STDIN_FILENO};
  std::unique_ptr<LineEditor> editor_;
  std::optional<WebSocket> socket_;
  std::optional<TimerId> lingering_;
  bool inputEnded_ = false;
  ExitCode result_ = ExitCode::Failed;
};

Options Conversation::options() {
  Options options = optionsFor(settings_);
  if (settings_.verbose) {
    auto inspector = std::make_shared<protocol::WireInspector>(
        protocol::Role::Client, [this](const protocol::WireRecord& record) {
          screen_.remark(describe(record), Screen::Style::Remark);
        });
    options.wireTap = [inspector](WireDirection direction, std::span<const std::byte> bytes) {
      inspector->feed(direction, bytes);
    };
    options.connectLog = [this](std::string_view line) {
      screen_.remark(line, Screen::Style::Remark);
    };
  }
  return options;
}

void Conversation::listen() {
  socket_->onopen = [this](const Event&) { onOpen(); };
  socket_->onmessage = [this](const MessageEvent& event) { onMessage(event); };
  socket_->onclose = [this](const CloseEvent& event) { onClose(event); };
}

void Conversation::watchSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  pump_.onSignals({SIGINT, SIGTERM, SIGWINCH}, [this](int signal) {
    if (signal == SIGWINCH) {
      if (editor_) editor_->resize();
    } else if (socket_->readyState() == WebSocket::OPEN) {
      closeAsAsked();
    } else {
      socket_->terminate();
    }
  });
}

void Conversation::watchInput() {
  pump_.watch(
      STDIN_FILENO, [this] { return wantsInput(); },
      [this] {
        if (editor_) return editor_->readKey();
        const auto status = lines_.read([this](std::string_view line) { sendLine(line); });
        if (status == InputLines::Status::End) onInputEnd();
      });
}

/// A pipe is read no faster than the network takes it.
bool Conversation::wantsInput() const {
  if (inputEnded_ || socket_->readyState() != WebSocket::OPEN) return false;
  return editor_ || socket_->bufferedAmount() < kMostUnsent;
}

void Conversation::onOpen() {
  if (isInteractive_) {
    std::string text = "connected to " + socket_->url();
    if (!socket_->protocol().empty()) text += " (" + socket_->protocol() + ")";
    screen_.remark(text + "; /help lists the commands", Screen::Style::Remark);
    editor_ = std::make_unique<LineEditor>(
        [this](std::optional<std::string> line) { onEditedLine(std::move(line)); });
    screen_.setEditor(editor_.get());
  }
  if (settings_.pingSeconds) {
    loop_.setInterval([this] { socket_->ping(); }, std::chrono::seconds(*settings_.pingSeconds));
  }
}

void Conversation::onMessage(const MessageEvent& event) {
  const MessageData& data = event.data();
  if (data.isText()) {
    screen_.showText(data.text());
  } else {
    screen_.showBinary(
        data.bytes(), settings_.binary ? Screen::BinaryForm::Raw : Screen::BinaryForm::Hexadecimal);
  }
  if (!screen_.canWrite()) return finish(ExitCode::Failed, "can't write to standard output");
  if (lingering_) lingerAnew();
}

void Conversation::onClose(const CloseEvent& event) {
  if (const auto failure = socket_->failure()) {
    if (settings_.verbose) explain(*failure);
    return finish(ExitCode::Failed, failure->message);
  }
  std::string text = "closed with " + std::to_string(event.code());
  if (!event.reason().empty()) text += " (" + event.reason() + ")";
  if (!event.wasClean()) return finish(ExitCode::Failed, "the connection was lost");
  // RFC 6455 section 7.4: 1002 to 1015 tell of an error; 3000 and above belong to applications.
  if (event.code() >= 1002 && event.code() < 3000 && event.code() != 1005) {
    return finish(ExitCode::Failed, text);
  }
  if (isInteractive_) screen_.remark(text, Screen::Style::Remark);
  finish(ExitCode::Ok, {});
}

void Conversation::explain(const Failure& failure) {
  for (const Failure::Attempt& attempt : failure.attempts) {
    screen_.remark("tried " + attempt.address + ": " + attempt.text, Screen::Style::Remark);
  }
  std::string_view body = failure.httpBody;
  while (!body.empty()) {
    screen_.remark(body.substr(0, body.find('\n')), Screen::Style::Remark);
    body = body.find('\n') == body.npos ? std::string_view() : body.substr(body.find('\n') + 1);
  }
}

/// The terminal is given back before the last line is written.
void Conversation::finish(ExitCode code, std::string_view message) {
  screen_.setEditor(nullptr);
  if (editor_) fmt::print("\n");
  editor_.reset();
  result_ = message.empty() ? code : fail(code, message);
  pump_.stop();
}

void Conversation::onEditedLine(std::optional<std::string> line) {
  if (!line) {
    inputEnded_ = true;
    return closeAsAsked();
  }
  if (line->empty()) return;
  if (line->starts_with("//")) return sendLine(std::string_view(*line).substr(1));
  if (line->starts_with('/')) return command(std::string_view(*line).substr(1));
  sendLine(*line);
}

void Conversation::command(std::string_view line) {
  const std::string_view name = takeWord(line);
  if (name == "close") {
    closeCommand(line);
  } else if (name == "ping") {
    socket_->ping();
  } else if (name == "quit") {
    socket_->close(1000);
  } else if (name == "help") {
    fmt::print("{}\n", kHelp);
  } else {
    fmt::print("no command /{}; /help lists them\n", name);
  }
}

void Conversation::closeCommand(std::string_view arguments) {
  int code = CloseCode::kNormalClosure.value();
  const std::string_view word = takeWord(arguments);
  const char* end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, code);
  if (!word.empty() && (parsed.ec != std::errc() || parsed.ptr != end)) {
    fmt::print("/close: '{}' is not a code\n", word);
    return;
  }
  try {
    socket_->close(code, arguments);
  } catch (const DOMException& error) {
    fmt::print("/close: {}\n", error.message());
  }
}

void Conversation::sendLine(std::string_view line) {
  try {
    if (settings_.binary) {
      socket_->send(std::as_bytes(std::span(line.data(), line.size())));
    } else {
      socket_->send(line);
    }
  } catch (const DOMException& error) {
    if (isInteractive_) {
      fmt::print("not sent: {}\n", error.message());
      return;
    }
    throw;
  }
}

void Conversation::onInputEnd() {
  inputEnded_ = true;
  lingerAnew();
}

/// Answers may still come: wait for a time of silence after the last bytes have left (RFC 6455 has
/// no way to ask whether the peer is done).
void Conversation::lingerAnew() {
  if (lingering_) loop_.clearTimeout(*lingering_);
  const auto check = [this] {
    if (socket_->bufferedAmount() == 0) return closeAsAsked();
    lingerAnew();
  };
  const bool isUnsent = socket_->bufferedAmount() != 0;
  const std::chrono::milliseconds silence(settings_.lingerMilliseconds);
  lingering_ = loop_.setTimeout(check, isUnsent ? std::max(silence, kUnsentCheck) : silence);
}

void Conversation::closeAsAsked() {
  socket_->close(settings_.closeCode.value_or(1000), settings_.closeReason);
}

}  // namespace

ExitCode connect(const ConnectSettings& settings) {
  if (settings.closeCode && !CloseCode(*settings.closeCode).isAllowedInClose()) {
    return fail(ExitCode::Usage,
                fmt::format("--close: {} is neither 1000 nor 3000 to 4999", *settings.closeCode));
  }
  if (settings.closeReason.size() > 123) {
    return fail(ExitCode::Usage, "--reason: more than 123 bytes");
  }
  try {
    return Conversation(settings).run();
  } catch (const DOMException& error) {
    return fail(ExitCode::Usage, error.message());
  }
}

}  // namespace parley::tool
