#include "http/authentication_challenge.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>
#include <utility>

namespace parley::http {
namespace {

// RFC 9110 section 11.2, token68, without the padding at its end.
bool isToken68Char(char c) noexcept {
  return bytes::isAlphanumeric(c) ||
         (c != '\0' && std::string_view("-._~+/").find(c) != std::string_view::npos);
}

/// Reads from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool atEnd() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] bool isAt(char c) const noexcept { return !atEnd() && text_[at_] == c; }
  [[nodiscard]] bool isAtValue() const noexcept {
    return isAt('"') || (!atEnd() && bytes::isTokenChar(text_[at_]));
  }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  void returnTo(std::size_t position) noexcept { at_ = position; }

  void skipBlanks() noexcept {
    while (isAt(' ') || isAt('\t')) ++at_;
  }
  [[nodiscard]] bool take(char c) noexcept {
    if (!isAt(c)) return false;
    ++at_;
    return true;
  }
  /// Empty when no token stands here.
  [[nodiscard]] std::string_view takeToken() noexcept { return takeRun(bytes::isTokenChar); }
  /// Empty when no token68 stands here.
  [[nodiscard]] std::string_view takeToken68() noexcept {
    const std::size_t start = at_;
    if (takeRun(isToken68Char).empty()) return {};
    while (isAt('=')) ++at_;
    return text_.substr(start, at_ - start);
  }
  /// A token, or a quoted string without quotes and escapes (RFC 9110 section 5.6.4).
  [[nodiscard]] std::optional<std::string> takeValue() {
    if (!take('"')) return std::string(takeToken());
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
  [[nodiscard]] std::string_view takeRun(bool (*isPart)(char) noexcept) noexcept {
    const std::size_t start = at_;
    while (!atEnd() && isPart(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Takes one field after the other, as if they were joined with a comma (RFC 9110 section 5.3): a
/// field may go on with the challenge of the one before it.
class ChallengeReader {
 public:
  enum class Outcome { Ok, Malformed, Full };

  void readField(std::string_view value) {
    const Outcome outcome = readElements(value);
    if (outcome == Outcome::Malformed) dropOpen();
    isFull_ = outcome == Outcome::Full;
  }
  [[nodiscard]] bool isFull() const noexcept { return isFull_; }
  [[nodiscard]] std::vector<Challenge> take() && { return std::move(challenges_); }

 private:
  Outcome readElements(std::string_view value) {
    Scanner scanner(value);
    while (true) {
      scanner.skipBlanks();
      if (scanner.atEnd()) return Outcome::Ok;
      if (scanner.take(',')) continue;  // RFC 9110 section 5.6.1: empty elements are skipped
      const Outcome outcome = readElement(scanner);
      if (outcome != Outcome::Ok) return outcome;
      scanner.skipBlanks();
      if (!scanner.atEnd() && !scanner.isAt(',')) return Outcome::Malformed;
    }
  }

  // The comma parts challenges and parameters alike (RFC 9110 section 11.3); only what follows the
  // first token tells which of them begins.
  Outcome readElement(Scanner& scanner) {
    const std::string_view token = scanner.takeToken();
    if (token.empty()) return Outcome::Malformed;
    const bool isFollowedByBlank = scanner.isAt(' ') || scanner.isAt('\t');
    scanner.skipBlanks();
    if (scanner.take('=')) {
      scanner.skipBlanks();
      return readParameter(token, scanner);
    }
    if (challenges_.size() == kMaxChallenges) return Outcome::Full;
    challenges_.push_back({std::string(token), std::nullopt, {}});
    isOpen_ = true;
    if (!isFollowedByBlank || scanner.atEnd() || scanner.isAt(',')) return Outcome::Ok;
    return readFirst(scanner);
  }

  /// What follows a scheme: "abc=" is a token68, "abc=d" a parameter.
  Outcome readFirst(Scanner& scanner) {
    const std::size_t start = scanner.position();
    const std::string_view name = scanner.takeToken();
    scanner.skipBlanks();
    if (!name.empty() && scanner.take('=')) {
      scanner.skipBlanks();
      if (scanner.isAtValue()) return readParameter(name, scanner);
    }
    scanner.returnTo(start);
    const std::string_view token68 = scanner.takeToken68();
    if (token68.empty()) return Outcome::Malformed;
    challenges_.back().token68.emplace(token68);
    return Outcome::Ok;
  }

  // RFC 9110 section 11.2: a parameter's name occurs once in a challenge.
  Outcome readParameter(std::string_view name, Scanner& scanner) {
    if (!isOpen_ || challenges_.back().token68) return Outcome::Malformed;
    Challenge& challenge = challenges_.back();
    if (challenge.parameters.size() == kMaxChallengeParameters) return Outcome::Malformed;
    if (!scanner.isAtValue() || challenge.parameter(name)) return Outcome::Malformed;
    auto value = scanner.takeValue();
    if (!value) return Outcome::Malformed;
    challenge.parameters.push_back({std::string(name), *std::move(value)});
    return Outcome::Ok;
  }

  void dropOpen() {
    if (isOpen_) challenges_.pop_back();
    isOpen_ = false;
  }

  std::vector<Challenge> challenges_;
  bool isOpen_ = false;  // may the last one get more parameters?
  bool isFull_ = false;
};

}  // namespace

std::optional<std::string_view> Challenge::parameter(std::string_view name) const noexcept {
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const ChallengeParameter& parameter) {
        return bytes::equalsIgnoreCase(parameter.name, name);
      });
  if (found == parameters.end()) return std::nullopt;
  return found->value;
}

std::vector<Challenge> readChallenges(const Headers& headers, std::string_view name) {
  ChallengeReader reader;
  for (const Headers::Field& field : headers) {
    if (reader.isFull()) break;
    if (bytes::equalsIgnoreCase(field.name, name)) reader.readField(field.value);
  }
  return std::move(reader).take();
}

}  // namespace parley::http
