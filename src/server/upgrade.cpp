#include "server/answer.hpp"
#include "server/http_connection.hpp"
#include "server/upgrade_state.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>

#include <algorithm>
#include <utility>

namespace parley {

void Upgrade::State::checkOffered(const std::string& protocol,
                                  const std::vector<std::string>& offered) {
  if (std::find(offered.begin(), offered.end(), protocol) != offered.end()) return;
  throw DOMException(DOMException::Name::SyntaxError,
                     "sub-protocol \"" + protocol + "\" was not offered");
}

Upgrade::Upgrade(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Upgrade::Upgrade(Upgrade&&) noexcept = default;

Upgrade& Upgrade::operator=(Upgrade&& other) noexcept {
  if (this != &other) {
    const Upgrade previous(std::move(*this));  // rejected, if it was undecided
    state_ = std::move(other.state_);
  }
  return *this;
}

Upgrade::~Upgrade() {
  if (!state_ || state_->isDecided) return;
  const auto connection = state_->connection.lock();
  if (connection && connection->isDeciding()) connection->reject(server::plainAnswer(503));
}

const Request& Upgrade::request() const noexcept {
  return state_->record->request();
}

const std::vector<std::string>& Upgrade::protocols() const noexcept {
  return state_->protocols;
}

void Upgrade::checkUndecided() const {
  if (!state_->isDecided) return;
  throw DOMException(DOMException::Name::InvalidStateError, "this upgrade is decided already");
}

std::optional<WebSocket> Upgrade::accept(std::optional<std::string> protocol,
                                         const Headers& headers) {
  checkUndecided();
  if (protocol) State::checkOffered(*protocol, state_->protocols);
  protocol::checkApplicationHeaders(headers, protocol::HeaderUse::Opening);
  state_->isDecided = true;
  const auto connection = state_->connection.lock();
  if (!connection || !connection->isDeciding()) return std::nullopt;
  return connection->accept(protocol ? std::move(protocol) : state_->choice, headers,
                            state_->record);
}

void Upgrade::reject(int status, std::string_view body, const Headers& headers) {
  checkUndecided();
  if (status < 300 || status > 599) {
    throw DOMException(DOMException::Name::SyntaxError,
                       "an upgrade is not rejected with status " + std::to_string(status));
  }
  protocol::checkApplicationHeaders(headers, protocol::HeaderUse::Response);
  state_->isDecided = true;
  const auto connection = state_->connection.lock();
  if (!connection || !connection->isDeciding()) return;
  connection->reject(server::plainAnswer(static_cast<std::uint16_t>(status), body, headers));
}

}  // namespace parley
