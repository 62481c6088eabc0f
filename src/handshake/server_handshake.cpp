#include "handshake/extension_offer.hpp"
#include "handshake/failure.hpp"
#include "handshake/response_writer.hpp"
#include "handshake/upgrade_check.hpp"
#include "http/head_parser.hpp"
#include "http/token_list.hpp"

#include <parley/protocol/server_handshake.hpp>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

namespace parley::protocol {

using handshake::AfterResponse;
using handshake::BodyUse;
using http::RequestHeadParser;

namespace {

// RFC 9112 section 9.3. HTTP/1.0 is always closed: its keep-alive was never standardised. A body is
// not read, so nothing behind it could be found.
AfterResponse persistence(const Request& request) {
  const bool persists = request.version == HttpVersion::Http11 && !request.hasBody &&
                        !http::listHas(request.headers, "Connection", "close");
  return persists ? AfterResponse::KeepAlive : AfterResponse::Close;
}

BodyUse bodyUse(const Request* request) {
  return request != nullptr && request->method == "HEAD" ? BodyUse::OnlyLength : BodyUse::Send;
}

}  // namespace

class ServerHandshake::Impl {
 public:
  explicit Impl(const HandshakeLimits& limits)
      : limits_(handshake::headLimits(limits)), phase_(std::in_place_type<ReadingHead>, limits_) {}

  std::size_t receive(std::span<const std::byte> bytes) {
    if (std::holds_alternative<Ended>(phase_)) return bytes.size();
    if (!std::holds_alternative<ReadingHead>(phase_)) return 0;
    const auto rest = bytes.subspan(readHead(bytes));
    leftover_.assign(rest.begin(), rest.end());
    return bytes.size();
  }

  void endOfInput() {
    if (std::holds_alternative<ReadingHead>(phase_)) phase_.emplace<Ended>();
  }

  [[nodiscard]] State state() const noexcept {
    if (std::holds_alternative<ReadingHead>(phase_)) return State::NeedsMore;
    if (std::holds_alternative<Faulty>(phase_)) return State::Invalid;
    if (std::holds_alternative<Switched>(phase_)) return State::Accepted;
    const auto* waiting = std::get_if<Request>(&phase_);
    if (waiting == nullptr) return State::Closed;
    return waiting->isUpgrade ? State::UpgradeRequest : State::HttpRequest;
  }

  [[nodiscard]] bool hasPartialHead() const noexcept {
    const auto* reading = std::get_if<ReadingHead>(&phase_);
    return reading != nullptr && reading->parser.hasRead();
  }

  [[nodiscard]] const Request* request() const noexcept {
    if (const auto* faulty = std::get_if<Faulty>(&phase_)) {
      return faulty->request ? &*faulty->request : nullptr;
    }
    return std::get_if<Request>(&phase_);
  }

  [[nodiscard]] const HandshakeFailure* failure() const noexcept {
    const auto* faulty = std::get_if<Faulty>(&phase_);
    return faulty != nullptr ? &faulty->failure : nullptr;
  }

  std::variant<Acceptance, AcceptError> accept(const AcceptOptions& options) {
    if (state() != State::UpgradeRequest) return AcceptError::NotAnUpgrade;
    if (const auto error = findProblem(*request(), options)) return *error;
    const auto extensions = agreeOn(options.extensions, *request());
    if (!extensions) return AcceptError::UnofferedExtension;
    Acceptance acceptance;
    acceptance.response = handshake::writeSwitch(*request(), options);
    acceptance.negotiated.role = Role::Server;
    acceptance.negotiated.subprotocol = options.subprotocol.value_or("");
    acceptance.negotiated.extensions = options.extensions;
    acceptance.negotiated.deflate = extensions->deflate;
    leftover_.erase(leftover_.begin(), leftover_.begin() + static_cast<std::ptrdiff_t>(read_));
    acceptance.negotiated.leftover = std::move(leftover_);
    phase_.emplace<Switched>();
    return acceptance;
  }

  std::string respond(const HttpResponse& response) {
    if (state() != State::HttpRequest) return {};
    const AfterResponse after = persistence(*request());
    std::string out = handshake::writeResponse(response, after, bodyUse(request()));
    if (after == AfterResponse::Close) {
      end();
    } else {
      readNext();
    }
    return out;
  }

  std::string reject(const HttpResponse& response) {
    if (std::holds_alternative<Switched>(phase_) || std::holds_alternative<Ended>(phase_))
      return {};
    std::string out = handshake::writeResponse(response, AfterResponse::Close, bodyUse(request()));
    end();
    return out;
  }

  std::string rejectInvalid() {
    const auto* faulty = std::get_if<Faulty>(&phase_);
    if (faulty == nullptr) return {};
    HttpResponse response{faulty->failure.httpStatus.value_or(400), faulty->failure.headers,
                          faulty->failure.message + "\n"};
    response.headers.append("Content-Type", "text/plain; charset=utf-8");
    return reject(response);
  }

 private:
  struct ReadingHead {
    explicit ReadingHead(const http::HeadLimits& limits) : parser(limits) {}
    RequestHeadParser parser;
  };
  struct Faulty {
    std::optional<Request> request;  // unset when the head itself was unreadable
    HandshakeFailure failure;
  };
  struct Switched {};
  struct Ended {};

  static std::optional<AcceptError> findProblem(const Request& request,
                                                const AcceptOptions& options) {
    const auto& offered = request.subprotocols;
    if (options.subprotocol &&
        std::find(offered.begin(), offered.end(), *options.subprotocol) == offered.end()) {
      return AcceptError::SubprotocolNotOffered;
    }
    return std::nullopt;
  }

  /// Nothing if the client would have to fail the connection.
  static std::optional<handshake::ExtensionAgreement> agreeOn(const std::string& answer,
                                                              const Request& request) {
    if (answer.empty()) return handshake::ExtensionAgreement{};
    const auto offered = handshake::readExtensions(request.extensions);
    if (!offered) return std::nullopt;
    auto agreement = handshake::checkExtensionAnswer(answer, *offered);
    if (!agreement) return std::nullopt;
    return *std::move(agreement);
  }

  /// Only while reading a head. Answers how many bytes belong to it.
  std::size_t readHead(std::span<const std::byte> bytes) {
    RequestHeadParser& parser = std::get<ReadingHead>(phase_).parser;
    const auto progress = parser.feed(bytes);
    switch (progress.status) {
      case RequestHeadParser::Status::NeedMore:
        break;
      case RequestHeadParser::Status::Failed:
        failHead(parser.error());
        break;
      case RequestHeadParser::Status::Done:
        takeHead(std::move(parser.head()));
        break;
    }
    return progress.consumed;
  }

  void failHead(http::HeadError error) {
    phase_.emplace<Faulty>(Faulty{std::nullopt,
                                  {handshake::handshakeErrorFor(error),
                                   std::string(http::describe(error)),
                                   http::statusFor(error),
                                   {},
                                   {}}});
  }

  void takeHead(http::RequestHead head) {
    Request request = handshake::describeRequest(std::move(head));
    if (handshake::asksForWebSocket(request)) {
      if (auto failure = handshake::checkUpgrade(request)) {
        phase_.emplace<Faulty>(Faulty{std::move(request), *std::move(failure)});
        return;
      }
    }
    phase_.emplace<Request>(std::move(request));
  }

  void readNext() {
    phase_.emplace<ReadingHead>(limits_);
    const auto rest = std::span<const std::byte>(leftover_).subspan(read_);
    read_ += readHead(rest);
    // Kept until all is read: moving the rest down for every pipelined request would be quadratic.
    if (read_ < leftover_.size()) return;
    leftover_ = {};
    read_ = 0;
  }

  void end() {
    phase_.emplace<Ended>();
    leftover_ = {};
    read_ = 0;
  }

  http::HeadLimits limits_;
  std::variant<ReadingHead, Request, Faulty, Switched, Ended> phase_;
  std::vector<std::byte> leftover_;  // what came behind the head, in the same read
  std::size_t read_ = 0;             // of leftover_, by requests that have been answered
};

ServerHandshake::ServerHandshake(const HandshakeLimits& limits)
    : impl_(std::make_unique<Impl>(limits)) {}
ServerHandshake::ServerHandshake(ServerHandshake&&) noexcept = default;
ServerHandshake& ServerHandshake::operator=(ServerHandshake&&) noexcept = default;
ServerHandshake::~ServerHandshake() = default;

std::size_t ServerHandshake::receive(std::span<const std::byte> bytes) {
  return impl_->receive(bytes);
}
void ServerHandshake::endOfInput() {
  impl_->endOfInput();
}
ServerHandshake::State ServerHandshake::state() const noexcept {
  return impl_->state();
}
bool ServerHandshake::hasPartialHead() const noexcept {
  return impl_->hasPartialHead();
}
const Request* ServerHandshake::request() const noexcept {
  return impl_->request();
}
const HandshakeFailure* ServerHandshake::failure() const noexcept {
  return impl_->failure();
}
std::variant<ServerHandshake::Acceptance, ServerHandshake::AcceptError> ServerHandshake::accept(
    const AcceptOptions& options) {
  return impl_->accept(options);
}
std::string ServerHandshake::respond(const HttpResponse& response) {
  return impl_->respond(response);
}
std::string ServerHandshake::reject(const HttpResponse& response) {
  return impl_->reject(response);
}
std::string ServerHandshake::rejectInvalid() {
  return impl_->rejectInvalid();
}

std::optional<std::string> selectSubprotocol(std::span<const std::string> supported,
                                             std::span<const std::string> offered) {
  const auto found =
      std::find_first_of(supported.begin(), supported.end(), offered.begin(), offered.end());
  if (found == supported.end()) return std::nullopt;
  return *found;
}

}  // namespace parley::protocol
