#include "client/socket_core.hpp"
#include "http/token_list.hpp"
#include "loop/event_loop.hpp"
#include "server/answer.hpp"
#include "server/file_path.hpp"
#include "server/http_connection.hpp"
#include "server/http_date.hpp"
#include "server/origin_check.hpp"
#include "server/upgrade_state.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>
#include <parley/url.hpp>

#include <algorithm>
#include <utility>

namespace parley {

using protocol::HttpResponse;
using server::plainAnswer;

namespace {

std::chrono::sys_seconds wallClock() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// RFC 9110 section 6.6.1: a server with a clock says when.
void date(HttpResponse& response) {
  response.headers.set("Date", server::formatHttpDate(wallClock()));
}

/// What the handler made, as it goes out. Throws for a field that would have to be left out.
HttpResponse checked(Response&& response) {
  protocol::checkApplicationHeaders(response.headers, protocol::HeaderUse::Response);
  const bool isStatus = response.status >= 200 && response.status <= 599;
  const int status = isStatus ? response.status : 500;
  return {static_cast<std::uint16_t>(status), std::move(response.headers),
          std::move(response.body)};
}

/// The URL that a client must have used, by what it asked for (RFC 6455 section 4.1).
std::string urlOf(const protocol::Request& request, server::Wire wire) {
  std::string url = wire == server::Wire::Tls ? "wss://" : "ws://";
  url.append(request.host).append(request.path);
  if (!request.query.empty()) url.append("?").append(request.query);
  const auto parsed = Url::parse(url);
  return parsed ? parsed->href() : url;
}

}  // namespace

/// A socket on its way to Route::onconnection, which is a task before its `open`.
struct Introduction {
  std::optional<WebSocket> socket;
  std::shared_ptr<const RequestRecord> record;
  SocketRoute* route;
};

// ---- Answers ----

/// To a plain request: more may follow, if the client says so.
void HttpConnection::respond(HttpResponse response) {
  ++core_->counted().requests;
  date(response);
  send(handshake_.respond(response));
}

/// The last answer: nothing that still comes is read as a request.
void HttpConnection::refuseWith(HttpResponse response) {
  const protocol::Request* request = handshake_.request();
  const bool isPlain = request && !request->isUpgrade && !handshake_.failure();
  ++(isPlain ? core_->counted().requests : core_->counted().rejected);
  date(response);
  send(handshake_.reject(response));
}

void HttpConnection::answerInvalid() {
  const protocol::HandshakeFailure& failure = *handshake_.failure();
  refuseWith(
      plainAnswer(failure.httpStatus.value_or(400), failure.message + "\n", failure.headers));
}

// ---- Plain requests ----

void HttpConnection::answerRequest() {
  if (core_->isShuttingDown()) return refuseWith(plainAnswer(503));
  const protocol::Request& request = *handshake_.request();
  // Nobody here reads a body, and behind one that is not read no request can be found.
  if (request.hasBody) return refuseWith(plainAnswer(413));
  auto page = core_->findPage(request.path);
  if (!page) return answerMissing();
  if (request.method != "GET" && request.method != "HEAD") {
    return respond(server::methodNotAllowed("GET, HEAD"));
  }
  answerPage(*page->what, std::move(page->match));
}

/// No page: a route, which wants an upgrade, a folder without its slash, or nothing.
void HttpConnection::answerMissing() {
  const protocol::Request& request = *handshake_.request();
  if (core_->findRoute(request.path)) {
    if (request.method != "GET" && request.method != "HEAD") {
      return respond(server::methodNotAllowed("GET"));
    }
    // Its client may have meant an upgrade, and gone on with frames.
    return refuseWith(server::upgradeRequired());
  }
  const auto folder = core_->findPage(request.path + "/");
  if (folder && std::holds_alternative<std::filesystem::path>(*folder->what) &&
      !core_->findPage(request.path)) {
    return respond(server::toFolder(request));
  }
  respond(plainAnswer(404));
}

void HttpConnection::answerPage(const ServerCore::Page& page, server::RouteMatch&& match) {
  if (const auto* handler = std::get_if<ServerCore::PageHandler>(&page)) {
    callHandler(*handler, std::move(match));
  } else {
    answerFile(std::get<std::filesystem::path>(page), match.rest);
  }
}

void HttpConnection::callHandler(const ServerCore::PageHandler& handler,
                                 server::RouteMatch&& match) {
  const RequestRecord record(*handshake_.request(), std::move(match.parameters), remoteAddress());
  std::optional<HttpResponse> response;
  core_->eventLoop().runTask([&] { response = checked(handler(record.request())); });
  if (state_ == State::Closed) return;  // the handler destroyed the server
  respond(response ? std::move(*response) : plainAnswer(500));
}

// ---- Files ----

void HttpConnection::answerFile(const std::filesystem::path& root, std::string_view below) {
  auto path = server::parseFilePath(below);
  if (!path) return answerMissing();
  state_ = State::Answering;
  read(Reading::Paused);
  arm(core_->options().handshakeTimeout);
  server::openFile(core_->eventLoop(), root, std::move(*path),
                   [self = weak_from_this()](server::OpenResult result) {
                     const auto connection = self.lock();
                     if (!connection || connection->state_ != State::Answering) return;
                     connection->onFileOpened(std::move(result));
                     connection->advance();
                   });
}

void HttpConnection::onFileOpened(server::OpenResult result) {
  const protocol::Request& request = *handshake_.request();
  if (!result) {
    switch (result.error()) {
      case server::FileError::NotFound:
        return answerMissing();
      case server::FileError::IsFolder:
        return respond(server::toFolder(request));
      case server::FileError::Unavailable:
        return respond(plainAnswer(503));
      case server::FileError::Failed:
        return respond(plainAnswer(500));
    }
  }
  const server::OpenedFilePtr file = std::move(result).value();
  HttpResponse response = server::fileAnswer(request, *file, wallClock());
  date(response);
  ++core_->counted().requests;
  if (response.status == 200 && request.method == "GET") {
    file_ = file;
    fileOffset_ = 0;
  }
  send(server::withContentLength(handshake_.respond(response), file->size()));
}

// ---- Upgrades ----

void HttpConnection::answerUpgrade() {
  if (core_->isShuttingDown()) return refuseWith(plainAnswer(503));
  const protocol::Request& request = *handshake_.request();
  auto found = core_->findRoute(request.path);
  if (!found) return refuseWith(plainAnswer(404));
  route_ = found->what;
  const Route& route = route_->route();
  switch (server::checkOrigin(route.origins, request.headers, request.host, wire_)) {
    case server::OriginVerdict::Refused:
      return refuseWith(plainAnswer(403));
    case server::OriginVerdict::Allowed:
      break;
  }
  const bool isShown = route.onupgrade || route.onconnection || route.selectProtocol;
  decide(isShown ? ownRecord(std::move(found->match.parameters)) : nullptr);
}

void HttpConnection::decide(std::shared_ptr<const RequestRecord> record) {
  const Route& route = route_->route();
  auto choice = chooseProtocol(record.get());
  if (state_ == State::Closed) return;  // the handler destroyed the server
  if (!choice) return refuseWith(plainAnswer(500));
  state_ = State::Deciding;
  arm(core_->options().handshakeTimeout);
  if (!route.onupgrade) {
    accept(std::move(*choice), {}, std::move(record));
    return;
  }
  auto undecided = std::make_unique<Upgrade::State>();
  undecided->connection = weak_from_this();
  undecided->record = std::move(record);
  undecided->protocols = handshake_.request()->subprotocols;
  undecided->choice = std::move(*choice);
  core_->eventLoop().runTask([&] { route.onupgrade(Upgrade(std::move(undecided))); });
}

/// The route's choice, which may be none; nullopt if its handler failed to make one.
std::optional<std::optional<std::string>> HttpConnection::chooseProtocol(
    const RequestRecord* record) {
  const Route& route = route_->route();
  const std::vector<std::string>& offered = handshake_.request()->subprotocols;
  if (!route.selectProtocol) return protocol::selectSubprotocol(route.protocols, offered);
  std::optional<std::optional<std::string>> choice;
  core_->eventLoop().runTask([&] {
    auto selected = route.selectProtocol(record->request(), offered);
    if (selected) Upgrade::State::checkOffered(*selected, offered);
    choice = std::move(selected);
  });
  return choice;
}

std::optional<WebSocket> HttpConnection::accept(std::optional<std::string> protocol,
                                                const Headers& headers,
                                                std::shared_ptr<const RequestRecord> record) {
  const auto self = shared_from_this();
  std::string url = urlOf(*handshake_.request(), wire_);
  auto answer = handshake_.accept(
      {std::move(protocol),
       protocol::selectExtensions(route_->route().compression, handshake_.request()->extensions),
       headers});
  auto* acceptance = std::get_if<Acceptance>(&answer);
  if (!acceptance) return std::nullopt;
  out_ = std::move(acceptance->response);
  written_ = 0;
  // A socket buffer without room for it belongs to a client that has not read the answers before.
  if (!writeOut()) return drop(), std::nullopt;
  // The socket begins in a task of its own: what comes before must not overtake the leftover.
  read(Reading::Paused);
  protocol::Negotiated negotiated = std::move(acceptance->negotiated);
  negotiated.leftover.insert(negotiated.leftover.end(), early_.begin(), early_.end());

  std::shared_ptr<Introduction> introduction;
  if (route_->route().onconnection) introduction = introduce(std::move(record));
  WebSocket socket =
      core_->adopt(*route_, std::move(transport_), std::move(negotiated), std::move(url));
  if (introduction) introduction->socket = socket;
  leave();
  return socket;
}

/// Queued before the socket queues its `open`.
std::shared_ptr<Introduction> HttpConnection::introduce(
    std::shared_ptr<const RequestRecord> record) {
  auto introduction = std::make_shared<Introduction>();
  introduction->record = std::move(record);
  introduction->route = route_;
  core_->eventLoop().queueTask([core = std::weak_ptr(core_), introduction] {
    const auto alive = core.lock();
    if (!alive || alive->isStopped()) return;
    introduction->route->route().onconnection(*introduction->socket,
                                              introduction->record->request());
  });
  return introduction;
}

void HttpConnection::reject(const HttpResponse& response) {
  const auto self = shared_from_this();
  refuseWith(response);
}

std::string HttpConnection::remoteAddress() const {
  std::string address = transport_->description();
  return address.starts_with("unix:") ? std::string() : address;
}

std::shared_ptr<const RequestRecord> HttpConnection::ownRecord(
    RequestRecord::Parameters&& parameters) const {
  return std::make_shared<const RequestRecord>(protocol::Request(*handshake_.request()),
                                               std::move(parameters), remoteAddress());
}

}  // namespace parley
